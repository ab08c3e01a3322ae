"""Days of one source that look wrong: spans without rows, weeks with far more or fewer rows than before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import exp
from statistics import median

_DAY, _WEEK = timedelta(1), timedelta(7)
_ALWAYS = 0.9  # a weekday with rows on nine of ten of its dates has some as a rule
_CHANCE = 0.001  # a span of empty days that happens by itself less often is a gap
_PURE = 4  # dates of pure chance beside those that are known: a few equal ones prove no clockwork
_AROUND = 13  # weeks before and after an empty span that say what is usual there
_FEWEST = 4  # dates of a weekday that make a pattern
_BEFORE = 8  # weeks that a week is compared with
_FAR = 3.5  # robust standard deviations
_MUCH = 0.3
_SIGMA = 1.4826  # a normal distribution's deviation for one median absolute deviation


@dataclass(frozen=True, slots=True)
class Gap:
    """A span without rows that does not fit the weekdays around it.

    Attributes:
        since, last: first and last empty day.
        missing: days of it on which rows were to be expected.
    """

    since: date
    last: date
    missing: int

    @property
    def days(self) -> int:
        """Days from end to end."""
        return (self.last - self.since).days + 1


@dataclass(frozen=True, slots=True)
class Jump:
    """A week, or several in a row, with far more or fewer rows than usual.

    Attributes:
        since: Monday of the first one; weeks: how many follow each other in the same direction.
        rows: of the first one; usual: median of the eight weeks before it.
    """

    since: date
    weeks: int
    rows: int
    usual: float

    @property
    def change(self) -> float:
        """By which share of the usual number the rows differ."""
        return self.rows / self.usual - 1 if self.usual else float("inf")


def find_gaps(days: Sequence[tuple[date, int]]) -> tuple[Gap, ...]:
    """Spans of empty days between the first and the last day that are unusual, the latest first.

    What is usual is said by the same weekdays within 13 weeks before and after the span, which itself does not
    count. A span is a gap where it would happen by chance less than once in a thousand: the chances of its days
    are multiplied. An empty day's chance is the share of its weekday's dates that are empty; where at least nine of
    ten have rows, it is exp(-median^2 / variance) of their rows, as counts scatter by themselves (the variance is that
    of the median deviation, so that a jump hides no gap, and four dates of pure chance are added). So a shop that is
    closed on Sundays has no gap there, a till with a hundred rows a day misses each single day, and a source with
    three rows a day misses three in a row. Where rows come by pure chance, at most about one gap a year is named
    (a test).

    Args:
        days: (day, rows) in order, days with rows alone.
    """
    if not days:
        return ()
    rows, first, last = dict(days), days[0][0], days[-1][0]
    found = []
    for (before, _), (after, _) in pairwise(days):
        if after - before > _DAY:
            gap = _gap(before + _DAY, after - _DAY, rows, first, last)
            if gap is not None:
                found.append(gap)
    return tuple(reversed(found))


def _gap(since: date, until: date, rows: Mapping[date, int], first: date, last: date) -> Gap | None:
    usual = [
        _usual([rows.get(day, 0) for day in _dates_around(weekday, since, until) if first <= day <= last])
        for weekday in range(7)
    ]
    chance, missing = 1.0, 0.0
    for back in range((until - since).days + 1):
        share, own = usual[(since + back * _DAY).weekday()]
        chance *= own
        missing += share
    return Gap(since, until, max(round(missing), 1)) if chance < _CHANCE else None


def _dates_around(weekday: int, since: date, until: date) -> list[date]:
    """The dates of a weekday within 13 weeks before and after a span."""
    before = since - ((since.weekday() - weekday - 1) % 7 + 1) * _DAY
    after = until + ((weekday - until.weekday() - 1) % 7 + 1) * _DAY
    dates = [before - number * _WEEK for number in range(_AROUND)]
    return dates + [after + number * _WEEK for number in range(_AROUND)]


def _usual(rows: Sequence[int]) -> tuple[float, float]:
    """Share of a weekday's dates that have rows, and the chance of one without; too few dates say nothing."""
    count = len(rows)
    if count < _FEWEST:
        return 0.0, 1.0
    share = sum(1 for one in rows if one) / count
    if share < _ALWAYS:
        return share, 1 - share
    middle = float(median(rows))
    own = (_SIGMA * median(abs(one - middle) for one in rows)) ** 2
    spread = (count * own + _PURE * middle) / (count + _PURE)
    return share, exp(-(middle**2) / spread)


def find_jumps(days: Sequence[tuple[date, int]]) -> tuple[Jump, ...]:
    """Whole weeks (Monday to Sunday) that leave the usual volume, the latest first.

    A week is compared with the median of the eight whole weeks before it. It jumps where it differs by more than
    3.5 robust deviations, the limit of Iglewicz and Hoaglin for outliers, and by at least 30 %, below which a marketer
    would do nothing. The deviation is 1.4826 x the median absolute deviation of the eight weeks, and at least the root
    of their median, since counts scatter by themselves. On independent weeks around 100 rows without any jump about
    1 of 1 000 is named, around 1 000 rows none of 10 000 (a test). Neighbouring weeks of the same direction are
    one jump: a new level is said once, until the eight weeks have learnt it.

    Args:
        days: (day, rows) in order, days with rows alone.
    """
    weeks = _whole_weeks(days)
    found: list[Jump] = []
    for place in range(_BEFORE, len(weeks)):
        monday, rows = weeks[place]
        earlier = [count for _, count in weeks[place - _BEFORE : place]]
        usual = float(median(earlier))
        spread = max(_SIGMA * median(abs(count - usual) for count in earlier), usual**0.5, 1.0)
        away = rows - usual
        if abs(away) <= _FAR * spread or abs(away) < _MUCH * usual:
            continue
        last = found[-1] if found else None
        same = last is not None and (last.rows > last.usual) == (away > 0)
        if last is not None and same and last.since + last.weeks * _WEEK == monday:
            found[-1] = Jump(last.since, last.weeks + 1, last.rows, last.usual)
        else:
            found.append(Jump(monday, 1, rows, usual))
    return tuple(reversed(found))


def _whole_weeks(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """(Monday, rows) of the weeks that lie between the first and the last day as a whole; empty ones too."""
    if not days:
        return []
    first, last = days[0][0], days[-1][0]
    monday = first + (-first.weekday() % 7) * _DAY
    sums: dict[date, int] = {}
    while monday + 6 * _DAY <= last:
        sums[monday] = 0
        monday += _WEEK
    for day, rows in days:
        start = day - day.weekday() * _DAY
        if start in sums:
            sums[start] += rows
    return list(sums.items())
