"""Where messages go beside people's e-mail: webhooks and chats of an engagement, made by who may approve."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.message import Message
from data_access.clock import utc_now
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit, outbox
from data_access.state.engine import one_at_a_time, writing
from data_access.state.outbox import Way
from data_access.state.schema import user
from data_access.state.schema_watch import endpoint

MOST_ENDPOINTS = 50  # of one engagement
KINDS = (Way.WEBHOOK, Way.TELEGRAM)
_LONGEST_NAME = 80
_LOCK = 7_305_611  # one new endpoint at a time


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A webhook or a chat.

    Attributes:
        address: URL of a webhook, number of a chat.
        secret: signs what a webhook gets; never on a screen after it was drawn.
        user_id: whose it is; without their right nothing is sent.
    """

    id: int
    engagement: str
    kind: Way
    name: str
    address: str
    secret: str
    user_id: int
    who: str
    enabled: bool
    version: int


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[Endpoint, ...]:
    """The endpoints of an engagement by name, without their secrets: alerts may be sent to them.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement, Action.PLAN)
    with engine.connect() as connection:
        return tuple(
            _endpoint(row, secret="")
            for row in connection.execute(_rows(endpoint.c.engagement == engagement))
        )


def stored(engine: sa.Engine, endpoint_id: int | None) -> Endpoint | None:
    """One endpoint as it is now, with its secret: for the sender alone."""
    with engine.connect() as connection:
        row = connection.execute(_rows(endpoint.c.id == endpoint_id)).first()
    return _endpoint(row, row.secret) if row else None


def add(
    engine: sa.Engine,
    who: UserRecord,
    engagement: str,
    kind: str,
    name: str,
    address: str,
    check: Callable[[Way, str], str],
) -> tuple[int, str]:
    """Make an endpoint.

    Args:
        check: the address as it is kept, or a `JourneyError`: which hosts are allowed, the server's settings say.

    Returns:
        Its number, and of a webhook the secret that signs its messages: it is shown this once.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `endpoint_kind`, `endpoint_name`, `too_many_endpoints`, and
            those of `check`.
    """
    _authorize(who, engagement, Action.APPROVE)
    if kind not in KINDS:
        raise JourneyError("endpoint_kind")
    way = Way(kind)
    values: dict[str, Any] = {
        "engagement": engagement,
        "kind": way,
        "name": _checked_name(name),
        "address": check(way, address.strip()),
        "secret": secrets.token_urlsafe(32) if way is Way.WEBHOOK else "",
        "user_id": who.id,
        "created_at": utc_now(),
    }
    with writing(engine) as connection:
        one_at_a_time(connection, _LOCK)
        mine = sa.select(sa.func.count()).where(endpoint.c.engagement == engagement)
        if (connection.scalar(mine) or 0) >= MOST_ENDPOINTS:
            raise JourneyError("too_many_endpoints", limit=MOST_ENDPOINTS)
        made = sa.insert(endpoint).values(values).returning(endpoint.c.id)
        number: int = connection.execute(made).scalar_one()
        audit.note(connection, who.login, "endpoint.add", engagement, number=number, kind=str(way))
    return number, values["secret"]


def switch(engine: sa.Engine, who: UserRecord, endpoint_id: int, version: int, *, enabled: bool) -> None:
    """Let an endpoint get messages, or none; what waits for one that is off is dropped when its turn comes.

    Whoever switches it on answers for it from then on: it gets messages under their rights.

    Raises:
        JourneyError: `unknown_endpoint` (404), `no_right`, `endpoint_changed` (409) where somebody was faster.
    """
    with writing(engine) as connection:
        found = _own(connection, who, endpoint_id)
        told: dict[str, Any] = {"enabled": enabled, "version": version + 1}
        if enabled:
            told["user_id"] = who.id
        mine = endpoint.c.id == endpoint_id, endpoint.c.version == version
        if connection.execute(sa.update(endpoint).where(*mine).values(told)).rowcount != 1:
            raise JourneyError("endpoint_changed", status=409)
        act = "endpoint.on" if enabled else "endpoint.off"
        audit.note(connection, who.login, act, found.engagement, number=endpoint_id)


def remove(engine: sa.Engine, who: UserRecord, endpoint_id: int) -> None:
    """Delete an endpoint; what waits for it is dropped when its turn comes.

    Raises:
        JourneyError: `unknown_endpoint` (404), `no_right`.
    """
    with writing(engine) as connection:
        found = _own(connection, who, endpoint_id)
        connection.execute(sa.delete(endpoint).where(endpoint.c.id == endpoint_id))
        audit.note(
            connection, who.login, "endpoint.remove", found.engagement, number=endpoint_id, name=found.name
        )


def queue_test(
    engine: sa.Engine,
    who: UserRecord,
    engagement: str,
    message: Message,
    now: datetime,
    endpoint_id: int | None = None,
) -> bool:
    """Queue a test message to oneself, or to an endpoint; False where one was queued within this minute.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `unknown_endpoint` (404).
    """
    _authorize(who, engagement, Action.APPROVE)
    key = f"test:{engagement}:{who.id}:{endpoint_id or 'mail'}:{now:%Y-%m-%dT%H:%M}"
    with writing(engine) as connection:
        if endpoint_id is not None and _own(connection, who, endpoint_id).engagement != engagement:
            raise JourneyError("unknown_endpoint", status=404)
        return outbox.queue(
            connection, key, engagement, "test", who.id, message, now, endpoint_id=endpoint_id
        )


def _authorize(who: UserRecord, engagement: str, right: Action) -> None:
    authorize(who, engagement, right)
    refuse_guest(who, right)


def _own(connection: sa.Connection, who: UserRecord, endpoint_id: int) -> Endpoint:
    """The endpoint, where its engagement is the person's; of others' nobody learns."""
    row = connection.execute(_rows(endpoint.c.id == endpoint_id)).first()
    if row is None or row.engagement not in who.engagements:
        raise JourneyError("unknown_endpoint", status=404)
    _authorize(who, row.engagement, Action.APPROVE)
    return _endpoint(row, secret="")


def _rows(condition: sa.ColumnElement[bool]) -> sa.Select[Any, Any, Any]:
    owned = sa.select(endpoint, user.c.name.label("who")).join(user, user.c.id == endpoint.c.user_id)
    return owned.where(condition).order_by(sa.func.lower(endpoint.c.name), endpoint.c.id)


def _endpoint(row: Any, secret: str) -> Endpoint:
    return Endpoint(
        row.id,
        row.engagement,
        Way(row.kind),
        row.name,
        row.address,
        secret,
        row.user_id,
        row.who,
        row.enabled,
        row.version,
    )


def _checked_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or not cleaned.isprintable() or len(cleaned) > _LONGEST_NAME:
        raise JourneyError("endpoint_name", limit=_LONGEST_NAME)
    return cleaned
