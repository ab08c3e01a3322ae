"""The plan on a line of days: where each bar begins and ends, as shares of the whole width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.journey.plan import ActionRecord, Status

_AROUND = timedelta(days=7)  # of air before the first day and after the last
_LEAST = 28  # days: a plan of two days is no wall


@dataclass(frozen=True, slots=True)
class Bar:
    """One action on the line.

    Attributes:
        left, width: of the planned time, shares of the whole.
        late: left and width of the days after the due day, until today; None where it is not overdue.
        live: where it went live; None before.
    """

    action: ActionRecord
    left: float
    width: float
    late: tuple[float, float] | None
    live: float | None


@dataclass(frozen=True, slots=True)
class Need:
    """A dependency between two bars.

    Attributes:
        before, after: places of the bars.
        start, end: where the first one ends and where the second one begins.
        broken: the second one begins before the first one ends.
    """

    before: int
    after: int
    start: float
    end: float
    broken: bool


@dataclass(frozen=True, slots=True)
class Gantt:
    """The drawing.

    Attributes:
        days: how many days it is wide.
        months: first day, left and width of each month; `weeks` the left of each Monday.
        today: the middle of this day.
        undated: actions without any day.
    """

    days: int
    months: tuple[tuple[date, float, float], ...]
    weeks: tuple[tuple[date, float], ...]
    today: float
    bars: tuple[Bar, ...]
    needs: tuple[Need, ...]
    undated: tuple[ActionRecord, ...]


def gantt(actions: Sequence[ActionRecord], today: date) -> Gantt | None:
    """The drawing of the actions that are not dropped; None where none of them has a day."""
    alive = [one for one in actions if one.status is not Status.DROPPED]
    spans = {one.id: span for one in alive if (span := _span(one)) is not None}
    if not spans:
        return None
    dated = sorted((one for one in alive if one.id in spans), key=lambda one: (*spans[one.id], one.id))
    first = min(today, *(span[0] for span in spans.values())) - _AROUND
    last = max(
        today,
        *(max(span[1], one.live_on or span[1]) for one, span in ((one, spans[one.id]) for one in dated)),
    )
    line = _Line(first, max((last + _AROUND - first).days + 1, _LEAST))
    bars = tuple(_bar(line, one, spans[one.id], today) for one in dated)
    return Gantt(
        line.days,
        line.months(),
        line.weeks(),
        line.at(today) + 0.5 / line.days,
        bars,
        _needs(bars),
        tuple(one for one in alive if one.id not in spans),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    first: date
    days: int

    def at(self, day: date) -> float:
        return (day - self.first).days / self.days

    def months(self) -> tuple[tuple[date, float, float], ...]:
        end = self.first + timedelta(days=self.days)
        found, day = [], self.first
        while day < end:
            following = min(end, (day.replace(day=1) + timedelta(days=32)).replace(day=1))
            found.append((day, self.at(day), (following - day).days / self.days))
            day = following
        return tuple(found)

    def weeks(self) -> tuple[tuple[date, float], ...]:
        days = (self.first + timedelta(days=number) for number in range(self.days))
        return tuple((day, self.at(day)) for day in days if day.weekday() == 0)


def _span(one: ActionRecord) -> tuple[date, date] | None:
    """First and last planned day; one that has a single day is a day long."""
    known = [day for day in (one.starts_on, one.due_on) if day is not None] or [
        day for day in (one.live_on,) if day is not None
    ]
    return (known[0], known[-1]) if known else None


def _bar(line: _Line, one: ActionRecord, span: tuple[date, date], today: date) -> Bar:
    start, end = span
    after = end + timedelta(days=1)
    late = None
    if one.overdue(today):
        late = (line.at(after), (today - end).days / line.days)
    live = None if one.live_on is None else line.at(one.live_on) + 0.5 / line.days
    return Bar(one, line.at(start), (after - start).days / line.days, late, live)


def _needs(bars: Sequence[Bar]) -> tuple[Need, ...]:
    places = {bar.action.id: place for place, bar in enumerate(bars)}
    found = []
    for place, bar in enumerate(bars):
        for need in bar.action.needs:
            if need in places:
                other = bars[places[need]]
                end = other.left + other.width
                found.append(Need(places[need], place, end, bar.left, bar.left < end - 1e-9))
    return tuple(found)
