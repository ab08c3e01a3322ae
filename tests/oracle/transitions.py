"""Transitions computed a second time from the raw facts, one customer after the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from statistics import median
from typing import Any

from dashboard.journey.period import Period
from dashboard.journey.stages import StageModel
from tests.facts import Event, Sale
from tests.raw_rows import at

Ways = dict[tuple[str, str], tuple[int, float]]


def ways(
    events: Sequence[Event],
    sales: Sequence[Sale],
    model: StageModel,
    level: str,
    period: Period,
    customers: Collection[str],
) -> Ways:
    """(from, to) -> how often and the median hours; sales are deals of their own, days are those of UTC."""
    hours: dict[tuple[str, str], list[float]] = {}
    for customer in customers:
        own = [item for item in events if item.customer == customer]
        bought = [item for item in sales if item.customer == customer]
        dated = {at(item.when) for item in (*own, *bought) if not isinstance(at(item.when), datetime)}
        rows: list[tuple[Any, ...]] = []
        for place, item in enumerate(own):
            if item.stage in model.keys and (level != "stage" or item.stage != model.deal.key or not sales):
                name = item.stage if level == "stage" else getattr(item, level) or "(none)"
                rows.append((*_moment(item.when, dated), model.order(item.stage), place, name))
        for place, item in enumerate(bought):
            if level == "stage":
                deal = model.deal.key
                rows.append((*_moment(item.when, dated), model.order(deal), place, deal))
        rows.sort(key=lambda row: (row[0], row[2], row[3]))
        for (start, start_day, *_, a), (end, end_day, *_, b) in pairwise(rows):
            if _inside(start.date(), period) and _inside(end.date(), period):
                whole = start_day or end_day
                took = (
                    (end.date() - start.date()).days * 24 if whole else (end - start).total_seconds() / 3600
                )
                hours.setdefault((a, b), []).append(took)
    return {pair: (len(found), median(found)) for pair, found in hours.items()}


def _moment(when: Any, dated: Collection[date]) -> tuple[datetime, bool]:
    moment = at(when)
    day = moment.date() if isinstance(moment, datetime) else moment
    return (datetime.combine(day, time.min), True) if day in dated else (moment, False)


def _inside(day: date, period: Period) -> bool:
    return not ((period.since and day < period.since) or (period.until and day >= period.until))
