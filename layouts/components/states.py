"""What stands in a card when there is no figure: it loads, there is nothing, or something went wrong."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.i18n.words import Words
from layouts.components.attributes import attributes
from layouts.components.button import button
from layouts.components.icon import icon


def skeleton(height: int, *, phone: int = 0, lines: int = 0) -> html.Div:
    """A grey field of the coming content's size, so that nothing jumps; it shows after 300 ms.

    From the second time on it is as tall as what stood in its place (assets/js/sizes.js).

    Args:
        height: of the whole field [px].
        phone: the same under 760 px of width, where it differs.
        lines: draw so many text lines instead of one block.
    """
    rows = [html.I(className="skeleton skeleton--line") for _ in range(lines)] or [
        html.I(className="skeleton")
    ]
    return html.Div(
        rows,
        className="loading",
        style={"--tall": f"{height}px", "--tall-phone": f"{phone or height}px"},
        **attributes(aria_hidden="true"),
    )


def empty_state(sentence: Any, action: Any = None) -> html.Div:
    """Why there is nothing, in one sentence, and one button that leads on."""
    parts = [icon("empty"), html.P(sentence), action]
    return html.Div([part for part in parts if part is not None], className="state")


def error_state(words: Words, sentence: str, error_id: str | None = None, *, retry: bool = True) -> html.Div:
    """What went wrong in one card; the others live on.

    Args:
        error_id: what support looks for in the log.
        retry: with the button that asks the card again.
    """
    parts: list[Any] = [icon("warning"), html.P(sentence)]
    if error_id:
        parts.append(html.P(words("Number for support: {id}", id=error_id), className="state__id"))
    if retry:
        parts.append(button(words("Try again"), sign="retry", **attributes(data_retry="yes")))
    return html.Div(parts, className="state state--error", role="alert")
