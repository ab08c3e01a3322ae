"""The revenue bridge: from one period's revenue to another's, factor by factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from dashboard.figures.theme import Figure, template
from dashboard.i18n.formats import Formats

BREAK_FROM = 0.45  # the scale is broken where the lowest level stands higher than this part of the highest
_HALF = 0.325  # of a bar's width, in columns
_KINDS = ("after", "before", "up", "down")  # in the order of the template's colours of bars


@dataclass(frozen=True, slots=True)
class BridgeBar:
    """A factor of the bridge.

    Attributes:
        name: its label, at most two short lines separated by `<br>`.
        effect: money of the change that it explains.
        hover: what it says on hover.
    """

    name: str
    effect: float
    hover: str


def bridge_figure(
    ends: tuple[tuple[str, float], tuple[str, float]], bars: Sequence[BridgeBar], formats: Formats, theme: str
) -> Figure:
    """A waterfall; where all the bars stand high, the scale is broken and both ends carry a mark.

    Args:
        ends: (label, revenue) before and after.
        theme: `light` or `dark`.
    """
    (first, before), (last, after) = ends
    levels = list(accumulate((bar.effect for bar in bars), initial=before))
    floor = floor_of([after, *levels])
    columns = [(first, before, floor, "before", formats.money(before), formats.money_full(before))]
    for bar, (start, end) in zip(bars, pairwise(levels), strict=True):
        kind = "up" if end >= start else "down"
        mark = "▲ " if bar.effect > 0 else "▼ " if bar.effect < 0 else ""
        columns.append(
            (
                bar.name,
                max(start, end),
                min(start, end),
                kind,
                mark + formats.money_signed(bar.effect),
                bar.hover,
            )
        )
    columns.append((last, after, floor, "after", formats.money(after), formats.money_full(after)))
    top = max(column[1] for column in columns)
    span = (top - floor) or 1.0
    return {
        "data": [_trace(columns, kind) for kind in _KINDS],
        "layout": {
            "template": template(theme, formats.language),
            "barmode": "overlay",
            "xaxis": {
                "tickmode": "array",
                "tickvals": list(range(len(columns))),
                "ticktext": [column[0] for column in columns],
                "range": [-0.5, len(columns) - 0.5],
            },
            "yaxis": {"visible": False, "range": [floor, top + 0.12 * span], "zeroline": False},
            "shapes": _shapes(columns, levels, floor, span),
        },
    }


def floor_of(levels: Sequence[float]) -> float:
    """Where the scale begins: zero, or, where all levels stand high, so far below them that changes can be seen."""
    low, high = min(*levels, 0.0), max(*levels, 0.0)
    lowest = min(levels)
    if lowest <= BREAK_FROM * high:
        return low
    return max(0.0, lowest - 0.8 * (high - lowest) - 0.04 * high)


def _trace(columns: Sequence[tuple[str, float, float, str, str, str]], kind: str) -> dict[str, Any]:
    own = [(place, column) for place, column in enumerate(columns) if column[3] == kind]
    return {
        "type": "bar",
        "x": [place for place, _ in own],
        "y": [column[1] - column[2] for _, column in own],
        "base": [column[2] for _, column in own],
        "width": 2 * _HALF,
        "text": [column[4] for _, column in own],
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "customdata": [column[5] for _, column in own],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _shapes(
    columns: Sequence[tuple[str, float, float, str, str, str]],
    levels: Sequence[float],
    floor: float,
    span: float,
) -> list[dict[str, Any]]:
    """Thin lines from bar to bar at the level reached; on a broken scale a cut through both ends."""
    lines = [
        {
            "type": "line",
            "x0": place + _HALF,
            "x1": place + 1 - _HALF,
            "y0": level,
            "y1": level,
            "line": {"width": 1},
        }
        for place, level in enumerate(levels)
    ]
    if floor <= 0:
        return lines
    cuts = []
    for place in (0, len(columns) - 1):
        x0, x1, low, high = (
            place - _HALF - 0.03,
            place + _HALF + 0.03,
            floor + 0.08 * span,
            floor + 0.14 * span,
        )
        path = f"M {x0} {low} L {x1} {high} L {x1} {high + 0.025 * span} L {x0} {low + 0.025 * span} Z"
        cuts.append({"type": "path", "path": path, "line": {"width": 0}})
    return [*lines, *cuts]
