"""The lettered lines of notes on a chart over time; their words stand below it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from dashboard.figures.theme import Figure
from dashboard.journey.notes import Mark

_ROOM = 20  # above the drawing for the letters [px]
_LETTERS = 160  # of a note that hovers over its letter


def annotated(figure: Figure, marks: Sequence[Mark], *, letters: bool = True) -> Figure:
    """The figure with a line across it for each mark; the theme's template colours both.

    Args:
        figure: a chart whose axis counts buckets from 0.
        letters: False for the lower of two drawings on one axis.
    """
    if not marks:
        return figure
    layout = figure["layout"]
    lines = [_line(mark) for mark in marks]
    signs = [_sign(mark) for mark in marks] if letters else []
    margin: dict[str, Any] = dict(layout.get("margin", {"l": 4, "r": 8, "t": 8, "b": 4}))
    if letters:
        margin["t"] = max(margin.get("t", 8), _ROOM)
    changed = {
        "margin": margin,
        "shapes": [*layout.get("shapes", []), *lines],
        "annotations": [*layout.get("annotations", []), *signs],
    }
    return {**figure, "layout": {**layout, **changed}}


def _line(mark: Mark) -> dict[str, Any]:
    place = {"xref": "x", "yref": "paper", "x0": mark.at, "x1": mark.at, "y0": 0, "y1": 1}
    return {"type": "line", **place, "line": {"width": 1.2, "dash": "4px,3px"}}


def _sign(mark: Mark) -> dict[str, Any]:
    # Plotly reads tags in such a text: what people have written stays text
    text = "<br>".join(escape(note.text[:_LETTERS], quote=False) for note in mark.notes[:3])
    place = {"x": mark.at, "xref": "x", "y": 1, "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    return {**place, "text": f"<b>{mark.sign}</b>", "hovertext": text, "showarrow": False, "borderpad": 2}
