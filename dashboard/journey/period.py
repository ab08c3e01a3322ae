"""Periods: half-open spans of whole days in the engagement's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.errors import JourneyError

_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_QUARTER = re.compile(r"^(\d{4})Q([1-4])$")
_YEAR = re.compile(r"^(\d{4})$")
_UNIT_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Days `since <= day < until`; a missing end is open ("every stored fact").

    Attributes:
        since: first day that counts, or None.
        until: first day that no longer counts, or None.
    """

    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since >= self.until:
            raise JourneyError("empty_period", since=self.since, until=self.until)

    @property
    def bounded(self) -> bool:
        """True where both ends are known, so that lengths can be compared."""
        return self.since is not None and self.until is not None

    @property
    def days(self) -> int | None:
        """Length [days]; None where an end is open."""
        return (self.until - self.since).days if self.since and self.until else None

    @property
    def unit(self) -> str | None:
        """`month`, `quarter` or `year` where the period is exactly one; None otherwise."""
        if not (self.since and self.until) or self.since.day != 1:
            return None
        for name, months in _UNIT_MONTHS.items():
            aligned = (self.since.month - 1) % months == 0
            if aligned and add_months(self.since, months) == self.until:
                return name
        return None

    def finished(self, data_end_day: date | None) -> bool:
        """True where the data cover the period to its last day; an open end asks for what there is."""
        if self.until is None:
            return True
        return data_end_day is not None and self.until <= data_end_day + timedelta(days=1)

    def previous(self) -> Period:
        """The period before: the preceding month, quarter or year, else as many days before.

        Raises:
            JourneyError: `compare_needs_period` where an end is open.
        """
        if not (self.since and self.until):
            raise JourneyError("compare_needs_period")
        months = _UNIT_MONTHS.get(self.unit or "")
        if months:
            return Period(add_months(self.since, -months), self.since)
        return Period(self.since - (self.until - self.since), self.since)

    def earlier(self, count: int, first_day: date | None) -> list[Period]:
        """Up to `count` periods of equal length before this one, the latest first, all after the first day.

        None where an end is open, or where the data begin too late for a whole one.
        """
        found: list[Period] = []
        period = self
        while period.bounded and first_day is not None and len(found) < count:
            period = period.previous()
            if period.since is None or period.since < first_day:
                break
            found.append(period)
        return found

    def year_ago(self) -> Period:
        """The same days of the year before (29 February becomes 28 February)."""
        if not (self.since and self.until):
            raise JourneyError("compare_needs_period")
        return Period(add_months(self.since, -12), add_months(self.until, -12))

    def head(self, days: int) -> Period:
        """The first `days` days, for comparing an unfinished period with like."""
        if self.since is None:
            raise JourneyError("compare_needs_period")
        end = self.since + timedelta(days=days)
        return Period(self.since, min(end, self.until) if self.until else end)

    def token(self) -> str:
        """The short form of the URL: `2026Q3`, `2026-03`, `2026`, `2026-01-05..2026-02-01` or `all`."""
        if self.since is None and self.until is None:
            return "all"
        match self.unit, self.since:
            case "month", date() as day:
                return f"{day:%Y-%m}"
            case "quarter", date() as day:
                return f"{day.year}Q{(day.month + 2) // 3}"
            case "year", date() as day:
                return f"{day.year}"
        return f"{self.since or ''}..{self.until or ''}"

    @classmethod
    def parse(cls, token: str) -> Period:
        """Read what `token()` writes.

        Raises:
            JourneyError: `bad_period` with the text that was not understood.
        """
        text = token.strip()
        try:
            if text == "all":
                return cls()
            if found := _YEAR.match(text):
                return cls.of_months(date(int(found[1]), 1, 1), 12)
            if found := _QUARTER.match(text):
                return cls.of_months(date(int(found[1]), int(found[2]) * 3 - 2, 1), 3)
            if found := _MONTH.match(text):
                return cls.of_months(date(int(found[1]), int(found[2]), 1), 1)
            since, separator, until = text.partition("..")
            if not separator:
                raise ValueError(text)
            return cls(
                date.fromisoformat(since) if since else None, date.fromisoformat(until) if until else None
            )
        except ValueError as error:
            raise JourneyError("bad_period", value=token) from error

    @classmethod
    def of_months(cls, first: date, months: int) -> Period:
        """`months` whole months from the first day of one."""
        return cls(first, add_months(first, months))


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def pieces_of(
    period: Period, unit: str, first_day: date | None, last_day: date | None
) -> list[tuple[str, Period]]:
    """Each day, week (from Monday), month, quarter or year of the period, clipped to it: `("2026-03", Period)`.

    Open ends stop at the first and last day of the data; without data there is none.
    """
    start = period.since or first_day
    end = period.until or (last_day + timedelta(days=1) if last_day else None)
    pieces: list[tuple[str, Period]] = []
    while start is not None and end is not None and start < end:
        following = min(unit_of(start, unit)[1], end)
        pieces.append((piece_name(start, unit), Period(start, following)))
        start = following
    return pieces


def unit_of(day: date, unit: str) -> tuple[date, date]:
    """The day, week (from Monday), month, quarter or year that holds a day: its first day, and the first after it."""
    if unit == "day":
        return day, day + timedelta(days=1)
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    months = _UNIT_MONTHS[unit]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months)


def ends_of(
    period: Period, unit: str, first_day: date | None, last_day: date | None
) -> list[tuple[str, Period]]:
    """The first and the last of `pieces_of`, without the whole units between them."""
    start = period.since or first_day
    end = period.until or (last_day + timedelta(days=1) if last_day else None)
    if start is None or end is None or start >= end:
        return []
    second, last = unit_of(start, unit)[1], unit_of(end - timedelta(days=1), unit)[0]
    if last < second:
        return [(piece_name(start, unit), Period(start, end))]
    return [(piece_name(start, unit), Period(start, second)), (piece_name(last, unit), Period(last, end))]


def piece_name(day: date, unit: str) -> str:
    """The name of the calendar unit that holds a day, as in `pieces_of`."""
    return day.isoformat() if unit == "day" else Period(*unit_of(day, unit)).token()


def same_length(period: Period, other: Period, data_end_day: date | None) -> bool:
    """True where sums of the two periods may be compared: as many days, or one calendar unit each.

    An unfinished period counts the days up to the data end, as `comparison` does.
    """
    if period.unit is not None and period.unit == other.unit:
        return True
    covered = period
    if period.bounded and period.since and data_end_day is not None and not period.finished(data_end_day):
        covered = period.head(max(1, (data_end_day - period.since).days + 1))
    return covered.bounded and covered.days == other.days


def last_full_quarter(last_day: date) -> Period:
    """The latest calendar quarter whose every day is at or before `last_day`: what screens open on."""
    start = date(last_day.year, (last_day.month - 1) // 3 * 3 + 1, 1)
    quarter = Period.of_months(start, 3)
    finished = quarter.until is not None and quarter.until <= last_day + timedelta(days=1)
    return quarter if finished else quarter.previous()


def comparison(period: Period, compare: str, data_end_day: date | None) -> Period:
    """The period that a figure is compared with; an unfinished one meets as many days.

    Args:
        period: what is on the screen; both ends known.
        compare: `previous`, `year_ago` or `SINCE:UNTIL` (until exclusive).
        data_end_day: last day with complete data; None leaves lengths alone.

    Raises:
        JourneyError: `compare_needs_period`, or `bad_compare` for an unknown word.
    """
    if period.since is None or period.until is None:
        raise JourneyError("compare_needs_period")
    if compare == "previous":
        other = period.previous()
    elif compare == "year_ago":
        other = period.year_ago()
    else:
        since, separator, until = compare.partition(":")
        try:
            if not separator:
                raise ValueError(compare)
            other = Period(date.fromisoformat(since), date.fromisoformat(until))
        except ValueError as error:
            raise JourneyError("bad_compare", value=compare) from error
    if data_end_day is not None and period.since <= data_end_day < period.until - timedelta(days=1):
        return other.head((data_end_day - period.since).days + 1)
    return other
