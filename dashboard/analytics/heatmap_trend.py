"""One touchpoint by week or month: how many went on from it, beside its stage, and the part that is not ripe yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

import pandas as pd

from dashboard.analytics.funnel_time import MONTH, WEEK
from dashboard.analytics.heatmap import SMALL_SAMPLE
from dashboard.analytics.heatmap_shown import Measure
from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.statistics import wilson
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, add_months

POINTS = 12
_BY_WEEK = 126  # up to so many days a period is told by week
_Z = 1.96
TRENDS = (Measure.PROGRESSION, Measure.TOUCHES, Measure.CUSTOMERS, Measure.SHARE, Measure.MOOD)
_WHOLE = ("touches", "customers", "mature_customers", "passed", "young_passed", "rated")
_STAGE = ("stage_customers", "stage_mature", "stage_passed", "stage_young_passed")


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One week or month.

    Attributes:
        first_day: of it.
        n: customers (of the mood: contacts) that the value stands on.
        value: in the unit of the measure; None where nobody was met.
        low, high: 95 % interval; None for plain counts.
        stage: the same figure of the whole stage; None where it has none of its own.
        ripe: every window is over: the rate is final. Counts always are.
    """

    first_day: date
    n: int
    value: float | None
    low: float | None
    high: float | None
    stage: float | None
    ripe: bool

    @property
    def low_n(self) -> bool:
        """Stands on fewer than 30: drawn hollow."""
        return self.n < SMALL_SAMPLE


def trend_span(period: Period, info: GenerationInfo) -> tuple[Period, str] | None:
    """The last twelve whole weeks (of a period beyond 126 days: months) up to the period's end, and their unit.

    Weeks from Monday. None without data. What lies before the first day of the data is left out.
    """
    if info.first_day is None or info.last_day is None:
        return None
    end = min(period.until or info.last_day + timedelta(days=1), info.last_day + timedelta(days=1))
    days = (end - (period.since or info.first_day)).days
    if days <= _BY_WEEK:
        end -= timedelta(days=end.weekday())
        first = info.first_day - timedelta(days=info.first_day.weekday())
        start, unit = max(end - timedelta(days=7 * POINTS), first), WEEK
    else:
        end = end.replace(day=1)
        start, unit = max(add_months(end, -POINTS), info.first_day.replace(day=1)), MONTH
    return (Period(start, end), unit) if start < end else None


def heatmap_trend(frame: pd.DataFrame, span: Period, unit: str, measure: Measure) -> tuple[TrendPoint, ...]:
    """Every week or month of the span, those without a contact included.

    Args:
        frame: of `data_access.heatmap_trend.fetch_heatmap_trend` over the span.
        measure: one of TRENDS.
    """
    rows = {_day(row["start"]): row for row in plain_rows(frame)}
    points = []
    day = span.since
    while day is not None and span.until is not None and day < span.until:
        points.append(_point(day, rows.get(day, {}), measure))
        day = add_months(day, 1) if unit == MONTH else day + timedelta(days=7)
    return tuple(points)


def _point(day: date, row: Any, measure: Measure) -> TrendPoint:
    own = {name: int(row.get(name, 0)) for name in (*_WHOLE, *_STAGE)}
    customers, whole = own["customers"], own["stage_customers"]
    if measure is Measure.PROGRESSION:
        stage = (own["stage_passed"] + own["stage_young_passed"]) / whole if whole else None
        ripe = own["mature_customers"] == customers
        return _rate(day, own["passed"] + own["young_passed"], customers, stage, ripe)
    if measure is Measure.SHARE:
        return _rate(day, customers, whole, None, True)
    if measure is Measure.MOOD:
        return _mood(day, own["rated"], row)
    value = own["touches"] if measure is Measure.TOUCHES else customers
    return TrendPoint(day, customers, value, None, None, None, True)


def _rate(day: date, k: int, n: int, stage: float | None, ripe: bool) -> TrendPoint:
    interval = wilson(k, n)
    if interval is None:
        return TrendPoint(day, 0, None, None, None, stage, True)
    return TrendPoint(day, n, k / n, interval.low, interval.high, stage, ripe)


def _mood(day: date, n: int, row: Any) -> TrendPoint:
    if not n:
        return TrendPoint(day, 0, None, None, None, None, True)
    mean = float(row["mood"]) / n
    spread = sqrt(max(0.0, float(row["squares"]) / n - mean * mean) / (n - 1)) if n > 1 else None
    ends = (
        (max(-1.0, mean - _Z * spread), min(1.0, mean + _Z * spread)) if spread is not None else (None, None)
    )
    return TrendPoint(day, n, mean, *ends, None, True)


def _day(value: Any) -> date:
    return date.fromisoformat(str(value)[:10])
