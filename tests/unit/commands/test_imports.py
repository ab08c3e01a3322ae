"""`journey import` and `journey demo`: files become an engagement, and stdout holds what was asked for alone."""

from __future__ import annotations

import json
import socket
import stat
from pathlib import Path

import duckdb
import pytest

from dashboard.demo.fixes import FIXES
from dashboard.journey.plan import Status
from dashboard.settings import Settings
from data_access.scope import Role, operator
from data_access.state import actions, imports
from data_access.state.engine import state_engine
from tests.unit.commands.conftest import Journey

MAPPING = """
engagement: acme
timezone: UTC
currency: RUB
stages: loop6
sources:
  - name: leads
    file: leads.csv
    customer: id
    events: [{stage: initial_consideration, at: when, channel: source}]
"""
ROWS = "id,when,source\n1,2026-01-01 10:00,web\n2,2026-01-02 10:00,[red]web\n3,never,web\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with one small export, and the mapping beside it."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "leads.csv").write_text(ROWS)
    (tmp_path / "acme.yaml").write_text(MAPPING)
    return tmp_path


def test_report_as_json_is_alone_on_stdout(ready: Journey, files: Path) -> None:
    answer = ready("import", str(files / "acme.yaml"), "--from", str(files / "exports"), "--json")
    assert answer.code == 0
    report = json.loads(answer.out)
    assert (report["status"], report["accepted"], report["rejected"]) == ("done", 2, 1)
    assert ready("engagement", "list").out.count("acme") > 0


def test_report_for_people_and_a_second_time(ready: Journey, files: Path) -> None:
    first = ready("import", str(files / "acme.yaml"), "--from", str(files / "exports"))
    again = ready("import", str(files / "acme.yaml"), "--from", str(files / "exports"))
    assert (first.code, again.code) == (0, 0)
    assert "never" in first.out
    assert "rejected" in first.out
    assert "nothing has changed" not in first.err
    assert "nothing has changed" in again.err


@pytest.mark.parametrize("name", ["missing.yaml", "exports/leads.csv"])
def test_a_wrong_mapping_is_one_sentence(ready: Journey, files: Path, name: str) -> None:
    answer = ready("import", str(files / name))
    assert (answer.code, answer.out) == (1, "")
    assert len(_sentences(answer.err)) == 1


def test_missing_files_are_named(ready: Journey, files: Path) -> None:
    answer = ready("import", str(files / "acme.yaml"))
    assert (answer.code, answer.out) == (1, "")
    assert "leads.csv" in answer.err


def test_demo_builds_once_and_keeps_its_passwords(ready: Journey, data: Path) -> None:
    ready("user", "add", "admin", "--role", "admin")
    first = ready("demo", "--build-only", "--customers", "500", "--until", "2026-10-01")
    again = ready("demo", "--build-only")
    assert (first.code, again.code) == (0, 0), first.err + again.err
    kept = data / "demo-signins.json"
    passwords = json.loads(kept.read_text())
    assert set(passwords) == {str(role) for role in Role} - {
        "admin"
    }  # the account of somebody keeps its password
    assert all(password in first.out and password in again.out for password in passwords.values())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    pointer = imports.pointer(state_engine(Settings.load()), "demo")
    assert pointer is not None
    assert pointer.generation == 1
    assert not (data / "demo-files").exists()
    plan = actions.listed(state_engine(Settings.load()), operator(frozenset({"demo"})), "demo")
    assert {one.status for one in plan} == set(Status)  # something in every column of the board
    assert len(plan) == len(FIXES)  # once


def test_a_demo_of_an_older_version_is_built_anew_and_keeps_its_people(ready: Journey, data: Path) -> None:
    size = ("--customers", "500")
    first = ready("demo", "--build-only", *size, "--until", "2026-10-01")
    files = data / "engagements" / "demo"
    size_of = "SELECT count(*), count(DISTINCT customer_key) FROM event"
    with duckdb.connect(files / "gen-1.duckdb") as older:
        before = older.execute(size_of).fetchone()
        older.execute("ALTER TABLE generation DROP COLUMN has_history")
    again = ready("demo", "--build-only", *size, "--until", "2026-10-02")
    assert again.code == 0, again.err
    assert "older version" in again.err
    passwords = json.loads((data / "demo-signins.json").read_text())
    assert all(password in first.out and password in again.out for password in passwords.values())
    with duckdb.connect(files / "gen-2.duckdb", read_only=True) as newer:
        assert newer.execute(size_of).fetchone() == pytest.approx(before, rel=0.1)  # one company, not two
    pointer = imports.pointer(state_engine(Settings.load()), "demo")
    assert pointer is not None
    assert pointer.generation == 2
    assert "older version" not in ready("demo", "--build-only").err


def test_demo_says_at_once_that_the_port_is_taken(ready: Journey, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        answer = ready("demo", "--port", str(other.getsockname()[1]))
    assert (answer.code, answer.out) == (1, "")
    assert "--port" in answer.err
    assert not (data / "engagements").exists()


def _sentences(err: str) -> list[str]:
    """Lines that are not the progress bar."""
    return [line for line in err.splitlines() if line.strip() and "━" not in line and "0:00:0" not in line]
