"""Links for outsiders: one view, read only, until a day, and no longer than its maker may show it.

Only hashes of tokens are stored. Opening a link begins a short session of its own; each of its requests looks at
the link and at its maker anew, so that a revoked link, a disabled maker and a right taken away end it at once.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.scope import Action, Guest, Role, UserRecord, authorize, refuse_guest
from data_access.state import audit, sign_in, users
from data_access.state.engine import writing
from data_access.state.schema import share_link, share_session, user
from data_access.state.views import plain_search

DAYS = (1, 14, 90)  # how long a link may live
DEFAULT_DAYS = 14
SESSION_LIFE = timedelta(hours=12)
GUEST_PREFIX = "g."  # of a session's token: no account stands behind it
MOST_LINKS = 100  # living ones of one person
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link in the list of links.

    Attributes:
        maker: name of the person who made it.
        opened: how often it was opened.
    """

    id: int
    engagement: str
    path: str
    search: str
    maker: str
    created_at: datetime
    expires_at: datetime
    opened: int
    opened_at: datetime | None


def make(
    engine: sa.Engine, who: UserRecord, engagement: str, path: str, search: str, days: int, now: datetime
) -> str:
    """Make a link to one view.

    Args:
        path: a page that needs no more than the right to read; the caller has checked that.
        days: how long it lives, one of `DAYS`.

    Returns:
        The token for the address: it is shown once and stored nowhere.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `bad_share_days`, `address_too_long`, `too_many_links`.
    """
    authorize(who, engagement, Action.SHARE)
    refuse_guest(who, Action.SHARE)
    if days not in DAYS:
        raise JourneyError("bad_share_days", known=", ".join(map(str, DAYS)))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    values = {
        "token_hash": _digest(token),
        "engagement": engagement,
        "path": path,
        "search": plain_search(engagement, search),
        "made_by": who.id,
        "created_at": now,
        "expires_at": now + timedelta(days=days),
    }
    with writing(engine) as connection:
        mine = sa.select(sa.func.count()).where(share_link.c.made_by == who.id, *_living(now))
        if (connection.scalar(mine) or 0) >= MOST_LINKS:
            raise JourneyError("too_many_links", limit=MOST_LINKS)
        made = sa.insert(share_link).values(values).returning(share_link.c.id)
        link_id = connection.execute(made).scalar_one()
        audit.note(connection, who.login, "share.make", engagement, link=link_id, path=path, days=days)
    return token


def list_links(engine: sa.Engine, who: UserRecord, now: datetime) -> tuple[ShareLink, ...]:
    """Living links, the newest first: one's own; an admin's list holds everybody's."""
    query = (
        sa.select(share_link, user.c.name.label("maker"))
        .join(user, user.c.id == share_link.c.made_by)
        .where(*_living(now), *_in_reach(who))
        .order_by(share_link.c.id.desc())
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return tuple(
        ShareLink(
            row.id,
            row.engagement,
            row.path,
            row.search,
            row.maker,
            row.created_at,
            row.expires_at,
            row.opened,
            row.opened_at,
        )
        for row in rows
    )


def revoke(engine: sa.Engine, who: UserRecord, link_id: int, now: datetime) -> None:
    """End a link and every visit through it at once.

    Raises:
        JourneyError: `unknown_link` (404) for one that is neither their own nor, for an admin, anybody's.
    """
    with writing(engine) as connection:
        found = sa.update(share_link).where(share_link.c.id == link_id, *_living(now), *_in_reach(who))
        key = connection.scalar(found.values(revoked_at=now).returning(share_link.c.engagement))
        if key is None:
            raise JourneyError("unknown_link", status=404)
        connection.execute(sa.delete(share_session).where(share_session.c.link_id == link_id))
        audit.note(connection, who.login, "share.revoke", key, link=link_id)


def open_link(engine: sa.Engine, token: str, address: str, now: datetime) -> tuple[str, str]:
    """Begin a guest's session.

    Args:
        address: from which the link is opened; wrong links slow it down.

    Returns:
        The token for the cookie, and the path with query string to show.

    Raises:
        JourneyError: `sign_in_wait` (429), `unknown_link` (404) for a link that is wrong, over or revoked alike.
    """
    sign_in.count_opening(engine, address, now)
    with writing(engine) as connection:
        row = connection.execute(
            sa.select(share_link).where(share_link.c.token_hash == _digest(token), *_living(now))
        ).first()
        if row is None or not _maker_may(connection, row):
            raise JourneyError("unknown_link", status=404)
        sign_in.forgive_opening(connection, address, now)
        session_token = GUEST_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
        _forget_ended(connection, now)
        connection.execute(
            sa.insert(share_session).values(token_hash=_digest(session_token), link_id=row.id, created_at=now)
        )
        seen = {"opened": share_link.c.opened + 1, "opened_at": now}
        connection.execute(sa.update(share_link).where(share_link.c.id == row.id).values(seen))
        audit.note(connection, f"link:{row.id}", "share.open", row.engagement, address=address)
    return session_token, row.path + row.search


def guest_of(
    engine: sa.Engine, session_token: str, now: datetime, language: str, theme: str
) -> UserRecord | None:
    """Whose visit this is: a guest who may read one view; None once the visit or its link is over."""
    query = (
        sa.select(share_link)
        .join(share_session, share_session.c.link_id == share_link.c.id)
        .where(
            share_session.c.token_hash == _digest(session_token),
            share_session.c.created_at >= now - SESSION_LIFE,
            *_living(now),
        )
    )
    with engine.connect() as connection:
        row = connection.execute(query).first()
        if row is None or not _maker_may(connection, row):
            return None
    guest = Guest(row.path, row.search, row.expires_at)
    login = f"link:{row.id}"
    return UserRecord(
        -row.id, login, login, Role.DISPLAY, frozenset({row.engagement}), language, theme, guest
    )


def close_visit(engine: sa.Engine, session_token: str) -> None:
    """End a guest's session."""
    with writing(engine) as connection:
        connection.execute(
            sa.delete(share_session).where(share_session.c.token_hash == _digest(session_token))
        )


def forget_ended(engine: sa.Engine, now: datetime) -> int:
    """Remove visits that are over; how many they were."""
    with writing(engine) as connection:
        return _forget_ended(connection, now)


def _forget_ended(connection: sa.Connection, now: datetime) -> int:
    over = share_session.c.created_at < now - SESSION_LIFE
    return connection.execute(sa.delete(share_session).where(over)).rowcount


def _living(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return share_link.c.revoked_at.is_(None), share_link.c.expires_at > now


def _in_reach(who: UserRecord) -> tuple[sa.ColumnElement[bool], ...]:
    return () if who.may(Action.MANAGE) else (share_link.c.made_by == who.id,)


def _maker_may(connection: sa.Connection, row: sa.Row) -> bool:
    """A link shows no more than its maker may show at this moment."""
    maker = connection.execute(
        sa.select(user).where(user.c.id == row.made_by, user.c.disabled.is_(False))
    ).first()
    if maker is None:
        return False
    record = users.record_of(connection, maker)
    return row.engagement in record.engagements and record.may(Action.SHARE)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
