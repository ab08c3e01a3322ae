"""The gain of a scenario month by month: the likely line inside its 80 % and 95 % bands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil, floor, log10
from typing import Any

from babel.dates import format_date

from dashboard.analytics.timing import MonthGain
from dashboard.figures.theme import PALETTES, Figure, template
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words

HEIGHT = 240
_TICKS = 6  # months named under the axis: a phone has room for them
_LINES = 4  # across the drawing


def gain_figure(
    months: Sequence[MonthGain], words: Words, formats: Formats, theme: str, *, since_start: bool
) -> Figure:
    """The fan.

    Args:
        since_start: money since the start instead of that of each month.
    """
    rows = [_row(month, since_start) for month in months]
    ticks = _ticks(rows)
    every = ceil(len(months) / _TICKS) or 1
    named = list(range(0, len(months), every))
    templates = {name: _template(name, formats.language) for name in PALETTES}
    return {
        "data": [
            _band([row[1] for row in rows], [row[4] for row in rows]),
            _band([row[2] for row in rows], [row[3] for row in rows]),
            {
                "type": "scatter",
                "mode": "lines+markers",
                "cliponaxis": False,
                "x": list(range(len(rows))),
                "y": [row[0] for row in rows],
                "text": [_hover(month, row, words, formats) for month, row in zip(months, rows, strict=True)],
                "hovertemplate": "%{text}<extra></extra>",
            },
        ],
        "layout": {
            "template": templates[theme],
            "meta": {"templates": templates},
            "margin": {"l": 4, "r": 12, "t": 10, "b": 4},
            "hovermode": "closest",
            "xaxis": {
                "tickmode": "array",
                "tickvals": named,
                "ticktext": [
                    month_tick(months[place].first_day, formats, first=place == 0) for place in named
                ],
                "range": [-0.4, len(rows) - 0.6],
            },
            "yaxis": {
                "range": [ticks[0], ticks[-1]],
                "tickvals": ticks,
                "ticktext": [formats.money(tick, _decimals(ticks)) for tick in ticks],
            },
        },
    }


def month_tick(day: date, formats: Formats, *, first: bool) -> str:
    """A month's short name; two lines where the year begins."""
    year = f"<br>{day.year}" if first or day.month == 1 else ""
    return format_date(day, "LLL", locale=formats.language) + year


def _row(month: MonthGain, since_start: bool) -> tuple[float, float, float, float, float]:
    """Likely, and the ends of the bands from the lowest to the highest."""
    if since_start:
        return month.total, month.total_low_95, month.total_low, month.total_high, month.total_high_95
    return month.gain, month.low_95, month.low, month.high, month.high_95


def _band(low: Sequence[float], high: Sequence[float]) -> dict[str, Any]:
    places = list(range(len(low)))
    return {
        "type": "scatter",
        "x": [*places, *reversed(places)],
        "y": [*high, *reversed(low)],
        "fill": "toself",
        "mode": "lines",
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _ticks(rows: Sequence[Sequence[float]]) -> list[float]:
    """Round sums from the lowest to the highest end of the bands, zero among them."""
    low, high = min(0.0, *(row[1] for row in rows)), max(0.0, *(row[4] for row in rows))
    rough = (high - low) / _LINES or 1.0
    size = 10.0 ** floor(log10(rough))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= rough)
    return [step * place for place in range(floor(low / step), ceil(high / step) + 1)]


def _decimals(ticks: Sequence[float]) -> int:
    """Digits after the mark of millions and more: none where every tick is a whole number of them."""
    most = max(abs(tick) for tick in ticks)
    size = 1000.0 ** (floor(log10(most)) // 3) if most else 1.0
    return 0 if all(tick % size == 0 for tick in ticks) else 1


def _hover(month: MonthGain, row: Sequence[float], words: Words, formats: Formats) -> str:
    return words(
        "{month}: {gain}<br>80 %: {likely}<br>95 %: {wide}",
        month=format_date(month.first_day, "LLL y", locale=formats.language),
        gain=formats.money_signed(row[0]),
        likely=formats.range(formats.money_signed(row[2]), formats.money_signed(row[3])),
        wide=formats.range(formats.money_signed(row[1]), formats.money_signed(row[4])),
    )


def _template(theme: str, language: str) -> dict[str, Any]:
    """Colours by the order of the traces: a change of theme is a change of template."""
    palette = PALETTES[theme]
    red, green, blue = (int(palette.actual[at : at + 2], 16) for at in (1, 3, 5))
    band = {"fillcolor": f"rgba({red},{green},{blue},.13)"}
    line = {"line": {"color": palette.actual, "width": 2}, "marker": {"color": palette.actual, "size": 6}}
    whole = template(theme, language)
    return {**whole, "data": {**whole["data"], "scatter": [band, band, line]}}
