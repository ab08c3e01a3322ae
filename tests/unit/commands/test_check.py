"""`journey check` names what is wrong and how to mend it."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.journey.message import Message
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.engine import generation_path
from data_access.state import engagements, imports, outbox, users, worker
from data_access.state.engine import state_engine, writing
from tests.postgres import free_port
from tests.unit.commands.conftest import Journey


@pytest.fixture
def checked(ready: Journey, monkeypatch: pytest.MonkeyPatch) -> Journey:
    """A sound installation on a free port."""
    monkeypatch.setenv("JOURNEY_PORT", str(free_port()))
    answer = ready("check")
    assert (answer.code, answer.out) == (0, "Nothing is wrong.\n")
    return ready


def problems(journey: Journey) -> list[str]:
    answer = journey("check")
    assert answer.code == 1
    return answer.out.splitlines()


def test_open_folder_and_secret(checked: Journey, data: Path) -> None:
    data.chmod(0o755)
    (data / "secret.key").chmod(0o644)
    folder, secret = problems(checked)
    assert f"chmod o-rwx {data}" in folder
    assert f"chmod o-rwx {data / 'secret.key'}" in secret


def test_missing_secret(checked: Journey, data: Path) -> None:
    (data / "secret.key").unlink()
    assert ["journey init" in line for line in problems(checked)] == [True]


def test_newer_and_older_state(checked: Journey) -> None:
    engine = state_engine(Settings.load())
    for revision in ("9999", "0000"):
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
        assert len(problems(checked)) == 1


def test_messages_that_nobody_sends(checked: Journey) -> None:
    engine, now = state_engine(Settings.load()), utc_now()
    engagements.add(engine, "acme")
    reader = users.add_user(engine, "ann", "Ann", "marketer", "a long enough password", engagements=["acme"])
    with writing(engine) as connection:
        outbox.queue(connection, "a", "acme", "test", reader, Message("A", "B"), now - timedelta(hours=1))
    (line,) = problems(checked)
    assert "1 messages wait" in line
    assert "journey worker" in line
    worker.take(engine, now)
    assert checked("check").out == "Nothing is wrong.\n"


def test_busy_port(checked: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("JOURNEY_PORT", str(other.getsockname()[1]))
        [line] = problems(checked)
    assert "--port" in line


def test_pointer_without_its_file_and_a_broken_one(checked: Journey) -> None:
    settings = Settings.load()
    engine = state_engine(settings)
    checked("engagement", "add", "acme")
    import_id = imports.start(engine, "acme", "0" * 64, "console", utc_now())
    imports.publish(engine, import_id, "acme", 1, {}, utc_now())
    [missing] = problems(checked)
    path = generation_path(settings, "acme", 1)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database" * 1000)
    [broken] = problems(checked)
    assert "acme" in missing
    assert "acme" in broken


def test_low_disk_space(checked: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.check._SPARE_BYTES", 2**62)
    [line] = problems(checked)
    assert "MB" in line
