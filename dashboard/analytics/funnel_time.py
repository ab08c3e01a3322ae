"""The funnel over time: one way through it by entry cohort, with its interval and the part that is not ripe yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.analytics.benchmarks import MIN_CUSTOMERS
from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.statistics import wilson
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, add_months

DAY, WEEK, MONTH, QUARTER = "day", "week", "month", "quarter"
_WEEKS = 126  # up to so many days entries are told by week
_MONTHS = 1100  # and up to so many by month
_FEWEST = 6  # cohorts that may be joined into longer ones


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers who entered in one week, month or quarter.

    Attributes:
        first_day: of the cohort.
        entered, passed: customers at both steps, those whose window is still open included.
        young: those of `entered` whose window is still open: with any of them the rate is only what it is so far.
        rate: share that passed, 0..1; None where nobody entered.
        low, high: Wilson 95 % interval of it.
        median_days: days between the two steps, among the ripe who passed; None where nobody did.
    """

    first_day: date
    entered: int
    passed: int
    young: int
    rate: float | None
    low: float | None
    high: float | None
    median_days: float | None

    @property
    def ripe(self) -> bool:
        """True where every window is over: the rate is final."""
        return self.young == 0

    @property
    def low_n(self) -> bool:
        """Fewer than 30 customers: shown hollow, proves nothing."""
        return self.entered < MIN_CUSTOMERS


@dataclass(frozen=True, slots=True)
class Line:
    """The cohorts of one group in order, none left out; `group` None is everybody."""

    group: str | None
    cohorts: tuple[Cohort, ...]

    @property
    def entered(self) -> int:
        """Customers of all cohorts."""
        return sum(cohort.entered for cohort in self.cohorts)


def cohort_unit(period: Period, info: GenerationInfo) -> str:
    """What entries of the period are told by: weeks up to four months, months up to three years, else quarters."""
    first, last = period.since or info.first_day, period.until or info.last_day
    days = (last - first).days if first and last else 0
    return WEEK if days <= _WEEKS else MONTH if days <= _MONTHS else QUARTER


def longer_unit(unit: str, lines: Sequence[Line]) -> str | None:
    """The next longer unit where most cohorts hold fewer than 30 customers; None where the unit may stay.

    Under six cohorts nothing is joined: two points would be no line.
    """
    sizes = [cohort.entered for line in lines for cohort in line.cohorts if cohort.entered]
    if unit == QUARTER or max((len(line.cohorts) for line in lines), default=0) < _FEWEST:
        return None
    few = sum(size < MIN_CUSTOMERS for size in sizes)
    return {WEEK: MONTH, MONTH: QUARTER}[unit] if 2 * few > len(sizes) else None


def funnel_time(frame: pd.DataFrame, unit: str, level: str | None) -> tuple[Line, ...]:
    """Everybody, then each group, the largest first.

    Args:
        frame: sums by `data_access.funnel_time.fetch_funnel_time`.
        unit: as it was asked for.
        level: what it is broken down by; None = nothing.
    """
    found: dict[str | None, dict[date, Mapping[Any, Any]]] = {None: {}}
    for row in plain_rows(frame):
        group = None if level is None or pd.isna(row[level]) else str(row[level])
        found.setdefault(group, {})[_day(row["cohort"])] = row
    days = _days(found[None], unit)
    lines = [Line(group, tuple(_cohort(day, rows.get(day)) for day in days)) for group, rows in found.items()]
    return tuple(sorted(lines, key=lambda line: (line.group is not None, -line.entered, line.group or "")))


def _days(rows: Mapping[date, Any], unit: str) -> Sequence[date]:
    """First days of all cohorts from the first to the last, those without an entry included."""
    if not rows:
        return ()
    days = [min(rows)]
    while days[-1] < max(rows):
        months = {MONTH: 1, QUARTER: 3}.get(unit)
        days.append(
            add_months(days[-1], months) if months else days[-1] + timedelta(days=1 if unit == DAY else 7)
        )
    return days


def _cohort(day: date, row: Mapping[Any, Any] | None) -> Cohort:
    if row is None:
        return Cohort(day, 0, 0, 0, None, None, None, None)
    young = int(row["young_entered"])
    entered, passed = int(row["entered"]) + young, int(row["passed"]) + int(row["young_passed"])
    interval = wilson(passed, entered)
    return Cohort(
        first_day=day,
        entered=entered,
        passed=passed,
        young=young,
        rate=passed / entered if entered else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        median_days=None if pd.isna(row["median_days"]) else float(row["median_days"]),
    )


def _day(value: Any) -> date:
    return date.fromisoformat(str(value)[:10])
