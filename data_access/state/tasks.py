"""What a draft is waiting for: who works on it, how far they are, and whether somebody asked to stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.clock import utc_now
from data_access.state.engine import writing
from data_access.state.schema import import_draft, import_task

Kind = Literal["profile", "check", "import"]
SILENCE = timedelta(minutes=1)  # a running task tells its progress far more often


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task.

    Attributes:
        status: `running`, `done`, `failed` or `cancelled`.
        part, share: what is being done, and how much of the whole is (0..1).
        error: code and facts of the sentence that says why it failed.
        told_at: when it last said how far it is, or ended.
    """

    id: int
    draft_id: int
    kind: Kind
    status: str
    part: str
    share: float
    error: dict[str, Any] | None
    told_at: datetime


def start(engine: sa.Engine, draft_id: int, kind: Kind) -> int | None:
    """Open a task of a draft; one at a time.

    Returns:
        Its id; None where the same is being done already, as after a second click or in a second window.

    Raises:
        JourneyError: `draft_busy` (409) while a task of another kind works on it.
    """
    now = utc_now()
    with writing(engine) as connection:
        connection.execute(
            sa.select(import_draft.c.id).where(import_draft.c.id == draft_id).with_for_update()
        )
        alive = (import_task.c.draft_id == draft_id, import_task.c.status == "running")
        busy = connection.scalar(
            sa.select(import_task.c.kind).where(*alive, import_task.c.told_at > now - SILENCE)
        )
        if busy == kind:
            return None
        if busy is not None:
            raise JourneyError("draft_busy", status=409)
        connection.execute(sa.delete(import_task).where(import_task.c.draft_id == draft_id))
        values = {"draft_id": draft_id, "kind": kind, "status": "running", "started_at": now, "told_at": now}
        made = sa.insert(import_task).values(values).returning(import_task.c.id)
        task_id: int = connection.execute(made).scalar_one()
    return task_id


def tell(engine: sa.Engine, task_id: int, part: str, share: float) -> bool:
    """Say how far the task is.

    Returns:
        True where it may go on; False where somebody asked to stop, or the draft is gone.
    """
    told = {"part": part, "share": share, "told_at": utc_now()}
    mine = sa.update(import_task).where(import_task.c.id == task_id, import_task.c.status == "running")
    with writing(engine) as connection:
        found = connection.execute(mine.values(told).returning(import_task.c.cancel)).first()
    return found is not None and not found.cancel


def finish(engine: sa.Engine, task_id: int, error: JourneyError | None = None) -> None:
    """Close a task: done, failed with the reason, or cancelled as it was asked for."""
    status = "done" if error is None else "cancelled" if error.code == "import_cancelled" else "failed"
    told = {"status": status, "error": error.plain() if error else None, "told_at": utc_now()}
    with writing(engine) as connection:
        connection.execute(sa.update(import_task).where(import_task.c.id == task_id).values(told))


def cancel(engine: sa.Engine, draft_id: int) -> None:
    """Ask the draft's running task to stop; it does within a second."""
    running = (import_task.c.draft_id == draft_id, import_task.c.status == "running")
    with writing(engine) as connection:
        connection.execute(sa.update(import_task).where(*running).values(cancel=True))


def last(engine: sa.Engine, draft_id: int) -> TaskRecord | None:
    """The draft's last task; one that has been silent for too long failed with its server."""
    query = sa.select(import_task).where(import_task.c.draft_id == draft_id).order_by(import_task.c.id.desc())
    with engine.connect() as connection:
        row = connection.execute(query.limit(1)).first()
    if row is None:
        return None
    status, error = row.status, row.error
    if status == "running" and row.told_at < utc_now() - SILENCE:
        status, error = "failed", JourneyError("import_interrupted").plain()
    return TaskRecord(row.id, draft_id, row.kind, status, row.part, row.share, error, row.told_at)
