"""What the worker has done: a line for each run of a job, kept for a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.points import reached
from data_access.state.engine import writing
from data_access.state.schema_watch import worker_run

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job.

    Attributes:
        engagement: in which one it failed; None where that is not one of them.
        status: `running`, `done`, `failed` or `lost` (its process ended before).
        counts: what it did, such as `{"sent": 3}`.
        error: why it failed; None where it did not.
    """

    id: int
    job: str
    engagement: str | None
    started_at: datetime
    finished_at: datetime | None
    status: str
    counts: Mapping[str, int]
    error: JourneyError | None


def begin(engine: sa.Engine, job: str, holder: str, now: datetime) -> int:
    """Open the line of a run; its number."""
    opened = sa.insert(worker_run).values(job=job, holder=holder, started_at=now, status="running", detail={})
    with writing(engine) as connection:
        number = connection.execute(opened.returning(worker_run.c.id)).scalar_one()
    reached(f"run.{job}.started")
    return number


def done(engine: sa.Engine, number: int, job: str, counts: Mapping[str, int], now: datetime) -> None:
    """Close a run that did what it should.

    One that found nothing to do takes the place of the one before that found nothing either: the list stays short.
    """
    with writing(engine) as connection:
        if not any(counts.values()):
            _forget_alike(connection, number, job, "done", dict(counts))
        _close(connection, number, "done", dict(counts), now)
        reached(f"run.{job}.before_commit")
    reached(f"run.{job}.after_commit")


def failed(
    engine: sa.Engine,
    number: int,
    job: str,
    error: JourneyError,
    now: datetime,
    engagement: str | None = None,
) -> None:
    """Close a run that ended with an error; one that says what the one before said takes its place.

    Args:
        engagement: the one that it happened in; None: in none or in all.
    """
    with writing(engine) as connection:
        _forget_alike(connection, number, job, "failed", error.plain())
        _close(connection, number, "failed", error.plain(), now, engagement)


def lose(connection: sa.Connection, now: datetime) -> None:
    """Close as lost what is open, in the transaction in which the lease moves: nobody works on it any more."""
    left = sa.update(worker_run).where(worker_run.c.status == "running")
    connection.execute(left.values(status="lost", finished_at=now))


def last(engine: sa.Engine, job: str, limit: int = 5) -> tuple[Run, ...]:
    """The last runs of a job, newest first."""
    query = sa.select(worker_run).where(worker_run.c.job == job)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(worker_run.c.id.desc()).limit(limit)).all()
    return tuple(_run(row) for row in rows)


def successes(engine: sa.Engine) -> dict[str, datetime]:
    """When each job was last done without an error."""
    at = sa.func.max(worker_run.c.finished_at)
    query = sa.select(worker_run.c.job, at).where(worker_run.c.status == "done").group_by(worker_run.c.job)
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def forget_old(engine: sa.Engine, now: datetime) -> int:
    """Remove runs of more than a month ago; how many they were."""
    old = sa.delete(worker_run).where(worker_run.c.started_at < now - KEPT, worker_run.c.status != "running")
    with writing(engine) as connection:
        return connection.execute(old).rowcount


def _forget_alike(
    connection: sa.Connection, number: int, job: str, status: str, detail: dict[str, Any]
) -> None:
    earlier = sa.select(worker_run).where(worker_run.c.job == job, worker_run.c.id < number)
    before = connection.execute(earlier.order_by(worker_run.c.id.desc()).limit(1)).first()
    if before is not None and (before.status, before.detail) == (status, detail):
        connection.execute(sa.delete(worker_run).where(worker_run.c.id == before.id))


def _close(
    connection: sa.Connection,
    number: int,
    status: str,
    detail: dict[str, Any],
    now: datetime,
    engagement: str | None = None,
) -> None:
    mine = sa.update(worker_run).where(worker_run.c.id == number, worker_run.c.status == "running")
    values = {"status": status, "detail": detail, "finished_at": now, "engagement": engagement}
    connection.execute(mine.values(values))


def _run(row: sa.Row[Any]) -> Run:
    bad = row.status == "failed"
    counts, error = ({}, JourneyError.of(row.detail)) if bad else (row.detail, None)
    return Run(row.id, row.job, row.engagement, row.started_at, row.finished_at, row.status, counts, error)
