"""How whole the data are: spans, gaps, jumps and doubtful rows of each source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.analytics.health_days import Gap, Jump, find_gaps, find_jumps

DOUBTS = ("unmapped", "ownerless", "backward", "future")
FACTS = ("event", "transaction")  # kinds that figures are made of and that decide the data end
# from which share of the rows on a doubt deserves a look: people do go back and forth between stages, so order is
# a hint alone, while a row of the future is wrong wherever it stands
LOOK_FROM: Mapping[str, float] = {"unmapped": 0.01, "ownerless": 0.01, "backward": 0.1, "future": 0.0}
SHOWN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The last calendar month or week of a source, where it does not reach its end.

    Attributes:
        unit: `month` or `week` (Monday to Sunday).
        since: its first day.
        day, days: the last day with rows, counted from 1, and how many days the unit has.
    """

    unit: str
    since: date
    day: int
    days: int


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One kind of facts of one source.

    Attributes:
        kind: `event`, `transaction`, `outcome`, `survey` or `cost`.
        rows: everything imported, set aside or not; amount: money of transactions and costs.
        first_day, last_day: first and last local day with rows that are not of the future; None without such rows.
        behind: days by which it ends before the source of events or transactions that reaches furthest.
        gaps: spans without rows that do not fit its weekdays, the latest first.
        jumps: weeks with far more or fewer rows than before, the latest first.
        doubts: `unmapped`, `ownerless`, `backward`, `future` -> rows.
        unfinished: the last month and week, where they do not reach their end.
        recent: rows of each of the last 90 days up to the last one, for a small line.
    """

    source: str
    kind: str
    rows: int
    amount: Decimal
    first_day: date | None
    last_day: date | None
    behind: int
    gaps: tuple[Gap, ...]
    jumps: tuple[Jump, ...]
    doubts: Mapping[str, int]
    unfinished: tuple[Unfinished, ...]
    recent: tuple[int, ...]

    def share(self, doubt: str) -> float | None:
        """Rows with a doubt among all rows; None without rows."""
        return self.doubts[doubt] / self.rows if self.rows else None

    @property
    def looks(self) -> tuple[str, ...]:
        """The doubts that are frequent enough to deserve a look."""
        found = ((name, self.share(name)) for name in DOUBTS)
        return tuple(name for name, share in found if share and share >= LOOK_FROM[name])

    @property
    def longest_gap(self) -> Gap | None:
        """The gap with most days between its ends."""
        return max(self.gaps, key=lambda gap: gap.days, default=None)

    def age(self, today: date) -> int | None:
        """Days since the last row."""
        return None if self.last_day is None else (today - self.last_day).days


@dataclass(frozen=True, slots=True)
class Health:
    """The whole engagement.

    Attributes:
        sources: by name, then kind.
        ends: kind of facts -> the last day that its furthest source reaches; events and transactions alone.
    """

    sources: tuple[SourceHealth, ...]
    ends: Mapping[str, date]

    @property
    def apart(self) -> bool:
        """True where events and transactions end more than a day apart: figures of both are of different age."""
        days = list(self.ends.values())
        return bool(days) and (max(days) - min(days)).days > 1


def health(frame: pd.DataFrame) -> Health:
    """What the days of the sources say.

    Args:
        frame: `data_access.health.fetch_health`.
    """
    parts = [
        (str(source), str(kind), part)
        # pandas types the key of two columns as one value
        for (source, kind), part in frame.groupby(["source", "kind"])  # type: ignore[misc]
    ]
    seen = {(source, kind): _counted_days(part) for source, kind, part in parts}
    ends = {
        kind: max(lasts)
        for kind in FACTS
        if (lasts := [days[-1][0] for (_, of), days in seen.items() if of == kind and days])
    }
    latest = max(ends.values(), default=None)
    rows = tuple(_source(source, kind, part, seen[source, kind], latest) for source, kind, part in parts)
    return Health(rows, ends)


def _counted_days(part: Any) -> list[tuple[date, int]]:
    """(day, rows) of the days whose rows are not all of the future, in order."""
    return sorted(
        (_day(day), rows)
        for day, rows in zip(part["local_day"], (part["rows"] - part["future"]).tolist(), strict=True)
        if rows
    )


def _source(
    source: str, kind: str, part: Any, days: Sequence[tuple[date, int]], latest: date | None
) -> SourceHealth:
    first, last = (days[0][0], days[-1][0]) if days else (None, None)
    recent: tuple[int, ...] = ()
    if last is not None:
        rows = dict(days)
        recent = tuple(rows.get(last - timedelta(back), 0) for back in reversed(range(SHOWN_DAYS)))
    return SourceHealth(
        source,
        kind,
        int(part["rows"].sum()),
        sum(part["amount"], Decimal(0)),
        first,
        last,
        max((latest - last).days, 0) if latest is not None and last is not None else 0,
        find_gaps(days),
        find_jumps(days),
        {name: int(part[name].sum()) for name in DOUBTS},
        _unfinished(last),
        recent,
    )


def _unfinished(last: date | None) -> tuple[Unfinished, ...]:
    if last is None:
        return ()
    month = last.replace(day=1)
    whole = ((month + timedelta(31)).replace(day=1) - month).days
    monday = last - timedelta(last.weekday())
    units = (
        Unfinished("month", month, last.day, whole),
        Unfinished("week", monday, last.weekday() + 1, 7),
    )
    return tuple(unit for unit in units if unit.day < unit.days)


def _day(value: date) -> date:
    """A plain day, whatever the engine's driver gives."""
    return date(value.year, value.month, value.day)
