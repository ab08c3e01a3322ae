"""What people keep about an effect: the registration that is said before the start, and the decision after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from dashboard.journey.plan import Status

EFFECT_WINDOW_DAYS = 28
MOST_WINDOW_DAYS = 90


@dataclass(frozen=True, slots=True)
class Promise:
    """What is said of an effect before it can be seen.

    Attributes:
        from_stage, to_stage: the step whose conversion the action shall lift.
        segment: whose; empty = everybody.
        channel: entries at touchpoints of this channel alone; empty = anywhere.
        starts_on: first day that counts, in the engagement's zone.
        expected: share of conversion that is promised (0.02 = two points).
        comparison: segments that are left as they are.
        weeks: how long the effect is watched.
        window_days: days after an entry in which going on counts: fixed before the start like the rest.
    """

    from_stage: str
    to_stage: str
    segment: str
    channel: str
    starts_on: date
    expected: float
    comparison: tuple[str, ...]
    weeks: int
    window_days: int = EFFECT_WINDOW_DAYS

    @property
    def last_look(self) -> date:
        """The day on which all that was promised can be told."""
        return self.starts_on + timedelta(days=7 * self.weeks + self.window_days)


@dataclass(frozen=True, slots=True)
class Intervention:
    """An action whose effect is measured, as it is kept.

    Attributes:
        title, status: of the action.
        detectable: least effect that the plan could tell on the day of the registration, a share; None = unknown.
        author: name of who registered it; `registered_at` naive UTC.
        version: grows with each change.
    """

    id: int
    engagement: str
    action_id: int
    title: str
    status: Status
    promise: Promise
    detectable: float | None
    author: str
    registered_at: datetime
    version: int


class DecisionKind(StrEnum):
    """What becomes of an action after a look at its effect."""

    KEEP = "keep"
    ADJUST = "adjust"
    STOP = "stop"

    @property
    def status(self) -> Status:
        """The column of the plan that the action moves to."""
        return _MOVES[self]


_MOVES = {
    DecisionKind.KEEP: Status.MEASURED,
    DecisionKind.ADJUST: Status.IN_PROGRESS,
    DecisionKind.STOP: Status.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the decision log; it is never changed.

    Attributes:
        action_id, title: the action; None and empty: of no single one.
        figures: what was on the screen: verdict, look, estimate and interval in points and money, data end.
        search: the state that was looked at, as the query string of /monitor.
        author: name of who decided; `at` naive UTC.
    """

    id: int
    engagement: str
    action_id: int | None
    title: str
    kind: DecisionKind
    reason: str
    figures: Mapping[str, Any]
    search: str
    author: str
    at: datetime
