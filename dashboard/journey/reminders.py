"""What somebody is reminded of on a day: appointments, checks that become possible, actions that are late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dashboard.journey.plan import ActionRecord
from dashboard.journey.support import SupportRecord

_AGAIN = 7  # days: a late action is told on its first late day and each week after


class Cause(StrEnum):
    """Why somebody is reminded."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    LOOK = "look"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One line of a letter.

    Attributes:
        user_id: who is reminded.
        title: of the appointment or the action.
        number: the week that can be checked, or the days that it is late; 0 of appointments.
    """

    user_id: int
    cause: Cause
    title: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """A measured action: whose it is, and the day of each weekly look."""

    user_id: int
    title: str
    looks: tuple[date, ...]


def due(
    support: Iterable[SupportRecord],
    watched: Iterable[Watched],
    actions: Iterable[ActionRecord],
    today: date,
) -> tuple[Reminder, ...]:
    """Everything that is told on a day, the nearest first.

    Args:
        today: in the engagement's zone.
    """
    found = [*_appointments(support, today), *_looks(watched, today), *_late(actions, today)]
    order = list(Cause)
    return tuple(sorted(found, key=lambda one: (order.index(one.cause), one.title)))


def _appointments(support: Iterable[SupportRecord], today: date) -> Iterator[Reminder]:
    causes = {today: Cause.TODAY, today + timedelta(1): Cause.TOMORROW}
    for one in support:
        if not one.done and one.day in causes:
            yield Reminder(one.user_id, causes[one.day], one.title)


def _looks(watched: Iterable[Watched], today: date) -> Iterator[Reminder]:
    for one in watched:
        if today in one.looks:
            yield Reminder(one.user_id, Cause.LOOK, one.title, one.looks.index(today) + 1)


def _late(actions: Iterable[ActionRecord], today: date) -> Iterator[Reminder]:
    """Actions without an owner remind nobody: the board shows them."""
    for one in actions:
        if one.owner_id is None or one.due_on is None or not one.overdue(today):
            continue
        days = (today - one.due_on).days
        if days % _AGAIN == 1:
            yield Reminder(one.owner_id, Cause.LATE, one.title, days)
