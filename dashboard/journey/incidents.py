"""Incidents: what a look at a period says, what an alert tells, and how far an incident is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from dashboard.journey.alerts import AlertKind, AlertRule, Base
from dashboard.journey.targets import Kpi


class State(StrEnum):
    """What a look at one period says; `UNKNOWN` has a reason and is neither an alert nor the end of one."""

    FIRING = "firing"
    CALM = "calm"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Signal:
    """One period under one rule.

    Attributes:
        since, until: the period, `until` its first day after.
        value: of the figure, in its unit; of `DATA` and `OVERDUE` days.
        low, high: likely range of the value: Wilson 95 % of shares; of a forecast its own; None = unknown.
        base: what it is held against, `base_name` says which.
        limit: where the alert begins on the side that counts.
        n: customers (of money: deals; of `OVERDUE`: actions) behind it.
        reason: why it is unknown: `low_n`, `not_ripe`, `no_base`, `no_data`, or a reason of a target.
        settled: calm by a margin, so that one period is enough to close an incident.
    """

    since: date
    until: date
    state: State
    value: float | None = None
    low: float | None = None
    high: float | None = None
    base: float | None = None
    base_name: Base | None = None
    limit: float | None = None
    n: int = 0
    reason: str | None = None
    settled: bool = False

    @property
    def severity(self) -> float:
        """How far beyond: distance from the base in limits, 1 = just at the limit; 0 where it is unknown."""
        if self.value is None or self.base is None or self.limit is None:
            return 0.0
        room = abs(self.limit - self.base)
        far = abs(self.value - self.base)
        if (
            not room
        ):  # a level that was named is its own base: a tenth of it counts as much as the room elsewhere
            return 1.0 + far / (0.1 * abs(self.limit) or 1.0)
        return far / room


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the change.

    Attributes:
        name: of a segment, channel or manager; "" = all the others together.
        effect: its part of the change, in the figure's unit; all parts add up to it.
        share: part of the change, 1 = all of it; None where nothing changed.
    """

    name: str
    effect: float
    share: float | None


@dataclass(frozen=True, slots=True)
class IncidentFigures:
    """What an incident says of its last look.

    Attributes:
        rule: number of the rule that says so.
        kind, kpi: of that rule.
        since, until: the period that was looked at.
        began: first day of the first period beyond the limit.
        value, low, high, base, base_name, limit, n: see `Signal`.
        dimension: what the slices are: `segment`, `channel`, `manager`, `action`, `source`; "" = not explained.
        slices: the three that made most of the change; `rest` the others together.
        usual: what the parts of the change are measured from: the base, or of a named level its own past.
        money: what the difference to it is worth in the period, below zero = lost; None = not known.
        link: path and search of the exact state.
        measure: key of the measure of the library that is proposed; "" = none.
        severity: see `Signal`; `told` what it was at the last message.
    """

    rule: int
    kind: AlertKind
    kpi: Kpi | None
    since: date
    until: date
    began: date
    value: float | None = None
    low: float | None = None
    high: float | None = None
    base: float | None = None
    base_name: Base | None = None
    limit: float | None = None
    n: int = 0
    dimension: str = ""
    slices: tuple[Slice, ...] = ()
    rest: float | None = None
    usual: float | None = None
    money: float | None = None
    link: str = ""
    measure: str = ""
    severity: float = 0.0
    told: float = 0.0

    @property
    def change(self) -> float | None:
        """Difference to the base, in the figure's unit."""
        return None if self.value is None or self.base is None else self.value - self.base

    def to_json(self) -> dict[str, Any]:
        """As incidents keep it."""
        kept = asdict(self)
        days = {name: getattr(self, name).isoformat() for name in ("since", "until", "began")}
        return kept | days | {"slices": [asdict(one) for one in self.slices]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The figures that `to_json` kept."""
        days = {name: date.fromisoformat(kept[name]) for name in ("since", "until", "began")}
        words = {
            "kind": AlertKind(kept["kind"]),
            "kpi": Kpi(kept["kpi"]) if kept["kpi"] else None,
            "base_name": Base(kept["base_name"]) if kept["base_name"] else None,
            "slices": tuple(Slice(**one) for one in kept["slices"]),
        }
        return cls(**{**kept, **days, **words})

    def with_(self, **changes: Any) -> IncidentFigures:
        """The same figures with some changed."""
        return replace(self, **changes)


class IncidentStatus(StrEnum):
    """How far an incident is."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class EventKind(StrEnum):
    """What happened to an incident."""

    OPENED = "opened"
    UPDATED = "updated"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    OWNER = "owner"
    RESOLVED = "resolved"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """One line of an incident's history; `who` None = the worker.

    Attributes:
        text: a comment, the owner's name, until when it is snoozed, or why it was resolved (`RESOLVED_*`).
        figures: of that look; None where nothing was looked at.
    """

    kind: EventKind
    at: datetime
    text: str = ""
    who: str | None = None
    figures: IncidentFigures | None = None


RESOLVED_BACK = "back"  # within its limits again
RESOLVED_NEW_LEVEL = "new_level"  # so long beyond them that this is the usual level now
RESOLVED_NO_RULE = "no_rule"  # nothing watches this cause any more


@dataclass(frozen=True, slots=True)
class Incident:
    """One cause, from its first sign to its end.

    Attributes:
        rule: what watches it, with the place (`kpi`, `stage`, `segment`, `channel`).
        seen_at: last look at which it was still so.
        snoozed_until: no messages before (naive UTC).
        events: the oldest first; empty in lists.
    """

    id: int
    engagement: str
    rule: AlertRule
    cause: str
    status: IncidentStatus
    figures: IncidentFigures
    opened_at: datetime
    seen_at: datetime
    owner_id: int | None = None
    owner: str | None = None
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    version: int = 0
    events: tuple[IncidentEvent, ...] = ()

    def silent(self, now: datetime) -> bool:
        """True while nobody wants to hear of it: somebody looks after it, or it is snoozed."""
        snoozed = self.snoozed_until is not None and self.snoozed_until > now
        return snoozed or self.status is IncidentStatus.ACKNOWLEDGED


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of periods beyond a rule's limits: what would have been, or is, one incident.

    Attributes:
        opened: the period that fired first; `last` the last one that fired.
        closed: the period that ended it; None = it goes on.
        worst: the period farthest from its base.
        ended: `RESOLVED_BACK` or `RESOLVED_NEW_LEVEL`; "" while it goes on.
    """

    opened: Signal
    last: Signal
    worst: Signal
    closed: Signal | None = None
    ended: str = ""


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a rule would have said: "it would have fired 3 times in the last year".

    Attributes:
        looked: periods that could be judged; `unknown` those that could not, with their reasons.
        episodes: the oldest first.
        reason: why nothing can be said; None where something can.
    """

    looked: int
    unknown: Mapping[str, int]
    episodes: tuple[Episode, ...]
    since: date | None = None
    until: date | None = None
    reason: str | None = None
