"""Digests: who gets which letter by itself, when, in which language and under which filters."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.i18n.catalogue import LANGUAGES
from dashboard.journey.address import MAX_LENGTH, Address
from dashboard.journey.letter import Rhythm, closed_period
from dashboard.journey.message import Message
from dashboard.journey.period import Period
from data_access.clock import wall_clock
from data_access.points import reached
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit, users
from data_access.state.engine import one_at_a_time, writing
from data_access.state.outbox import queue
from data_access.state.schema import user
from data_access.state.schema_watch import digest, outbox

KIND = "digest"
MOST_DIGESTS = 200  # of one engagement
_TOKEN_BYTES = 32
_LOCK = 7_305_613  # one new digest at a time


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a digest.

    Attributes:
        every: `week` (on Mondays) or `month` (on the first).
        hour: 0..23, on the engagement's wall clock.
        search: query string whose segments and channels are kept; empty = everything.
    """

    every: str
    hour: int
    language: str
    search: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Digest:
    """A letter that comes by itself.

    Attributes:
        user_id, name, email: who gets it; without an e-mail address nothing is sent.
        leave_token: opens the page that ends it, without a sign-in.
        told_until: first day after the last period that was told.
    """

    id: int
    engagement: str
    user_id: int
    name: str
    email: str
    every: Rhythm
    hour: int
    language: str
    search: str
    enabled: bool
    leave_token: str
    made_by: int
    told_until: date | None
    version: int


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the last letter: `waiting`, `sent`, `failed` or `dropped`, when, and why not."""

    status: str
    at: datetime
    error: JourneyError | None


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[Digest, ...]:
    """The digests that the person may see: their own, or everybody's with the right to approve.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement, Action.SIMULATE)
    mine = [digest.c.engagement == engagement]
    if not who.may(Action.APPROVE):
        mine.append(digest.c.user_id == who.id)
    with engine.connect() as connection:
        return _read(connection, *mine)


def get(engine: sa.Engine, who: UserRecord, number: int) -> Digest:
    """One digest that the person may change.

    Raises:
        JourneyError: `unknown_digest` (404): also for somebody else's without the right, so that nobody learns of it.
    """
    with engine.connect() as connection:
        return _own(connection, who, number)


def add(
    engine: sa.Engine, who: UserRecord, engagement: str, user_id: int, wish: Wish, zone: str, now: datetime
) -> int:
    """Let somebody get a digest; the first letter comes after the next period has ended.

    Raises:
        JourneyError: `unknown_engagement`, `no_right` (for others one must be able to approve), `digest_receiver`
            where they may not see the engagement, `digest_twice`, `too_many_digests`, and those of `_checked`.
    """
    _authorize(who, engagement, Action.SIMULATE if user_id == who.id else Action.APPROVE)
    values = _checked(wish)
    with writing(engine) as connection:
        one_at_a_time(connection, _LOCK)
        if not may_get(_receiver(connection, user_id), engagement):
            raise JourneyError("digest_receiver")
        found = _read(connection, digest.c.engagement == engagement)
        if len(found) >= MOST_DIGESTS:
            raise JourneyError("too_many_digests", limit=MOST_DIGESTS)
        if any(
            (one.user_id, one.every, one.search) == (user_id, wish.every, values["search"]) for one in found
        ):
            raise JourneyError("digest_twice", status=409)
        values |= {
            "engagement": engagement,
            "user_id": user_id,
            "leave_token": secrets.token_urlsafe(_TOKEN_BYTES),
            "made_by": who.id,
            "created_at": now,
            "told_until": due_period(Rhythm(wish.every), wish.hour, wall_clock(now, zone)).until,
        }
        made = connection.execute(sa.insert(digest).values(values).returning(digest.c.id))
        number: int = made.scalar_one()
        audit.note(
            connection, who.login, "digest.add", engagement, number=number, receiver=user_id, every=wish.every
        )
    return number


def change(
    engine: sa.Engine, who: UserRecord, number: int, version: int, wish: Wish, zone: str, now: datetime
) -> None:
    """Give a digest another day, hour, language or filters, or switch it off and on.

    What ended while it was off, or before it came so often, is not told afterwards.

    Raises:
        JourneyError: `unknown_digest` (404), `digest_changed` (409) where somebody was faster, `no_right`, and those
            of `_checked`.
    """
    with writing(engine) as connection:
        found = _own(connection, who, number)
        values = _checked(wish)
        if (wish.enabled and not found.enabled) or wish.every != found.every:
            values["told_until"] = due_period(Rhythm(wish.every), wish.hour, wall_clock(now, zone)).until
        _update(connection, number, version, values)
        audit.note(
            connection, who.login, "digest.change", found.engagement, number=number, enabled=wish.enabled
        )


def remove(engine: sa.Engine, who: UserRecord, number: int, version: int) -> None:
    """Delete a digest.

    Raises:
        JourneyError: `unknown_digest` (404), `digest_changed` (409), `no_right`.
    """
    with writing(engine) as connection:
        found = _own(connection, who, number)
        gone = sa.delete(digest).where(digest.c.id == number, digest.c.version == version)
        if connection.execute(gone).rowcount != 1:
            raise JourneyError("digest_changed", status=409)
        audit.note(connection, who.login, "digest.remove", found.engagement, number=number)


def by_token(engine: sa.Engine, token: str) -> Digest | None:
    """The digest that a link in a letter belongs to; None for any other text."""
    with engine.connect() as connection:
        return next(iter(_read(connection, digest.c.leave_token == token)), None)


def leave(engine: sa.Engine, token: str) -> bool:
    """End a digest by the link in its letter, without a sign-in; True where there is such a digest.

    Asked twice it is still ended: mail programs and people press the button again.
    """
    with writing(engine) as connection:
        found = next(iter(_read(connection, digest.c.leave_token == token)), None)
        if found is None:
            return False
        if found.enabled:
            _update(connection, found.id, found.version, {"enabled": False})
            audit.note(connection, "link", "digest.leave", found.engagement, number=found.id)
    return True


def last_sent(engine: sa.Engine, numbers: tuple[int, ...]) -> Mapping[int, Sent]:
    """What became of the last letter of each digest; those that never had one are left out."""
    found: dict[int, Sent] = {}
    with engine.connect() as connection:
        for number in numbers:
            mine = outbox.c.kind == KIND, outbox.c.key.startswith(f"{KIND}:{number}:", autoescape=True)
            row = connection.execute(
                sa.select(outbox).where(*mine).order_by(outbox.c.id.desc()).limit(1)
            ).first()
            if row is not None:
                why = JourneyError(row.error["code"], **row.error["facts"]) if row.error else None
                found[number] = Sent(row.status, row.sent_at or row.due_at, why)
    return found


def due_period(every: Rhythm, hour: int, local: datetime) -> Period:
    """The latest closed week or month whose letter may be out: its hour has come.

    Args:
        local: this moment on the engagement's wall clock.
    """
    period = closed_period(every, local.date())
    early = period.until == local.date() and local.hour < hour
    return period.previous() if early else period


def due(engine: sa.Engine, engagement: str, zone: str, now: datetime) -> tuple[tuple[Digest, Period], ...]:
    """Digests whose letter is due and their period: of several missed ones the last alone.

    Left out is who has no right or no e-mail address at the moment: as soon as they have, they get the last one.
    """
    local = wall_clock(now, zone)
    with engine.connect() as connection:
        found = _read(connection, digest.c.engagement == engagement, digest.c.enabled)
        kept = []
        for one in found:
            period = due_period(one.every, one.hour, local)
            told = one.told_until is not None and period.until is not None and one.told_until >= period.until
            if not told and one.email and may_get(_receiver(connection, one.user_id), engagement):
                kept.append((one, period))
    return tuple(kept)


def tell(engine: sa.Engine, one: Digest, period: Period, message: Message, now: datetime) -> bool:
    """Queue the letter of a period and note that it is told, in one transaction; False where it was told before.

    Any number of processes may try it at once: the row of the digest lets one of them through.
    """
    behind = sa.or_(digest.c.told_until.is_(None), digest.c.told_until < period.until)
    mine = digest.c.id == one.id, digest.c.version == one.version, digest.c.enabled, behind
    with writing(engine) as connection:
        told = sa.update(digest).where(*mine).values(told_until=period.until)
        if connection.execute(told).rowcount != 1:
            return False
        key = f"{KIND}:{one.id}:{period.until}"
        queued = queue(connection, key, one.engagement, KIND, one.user_id, message, now)
        reached("digest.before_commit")
    reached("digest.after_commit")
    return queued


def send_now(engine: sa.Engine, who: UserRecord, one: Digest, message: Message, now: datetime) -> bool:
    """Queue a letter to its receiver at once; False where one was within this minute.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, one.engagement, Action.SIMULATE if one.user_id == who.id else Action.APPROVE)
    key = f"{KIND}:{one.id}:now:{now:%Y-%m-%dT%H:%M}"
    with writing(engine) as connection:
        queued = queue(connection, key, one.engagement, KIND, one.user_id, message, now)
        if queued:
            audit.note(connection, who.login, "digest.send", one.engagement, number=one.id)
    return queued


def receiver(engine: sa.Engine, one: Digest) -> UserRecord:
    """Whose rights the letter has.

    Raises:
        JourneyError: `digest_receiver` where they may not see the engagement any more.
    """
    account = users.account(engine, one.user_id)
    if account.disabled or not may_get(account.record, one.engagement):
        raise JourneyError("digest_receiver")
    return account.record


def may_get(who: UserRecord | None, engagement: str) -> bool:
    """True for people who may read what the letter tells."""
    return who is not None and engagement in who.engagements and who.may(Action.SIMULATE)


def kept_search(search: str) -> str:
    """Segments and channels of a query string; nothing else of it belongs to a letter.

    Raises:
        JourneyError: `address_too_long`.
    """
    if len(search) > MAX_LENGTH:
        raise JourneyError("address_too_long")
    said = Address.parse(search)
    return Address(segments=said.segments, channels=said.channels).search()


def _checked(wish: Wish) -> dict[str, Any]:
    """The columns of a wish.

    Raises:
        JourneyError: `digest_every`, `digest_hour`, `digest_language`, `address_too_long`.
    """
    if wish.every not in list(Rhythm):
        raise JourneyError("digest_every")
    if not 0 <= wish.hour <= 23:
        raise JourneyError("digest_hour")
    if wish.language not in LANGUAGES:
        raise JourneyError("digest_language")
    return {
        "every": wish.every,
        "hour": wish.hour,
        "language": wish.language,
        "search": kept_search(wish.search),
        "enabled": wish.enabled,
    }


def _update(connection: sa.Connection, number: int, version: int, values: Mapping[str, Any]) -> None:
    mine = digest.c.id == number, digest.c.version == version
    told = sa.update(digest).where(*mine).values({**values, "version": version + 1})
    if connection.execute(told).rowcount != 1:
        raise JourneyError("digest_changed", status=409)


def _own(connection: sa.Connection, who: UserRecord, number: int) -> Digest:
    found = next(iter(_read(connection, digest.c.id == number)), None)
    if found is None or found.engagement not in who.engagements or who.is_guest:
        raise JourneyError("unknown_digest", status=404)
    if found.user_id != who.id and not who.may(Action.APPROVE):
        raise JourneyError("unknown_digest", status=404)
    _authorize(who, found.engagement, Action.SIMULATE)
    return found


def _receiver(connection: sa.Connection, user_id: int) -> UserRecord | None:
    row = connection.execute(sa.select(user).where(user.c.id == user_id)).first()
    return None if row is None or row.disabled else users.record_of(connection, row)


def _authorize(who: UserRecord, engagement: str, right: Action) -> None:
    authorize(who, engagement, right)
    refuse_guest(who, right)


def _read(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> tuple[Digest, ...]:
    names = sa.select(digest, user.c.name, user.c.email).join(user, user.c.id == digest.c.user_id)
    rows = connection.execute(names.where(*where).order_by(sa.func.lower(user.c.name), digest.c.id)).all()
    return tuple(_digest(row) for row in rows)


def _digest(row: sa.Row[Any]) -> Digest:
    values = {name: value for name, value in row._mapping.items() if name != "created_at"}
    return Digest(**values | {"every": Rhythm(row.every), "email": row.email or ""})
