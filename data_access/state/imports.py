"""The import journal, the lease that lets one import run at a time, and the generation pointer."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.points import reached
from data_access.state import audit
from data_access.state.engine import one_at_a_time, writing
from data_access.state.schema import data_import, generation_pointer, import_lease
from data_access.state.schema import engagement as engagement_table

LEASE = timedelta(minutes=2)  # renewed by the running import; a dead one blocks others no longer than that
_IMPORTS = 5_119_204


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which generation viewers read, and since when."""

    generation: int
    import_id: int
    switched_at: datetime


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """One line of the journal.

    Attributes:
        status: `running`, `done`, `unchanged` or `failed`.
        report: counts of the import; of a failed one `{"error": {"code", "facts"}}`.
    """

    id: int
    engagement: str
    mapping_sha256: str
    started_at: datetime
    finished_at: datetime | None
    actor: str
    status: str
    generation: int | None
    report: dict[str, Any] | None


def start(engine: sa.Engine, engagement: str, mapping_sha256: str, actor: str, now: datetime) -> int:
    """Take the engagement's lease and open a line in the journal.

    An import whose process died before is closed as failed here, so nobody has to tidy up after it.

    Returns:
        The id of the import.

    Raises:
        JourneyError: `import_running` (409, `since`) while another import of the engagement is alive.
    """
    with writing(engine) as connection:
        one_at_a_time(connection, _IMPORTS)
        _refuse_while_running(connection, engagement, now)
        _close_dead(connection, engagement, now)
        line = {"engagement": engagement, "mapping_sha256": mapping_sha256, "started_at": now, "actor": actor}
        opened = sa.insert(data_import).values(line | {"status": "running"}).returning(data_import.c.id)
        import_id = connection.execute(opened).scalar_one()
        lease = {"import_id": import_id, "holder": _this_process(), "expires_at": now + LEASE}
        connection.execute(sa.insert(import_lease).values(engagement=engagement, **lease))
        reached("journal.before_commit")
    reached("journal.after_commit")
    return import_id


def reserve(engine: sa.Engine, import_id: int, number: int) -> None:
    """Write down which generation the import is building, so that its number is never used again."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(data_import).where(data_import.c.id == import_id).values(generation=number)
        )


def renew(engine: sa.Engine, import_id: int, now: datetime) -> None:
    """Say that the import is alive.

    Raises:
        JourneyError: `import_lost_lease` where another import took over meanwhile.
    """
    with writing(engine) as connection:
        statement = sa.update(import_lease).where(import_lease.c.import_id == import_id)
        if connection.execute(statement.values(expires_at=now + LEASE)).rowcount == 0:
            raise JourneyError("import_lost_lease", status=409)


def publish(
    engine: sa.Engine,
    import_id: int,
    engagement: str,
    number: int,
    report: dict[str, Any],
    now: datetime,
    stages: dict[str, Any] | None = None,
) -> None:
    """Show the new generation: journal, pointer and lease move in one transaction.

    Args:
        stages: the stage model that the generation was mapped to, where it is another one.

    Raises:
        JourneyError: `import_lost_lease` where another import took over meanwhile; nothing moves then.
    """
    with writing(engine) as connection:
        _close(connection, import_id, "done", report, now)
        values = {"generation": number, "import_id": import_id, "switched_at": now}
        moved = connection.execute(
            sa.update(generation_pointer).where(generation_pointer.c.engagement == engagement).values(values)
        )
        if moved.rowcount == 0:
            connection.execute(sa.insert(generation_pointer).values(engagement=engagement, **values))
        if stages is not None:
            of_it = sa.update(engagement_table).where(engagement_table.c.key == engagement)
            connection.execute(of_it.values(stage_model=stages))
        reached("pointer.before_commit")
    reached("pointer.after_commit")


def finish_unchanged(engine: sa.Engine, import_id: int, report: dict[str, Any], now: datetime) -> None:
    """Close an import that brought nothing new: no generation, the pointer stays."""
    with writing(engine) as connection:
        _close(connection, import_id, "unchanged", report, now)
        connection.execute(
            sa.update(data_import).where(data_import.c.id == import_id).values(generation=None)
        )


def fail(engine: sa.Engine, import_id: int, error: JourneyError, now: datetime) -> None:
    """Close a failed import with the code and facts of its sentence; the old data stay as they are."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(data_import)
            .where(data_import.c.id == import_id, data_import.c.status == "running")
            .values(status="failed", finished_at=now, report=_error(error))
        )
        connection.execute(sa.delete(import_lease).where(import_lease.c.import_id == import_id))


def pointer(engine: sa.Engine, engagement: str) -> Pointer | None:
    """The generation that viewers read; None before the first import."""
    table = generation_pointer
    columns = (table.c.generation, table.c.import_id, table.c.switched_at)
    with engine.connect() as connection:
        row = connection.execute(sa.select(*columns).where(table.c.engagement == engagement)).first()
    return Pointer(*row) if row else None


def withdraw(engine: sa.Engine, engagement: str, actor: str) -> None:
    """Show nobody the current generation any more: the next import starts from nothing.

    Its file stays, as those of earlier generations do, and its number is never used again.
    """
    with writing(engine) as connection:
        gone = sa.delete(generation_pointer).where(generation_pointer.c.engagement == engagement)
        connection.execute(gone)
        audit.note(connection, actor, "generation.withdraw", engagement)


def highest_number(engine: sa.Engine, engagement: str) -> int:
    """The highest generation number that an import ever took; 0 before the first."""
    query = sa.select(sa.func.max(data_import.c.generation)).where(data_import.c.engagement == engagement)
    with engine.connect() as connection:
        return connection.scalar(query) or 0


def published(engine: sa.Engine, engagement: str, limit: int) -> tuple[int, ...]:
    """Numbers of the last generations that viewers were shown, the current one first."""
    query = sa.select(data_import.c.generation).where(
        data_import.c.engagement == engagement, data_import.c.status == "done"
    )
    with engine.connect() as connection:
        return tuple(connection.scalars(query.order_by(data_import.c.generation.desc()).limit(limit)))


def journal(engine: sa.Engine, engagement: str, limit: int = 100) -> tuple[ImportEntry, ...]:
    """The last imports of an engagement, newest first."""
    query = sa.select(data_import).where(data_import.c.engagement == engagement)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(data_import.c.id.desc()).limit(limit)).mappings().all()
    return tuple(ImportEntry(**row) for row in rows)


def _refuse_while_running(connection: sa.Connection, engagement: str, now: datetime) -> None:
    query = sa.select(import_lease, data_import.c.started_at).join(data_import)
    lease = connection.execute(query.where(import_lease.c.engagement == engagement)).first()
    if lease is not None and lease.expires_at > now and _alive(lease.holder):
        since = f"{lease.started_at:%Y-%m-%d %H:%M}"
        raise JourneyError("import_running", status=409, engagement=engagement, since=since)


def _this_process() -> str:
    """This process, told apart from a later one with the same number: host, pid, start time."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def _alive(name: str) -> bool:
    """False only where the holder is surely gone: a process of this machine that does not exist any more."""
    host, pid, started = name.rsplit(":", 2)
    return host != socket.gethostname() or _started(int(pid)) == started


def _started(pid: int) -> str:
    """Start time of a process in clock ticks since boot; empty where it is gone or the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def _close(
    connection: sa.Connection, import_id: int, status: str, report: dict[str, Any], now: datetime
) -> None:
    released = sa.delete(import_lease).where(import_lease.c.import_id == import_id)
    if connection.execute(released).rowcount == 0:
        raise JourneyError("import_lost_lease", status=409)
    row = connection.execute(
        sa.update(data_import)
        .where(data_import.c.id == import_id)
        .values(status=status, finished_at=now, report=report)
        .returning(data_import.c.actor, data_import.c.engagement)
    ).one()
    audit.note(connection, row.actor, f"import.{status}", row.engagement, import_id=import_id)


def _close_dead(connection: sa.Connection, engagement: str, now: datetime) -> None:
    connection.execute(sa.delete(import_lease).where(import_lease.c.engagement == engagement))
    gone = _error(JourneyError("import_interrupted"))
    connection.execute(
        sa.update(data_import)
        .where(data_import.c.engagement == engagement, data_import.c.status == "running")
        .values(status="failed", finished_at=now, report=gone)
    )


def _error(error: JourneyError) -> dict[str, Any]:
    facts = {
        name: value if isinstance(value, int | float | str | bool) else str(value)
        for name, value in error.facts.items()
    }
    return {"error": {"code": error.code, "facts": facts}}
