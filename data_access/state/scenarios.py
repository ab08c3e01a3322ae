"""Scenarios: what-ifs with a name, kept for everybody who plays scenarios in the engagement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.clock import utc_now
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.engine import writing
from data_access.state.schema import scenario, user
from data_access.state.views import plain_search

LONGEST_NAME, LONGEST_NOTES = 120, 2000
MOST_SCENARIOS = 200  # of one engagement


@dataclass(frozen=True, slots=True)
class Scenario:
    """A what-if with a name.

    Attributes:
        search: its address on /whatif, levers included.
        author: name of the person who saved it.
        own: it is the asking person's.
        editable: the asking person may change and remove it: the author, and whoever approves plans.
        version: grows with each change; who changes an older one is told so.
    """

    id: int
    engagement: str
    name: str
    notes: str
    search: str
    author_id: int
    author: str
    own: bool
    editable: bool
    version: int
    created_at: datetime
    changed_at: datetime


def list_scenarios(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[Scenario, ...]:
    """The scenarios of an engagement, the last changed first.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement)
    query = _scenarios().where(scenario.c.engagement == engagement)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(scenario.c.changed_at.desc(), scenario.c.id.desc())).all()
    return tuple(_record(row, who) for row in rows)


def get(engine: sa.Engine, who: UserRecord, scenario_id: int) -> Scenario:
    """A scenario of an engagement where the person may play scenarios.

    Raises:
        JourneyError: `unknown_scenario` (404), `no_right` (403).
    """
    with engine.connect() as connection:
        return _found(connection, who, scenario_id)


def save(engine: sa.Engine, who: UserRecord, engagement: str, name: str, notes: str, search: str) -> int:
    """Keep a what-if under a name.

    Args:
        search: its query string; language and theme are left out, the engagement is this one.

    Returns:
        The id of the scenario.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `scenario_name_missing`, `address_too_long`,
            `too_many_scenarios`.
    """
    _authorize(who, engagement)
    now = utc_now()
    values = {
        "engagement": engagement,
        "user_id": who.id,
        **_said(name, notes),
        "search": plain_search(engagement, search),
        "created_at": now,
        "changed_at": now,
    }
    with writing(engine) as connection:
        mine = sa.select(sa.func.count()).select_from(scenario).where(scenario.c.engagement == engagement)
        if (connection.scalar(mine) or 0) >= MOST_SCENARIOS:
            raise JourneyError("too_many_scenarios", limit=MOST_SCENARIOS)
        scenario_id: int = connection.execute(
            sa.insert(scenario).values(values).returning(scenario.c.id)
        ).scalar_one()
        audit.note(connection, who.login, "scenario.save", engagement, scenario=scenario_id)
    return scenario_id


def change(
    engine: sa.Engine,
    who: UserRecord,
    scenario_id: int,
    version: int,
    name: str,
    notes: str,
    search: str | None = None,
) -> None:
    """Give a scenario another name, other notes, or other levers.

    Args:
        version: the one that the person has seen.
        search: the address with the new levers; None leaves them.

    Raises:
        JourneyError: `unknown_scenario` (404), `no_right` (403) for somebody else's, `scenario_name_missing`,
            `scenario_changed` (409) where somebody was faster.
    """
    with writing(engine) as connection:
        record = _editable(connection, who, scenario_id)
        values: dict[str, Any] = _said(name, notes)
        if search is not None:
            values["search"] = plain_search(record.engagement, search)
        same = (scenario.c.id == scenario_id, scenario.c.version == version)
        told = values | {"version": version + 1, "changed_at": utc_now()}
        if connection.execute(sa.update(scenario).where(*same).values(told)).rowcount == 0:
            raise _changed(record)
        audit.note(connection, who.login, "scenario.change", record.engagement, scenario=scenario_id)


def remove(engine: sa.Engine, who: UserRecord, scenario_id: int, version: int) -> None:
    """Forget a scenario; what was approved of it stays in the ledger.

    Raises:
        JourneyError: as `change`.
    """
    with writing(engine) as connection:
        record = _editable(connection, who, scenario_id)
        same = (scenario.c.id == scenario_id, scenario.c.version == version)
        if connection.execute(sa.delete(scenario).where(*same)).rowcount == 0:
            raise _changed(record)
        audit.note(connection, who.login, "scenario.remove", record.engagement, scenario=scenario_id)


def unchanged(connection: sa.Connection, who: UserRecord, seen: Scenario) -> None:
    """Make sure, inside the caller's transaction, that a scenario still is what somebody has seen.

    Raises:
        JourneyError: `unknown_scenario` (404), `scenario_changed` (409).
    """
    found = _found(connection, who, seen.id)
    if found.version != seen.version:
        raise _changed(found)


def _authorize(who: UserRecord, engagement: str) -> None:
    authorize(who, engagement, Action.SIMULATE)
    refuse_guest(who, Action.SIMULATE)


def _changed(record: Scenario) -> JourneyError:
    return JourneyError("scenario_changed", status=409, name=record.name)


def _found(connection: sa.Connection, who: UserRecord, scenario_id: int) -> Scenario:
    row = connection.execute(_scenarios().where(scenario.c.id == scenario_id)).first()
    if row is None or row.engagement not in who.engagements:
        raise JourneyError("unknown_scenario", status=404)
    _authorize(who, row.engagement)
    return _record(row, who)


def _editable(connection: sa.Connection, who: UserRecord, scenario_id: int) -> Scenario:
    record = _found(connection, who, scenario_id)
    if not record.editable:
        raise JourneyError("no_right", status=403, action=str(Action.APPROVE))
    return record


def _said(name: str, notes: str) -> dict[str, str]:
    cleaned = " ".join(name.split())
    if not cleaned or not cleaned.isprintable():
        raise JourneyError("scenario_name_missing")
    kept = "".join(sign for sign in notes if sign == "\n" or sign.isprintable())
    return {"name": cleaned[:LONGEST_NAME], "notes": kept.strip()[:LONGEST_NOTES]}


def _scenarios() -> sa.Select[Any]:
    return sa.select(scenario, user.c.name.label("author")).join(user, user.c.id == scenario.c.user_id)


def _record(row: sa.Row[Any], who: UserRecord) -> Scenario:
    own = row.user_id == who.id
    return Scenario(
        id=row.id,
        engagement=row.engagement,
        name=row.name,
        notes=row.notes,
        search=row.search,
        author_id=row.user_id,
        author=row.author,
        own=own,
        editable=own or who.may(Action.APPROVE),
        version=row.version,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
