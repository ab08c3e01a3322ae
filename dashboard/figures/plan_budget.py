"""What a budget can earn: the largest gain of the plan's actions by the money spent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.figures.theme import PALETTES, Figure, template
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words

HEIGHT = 190


def frontier_figure(
    line: Sequence[tuple[float, float]],
    chosen: tuple[float, float] | None,
    words: Words,
    formats: Formats,
    theme: str,
) -> Figure:
    """The steps, and the chosen budget on them.

    Args:
        line: (budget, gain of a year) from nothing to all of the actions.
        chosen: the same of the budget; None where nobody has typed one.
    """

    def texts(points: Sequence[tuple[float, float]]) -> list[str]:
        return [
            words("{cost} spent: {gain} a year", cost=formats.money(cost), gain=formats.money_signed(gain))
            for cost, gain in points
        ]

    traces: list[dict[str, Any]] = [_trace(line, texts(line), mode="lines", line={"shape": "hv"})]
    if chosen is not None:
        traces.append(_trace([chosen], texts([chosen]), mode="markers"))
    templates = {name: _template(name, formats.language) for name in PALETTES}
    most, top = line[-1][0] or 1.0, max(gain for _, gain in line) or 1.0
    return {
        "data": traces,
        "layout": {
            "template": templates[theme],
            "meta": {"templates": templates},
            "margin": {"l": 4, "r": 12, "t": 10, "b": 4},
            "hovermode": "closest",
            "xaxis": _axis(most, formats),
            "yaxis": {**(height := _axis(top, formats)), "ticktext": ["", *height["ticktext"][1:]]},
        },
    }


def _trace(points: Sequence[tuple[float, float]], texts: Sequence[str], **looks: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [cost for cost, _ in points],
        "y": [gain for _, gain in points],
        "text": list(texts),
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
        **looks,
    }


def _axis(most: float, formats: Formats) -> dict[str, Any]:
    """Nothing, half and all of it."""
    ticks = [0.0, most / 2, most]
    return {
        "range": [0, most * 1.06],
        "tickvals": ticks,
        "ticktext": [formats.money(tick) for tick in ticks],
    }


def _template(theme: str, language: str) -> dict[str, Any]:
    """Colours by the order of the traces: a change of theme is a change of template."""
    palette = PALETTES[theme]
    line = {"line": {"color": palette.actual, "width": 2}}
    mark = {"marker": {"color": palette.actual, "size": 11}}
    whole = template(theme, language)
    return {**whole, "data": {**whole["data"], "scatter": [line, mark]}}
