"""What alert rules look at: one figure period by period, each with what is behind it, or why it is not known yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.analytics.funnel_time import Cohort
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.journey.alerts import Every
from dashboard.journey.period import Period, add_months
from dashboard.journey.targets import UNITS, Kpi, Unit

NOT_RIPE = "not_ripe"
YEAR: dict[Every, int] = {Every.DAY: 364, Every.WEEK: 52, Every.MONTH: 12}  # periods; weekdays stay weekdays
_PARTS: dict[Kpi, tuple[str, str]] = {  # of a ratio
    Kpi.CONVERSION: ("buyers", "leads"),
    Kpi.AVERAGE_CHECK: ("revenue", "deals"),
    Kpi.DEALS_PER_BUYER: ("deals", "buyers"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a figure.

    Attributes:
        since, until: the period, half open.
        top, bottom: the figure is `top` / `bottom`; of money and people `bottom` is None and `top` the figure.
        n: customers (of money: deals) behind it.
        ripe: closed, and of a step every customer had their days; else nothing is said of it.
    """

    since: date
    until: date
    top: float
    bottom: float | None
    n: int
    ripe: bool = True

    @property
    def value(self) -> float | None:
        """The figure, in its unit; None where nobody is behind it."""
        if self.bottom is None:
            return self.top
        return self.top / self.bottom if self.bottom else None


def period_of(every: Every, first_day: date) -> Period:
    """The period that begins on a day."""
    if every is Every.MONTH:
        return Period(first_day, add_months(first_day, 1))
    return Period(first_day, first_day + timedelta(days=1 if every is Every.DAY else 7))


def step_points(
    cohorts: Iterable[Cohort], every: Every, window: int, first_day: date, data_end_day: date
) -> tuple[Point, ...]:
    """The conversion of a step by entry cohort.

    Args:
        window: days that a customer has for the step: a cohort is ripe when its last day had them.
        first_day, data_end_day: of the data; a first cohort that they cut is left out.
    """
    points = []
    for one in cohorts:
        period = period_of(every, one.first_day)
        if period.until is None or one.first_day < first_day:
            continue
        over = period.until + timedelta(days=window) <= data_end_day + timedelta(days=1)
        ripe = over and one.ripe
        points.append(Point(one.first_day, period.until, one.passed, one.entered, one.entered, ripe))
    return tuple(points)


def book_points(
    rows: Iterable[Lcpq], kpi: Kpi, every: Every, first_day: date, data_end_day: date
) -> tuple[Point, ...]:
    """A figure of the equation by period; groups of one period are added up, since each customer is in one.

    Args:
        rows: of the period book by `every`, split further by segment or not.
    """
    found: dict[date, list[Lcpq]] = {}
    for row in rows:
        label = row.day or row.week or row.month or ""
        since = date.fromisoformat(label[:10]) if len(label) > 7 else Period.parse(label).since
        if since is not None and since >= first_day:
            found.setdefault(since, []).append(row)
    return tuple(_book_point(since, found[since], kpi, every, data_end_day) for since in sorted(found))


def _book_point(since: date, rows: Sequence[Lcpq], kpi: Kpi, every: Every, data_end_day: date) -> Point:
    period = period_of(every, since)
    top, bottom = parts_of(rows, kpi)
    counted = "leads" if kpi in (Kpi.LEADS, Kpi.CONVERSION) else "deals"
    n = int(_sum(rows, "buyers" if kpi is Kpi.DEALS_PER_BUYER else counted))
    return Point(since, period.until or since, top, bottom, n, period.finished(data_end_day))


def parts_of(rows: Iterable[Lcpq], kpi: Kpi) -> tuple[float, float | None]:
    """A figure of some groups together as (numerator, denominator); of money and people the sum and None."""
    listed = tuple(rows)
    if kpi in _PARTS:
        top, bottom = _PARTS[kpi]
        return _sum(listed, top), _sum(listed, bottom)
    return _sum(listed, kpi), None


def _sum(rows: Iterable[Lcpq], name: str) -> float:
    return float(sum(getattr(row, name) or 0 for row in rows))


def is_share(kpi: Kpi | None) -> bool:
    """True for conversions: counts of people who do or do not."""
    return kpi is not None and UNITS[kpi] is Unit.SHARE


def pooled(points: Sequence[Point]) -> float | None:
    """The figure of several periods together: of ratios over all their customers, else the mean of a period."""
    if not points:
        return None
    top = sum(point.top for point in points)
    if points[0].bottom is None:
        return top / len(points)
    bottom = sum(point.bottom or 0 for point in points)
    return top / bottom if bottom else None
