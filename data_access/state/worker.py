"""The lease that lets one worker at a time do its jobs, over all machines that share the state database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.points import reached
from data_access.state import runs
from data_access.state.engine import one_at_a_time, writing
from data_access.state.lease import host_of, is_alive, this_process
from data_access.state.schema_watch import worker_lease

LEASE = timedelta(minutes=1)  # a worker of another machine that died blocks the next one no longer than that
RENEW_EVERY = LEASE / 4
_NAME = "worker"
_WORKERS = 5_119_207  # number of the lock that lets one process at a time move the lease


@dataclass(frozen=True, slots=True)
class Holder:
    """Which worker has the lease.

    Attributes:
        name: host, process and its start.
        started_at: since when it works.
        heard_at: its last sign of life.
        alive: False where it is surely gone or has not been heard of for longer than a lease lasts.
    """

    name: str
    started_at: datetime
    heard_at: datetime
    alive: bool


def take(engine: sa.Engine, now: datetime) -> str:
    """Become the worker; runs that a dead one has left open are closed as lost.

    A process of this machine that does not exist any more is followed at once, one of another machine when its lease
    has run out.

    Returns:
        The name under which this process holds the lease.

    Raises:
        JourneyError: `worker_running` (409, `holder`, `since`) while another one is alive.
    """
    name = this_process()
    with writing(engine) as connection:
        one_at_a_time(connection, _WORKERS)
        held = _held(connection, now)
        if held is not None and held.alive and held.name != name:
            since = f"{held.started_at:%Y-%m-%d %H:%M}"
            raise JourneyError("worker_running", status=409, holder=host_of(held.name), since=since)
        connection.execute(sa.delete(worker_lease))
        values = {"holder": name, "started_at": now, "expires_at": now + LEASE}
        connection.execute(sa.insert(worker_lease).values(name=_NAME, **values))
        runs.lose(connection, now)
        reached("lease.before_commit")
    reached("lease.taken")
    return name


def renew(engine: sa.Engine, name: str, now: datetime) -> bool:
    """Say that this worker is alive; False where another one has taken over."""
    mine = sa.update(worker_lease).where(worker_lease.c.holder == name)
    with writing(engine) as connection:
        return connection.execute(mine.values(expires_at=now + LEASE)).rowcount > 0


def release(engine: sa.Engine, name: str, now: datetime) -> None:
    """Leave, so that the next worker begins at once; what was not finished is lost and will be done again."""
    with writing(engine) as connection:
        left = connection.execute(sa.delete(worker_lease).where(worker_lease.c.holder == name)).rowcount
        if left:
            runs.lose(connection, now)


def holder(engine: sa.Engine, now: datetime) -> Holder | None:
    """Who is the worker, or was until it died; None where none has ever run or the last one has left."""
    with engine.connect() as connection:
        return _held(connection, now)


def _held(connection: sa.Connection, now: datetime) -> Holder | None:
    row = connection.execute(sa.select(worker_lease)).first()
    if row is None:
        return None
    alive = row.expires_at > now and is_alive(row.holder)
    return Holder(row.holder, row.started_at, row.expires_at - LEASE, alive)
