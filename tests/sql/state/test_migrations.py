"""Migrations make exactly the tables of the schema, once, and refuse what they do not know."""

from __future__ import annotations

import multiprocessing
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from dashboard.errors import JourneyError
from data_access.state import migrate as module
from data_access.state import users
from data_access.state.engine import open_state, writing
from data_access.state.migrate import check_state, migrate
from data_access.state.schema_watch import state as metadata


def test_migrations_make_the_tables_of_the_schema(state: sa.Engine) -> None:
    with state.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(state: sa.Engine, ann: int) -> None:
    assert migrate(state) == migrate(state)
    assert users.record(state, ann).login == "ann"


def test_several_processes_may_migrate_at_once(state_address: str) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            migrate(open_state(state_address))
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    check_state(open_state(state_address))


def test_a_newer_database_is_refused(state_address: str) -> None:
    state = open_state(state_address)
    migrate(state)
    with writing(state) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    for use in (migrate, check_state):
        with pytest.raises(JourneyError) as refused:
            use(state)
        assert refused.value.code == "state_too_new"
        assert refused.value.facts["revision"] == "9999"


def test_an_empty_database_is_too_old_to_serve(state_address: str) -> None:
    with pytest.raises(JourneyError, match="state_too_old"):
        check_state(open_state(state_address))


def test_a_failing_step_leaves_the_database_as_it_was(
    state_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = tmp_path / "migrations"
    subprocess.run(["cp", "-r", str(module._SCRIPTS), str(scripts)], check=True)
    last = max(path.name[:4] for path in (scripts / "versions").glob("0*.py"))
    (scripts / "versions" / "9000_breaks.py").write_text(
        f"from alembic import op\nimport sqlalchemy as sa\nrevision='9000'\ndown_revision='{last}'\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n"
        "    raise RuntimeError('power cut')\n"
    )
    monkeypatch.setattr(module, "_SCRIPTS", scripts)
    engine = open_state(state_address)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(engine)
    assert sa.inspect(engine).get_table_names() == []


def test_every_step_can_be_taken_back(state_address: str) -> None:
    state = open_state(state_address)
    migrate(state)
    config = Config()
    config.set_main_option("script_location", str(module._SCRIPTS))
    with writing(state) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert sa.inspect(state).get_table_names() == ["alembic_version"]


def test_sqlite_is_private_durable_and_checks_keys(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "state.sqlite3"
    engine = open_state(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_a_forked_process_opens_connections_of_its_own(state: sa.Engine, ann: int) -> None:
    with state.connect() as connection:
        mine = id(connection.connection.dbapi_connection)
    answers = multiprocessing.get_context("fork").SimpleQueue()

    def child() -> None:
        with state.connect() as connection:
            theirs = id(connection.connection.dbapi_connection)
        answers.put((theirs != mine, users.record(state, ann).login))
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(20)
    assert answers.get() == (True, "ann")
    assert users.record(state, ann).login == "ann"


def test_writers_of_several_processes_wait_for_each_other(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'state.sqlite3'}"
    migrate(open_state(address))
    code = (
        "import sys\nfrom data_access.state import audit\nfrom data_access.state.engine import open_state\n"
        "engine = open_state(sys.argv[1])\n"
        "for number in range(40): audit.record(engine, sys.argv[2], 'test', None, number=number)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, address, f"w{n}"]) for n in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    with open_state(address).connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM audit")) == 120
