"""The lease that lets one import of an engagement run at a time, and what a dead one leaves behind."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.state.engine import one_at_a_time, writing
from data_access.state.schema import data_import, import_lease

LEASE = timedelta(minutes=2)  # renewed by the running import; a dead one blocks others no longer than that
IMPORTS = 5_119_204  # number of the lock that lets one process at a time move leases and pointers


def refuse_or_free(connection: sa.Connection, engagement: str, now: datetime) -> None:
    """Nobody else works on the engagement from here to the end of the transaction.

    An import whose process died before is closed as failed here, so nobody has to tidy up after it.

    Raises:
        JourneyError: `import_running` (409, `since`) while another import of the engagement is alive.
    """
    one_at_a_time(connection, IMPORTS)
    began = _live_since(connection, engagement, now)
    if began is not None:
        raise import_running(engagement, began)
    connection.execute(sa.delete(import_lease).where(import_lease.c.engagement == engagement))
    connection.execute(
        sa.update(data_import)
        .where(data_import.c.engagement == engagement, data_import.c.status == "running")
        .values(
            status="failed",
            finished_at=now,
            report={"error": JourneyError("import_interrupted").plain()},
        )
    )


def running_since(engine: sa.Engine, engagement: str, now: datetime) -> datetime | None:
    """When the import began that works on the engagement now; None where none does.

    One whose process died without a word is closed as failed here: nobody waits for it.
    """
    left = sa.exists().where(data_import.c.engagement == engagement, data_import.c.status == "running")
    with engine.connect() as connection:
        if not connection.scalar(sa.select(left)):
            return None
        if (began := _live_since(connection, engagement, now)) is not None:
            return began
    with writing(engine) as connection, suppress(JourneyError):  # another one may have begun meanwhile
        refuse_or_free(connection, engagement, now)
    return None


def import_running(engagement: str, began: datetime) -> JourneyError:
    """The refusal while another import of the engagement is alive."""
    since = f"{began:%Y-%m-%d %H:%M}"
    return JourneyError("import_running", status=409, engagement=engagement, since=since)


def _live_since(connection: sa.Connection, engagement: str, now: datetime) -> datetime | None:
    query = sa.select(import_lease, data_import.c.started_at).join(data_import)
    lease = connection.execute(query.where(import_lease.c.engagement == engagement)).first()
    alive = lease is not None and lease.expires_at > now and is_alive(lease.holder)
    return lease.started_at if lease is not None and alive else None


def this_process() -> str:
    """This process, told apart from a later one with the same number: machine, pid, start time."""
    return f"{_machine()}:{os.getpid()}:{_started(os.getpid())}"


def is_alive(name: str) -> bool:
    """False only where the holder is surely gone: a process of this machine that does not exist any more."""
    machine, pid, started = name.rsplit(":", 2)
    return machine != _machine() or _started(int(pid)) == started


def host_of(name: str) -> str:
    """Host and number of a process, as people read them."""
    machine, pid, _ = name.rsplit(":", 2)
    return f"{machine.partition('#')[0]}:{pid}"


def _machine() -> str:
    """Whose process numbers are meant: containers may share the name of their host, but not its processes."""
    try:
        processes = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}#{processes}"


def _started(pid: int) -> str:
    """Start time of a process in clock ticks since boot; empty where it is gone or the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]
