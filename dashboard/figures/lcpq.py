"""Revenue by month, beside the comparison period's months."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from dashboard.analytics.lcpq_row import Lcpq
from dashboard.figures.theme import Figure, template
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words

_NAMED = 3  # of more months than that, every third is named
_LABELLED = 6  # up to this many months each bar carries its figure and its comparison's name


def revenue_by_month_figure(
    now: Sequence[Lcpq], before: Sequence[Lcpq], words: Words, formats: Formats, theme: str
) -> Figure:
    """Bars of revenue by month; the n-th month of the comparison stands lighter beside the n-th month.

    Args:
        now: rows of the LCPQ answer by month, one for each month.
        before: the same of the comparison period; empty without one.
        theme: `light` or `dark`.

    A month that is not over is dotted; a month without any data yet is a gap. The figures are ready text, so
    that hovers and labels read as the page does.
    """
    traces = [_bars(now, words, formats, labelled=len(now) <= _LABELLED)]
    if before:
        traces.append(_bars(before[: len(now)], words, formats, labelled=False))
    places, texts = _money_ticks([*now, *before], formats)
    return {
        "data": traces,
        "layout": {
            "template": template(theme, formats.language),
            "barmode": "group",
            "xaxis": {
                "tickmode": "array",
                "tickvals": list(range(len(now))),
                "ticktext": _month_ticks(now, before, words, formats),
            },
            "yaxis": {"tickmode": "array", "tickvals": places, "ticktext": texts, "zeroline": True},
        },
    }


def _bars(rows: Sequence[Lcpq], words: Words, formats: Formats, *, labelled: bool) -> dict[str, Any]:
    values = [None if _no_data_yet(row) else float(row.revenue) for row in rows]
    return {
        "type": "bar",
        "x": list(range(len(rows))),
        "y": values,
        "marker": {"pattern": {"shape": ["." if row.partial else "" for row in rows], "fillmode": "replace"}},
        "text": [formats.money(value) if value is not None and labelled else "" for value in values],
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "customdata": [_hover(row, words, formats) for row in rows],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _no_data_yet(row: Lcpq) -> bool:
    return row.partial and not row.leads and not row.deals and not row.revenue


def _hover(row: Lcpq, words: Words, formats: Formats) -> str:
    month = format_date(_month(row), "LLLL y", locale=formats.language)
    text = f"{month}: {formats.money_full(row.revenue)}"
    return f"{text}<br>{words('not the whole month')}" if row.partial else text


def _month(row: Lcpq) -> date:
    return date.fromisoformat(f"{row.month}-01")


def _month_ticks(now: Sequence[Lcpq], before: Sequence[Lcpq], words: Words, formats: Formats) -> list[str]:
    """Two lines under each month: the month it is compared with, else the year where it changes.

    Of many months every third is named, from the first on: a phone has room for four.
    """
    ticks = []
    for place, row in enumerate(now):
        month = _month(row)
        name = format_date(month, "LLL", locale=formats.language)
        if before and len(now) <= _LABELLED and place < len(before):
            other = format_date(_month(before[place]), "LLL y", locale=formats.language)
            second = words("vs {month}", month=other)
        else:
            second = str(month.year) if place == 0 or month.month <= _NAMED else ""
        if len(now) > _LABELLED and place % _NAMED:
            ticks.append("")
            continue
        ticks.append(f"{name}<br>{second}")
    return ticks


def _money_ticks(rows: Sequence[Lcpq], formats: Formats) -> tuple[list[float], list[str]]:
    """Round amounts from zero (or below, where refunds prevail) to the largest bar."""
    revenues = [float(row.revenue) for row in rows] or [0.0]
    low, high = min(0.0, *revenues), max(0.0, *revenues)
    if high == low:
        return [0.0], [formats.money(0)]
    step = round_step((high - low) / 4)
    places = [step * place for place in range(math.floor(low / step), math.ceil(high / step) + 1)]
    largest = max(abs(places[0]), abs(places[-1]))
    unit = next((size for size in (1e12, 1e9, 1e6) if largest >= size), 1.0)
    decimals = 0 if step >= unit > 1 else None
    return places, [formats.money(Decimal(str(place)), decimals) for place in places]


def round_step(size: float) -> float:
    """1, 2 or 5 times a power of ten, at least `size`."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= size * (1 - 1e-9))
