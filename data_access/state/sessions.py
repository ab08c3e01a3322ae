"""Sign-in sessions: a random token in the cookie, only its hash in the database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from data_access.scope import Role, UserRecord
from data_access.state import users
from data_access.state.engine import looking, writing
from data_access.state.schema import engagement, session, user

LONGEST_LIFE = timedelta(days=30)  # no setting allows more, so older rows are litter
RENEW_EVERY = timedelta(minutes=1)  # a click within a minute of the last one writes nothing
_TOKEN_BYTES = 32
# asked at each request, and so one statement that is built once: a row for each engagement of the person
_WHOSE = (
    sa.select(
        *(user.c.id, user.c.login, user.c.name, user.c.role, user.c.language, user.c.theme),
        *(session.c.created_at, session.c.seen_at, engagement.c.key),
    )
    .join(session, session.c.user_id == user.c.id)
    .outerjoin(engagement, users.sees())
    .where(session.c.token_hash == sa.bindparam("digest"), user.c.disabled.is_(False))
)


def open_session(engine: sa.Engine, user_id: int, now: datetime) -> str:
    """Begin a session at sign-in; always a new token, so that a planted one is worth nothing.

    Returns:
        The token for the cookie. Only its SHA-256 is stored: a copied database signs nobody in.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with writing(engine) as connection:
        connection.execute(sa.delete(session).where(session.c.created_at < now - LONGEST_LIFE))
        connection.execute(
            sa.insert(session).values(token_hash=_digest(token), user_id=user_id, created_at=now, seen_at=now)
        )
    return token


def user_of(
    engine: sa.Engine, token: str, now: datetime, idle: timedelta, absolute: timedelta, renew: bool
) -> UserRecord | None:
    """Whose session this is, with their rights as of this moment.

    Args:
        idle: longest time without a request of the person; a wall display has nobody who clicks, it knows none.
        absolute: longest life from the sign-in.
        renew: True for requests of a person; polls of an open page pass False and do not prolong.

    Returns:
        None where the session is unknown, ended, too old, or its person is disabled.
    """
    digest = _digest(token)
    with looking(engine) as connection:
        rows = connection.execute(_WHOSE, {"digest": digest}).all()
    if not rows:
        return None
    row = rows[0]
    idles = row.role != Role.DISPLAY and now - row.seen_at > idle
    if idles or now - row.created_at > absolute:
        _delete(engine, digest)
        return None
    if renew and abs(now - row.seen_at) >= RENEW_EVERY:
        with writing(engine) as connection:
            connection.execute(sa.update(session).where(session.c.token_hash == digest).values(seen_at=now))
    return users.record_with(row, (one.key for one in rows if one.key is not None))


def close_session(engine: sa.Engine, token: str) -> None:
    """End a session at sign-out: a copy of the cookie is dead with it."""
    _delete(engine, _digest(token))


def forget_ended(engine: sa.Engine, now: datetime, idle: timedelta, absolute: timedelta) -> int:
    """Remove sessions that `user_of` would refuse, whoever comes or does not; how many they were."""
    displays = sa.select(user.c.id).where(user.c.role == Role.DISPLAY)
    left_alone = sa.and_(session.c.seen_at < now - idle, session.c.user_id.not_in(displays))
    ended = sa.or_(left_alone, session.c.created_at < now - absolute)
    with writing(engine) as connection:
        return connection.execute(sa.delete(session).where(ended)).rowcount


def _delete(engine: sa.Engine, digest: str) -> None:
    with writing(engine) as connection:
        connection.execute(sa.delete(session).where(session.c.token_hash == digest))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
