"""Notes that people put on the time axes of an engagement; two who change one at once lose nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.engine import writing
from data_access.state.schema import user
from data_access.state.schema_watch import annotation

LONGEST = 300  # letters of a note
MOST_NOTES = 2000  # of one engagement
_YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person writes.

    Attributes:
        day: in the engagement's zone.
        segment: whom it concerns; empty = everybody.
    """

    day: date
    text: str
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note as it is kept; `version` grows with each change, `author` is the name of who wrote it."""

    id: int
    engagement: str
    day: date
    text: str
    segment: str
    author: str
    version: int
    created_at: datetime


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[Annotation, ...]:
    """Every note of an engagement, in order of its days.

    Raises:
        JourneyError: `unknown_engagement`, `no_right` (guests too: notes are words of the house).
    """
    _authorize(who, engagement, Action.SIMULATE)
    with engine.connect() as connection:
        return _read(connection, annotation.c.engagement == engagement)


def add(
    engine: sa.Engine,
    who: UserRecord,
    engagement: str,
    wording: Wording,
    segments: Collection[str],
    now: datetime,
) -> int:
    """Note a day.

    Args:
        segments: of the engagement's data.
        now: naive UTC.

    Returns:
        Its id.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `too_many_notes`, `note_missing`, `note_long`, `note_segment`,
            `bad_day`.
    """
    _authorize(who, engagement, Action.PLAN)
    row = _checked(wording, segments)
    with writing(engine) as connection:
        count = sa.select(sa.func.count()).where(annotation.c.engagement == engagement)
        if (connection.scalar(count) or 0) >= MOST_NOTES:
            raise JourneyError("too_many_notes", limit=MOST_NOTES)
        row |= {"engagement": engagement, "user_id": who.id, "created_at": now}
        made = sa.insert(annotation).values(row).returning(annotation.c.id)
        number: int = connection.execute(made).scalar_one()
        audit.note(connection, who.login, "note.add", engagement, number=number)
    return number


def change(
    engine: sa.Engine,
    who: UserRecord,
    number: int,
    version: int,
    wording: Wording,
    segments: Collection[str],
) -> None:
    """Reword or move a note.

    Args:
        version: that the person has seen.

    Raises:
        JourneyError: `unknown_note` (404), `no_right`, `note_changed` (409) where somebody else was faster, and those
            of `add`.
    """
    row = _checked(wording, segments)
    with writing(engine) as connection:
        seen = _own(connection, who, number)
        same = (annotation.c.id == number, annotation.c.version == version)
        update = sa.update(annotation).where(*same).values({**row, "version": version + 1})
        if connection.execute(update).rowcount == 0:
            raise JourneyError("note_changed", status=409)
        audit.note(connection, who.login, "note.change", seen.engagement, number=number, before=seen.text)


def remove(engine: sa.Engine, who: UserRecord, number: int, version: int) -> None:
    """Take a note away; the audit trail keeps what it said.

    Raises:
        JourneyError: `unknown_note` (404), `no_right`, `note_changed` (409).
    """
    with writing(engine) as connection:
        seen = _own(connection, who, number)
        same = (annotation.c.id == number, annotation.c.version == version)
        if connection.execute(sa.delete(annotation).where(*same)).rowcount == 0:
            raise JourneyError("note_changed", status=409)
        told = {"number": number, "day": seen.day.isoformat(), "before": seen.text}
        audit.note(connection, who.login, "note.remove", seen.engagement, **told)


def engagement_of(engine: sa.Engine, who: UserRecord, number: int) -> str:
    """Whose note it is, for who may change it.

    Raises:
        JourneyError: `unknown_note` (404), `no_right`.
    """
    with engine.connect() as connection:
        return _own(connection, who, number).engagement


def _own(connection: sa.Connection, who: UserRecord, number: int) -> Annotation:
    """The note, where its engagement is the person's; of others' nobody learns."""
    found = _read(connection, annotation.c.id == number)
    if not found or found[0].engagement not in who.engagements:
        raise JourneyError("unknown_note", status=404)
    _authorize(who, found[0].engagement, Action.PLAN)
    return found[0]


def _read(connection: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[Annotation, ...]:
    query = (
        sa.select(annotation, user.c.name.label("author"))
        .join(user, user.c.id == annotation.c.user_id)
        .where(where)
        .order_by(annotation.c.day, annotation.c.id)
    )
    return tuple(
        Annotation(
            row.id,
            row.engagement,
            row.day,
            row.text,
            row.segment,
            row.author,
            row.version,
            row.created_at,
        )
        for row in connection.execute(query)
    )


def _checked(wording: Wording, segments: Collection[str]) -> dict[str, object]:
    text = " ".join(wording.text.split())
    if not text or not text.isprintable():
        raise JourneyError("note_missing")
    if len(text) > LONGEST:
        raise JourneyError("note_long", limit=LONGEST)
    if wording.segment and wording.segment not in segments:
        raise JourneyError("note_segment")
    if wording.day.year not in _YEARS:
        raise JourneyError("bad_day", value=wording.day.isoformat())
    return {"day": wording.day, "text": text, "segment": wording.segment}


def _authorize(who: UserRecord, engagement: str, right: Action) -> None:
    authorize(who, engagement, right)
    refuse_guest(who, right)
