"""Consultations, webinars, materials and checks beside the actions; who is reminded of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.support import SupportKind, SupportRecord
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.action_entries import checked_url
from data_access.state.action_fields import people_of
from data_access.state.engine import writing
from data_access.state.schema import action, user
from data_access.state.schema_watch import support

LONGEST = 200  # letters of a title
MOST_SUPPORT = 1000  # of one engagement
_YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person writes.

    Attributes:
        kind: a value of `SupportKind`.
        action_id: None = of all actions.
        user_id: who is reminded; None = who writes it.
    """

    kind: str
    title: str
    day: date
    url: str = ""
    action_id: int | None = None
    user_id: int | None = None


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[SupportRecord, ...]:
    """Everything beside the actions of an engagement, in order of its days.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement, Action.SIMULATE)
    with engine.connect() as connection:
        return records(connection, support.c.engagement == engagement)


def records(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> tuple[SupportRecord, ...]:
    """The lines of a condition, in order of their days."""
    query = sa.select(support, user.c.name.label("who")).join(user, user.c.id == support.c.user_id)
    return tuple(
        SupportRecord(
            row.id,
            row.engagement,
            row.action_id,
            SupportKind(row.kind),
            row.title,
            row.url,
            row.day,
            row.done,
            row.user_id,
            row.who,
            row.version,
        )
        for row in connection.execute(query.where(*where).order_by(support.c.day, support.c.id))
    )


def add(engine: sa.Engine, who: UserRecord, engagement: str, wording: Wording, now: datetime) -> int:
    """Put something beside an action.

    Args:
        now: naive UTC.

    Returns:
        Its id.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `too_many_support`, `support_title`, `support_kind`, `bad_link`,
            `bad_day`, `unknown_action` (404), `unknown_owner`.
    """
    _authorize(who, engagement, Action.PLAN)
    with writing(engine) as connection:
        row = _checked(connection, engagement, wording, who.id)
        count = sa.select(sa.func.count()).where(support.c.engagement == engagement)
        if (connection.scalar(count) or 0) >= MOST_SUPPORT:
            raise JourneyError("too_many_support", limit=MOST_SUPPORT)
        row |= {"engagement": engagement, "created_by": who.id, "created_at": now}
        made = sa.insert(support).values(row).returning(support.c.id)
        number: int = connection.execute(made).scalar_one()
        audit.note(connection, who.login, "support.add", engagement, number=number)
    return number


def change(engine: sa.Engine, who: UserRecord, number: int, version: int, wording: Wording) -> None:
    """Move or reword it.

    Args:
        version: that the person has seen.

    Raises:
        JourneyError: `unknown_support` (404), `no_right`, `support_changed` (409) and those of `add`.
    """
    with writing(engine) as connection:
        seen = _own(connection, who, number)
        row = _checked(connection, seen.engagement, wording, seen.user_id)
        _keep(connection, who, seen, version, row)


def tick(engine: sa.Engine, who: UserRecord, number: int, version: int, *, done: bool) -> None:
    """Say that it is done, or is not.

    Raises:
        JourneyError: `unknown_support` (404), `no_right`, `support_changed` (409).
    """
    with writing(engine) as connection:
        _keep(connection, who, _own(connection, who, number), version, {"done": done})


def remove(engine: sa.Engine, who: UserRecord, number: int, version: int) -> None:
    """Take it away; the audit trail keeps its title.

    Raises:
        JourneyError: `unknown_support` (404), `no_right`, `support_changed` (409).
    """
    with writing(engine) as connection:
        seen = _own(connection, who, number)
        same = (support.c.id == number, support.c.version == version)
        if connection.execute(sa.delete(support).where(*same)).rowcount == 0:
            raise JourneyError("support_changed", status=409)
        told = {"number": number, "before": seen.title}
        audit.note(connection, who.login, "support.remove", seen.engagement, **told)


def _keep(
    connection: sa.Connection, who: UserRecord, seen: SupportRecord, version: int, row: dict[str, Any]
) -> None:
    same = (support.c.id == seen.id, support.c.version == version)
    update = sa.update(support).where(*same).values({**row, "version": version + 1})
    if connection.execute(update).rowcount == 0:
        raise JourneyError("support_changed", status=409)
    audit.note(connection, who.login, "support.change", seen.engagement, number=seen.id, fields=sorted(row))


def _own(connection: sa.Connection, who: UserRecord, number: int) -> SupportRecord:
    """The line, where its engagement is the person's; of others' nobody learns."""
    found = records(connection, support.c.id == number)
    if not found or found[0].engagement not in who.engagements:
        raise JourneyError("unknown_support", status=404)
    _authorize(who, found[0].engagement, Action.PLAN)
    return found[0]


def _checked(connection: sa.Connection, engagement: str, wording: Wording, reminded: int) -> dict[str, Any]:
    title = " ".join(wording.title.split())
    if not title or not title.isprintable() or len(title) > LONGEST:
        raise JourneyError("support_title", limit=LONGEST)
    if wording.kind not in list(SupportKind):
        raise JourneyError("support_kind")
    if wording.day.year not in _YEARS:
        raise JourneyError("bad_day", value=wording.day.isoformat())
    user_id = reminded if wording.user_id is None else wording.user_id
    if user_id != reminded and user_id not in people_of(connection, engagement):
        raise JourneyError("unknown_owner")
    if wording.action_id is not None:
        mine = (action.c.id == wording.action_id, action.c.engagement == engagement)
        if connection.scalar(sa.select(action.c.id).where(*mine)) is None:
            raise JourneyError("unknown_action", status=404)
    return {
        "kind": wording.kind,
        "title": title,
        "day": wording.day,
        "url": checked_url(wording.url) if wording.url.strip() else "",
        "action_id": wording.action_id,
        "user_id": user_id,
    }


def _authorize(who: UserRecord, engagement: str, right: Action) -> None:
    authorize(who, engagement, right)
    refuse_guest(who, right)
