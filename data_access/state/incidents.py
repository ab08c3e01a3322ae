"""Incidents as people handle them: read, acknowledged, snoozed, given an owner, commented, resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.incidents import EventKind, Incident, IncidentEvent, IncidentFigures, IncidentStatus
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.action_fields import people_of
from data_access.state.alert_rules import rules
from data_access.state.engine import writing
from data_access.state.schema import user
from data_access.state.schema_watch import alert_rule, incident, incident_event

LONGEST_COMMENT = 2000
MOST_PAST = 50  # resolved ones that a list shows


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[Incident, ...]:
    """What goes on, the newest first, then the last fifty that are over; without their events.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    authorize(who, engagement, Action.SIMULATE)
    mine = incident.c.engagement == engagement
    with engine.connect() as connection:
        going = incidents(connection, mine, incident.c.open_cause.is_not(None))
        past = incidents(connection, mine, incident.c.open_cause.is_(None), most=MOST_PAST)
    return (*going, *past)


def count_open(engine: sa.Engine, who: UserRecord, engagement: str) -> int:
    """How many go on and nobody has taken on yet: the number in the menu.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    authorize(who, engagement, Action.SIMULATE)
    waiting = (incident.c.engagement == engagement, incident.c.status == IncidentStatus.OPEN)
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).where(*waiting)) or 0


def updates(engine: sa.Engine, who: UserRecord, engagement: str) -> dict[int, int]:
    """How many looks have changed each incident since it opened; those that none has are left out.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    authorize(who, engagement, Action.SIMULATE)
    query = (
        sa.select(incident.c.id, sa.func.count().label("times"))
        .join(incident_event, incident_event.c.incident_id == incident.c.id)
        .where(incident.c.engagement == engagement, incident_event.c.kind == EventKind.UPDATED)
        .group_by(incident.c.id)
    )
    with engine.connect() as connection:
        return {row.id: row.times for row in connection.execute(query)}


def get(engine: sa.Engine, who: UserRecord, incident_id: int) -> Incident:
    """One incident with everything that happened to it.

    Raises:
        JourneyError: `unknown_incident` (404), `no_right` (403).
    """
    with engine.connect() as connection:
        found = _seen(connection, who, incident_id, Action.SIMULATE)
        return replace(found, events=_events(connection, incident_id))


def acknowledge(engine: sa.Engine, who: UserRecord, incident_id: int, version: int, now: datetime) -> None:
    """Say that somebody looks after it: no more messages until it is over; who has no owner gets this one.

    Raises:
        JourneyError: `unknown_incident` (404), `incident_changed` (409), `incident_over` (409), `no_right`.
    """
    with writing(engine) as connection:
        found = _going(connection, who, incident_id, version)
        owner = found.owner_id if found.owner_id is not None else who.id
        values = {"status": IncidentStatus.ACKNOWLEDGED, "owner_id": owner}
        _keep(connection, who, found, EventKind.ACKNOWLEDGED, now, values)


def snooze(
    engine: sa.Engine, who: UserRecord, incident_id: int, version: int, until: datetime | None, now: datetime
) -> None:
    """Hear nothing of it until a moment (naive UTC); None wakes it.

    Raises:
        JourneyError: as `acknowledge`; `snooze_past` for a moment that is over.
    """
    if until is not None and until <= now:
        raise JourneyError("snooze_past")
    with writing(engine) as connection:
        found = _going(connection, who, incident_id, version)
        text = "" if until is None else until.isoformat()
        _keep(connection, who, found, EventKind.SNOOZED, now, {"snoozed_until": until}, text)


def set_owner(
    engine: sa.Engine, who: UserRecord, incident_id: int, version: int, owner_id: int | None, now: datetime
) -> None:
    """Say who looks after it; None = nobody.

    Raises:
        JourneyError: as `acknowledge`; `unknown_owner` for who does not see the engagement.
    """
    with writing(engine) as connection:
        found = _going(connection, who, incident_id, version)
        people = people_of(connection, found.engagement)
        if owner_id is not None and owner_id not in people:
            raise JourneyError("unknown_owner")
        name = people.get(owner_id, "") if owner_id is not None else ""
        _keep(connection, who, found, EventKind.OWNER, now, {"owner_id": owner_id}, name)


def comment(engine: sa.Engine, who: UserRecord, incident_id: int, text: str, now: datetime) -> None:
    """Write a comment, also below an incident that is over.

    Raises:
        JourneyError: `unknown_incident` (404), `no_right`, `incident_comment` where it is empty or too long.
    """
    bare = "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
    if not bare or len(bare) > LONGEST_COMMENT or not bare.replace("\n", "").isprintable():
        raise JourneyError("incident_comment", limit=LONGEST_COMMENT)
    with writing(engine) as connection:
        found = _own(connection, who, incident_id)
        note_event(connection, found.id, EventKind.COMMENT, now, text=bare, user_id=who.id)
        audit.note(connection, who.login, "incident.comment", found.engagement, number=found.id)


def resolve(
    engine: sa.Engine, who: UserRecord, incident_id: int, version: int, now: datetime, reason: str = ""
) -> None:
    """Close it by hand: the same stretch of periods does not open it again, unless it gets clearly worse.

    Args:
        reason: a comment; may be empty.

    Raises:
        JourneyError: as `acknowledge`; `incident_comment` where the reason is too long.
    """
    if len(reason) > LONGEST_COMMENT:
        raise JourneyError("incident_comment", limit=LONGEST_COMMENT)
    values = {"status": IncidentStatus.RESOLVED, "open_cause": None, "resolved_at": now}
    with writing(engine) as connection:
        found = _going(connection, who, incident_id, version)
        _keep(connection, who, found, EventKind.RESOLVED, now, values, " ".join(reason.split()))


def incidents(
    connection: sa.Connection, *where: sa.ColumnElement[bool], most: int | None = None
) -> tuple[Incident, ...]:
    """The incidents that match, the newest first, without their events."""
    query = (
        sa.select(incident, user.c.name.label("owner"))
        .outerjoin(user, user.c.id == incident.c.owner_id)
        .where(*where)
        .order_by(incident.c.id.desc())
        .limit(most)
    )
    rows = connection.execute(query).all()
    known = {rule.id: rule for rule in rules(connection, alert_rule.c.id.in_({row.rule_id for row in rows}))}
    return tuple(
        Incident(
            id=row.id,
            engagement=row.engagement,
            rule=known[row.rule_id],
            cause=row.cause,
            status=IncidentStatus(row.status),
            figures=IncidentFigures.from_json(row.figures),
            opened_at=row.opened_at,
            seen_at=row.seen_at,
            owner_id=row.owner_id,
            owner=row.owner,
            snoozed_until=row.snoozed_until,
            resolved_at=row.resolved_at,
            version=row.version,
        )
        for row in rows
    )


def note_event(
    connection: sa.Connection,
    incident_id: int,
    kind: EventKind,
    now: datetime,
    *,
    text: str = "",
    figures: IncidentFigures | None = None,
    user_id: int | None = None,
) -> None:
    """One line of an incident's history, in the transaction of its cause; without a person it is the worker's."""
    values = {
        "incident_id": incident_id,
        "kind": kind,
        "text": text,
        "figures": sa.null() if figures is None else figures.to_json(),
        "user_id": user_id or None,
        "at": now,
    }
    connection.execute(sa.insert(incident_event).values(values))


def _events(connection: sa.Connection, incident_id: int) -> tuple[IncidentEvent, ...]:
    query = (
        sa.select(incident_event, user.c.name.label("who"))
        .outerjoin(user, user.c.id == incident_event.c.user_id)
        .where(incident_event.c.incident_id == incident_id)
        .order_by(incident_event.c.id)
    )
    return tuple(
        IncidentEvent(
            EventKind(row.kind),
            row.at,
            row.text,
            row.who,
            IncidentFigures.from_json(row.figures) if row.figures else None,
        )
        for row in connection.execute(query)
    )


def _seen(connection: sa.Connection, who: UserRecord, incident_id: int, right: Action) -> Incident:
    """The incident, where its engagement is the person's; of others' nobody learns."""
    found = incidents(connection, incident.c.id == incident_id)
    if not found or found[0].engagement not in who.engagements:
        raise JourneyError("unknown_incident", status=404)
    authorize(who, found[0].engagement, right)
    return found[0]


def _own(connection: sa.Connection, who: UserRecord, incident_id: int) -> Incident:
    """An incident that the person may handle, locked until the transaction ends."""
    connection.execute(sa.select(incident.c.id).where(incident.c.id == incident_id).with_for_update())
    found = _seen(connection, who, incident_id, Action.PLAN)
    refuse_guest(who, Action.PLAN)
    return found


def _going(connection: sa.Connection, who: UserRecord, incident_id: int, version: int) -> Incident:
    found = _own(connection, who, incident_id)
    if found.status is IncidentStatus.RESOLVED:
        raise JourneyError("incident_over", status=409)
    if found.version != version:
        raise JourneyError("incident_changed", status=409)
    return found


def _keep(
    connection: sa.Connection,
    who: UserRecord,
    found: Incident,
    kind: EventKind,
    now: datetime,
    values: Mapping[str, Any],
    text: str = "",
) -> None:
    told = {**values, "version": found.version + 1}
    if told.get("owner_id", 1) == 0:  # whoever works at the machine itself has no account
        told["owner_id"] = None
    connection.execute(sa.update(incident).where(incident.c.id == found.id).values(told))
    note_event(connection, found.id, kind, now, text=text, user_id=who.id)
    audit.note(connection, who.login, f"incident.{kind}", found.engagement, number=found.id)
