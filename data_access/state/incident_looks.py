"""Incidents as looks leave them: opened, carried on and resolved, with their messages in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dashboard.journey.incidents import EventKind, Incident, IncidentFigures, IncidentStatus
from data_access.points import reached
from data_access.state.alert_rules import note_look
from data_access.state.engine import one_at_a_time, writing
from data_access.state.incidents import incidents, note_event
from data_access.state.schema_watch import incident

WORSE = 1.5  # so many times as far beyond the limits as it was told last is clearly worse
_LOOKS = 5_119_219  # of one look at a time; any number that no other matter uses


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rules of one cause say together.

    Attributes:
        rule: number of the rule that speaks for the cause.
        owner: who looks after it at first.
        figures: of the last period beyond the limits; None = it is over, `ended` says how.
    """

    cause: str
    rule: int
    owner: int | None
    figures: IncidentFigures | None
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a look did to an incident.

    Attributes:
        loud: receivers hear of it.
        ended: how it was resolved, `RESOLVED_*`; "" while it goes on.
    """

    kind: EventKind
    incident: Incident
    loud: bool
    ended: str = ""


Tell = Callable[[sa.Connection, Told], None]


def going_on(engine: sa.Engine, engagement: str) -> dict[str, Incident]:
    """The incidents that go on, by cause."""
    with engine.connect() as connection:
        return _going(connection, engagement)


def settle(
    engine: sa.Engine,
    engagement: str,
    findings: Sequence[Finding],
    judged: Collection[int],
    now: datetime,
    tell: Tell,
) -> tuple[Told, ...]:
    """Write what a look has found: of two looks at once the second one finds everything done.

    Args:
        findings: one for each cause that is known; an unknown one is left as it is.
        judged: numbers of the rules that were looked at.
        tell: queues the messages of something loud in the same transaction.
    """
    done: list[Told] = []
    with writing(engine) as connection:
        one_at_a_time(connection, _LOOKS)
        known = _going(connection, engagement)
        for finding in findings:
            told = _settled(connection, engagement, finding, known.get(finding.cause), now)
            if told is None:
                continue
            if told.loud:
                tell(connection, told)
            done.append(told)
        note_look(connection, judged, now)
        reached("alerts.before_commit")
    reached("alerts.after_commit")
    return tuple(done)


def _going(connection: sa.Connection, engagement: str) -> dict[str, Incident]:
    mine = (incident.c.engagement == engagement, incident.c.open_cause.is_not(None))
    return {one.cause: one for one in incidents(connection, *mine)}


def _settled(
    connection: sa.Connection, engagement: str, finding: Finding, open_one: Incident | None, now: datetime
) -> Told | None:
    if open_one is None:
        figures = finding.figures
        if figures is None or _closed_by_hand(connection, engagement, finding.cause, figures):
            return None
        return _open(connection, engagement, finding, figures, now)
    if finding.figures is None:
        return _resolve(connection, open_one, finding.ended, now)
    return _carry_on(connection, open_one, finding.figures, now)


def _closed_by_hand(connection: sa.Connection, engagement: str, cause: str, figures: IncidentFigures) -> bool:
    """True where somebody has closed this very stretch of periods, and it is not clearly worse since."""
    mine = (incident.c.engagement == engagement, incident.c.cause == cause, incident.c.open_cause.is_(None))
    last = incidents(connection, *mine, most=1)
    if not last or last[0].figures.began != figures.began or last[0].figures.kind != figures.kind:
        return False
    return figures.severity < WORSE * max(last[0].figures.severity, 1.0)


def _open(
    connection: sa.Connection, engagement: str, finding: Finding, figures: IncidentFigures, now: datetime
) -> Told:
    said = figures.with_(told=figures.severity)
    row = {
        "engagement": engagement,
        "rule_id": finding.rule,
        "cause": finding.cause,
        "open_cause": finding.cause,
        "status": IncidentStatus.OPEN,
        "owner_id": finding.owner,
        "figures": said.to_json(),
        "opened_at": now,
        "seen_at": now,
    }
    number: int = connection.execute(sa.insert(incident).values(row).returning(incident.c.id)).scalar_one()
    note_event(connection, number, EventKind.OPENED, now, figures=said)
    return Told(EventKind.OPENED, incidents(connection, incident.c.id == number)[0], loud=True)


def _carry_on(
    connection: sa.Connection, found: Incident, figures: IncidentFigures, now: datetime
) -> Told | None:
    """A new period, or figures that have changed, are an update; told only where it is clearly worse."""
    before = found.figures
    worse = figures.severity >= WORSE * before.told
    same = (figures.rule, figures.since, figures.until) == (before.rule, before.since, before.until)
    if same and (figures.value == before.value or not worse):
        _update(connection, found, {"seen_at": now}, again=False)
        return None
    loud = worse and not found.silent(now)
    said = figures.with_(told=figures.severity if loud else before.told)
    _update(connection, found, {"seen_at": now, "figures": said.to_json(), "rule_id": figures.rule})
    note_event(connection, found.id, EventKind.UPDATED, now, figures=said)
    return Told(EventKind.UPDATED, replace(found, figures=said, version=found.version + 1), loud)


def _resolve(connection: sa.Connection, found: Incident, ended: str, now: datetime) -> Told:
    values = {"status": IncidentStatus.RESOLVED, "open_cause": None, "resolved_at": now}
    _update(connection, found, values)
    note_event(connection, found.id, EventKind.RESOLVED, now, text=ended, figures=found.figures)
    over = replace(found, status=IncidentStatus.RESOLVED, resolved_at=now, version=found.version + 1)
    return Told(EventKind.RESOLVED, over, loud=True, ended=ended)


def _update(
    connection: sa.Connection, found: Incident, values: Mapping[str, Any], *, again: bool = True
) -> None:
    told = {**values, "version": found.version + again}
    connection.execute(sa.update(incident).where(incident.c.id == found.id).values(told))
