"""A change: shape, sign and colour say the same thing."""

from __future__ import annotations

from typing import Literal

from dash import html

from layouts.components.attributes import attributes

Better = Literal["up", "down", "neither"]


def delta(text: str, change: float | None, better: Better = "up") -> html.Span:
    """`▲ +3,6 %` in teal where that is good, `▼ −1,8 %` in vermilion where it is bad.

    Args:
        text: the formatted change with its sign.
        change: its size; None and 0 have no direction.
        better: which direction is good news.
    """
    if not change or not any(character in "123456789" for character in text):
        return html.Span(text, className="delta")
    up = change > 0
    tone = "" if better == "neither" else " delta--good" if up == (better == "up") else " delta--bad"
    mark = html.Span("▲" if up else "▼", className="delta__mark", **attributes(aria_hidden="true"))
    return html.Span([mark, text], className=f"delta{tone}")
