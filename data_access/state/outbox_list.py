"""What people see of the outbox: how each way does, the last messages of an engagement, and one more try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.engine import writing
from data_access.state.outbox import Status, Way
from data_access.state.schema import user
from data_access.state.schema_watch import endpoint, outbox

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class WayState:
    """How one way does in the whole installation.

    Attributes:
        waiting: messages that are not sent yet.
        last_sent: when one was accepted last (naive UTC).
        last_tried, error: the last attempt that failed, where no message went out after it.
    """

    way: Way
    waiting: int
    last_sent: datetime | None
    last_tried: datetime | None = None
    error: JourneyError | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One message in the list.

    Attributes:
        receiver: a person's name, or the endpoint's; empty where it was deleted.
        due_at: not before, while it waits.
        error: why the last attempt failed, or why it was dropped.
    """

    id: int
    kind: str
    way: Way
    receiver: str
    subject: str
    status: Status
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    error: JourneyError | None


def states(engine: sa.Engine) -> tuple[WayState, ...]:
    """Every way, also one that nothing ever went."""
    waits = sa.func.count(sa.case((outbox.c.status == Status.WAITING, 1)))
    query = sa.select(outbox.c.way, waits.label("waiting"), sa.func.max(outbox.c.sent_at).label("sent"))
    with engine.connect() as connection:
        found = {row.way: row for row in connection.execute(query.group_by(outbox.c.way))}
        return tuple(_state(connection, way, found.get(way)) for way in Way)


def last(engine: sa.Engine, who: UserRecord, engagement: str, limit: int = MOST_LINES) -> tuple[Line, ...]:
    """The newest messages of an engagement, the last first.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    authorize(who, engagement, Action.APPROVE)
    refuse_guest(who, Action.APPROVE)
    query = (
        sa.select(outbox, user.c.name.label("person"), endpoint.c.name.label("place"))
        .join(user, user.c.id == outbox.c.user_id)
        .outerjoin(endpoint, endpoint.c.id == outbox.c.endpoint_id)
        .where(outbox.c.engagement == engagement)
        .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
        .limit(limit)
    )
    with engine.connect() as connection:
        return tuple(_line(row) for row in connection.execute(query))


def again(engine: sa.Engine, who: UserRecord, row_id: int, now: datetime) -> None:
    """Try a message once more that was given up: under the same number, so that receivers know a repeat.

    Raises:
        JourneyError: `unknown_message` (404), `no_right`.
    """
    with writing(engine) as connection:
        given_up = sa.select(outbox.c.engagement).where(
            outbox.c.id == row_id, outbox.c.status == Status.FAILED
        )
        key = connection.scalar(given_up.with_for_update())
        if key is None or key not in who.engagements:
            raise JourneyError("unknown_message", status=404)
        authorize(who, key, Action.APPROVE)
        refuse_guest(who, Action.APPROVE)
        fresh = {"status": Status.WAITING, "attempts": 0, "due_at": now}
        connection.execute(sa.update(outbox).where(outbox.c.id == row_id).values(fresh))
        audit.note(connection, who.login, "message.again", key, number=row_id)


def _state(connection: sa.Connection, way: Way, row: Any) -> WayState:
    if row is None:
        return WayState(way, 0, None)
    failure = (
        sa.select(outbox.c.tried_at, outbox.c.error)
        .where(
            outbox.c.way == way,
            outbox.c.status.in_([Status.WAITING, Status.FAILED]),
            outbox.c.attempts > 0,
            *([outbox.c.tried_at > row.sent] if row.sent else []),
        )
        .order_by(outbox.c.tried_at.desc(), outbox.c.id.desc())
    )
    told = next((one for one in connection.execute(failure.limit(MOST_LINES)) if one.error), None)
    if told is None:
        return WayState(way, row.waiting, row.sent)
    return WayState(way, row.waiting, row.sent, told.tried_at, JourneyError.of(told.error))


def _line(row: Any) -> Line:
    way = Way(row.way)
    return Line(
        row.id,
        row.kind,
        way,
        row.person if way is Way.MAIL else (row.place or ""),
        row.content["subject"],
        Status(row.status),
        row.attempts,
        row.created_at,
        row.due_at,
        row.sent_at,
        JourneyError.of(row.error) if row.error else None,
    )
