"""Opening the state database: SQLite beside the data by default, PostgreSQL by its URL."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    from dashboard.settings import Settings

BUSY_TIMEOUT_MS = 10_000
POOL_WAIT_SECONDS = 5
CONNECT_SECONDS = 3
_PAUSE_SECONDS = 0.02  # between tries for a lock that SQLite does not wait for by itself

_engines: dict[tuple[int, str], sa.Engine] = {}
_lock = threading.Lock()
_BEGINS = "journey_begins"  # option of a connection: how a transaction begins on SQLite
_IN_USE = 64  # connections of a process at most: as many as it may have threads


def state_url(settings: Settings) -> str:
    """SQLAlchemy address of the state database: `JOURNEY_STATE_URL`, else `state.sqlite3` in the data folder."""
    return settings.state_url or f"sqlite:///{settings.data.absolute() / 'state.sqlite3'}"


def state_engine(settings: Settings) -> sa.Engine:
    """The engine of the state database, one for each process and address.

    It is made on first use, so that nothing is open before a server forks its workers.
    """
    key = (os.getpid(), state_url(settings))
    with _lock:
        if key not in _engines:
            _engines[key] = open_state(key[1])
        return _engines[key]


def open_state(url: str) -> sa.Engine:
    """A new engine on a state database; an SQLite file is made where it is absent, readable by its owner alone."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        # a file that is opened anew costs five statements, and to wait for another thread's more than that
        engine = sa.create_engine(address, pool_size=_IN_USE, max_overflow=0, pool_timeout=POOL_WAIT_SECONDS)
        _own_file(Path(address.database or ""))
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = sa.create_engine(
            address,
            pool_pre_ping=True,
            pool_timeout=POOL_WAIT_SECONDS,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "options": f"-c lock_timeout={BUSY_TIMEOUT_MS} -c timezone=UTC",
            },
        )
    event.listen(engine, "connect", _remember_process)
    event.listen(engine, "checkout", _refuse_other_process)
    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that writes: all of it is kept, or nothing.

    On SQLite it takes the write lock at its start: a transaction that reads first and writes later would
    fail at once, without waiting, where another one wrote in between.
    """
    with engine.connect() as connection:
        connection = connection.execution_options(**{_BEGINS: "BEGIN IMMEDIATE"})
        with connection.begin():
            yield connection


@contextmanager
def looking(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One statement that reads: alone it sees one moment anyway, and costs SQLite no other one around it."""
    with engine.connect() as connection:
        yield connection.execution_options(**{_BEGINS: None})


def one_at_a_time(connection: sa.Connection, lock: int) -> None:
    """Let one process at a time pass until its transaction ends; SQLite's write lock does that by itself.

    Args:
        lock: number of the advisory lock, one for each matter.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))


def _own_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # WAL and index files inherit these rights


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, DDL included
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    """Turn the write-ahead log on; of several processes that open a new file, SQLite lets all but one fail at once."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)


def _begin_sqlite(connection: sa.Connection) -> None:
    begins = connection.get_execution_options().get(_BEGINS, "BEGIN")
    if begins is not None:
        connection.exec_driver_sql(begins)


def _remember_process(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["pid"] = os.getpid()


def _refuse_other_process(_connection: Any, record: ConnectionPoolEntry, proxy: Any) -> None:
    """A connection opened before a fork is forgotten, not used and not closed: its parent still talks on it."""
    if record.info["pid"] != os.getpid():
        record.dbapi_connection = proxy.dbapi_connection = None  # type: ignore[assignment]
        raise DisconnectionError("this connection belongs to another process")
