"""Imports on their way: uploaded files and what their columns mean, kept at each step until they are imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.clock import utc_now
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.engine import writing
from data_access.state.schema import import_draft, import_task, user

MOST_DRAFTS = 50  # of one engagement
FORGOTTEN = timedelta(days=30)  # after so long without a change nobody comes back


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """One import on its way.

    Attributes:
        owner: name of the person who began it.
        files: `{"name", "bytes"}` of each uploaded file.
        found: the files' columns and the mapping (`Recognised`); None before somebody looked.
        template: text of an uploaded mapping file, which then says everything.
        report: of the last check; None where something changed since.
        import_id: the import that it became.
        version: grows with each change; who changes an older one is told so.
    """

    id: int
    engagement: str
    owner: str
    files: tuple[dict[str, Any], ...]
    found: dict[str, Any] | None
    template: str | None
    report: dict[str, Any] | None
    import_id: int | None
    version: int
    created_at: datetime
    changed_at: datetime


def begin(engine: sa.Engine, who: UserRecord, engagement: str) -> int:
    """A new draft without files.

    Returns:
        Its id.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `too_many_drafts`.
    """
    _authorize(who, engagement)
    now = utc_now()
    values = {"engagement": engagement, "user_id": who.id, "files": [], "created_at": now, "changed_at": now}
    mine = (import_draft.c.engagement == engagement, import_draft.c.import_id.is_(None))
    with writing(engine) as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(import_draft).where(*mine)) or 0
        if count >= MOST_DRAFTS:
            raise JourneyError("too_many_drafts", limit=MOST_DRAFTS)
        made = sa.insert(import_draft).values(values).returning(import_draft.c.id)
        draft_id: int = connection.execute(made).scalar_one()
        audit.note(connection, who.login, "draft.begin", engagement, draft=draft_id)
    return draft_id


def get(engine: sa.Engine, who: UserRecord, draft_id: int) -> DraftRecord:
    """A draft of an engagement that the person may import into.

    Raises:
        JourneyError: `unknown_draft` (404), `no_right` (403).
    """
    with engine.connect() as connection:
        row = connection.execute(_drafts().where(import_draft.c.id == draft_id)).first()
    if row is None or row.engagement not in who.engagements:
        raise JourneyError("unknown_draft", status=404)
    _authorize(who, row.engagement)
    return _record(row)


def unfinished(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[DraftRecord, ...]:
    """Drafts with files that were not imported yet, the last changed first.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement)
    query = _drafts().where(import_draft.c.engagement == engagement, import_draft.c.import_id.is_(None))
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(import_draft.c.changed_at.desc())).all()
    return tuple(_record(row) for row in rows if row.files)


def mappings(engine: sa.Engine, engagement: str, limit: int = 20) -> tuple[dict[str, Any], ...]:
    """Mappings of earlier imports, the newest first: the same table is mapped as then."""
    query = sa.select(import_draft.c.found).where(
        import_draft.c.engagement == engagement, import_draft.c.import_id.is_not(None)
    )
    with engine.connect() as connection:
        found = connection.scalars(query.order_by(import_draft.c.id.desc()).limit(limit)).all()
    return tuple(one["draft"] for one in found if one)


def change(engine: sa.Engine, draft: DraftRecord, **values: Any) -> None:
    """Keep a step: `files`, `found` or `template`; what the last check said is forgotten.

    Raises:
        JourneyError: `draft_changed` (409) where somebody else, or another window, was faster.
    """
    _write(engine, draft, {"report": None, **values})


def remember_check(engine: sa.Engine, draft: DraftRecord, report: dict[str, Any]) -> None:
    """Keep what a check of this very version has found.

    Raises:
        JourneyError: `draft_changed` where the draft changed meanwhile: the check is of no use.
    """
    _write(engine, draft, {"report": report})


def imported(engine: sa.Engine, draft_id: int, import_id: int) -> None:
    """Say which import the draft became."""
    became = sa.update(import_draft).where(import_draft.c.id == draft_id)
    with writing(engine) as connection:
        connection.execute(became.values(import_id=import_id, changed_at=utc_now()))


def forget_old(engine: sa.Engine, engagement: str, now: datetime) -> tuple[int, ...]:
    """Remove drafts that nobody has come back to for a month.

    Returns:
        Their ids: their files may go.
    """
    old = (import_draft.c.engagement == engagement, import_draft.c.import_id.is_(None))
    with writing(engine) as connection:
        found = sa.select(import_draft.c.id).where(*old, import_draft.c.changed_at < now - FORGOTTEN)
        ids = tuple(connection.scalars(found))
        connection.execute(sa.delete(import_task).where(import_task.c.draft_id.in_(ids)))
        connection.execute(sa.delete(import_draft).where(import_draft.c.id.in_(ids)))
    return ids


def remove(engine: sa.Engine, who: UserRecord, draft_id: int) -> DraftRecord:
    """Forget a draft; its files are the caller's.

    Raises:
        JourneyError: `unknown_draft`, `no_right`.
    """
    draft = get(engine, who, draft_id)
    with writing(engine) as connection:
        connection.execute(sa.delete(import_task).where(import_task.c.draft_id == draft_id))
        connection.execute(sa.delete(import_draft).where(import_draft.c.id == draft_id))
        audit.note(connection, who.login, "draft.remove", draft.engagement, draft=draft_id)
    return draft


def _write(engine: sa.Engine, draft: DraftRecord, values: dict[str, Any]) -> None:
    same = (import_draft.c.id == draft.id, import_draft.c.version == draft.version)
    told = values | {"version": draft.version + 1, "changed_at": utc_now()}
    with writing(engine) as connection:
        if connection.execute(sa.update(import_draft).where(*same).values(told)).rowcount == 0:
            raise JourneyError("draft_changed", status=409)


def _authorize(who: UserRecord, engagement: str) -> None:
    authorize(who, engagement, Action.IMPORT)
    refuse_guest(who, Action.IMPORT)


def _drafts() -> sa.Select[Any]:
    return sa.select(import_draft, user.c.name.label("owner")).join(user, user.c.id == import_draft.c.user_id)


def _record(row: sa.Row[Any]) -> DraftRecord:
    return DraftRecord(
        row.id,
        row.engagement,
        row.owner,
        tuple(row.files),
        row.found,
        row.template,
        row.report,
        row.import_id,
        row.version,
        row.created_at,
        row.changed_at,
    )
