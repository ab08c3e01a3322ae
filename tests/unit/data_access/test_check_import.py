"""A check says exactly what the import then does, and leaves no trace; a cancelled one leaves none either."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import JourneyError
from dashboard.journey.stages import preset
from data_access.ingest import check as module
from data_access.ingest import run
from data_access.ingest.check import check_import
from data_access.ingest.workspace import sweep, workspace
from data_access.state import engagements, imports
from tests.unit.data_access.importing import FIRST, KEY, SECOND, Client, client, expected, import_here
from tests.unit.data_access.kills import done_here

OWN = ("import_id", "status", "generation", "seconds", "rejected_file", "outlook", "new")


@pytest.fixture
def acme(tmp_path: Path) -> Client:
    """A client of whom nothing is imported yet."""
    return client(tmp_path / "acme")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is done without a process of its own."""
    monkeypatch.setattr(run, "run_child", import_here)
    monkeypatch.setattr(module, "run_child", import_here)


def check(place: Client, mapping: Path, **more: Any) -> dict[str, Any]:
    return check_import(place.settings, mapping, None, **more)


def traces(place: Client) -> tuple[Any, ...]:
    """Everything that a check must not touch."""
    folders = [
        path for path in place.settings.data.rglob("*") if path.suffix not in (".sqlite3-wal", ".sqlite3-shm")
    ]
    return (
        sorted(
            (str(path), path.stat().st_size)
            for path in folders
            if path.is_file() and "state." not in path.name
        ),
        [item.key for item in engagements.list(place.state)],
        imports.pointer(place.state, KEY),
        imports.journal(place.state, KEY),
    )


@pytest.mark.usefixtures("here")
def test_a_check_says_what_the_import_then_does(acme: Client) -> None:
    orders = acme.second.with_name("second-orders.csv")
    orders.write_text(orders.read_text() + "o-bad,c1,2026-02-30T09:00:00,12\n")
    clean = traces(acme)
    foreseen = check(acme, acme.first)  # the engagement does not exist yet
    assert traces(acme) == clean
    touches, deals, money = expected(FIRST)
    stages = dict.fromkeys(preset("loop6").keys, 0)
    stages |= {"initial_consideration": FIRST, "active_evaluation": FIRST, "purchase": deals}
    figures = {"customers": FIRST, "events": touches, "deals": deals, "revenue": money, "stages": stages}
    assert foreseen["outlook"] == figures | {"since": "2026-01-01", "until": "2026-02-17"}
    assert foreseen["new"] == foreseen["outlook"]
    assert (foreseen["status"], foreseen["generation"]) == ("done", None)
    report = acme.run(acme.first)
    assert {**foreseen, **dict.fromkeys(OWN)} == {**report, **dict.fromkeys(OWN)}

    before = traces(acme)
    shares: list[float] = []
    foreseen = check(acme, acme.second, progress=lambda _part, share: shares.append(share))
    assert traces(acme) == before
    assert shares == sorted(shares)
    assert foreseen["generation"] == 1
    outlook, new = foreseen["outlook"], foreseen["new"]
    assert (outlook["events"], outlook["deals"], outlook["revenue"]) == expected(SECOND)
    assert (new["customers"], new["deals"]) == (SECOND - FIRST, expected(SECOND)[1] - deals)
    assert foreseen["rejected"] == 1
    report = acme.run(acme.second)
    assert {**foreseen, **dict.fromkeys(OWN)} == {**report, **dict.fromkeys(OWN)}
    assert acme.numbers() == (2, *expected(SECOND))

    again = check(acme, acme.second)
    assert (again["status"], again["outlook"]) == ("unchanged", outlook)
    assert (again["new"]["customers"], again["new"]["revenue"]) == (0, 0)


@pytest.mark.usefixtures("here")
def test_a_check_refuses_what_the_import_refuses(acme: Client) -> None:
    acme.run(acme.first)
    before = traces(acme)
    acme.second.write_text(acme.second.read_text().replace("Europe/Moscow", "Asia/Tokyo"))
    with pytest.raises(JourneyError, match="engagement_differs"):
        check(acme, acme.second)
    assert traces(acme) == before


def test_cancelled_in_the_middle_nothing_is_left(acme: Client) -> None:
    with done_here():
        acme.run(acme.first)
    before, seen = traces(acme), acme.digest()
    parts: list[str] = []

    def stop() -> None:
        if parts:  # the process has begun to write
            raise JourneyError("import_cancelled")

    for work in (check, Client.run):
        with pytest.raises(JourneyError, match="import_cancelled"):
            work(acme, acme.second, beat=stop, progress=lambda part, _share: parts.append(part))
        parts.clear()
    assert [entry.status for entry in imports.journal(acme.state, KEY)] == ["cancelled", "done"]
    assert traces(acme)[:3] == before[:3]
    assert acme.digest() == seen
    assert acme.open_ends() == []


def test_what_a_dead_check_left_goes_with_the_next_and_a_living_one_stays(acme: Client) -> None:
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        with workspace(acme.settings) as place:
            (place / "gen-1.tmp").write_text("unfinished")
            os._exit(9)  # as a kill would
    os.waitpid(pid, 0)
    with workspace(acme.settings) as alive:
        assert [path.name for path in alive.parent.iterdir()] == [alive.name]
        sweep(acme.settings)
        assert alive.is_dir()
    assert list(alive.parent.iterdir()) == []
    assert time.monotonic() - started < 5
