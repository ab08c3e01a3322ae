"""People who sign in: accounts, roles, passwords, and the engagements they were granted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.email import checked_email
from data_access.clock import utc_now
from data_access.scope import Role, UserRecord
from data_access.state import audit, passwords
from data_access.state.engine import one_at_a_time, writing
from data_access.state.schema import engagement, engagement_grant, session, user

LANGUAGES = ("ru", "en")
THEMES = ("light", "dark")
_ADMINS = 5_119_208  # one at a time leaves the admins
_LOGIN = re.compile(r"[\w.@+-]{1,64}")


@dataclass(frozen=True, slots=True)
class Account:
    """A person in the list of people: what they may see, and whether they may sign in at all.

    Attributes:
        email: where their letters go; empty = nowhere.
    """

    record: UserRecord
    disabled: bool
    created_at: datetime
    email: str = ""


def add_user(
    engine: sa.Engine,
    login: str,
    name: str,
    role: str,
    password: str,
    *,
    language: str = "ru",
    engagements: Iterable[str] = (),
    email: str = "",
    actor: str = "console",
) -> int:
    """Add a person and grant them engagements.

    Args:
        email: where their letters go; empty = nowhere.

    Returns:
        The id of the account.

    Raises:
        JourneyError: `login_malformed`, `login_taken`, `name_missing`, `unknown_role`, `unknown_language`,
            `unknown_engagement`, `password_short`, `password_long`, `password_is_login`, `email_malformed`.
    """
    login = normal_login(login)
    granted = sorted(set(engagements))
    values = {
        "login": login,
        "name": _checked_name(name),
        "role": _one_of("role", role, tuple(Role)),
        "language": _one_of("language", language, LANGUAGES),
        "password_hash": passwords.hashed(password, login),
        "email": checked_email(email) if email.strip() else None,
        "created_at": utc_now(),
    }
    with writing(engine) as connection:
        if connection.scalar(sa.select(user.c.id).where(user.c.login == login)) is not None:
            raise JourneyError("login_taken", login=login)
        user_id = connection.execute(sa.insert(user).values(values).returning(user.c.id)).scalar_one()
        for key in granted:
            insert_grant(connection, user_id, key)
        audit.note(connection, actor, "user.add", login=login, role=str(role), engagements=granted)
    return user_id


def list_users(engine: sa.Engine) -> tuple[Account, ...]:
    """Every account by login."""
    with engine.connect() as connection:
        return _accounts(connection, sa.true())


def find(engine: sa.Engine, login: str) -> Account:
    """The account with this login.

    Raises:
        JourneyError: `unknown_user`.
    """
    with engine.connect() as connection:
        found = _accounts(connection, user.c.login == login.strip().casefold())
    if not found:
        raise JourneyError("unknown_user", status=404, login=login)
    return found[0]


def account(engine: sa.Engine, user_id: int) -> Account:
    """The account with this number, as it is at this moment.

    Raises:
        JourneyError: `unknown_user`.
    """
    with engine.connect() as connection:
        found = _accounts(connection, user.c.id == user_id)
    if not found:
        raise JourneyError("unknown_user", status=404, login=str(user_id))
    return found[0]


def record(engine: sa.Engine, user_id: int) -> UserRecord:
    """The person with their engagements as they are at this moment; an admin has every engagement.

    Raises:
        JourneyError: `unknown_user`.
    """
    return account(engine, user_id).record


def set_password(engine: sa.Engine, user_id: int, password: str, *, actor: str = "console") -> None:
    """Change a password and end every session of the person, so that a stolen cookie dies with it.

    Raises:
        JourneyError: `unknown_user`, `password_short`, `password_long`, `password_is_login`.
    """
    digest = passwords.hashed(password, record(engine, user_id).login)
    _change(engine, user_id, actor, "user.password", ends_sessions=True, password_hash=digest)


def disable(engine: sa.Engine, user_id: int, *, actor: str = "console") -> None:
    """Shut a person out at once: no sign-in, and no session of theirs lives on.

    Raises:
        JourneyError: `unknown_user`; `last_admin` where nobody could manage people any more.
    """
    with writing(engine) as connection:
        _leave_an_admin(connection, user_id)
        _changed(connection, user_id, actor, "user.disable", ends_sessions=True, disabled=True)


def enable(engine: sa.Engine, user_id: int, *, actor: str = "console") -> None:
    """Let a disabled person sign in again."""
    _change(engine, user_id, actor, "user.enable", disabled=False)


def set_role(
    engine: sa.Engine, user_id: int, role: str, *, actor: str = "console", actor_id: int | None = None
) -> None:
    """Let a person do what another role may, in every open session of theirs from its next request on.

    Granted engagements stay as they are; who was an admin sees from here on those alone.

    Args:
        actor_id: account of who does it; None = the console.

    Raises:
        JourneyError: `unknown_role`, `unknown_user`; `own_role` where an admin would give up their own right;
            `last_admin` where nobody could manage people any more.
    """
    wanted = Role(_one_of("role", role, tuple(Role)))
    with writing(engine) as connection:
        before = connection.scalar(sa.select(user.c.role).where(user.c.id == user_id))
        if before == wanted:
            return
        if user_id == actor_id:
            raise JourneyError("own_role")
        if wanted is not Role.ADMIN:
            _leave_an_admin(connection, user_id)
        _changed(connection, user_id, actor, "user.role", {"before": before, "role": wanted}, role=wanted)


def set_language(engine: sa.Engine, user_id: int, language: str) -> None:
    """Keep the language a person chose (`ru`, `en`).

    Raises:
        JourneyError: `unknown_language`, `unknown_user`.
    """
    _change(engine, user_id, None, "user.language", language=_one_of("language", language, LANGUAGES))


def set_theme(engine: sa.Engine, user_id: int, theme: str) -> None:
    """Keep the theme a person chose (`light`, `dark`).

    Raises:
        JourneyError: `unknown_theme`, `unknown_user`.
    """
    _change(engine, user_id, None, "user.theme", theme=_one_of("theme", theme, THEMES))


def set_email(engine: sa.Engine, user_id: int, email: str, *, actor: str = "console") -> None:
    """Say where a person's letters go; an empty address stops them.

    Raises:
        JourneyError: `email_malformed`, `unknown_user`.
    """
    _change(engine, user_id, actor, "user.email", email=checked_email(email) if email.strip() else None)


def normal_login(login: str) -> str:
    """The one form of a login: trimmed, lower case.

    Raises:
        JourneyError: `login_malformed`.
    """
    normal = login.strip().casefold()
    if not _LOGIN.fullmatch(normal):
        raise JourneyError("login_malformed", login=login)
    return normal


def insert_grant(connection: sa.Connection, user_id: int, key: str) -> None:
    """Grant inside the caller's transaction; a second time changes nothing.

    Raises:
        JourneyError: `unknown_engagement`.
    """
    if connection.scalar(sa.select(engagement.c.key).where(engagement.c.key == key)) is None:
        raise JourneyError("unknown_engagement", status=404, engagement=key)
    held = engagement_grant.c.user_id == user_id, engagement_grant.c.engagement == key
    if connection.scalar(sa.select(engagement_grant.c.user_id).where(*held)) is None:
        connection.execute(sa.insert(engagement_grant).values(user_id=user_id, engagement=key))


def record_of(connection: sa.Connection, row: Any) -> UserRecord:
    """The `UserRecord` of a row of `user_account`, with the engagements the person sees now."""
    keys = sa.select(engagement.c.key)
    if row.role != Role.ADMIN:
        keys = sa.select(engagement_grant.c.engagement).where(engagement_grant.c.user_id == row.id)
    return record_with(row, connection.scalars(keys))


def record_with(row: Any, engagements: Iterable[str]) -> UserRecord:
    """The `UserRecord` of a row of `user_account` whose engagements are known."""
    seen = frozenset(engagements)
    return UserRecord(row.id, row.login, row.name, Role(row.role), seen, row.language, row.theme)


def sees() -> sa.ColumnElement[bool]:
    """True for a row of `engagement` that the person of a row of `user_account` sees: an admin every one."""
    held = engagement_grant.c.user_id == user.c.id, engagement_grant.c.engagement == engagement.c.key
    return sa.or_(user.c.role == Role.ADMIN, sa.exists().where(*held))


def _accounts(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> tuple[Account, ...]:
    rows = connection.execute(sa.select(user).where(condition).order_by(user.c.login)).all()
    return tuple(
        Account(record_of(connection, row), row.disabled, row.created_at, row.email or "") for row in rows
    )


def _leave_an_admin(connection: sa.Connection, user_id: int) -> None:
    """Refuse what would leave nobody who can sign in and manage people."""
    one_at_a_time(connection, _ADMINS)
    others = sa.select(sa.func.count()).where(
        user.c.role == Role.ADMIN, user.c.disabled.is_(False), user.c.id != user_id
    )
    role = connection.scalar(sa.select(user.c.role).where(user.c.id == user_id))
    if role == Role.ADMIN and not connection.scalar(others):
        raise JourneyError("last_admin")


def _change(
    engine: sa.Engine,
    user_id: int,
    actor: str | None,
    action: str,
    *,
    ends_sessions: bool = False,
    **values: Any,
) -> None:
    """One change of one account in a transaction of its own."""
    with writing(engine) as connection:
        _changed(connection, user_id, actor, action, ends_sessions=ends_sessions, **values)


def _changed(
    connection: sa.Connection,
    user_id: int,
    actor: str | None,
    action: str,
    told: Mapping[str, Any] = MappingProxyType({}),
    *,
    ends_sessions: bool = False,
    **values: Any,
) -> None:
    """One change of one account, `told` beside its login in the audit trail.

    Without an actor (own language, own theme) it leaves no line there.
    """
    statement = sa.update(user).where(user.c.id == user_id).values(values).returning(user.c.login)
    login = connection.scalar(statement)
    if login is None:
        raise JourneyError("unknown_user", status=404, login=str(user_id))
    if ends_sessions:
        connection.execute(sa.delete(session).where(session.c.user_id == user_id))
    if actor:
        audit.note(connection, actor, action, login=login, **told)


def _checked_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or not cleaned.isprintable():
        raise JourneyError("name_missing")
    return cleaned[:200]


def _one_of(what: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise JourneyError(f"unknown_{what}", value=value, known=", ".join(known))
    return str(value)
