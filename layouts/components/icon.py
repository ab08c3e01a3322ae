"""Our own small icon set: one CSS mask each, in the colour of the text around it."""

from __future__ import annotations

from dash import html

from layouts.components.attributes import attributes

NAMES = (
    "overview", "funnel", "touchpoints", "whatif", "chevron", "updown", "link", "print", "moon", "sun", "filter",
    "close", "check", "info", "warning", "arrow", "reset", "sign_out", "table", "plus", "minus", "empty", "retry",
    "people", "more", "picture", "search", "bookmark", "gear", "key", "book", "database", "upload", "plan",
    "pulse",
    "full", "pause", "play",
)  # fmt: skip


def icon(name: str) -> html.Span:
    """A decorative sign; the words beside it, or the button's label, say what it means.

    Raises:
        KeyError: for a name that assets/css/15-icons.css does not draw.
    """
    if name not in NAMES:
        raise KeyError(name)
    return html.Span(className=f"icon icon--{name.replace('_', '-')}", **attributes(aria_hidden="true"))
