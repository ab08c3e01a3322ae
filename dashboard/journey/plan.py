"""The action plan: how far an action is, and an action as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Columns of the board, in their order."""

    IDEA = "idea"
    IN_PROGRESS = "in_progress"
    LIVE = "live"
    MEASURED = "measured"
    DROPPED = "dropped"

    @property
    def to_do(self) -> bool:
        """True before it goes live: its due day still counts."""
        return self in (Status.IDEA, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """A planned fix: whose it is, when, what it is worth and how that is measured.

    Attributes:
        chain_id: number of the chain bottleneck -> action -> effect -> decision; None: not of one bottleneck.
        chain_segment, from_stage, to_stage: the chain's bottleneck; empty without a chain. An action may be moved
            to another segment or stage, its chain stays.
        scenario_id: the kept scenario that it comes from.
        problem: the bottleneck in measured words.
        stage, segment, channel, touchpoint: where; an empty segment is everybody.
        owner_id, owner: who does it; None = nobody yet.
        live_on: the day it went live, in the engagement's zone.
        cost: money to spend.
        lift: expected, share of conversion: 0.02 is two points.
        value: expected money.
        source: where lift and money come from: `{"kind", "search", "low", "high", "period", ...}`.
        measure: how the effect will be measured; `comparison` the group that is left as it is.
        needs: actions that have to be done before.
        version: grows with each change.
        author: name of who made it.
    """

    id: int
    engagement: str
    chain_id: int | None
    chain_segment: str
    from_stage: str
    to_stage: str
    scenario_id: int | None
    title: str
    problem: str
    status: Status
    stage: str
    segment: str
    channel: str
    touchpoint: str
    owner_id: int | None
    owner: str | None
    starts_on: date | None
    due_on: date | None
    live_on: date | None
    cost: Decimal | None
    lift: float | None
    value: Decimal | None
    source: Mapping[str, Any]
    measure: str
    comparison: str
    decision: str
    needs: tuple[int, ...]
    version: int
    author: str
    created_at: datetime
    changed_at: datetime

    def overdue(self, today: date) -> bool:
        """True where it is still to be done and its day has passed."""
        return self.due_on is not None and self.due_on < today and self.status.to_do


class EntryKind(StrEnum):
    """What people add below an action."""

    CHECK = "check"
    COMMENT = "comment"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the checklist, a comment, or a link to a file.

    Attributes:
        url: of a link; http or https.
        done: of the checklist.
        author: name of who wrote it.
    """

    id: int
    kind: EntryKind
    text: str
    url: str
    done: bool
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One field that somebody changed: values as they are kept, None for nothing."""

    at: datetime
    who: str
    field: str
    before: str | None
    after: str | None
