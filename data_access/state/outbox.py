"""What has to be sent: queued with its cause in one transaction, held by one sender at a time, never forgotten.

A sender claims a row, sends, and writes that it is sent: `claim`, then `sent`, `failed` or `dropped`. Whoever dies in
between leaves a row that another sender takes over. Between the receiver's "accepted" and our line nobody can tell a
death from a failure; the row is sent again then, under the same `delivery` number, by which a receiver knows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.errors import JourneyError
from dashboard.journey.message import Message
from data_access.state.engine import writing
from data_access.state.lease import is_alive
from data_access.state.schema_watch import endpoint, outbox

BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)  # after the first, second, ... failure; after the last of them it is given up
HELD_FOR = timedelta(minutes=10)  # longer than any sending takes
OUTDATED_AFTER = timedelta(days=7)  # what waited so long for a mail server is of no use any more
KEPT_FOR = timedelta(days=30)  # what was sent, dropped or given up stays in the list so long


class Way(StrEnum):
    """How a message goes."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    TELEGRAM = "telegram"


class Status(StrEnum):
    """Where a message stands: `failed` is given up, `dropped` is no more wanted or allowed."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Held:
    """A message that this sender alone may send now.

    Attributes:
        user_id: the receiver; of an endpoint's message whose it was when it was queued.
        endpoint_id: None for e-mail, and where the endpoint was deleted meanwhile.
        content: what `Message.to_json` kept.
        delivery: the same at every attempt and of no other message: receivers know a repeat by it.
        attempts: this one included.
    """

    id: int
    engagement: str
    kind: str
    user_id: int
    way: Way
    endpoint_id: int | None
    content: Mapping[str, Any]
    delivery: str
    attempts: int
    holder: str

    @property
    def message(self) -> Message:
        """What is sent; read late, so that one that cannot be read holds up itself alone."""
        return Message.from_json(self.content)


def queue(
    connection: sa.Connection,
    key: str,
    engagement: str,
    kind: str,
    user_id: int,
    message: Message,
    now: datetime,
    *,
    endpoint_id: int | None = None,
) -> bool:
    """Queue a message in the caller's transaction; False where its cause was told before.

    Args:
        key: of cause and receiver, such as `digest:7:2026-11-16`; the same one is never queued twice.
        kind: 'alert', 'digest', 'reminder' or 'test'.
        user_id: the receiver, or whose endpoint it is: their right is asked again when it is sent.
        now: naive UTC.
    """
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    way = sa.select(endpoint.c.kind).where(endpoint.c.id == endpoint_id).scalar_subquery()
    made = (
        insert(outbox)
        .values(
            key=key,
            engagement=engagement,
            kind=kind,
            user_id=user_id,
            way=Way.MAIL if endpoint_id is None else way,
            endpoint_id=endpoint_id,
            content=message.to_json(),
            due_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(outbox.c.id)
    )
    return connection.scalar(made) is not None


def claim(engine: sa.Engine, holder: str, now: datetime, ways: Collection[Way]) -> Held | None:
    """Take the message that is due longest; None where none is.

    Nobody else gets it for `HELD_FOR`, unless the holder dies: a dead process of this machine holds nothing.

    Args:
        holder: who sends, by `data_access.state.lease.this_process`.
        ways: that messages can go now; what needs another one waits.
    """
    with writing(engine) as connection:
        row = connection.execute(_due(connection, now, ways)).first()
        if row is None:
            return None
        held = {
            "holder": holder,
            "held_until": now + HELD_FOR,
            "attempts": row.attempts + 1,
            "tried_at": now,
        }
        connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(held))
    return Held(
        row.id,
        row.engagement,
        row.kind,
        row.user_id,
        Way(row.way),
        row.endpoint_id,
        row.content,
        delivery_of(row.key, row.created_at),
        row.attempts + 1,
        holder,
    )


def sent(engine: sa.Engine, held: Held, now: datetime) -> bool:
    """Write that the receiver has accepted it; False where the hold ran out before."""
    return _ended(engine, held, status=Status.SENT, sent_at=now, error=sa.null())


def failed(engine: sa.Engine, held: Held, error: JourneyError, now: datetime, *, final: bool = False) -> None:
    """Write why it could not be sent: it is tried again after a pause, or given up.

    Args:
        final: the receiver will never take it, such as an address that does not exist.
    """
    told = error.plain()
    if final or held.attempts > len(BACK_OFF):
        _ended(engine, held, status=Status.FAILED, error=told)
    else:
        _ended(engine, held, due_at=now + BACK_OFF[held.attempts - 1], error=told)


def dropped(engine: sa.Engine, held: Held, reason: JourneyError) -> None:
    """Write why nobody shall get it any more: no right, no address, an endpoint that is off."""
    _ended(engine, held, status=Status.DROPPED, error=reason.plain())


def clean_up(engine: sa.Engine, now: datetime) -> dict[str, int]:
    """Remove what ended long ago, drop what waited too long to be of use: how many rows of each."""
    outdated = JourneyError("message_outdated", days=OUTDATED_AFTER.days).plain()
    old = outbox.c.status != Status.WAITING, outbox.c.created_at < now - KEPT_FOR
    waits = (
        outbox.c.status == Status.WAITING,
        outbox.c.due_at < now - OUTDATED_AFTER,
        sa.or_(outbox.c.held_until.is_(None), outbox.c.held_until <= now),
    )
    with writing(engine) as connection:
        removed = connection.execute(sa.delete(outbox).where(*old)).rowcount
        late = sa.update(outbox).where(*waits).values(status=Status.DROPPED, error=outdated)
        return {"removed": removed, "outdated": connection.execute(late).rowcount}


def delivery_of(key: str, created_at: datetime) -> str:
    """The number by which receivers know a message: of its cause and its moment, not of its row."""
    return hashlib.sha256(f"{key}\n{created_at.isoformat()}".encode()).hexdigest()[:32]


def _due(connection: sa.Connection, now: datetime, ways: Collection[Way]) -> sa.Select[Any, Any, Any]:
    waiting = outbox.c.status == Status.WAITING
    holders = sa.select(outbox.c.holder).where(waiting, outbox.c.held_until > now).distinct()
    dead = [one for one in connection.scalars(holders) if one and not is_alive(one)]
    free = sa.or_(
        outbox.c.held_until.is_(None),
        outbox.c.held_until <= now,
        outbox.c.holder.in_(dead),
    )
    due = waiting, outbox.c.due_at <= now, outbox.c.way.in_([str(way) for way in ways]), free
    first = sa.select(outbox).where(*due).order_by(outbox.c.due_at, outbox.c.id).limit(1)
    return first.with_for_update(skip_locked=True)


def _ended(engine: sa.Engine, held: Held, **values: Any) -> bool:
    """One UPDATE that lets the row go, where it is still held by who claimed it."""
    mine = (
        outbox.c.id == held.id,
        outbox.c.holder == held.holder,
        outbox.c.attempts == held.attempts,
        outbox.c.status == Status.WAITING,
    )
    free = {"holder": None, "held_until": None, **values}
    with writing(engine) as connection:
        return connection.execute(sa.update(outbox).where(*mine).values(free)).rowcount == 1
