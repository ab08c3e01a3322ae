"""The state database of each kind that the product supports, empty and migrated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.state import users
from data_access.state.engine import open_state, writing
from data_access.state.migrate import migrate
from data_access.state.schema import state as metadata

NOW = datetime(2026, 6, 1, 12)
PASSWORD = "a long enough password"


@pytest.fixture(params=["sqlite", "postgresql"])
def state_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLAlchemy address of an empty state database: an SQLite file, and a database on a real PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.sqlite3'}"
    return request.getfixturevalue("postgres_database")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A migrated state database that the tests of a run share."""
    address = f"sqlite:///{tmp_path_factory.mktemp('state') / 'state.sqlite3'}"
    if request.param == "postgresql":
        server = open_state(request.getfixturevalue("postgres_url"))
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # a worker that comes back to this kind of database makes it anew
            connection.execute(sa.text("DROP DATABASE IF EXISTS state_tests WITH (FORCE)"))
            connection.execute(sa.text("CREATE DATABASE state_tests"))
        server.dispose()
        address = server.url.set(database="state_tests").render_as_string(hide_password=False)
    engine = open_state(address)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def state(migrated: sa.Engine) -> sa.Engine:
    """A migrated state database without a row; ids begin at 1."""
    with writing(migrated) as connection:
        if connection.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
        else:
            for table in reversed(metadata.sorted_tables):
                connection.execute(sa.delete(table))
    return migrated


@pytest.fixture
def ann(state: sa.Engine) -> int:
    """Id of a marketer with the login `ann`."""
    return users.add_user(state, "ann", "Ann", "marketer", PASSWORD)
