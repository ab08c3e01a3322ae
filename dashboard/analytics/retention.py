"""Repeat cohorts: which share of the new customers of a month bought again, and how soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.statistics import wilson
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, add_months
from dashboard.journey.query import NO_SEGMENT, JourneyQuery, Split

HISTORY_TOO_SHORT = "history_too_short"
NO_NEXT_DEAL = "no_next_deal"
REPEATS = (2, 3)


@dataclass(frozen=True, slots=True)
class RetentionCell:
    """One mature cell of the cohort triangle.

    Attributes:
        month: of the customers' first deal, "2026-03".
        segment: as of the first deal; None = everybody.
        deal_no: 2 or 3, the deal that was reached.
        months_since: calendar months after the month of the first deal: counted up to its end.
        customers: of the cohort.
        repeated: of them with that deal by then.
        share: repeated / customers, 0..1; ci_low, ci_high: its Wilson 95 % interval.
        reasons: what to know: `month` `history_too_short` where earlier deals may lie before the data.
    """

    month: str
    segment: str | None
    deal_no: int
    months_since: int
    customers: int
    repeated: int
    share: float
    ci_low: float | None
    ci_high: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """Time from the n-th deal to the next one, of those who made it.

    Attributes:
        deal_no: n.
        customers: with an n-th deal in the period; repeated: of them with a next one so far.
        median_days, p75_days, p90_days: days of 24 h, of calendar days whole; None where nobody went on.
    """

    segment: str | None
    deal_no: int
    customers: int
    repeated: int
    median_days: float | None
    p75_days: float | None
    p90_days: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retention:
    """The triangle and the gaps; everybody first, then each segment where the query splits by it."""

    cells: tuple[RetentionCell, ...]
    gaps: tuple[Gap, ...]


def retention(
    frame: pd.DataFrame, gaps: Iterable[pd.DataFrame], query: JourneyQuery, info: GenerationInfo
) -> Retention:
    """From the frames of `data_access.retention`.

    Args:
        frame: of `fetch_retention`.
        gaps: of `fetch_gaps`, without the split and, where the query splits by segment, with it.

    Only cells whose month is over in the data have a row: later ones are not known yet.
    """
    records = [{str(name): value for name, value in row.items()} for row in plain_rows(frame)]
    cells = _cells(records, None, info, query)
    if Split.SEGMENT in query.by:
        for segment in _segments(info, {str(row["segment"]) for row in records}):
            cells += _cells([row for row in records if row["segment"] == segment], segment, info, query)
    found = [_gap(row) for one in gaps for row in plain_rows(one)]
    order = {None: -1} | {name: place for place, name in enumerate(_segments(info, _named(found)))}
    return Retention(tuple(cells), tuple(sorted(found, key=lambda gap: (order[gap.segment], gap.deal_no))))


def _named(gaps: list[Gap]) -> set[str]:
    return {gap.segment for gap in gaps if gap.segment is not None}


def _segments(info: GenerationInfo, found: set[str]) -> list[str]:
    known = [name for name in info.segments if name in found and name != NO_SEGMENT]
    others = sorted(found - set(known) - {NO_SEGMENT})
    return [*known, *others, *({NO_SEGMENT} & found)]


def _cells(
    records: list[dict[str, Any]], segment: str | None, info: GenerationInfo, query: JourneyQuery
) -> list[RetentionCell]:
    counts: dict[tuple[date, int, int], int] = {}
    for row in records:
        first = date.fromisoformat(str(row["month"])[:10])
        key = (first, int(row["deal_no"]), int(row["months_since"]))
        counts[key] = counts.get(key, 0) + int(row["customers"])
    cells = []
    for first in sorted({key[0] for key in counts}):
        customers = counts[first, 1, 0]
        short = info.first_day is None or first < info.first_day + timedelta(days=query.horizon)
        reasons = {"month": HISTORY_TOO_SHORT} if short else {}
        for deal_no in REPEATS:
            repeated = 0
            for since in range(_mature_months(first, info)):
                repeated += counts.get((first, deal_no, since), 0)
                ends = wilson(repeated, customers)
                cells.append(
                    RetentionCell(
                        f"{first:%Y-%m}",
                        segment,
                        deal_no,
                        since,
                        customers,
                        repeated,
                        repeated / customers,
                        ends.low if ends else None,
                        ends.high if ends else None,
                        reasons,
                    )
                )
    return cells


def _mature_months(first: date, info: GenerationInfo) -> int:
    """How many calendar months from `first` on are over in the data."""
    months = 0
    while Period.of_months(add_months(first, months), 1).finished(info.data_end_day):
        months += 1
    return months


def _gap(row: Mapping[Any, Any]) -> Gap:
    none = row["repeated"] == 0
    median, p75, p90 = (
        None if none else float(row[name]) for name in ("median_days", "p75_days", "p90_days")
    )
    return Gap(
        str(row["segment"]) if "segment" in row else None,
        int(row["deal_no"]),
        int(row["customers"]),
        int(row["repeated"]),
        median,
        p75,
        p90,
        dict.fromkeys(("median_days", "p75_days", "p90_days"), NO_NEXT_DEAL) if none else {},
    )
