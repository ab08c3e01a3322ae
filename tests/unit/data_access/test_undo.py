"""Undo and redo of imports: what a viewer reads goes back and forth without the smallest difference."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.errors import JourneyError
from dashboard.journey.stages import custom, preset
from data_access.clock import utc_now
from data_access.generations import POINTER_SECONDS, GenerationFacts
from data_access.ingest import run
from data_access.ingest.run import _tidy, run_stage_change
from data_access.state import engagements, imports
from tests.generation_files import installation, write_generation
from tests.unit.data_access.importing import ACME, FIRST, KEY, SECOND, Client, client, expected, import_here


@pytest.fixture(scope="module", autouse=True)
def here() -> Iterator[None]:
    """The importing process is no part of this: its work is done here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "run_child", import_here)
        yield


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Client, list[str]]:
    """A client with two imports and a change of the stages, and what a viewer read after each."""
    made = client(tmp_path_factory.mktemp("undo") / "acme")
    seen = [made.digest()]
    made.run(made.first)
    seen.append(made.digest())
    made.run(made.second)
    seen.append(made.digest())
    small = custom([{"key": "lead", "phase": "lead"}, {"key": "sale", "phase": "deal"}])
    run_stage_change(made.settings, KEY, small, {"initial_consideration": "lead"}, "test")
    seen.append(made.digest())
    return made, seen


def undo(place: Client) -> imports.ImportEntry:
    return imports.undo(place.state, KEY, "ann", utc_now())


def redo(place: Client) -> imports.ImportEntry:
    return imports.redo(place.state, KEY, "ann", utc_now())


def flags(place: Client) -> list[str]:
    """What the journal says of each import, the newest first."""
    return [
        "undone" * bool(entry.undone_at) + " undoable" * entry.undoable + " redoable" * entry.redoable
        for entry in imports.journal(place.state, KEY)
    ]


def test_undo_and_redo_lead_through_identical_states(twice: tuple[Client, list[str]]) -> None:
    place, seen = twice
    assert len(set(seen)) == 4
    assert flags(place) == [" undoable", "", ""]
    watching = GenerationFacts(place.settings, place.state)
    assert watching.info(ACME).number == 3
    taken = undo(place)
    assert (taken.generation, taken.parent, taken.undone_by) == (3, 2, "ann")
    assert place.digest() == seen[2]
    assert engagements.get(place.state, KEY).model == preset("loop6")
    assert flags(place) == ["undone redoable", " undoable", ""]
    time.sleep(POINTER_SECONDS)
    assert watching.info(ACME).number == 2  # who is looking sees it within a second
    undo(place)
    assert place.digest() == seen[1]
    assert place.numbers() == (1, *expected(FIRST))
    undo(place)
    assert place.digest() == seen[0]
    assert flags(place) == ["undone", "undone", "undone redoable"]
    with pytest.raises(JourneyError, match="nothing_to_undo"):
        undo(place)
    for state in seen[1:]:
        back = redo(place)
        assert (back.undone_at, back.undone_by) == (None, None)
        assert place.digest() == state
    with pytest.raises(JourneyError, match="nothing_to_redo"):
        redo(place)
    time.sleep(POINTER_SECONDS)
    assert watching.info(ACME).number == 3
    watching.close()
    (latest, second, _) = imports.journal(place.state, KEY)
    assert (second.files, second.rows) == (
        ("second-leads.csv", "second-orders.csv"),
        2 * (SECOND - FIRST) + (SECOND - FIRST) // 4,
    )
    assert (latest.files, latest.rows, latest.undoable) == ((), 0, True)


def test_an_import_after_an_undo_takes_the_place_of_what_was_undone(tmp_path: Path) -> None:
    place = client(tmp_path / "acme")
    place.run(place.first)
    place.run(place.second)
    second = place.digest()
    undo(place)
    assert place.run(place.first)["status"] == "unchanged"  # the undone import can still come back
    assert imports.journal(place.state, KEY)[1].redoable
    assert place.files() == {"gen-1.duckdb", "gen-2.duckdb"}
    broken = place.second.with_name("broken.yaml")
    broken.write_text(place.second.read_text().replace("second-orders", "no-such-file"))
    with pytest.raises(JourneyError, match="no_such_file"):
        place.run(broken)
    assert imports.journal(place.state, KEY)[2].redoable
    assert place.run(place.second)["generation"] == 4  # numbers are never used again
    assert place.files() == {"gen-1.duckdb", "gen-4.duckdb"}
    assert flags(place) == [" undoable", "", "", "undone", ""]
    with pytest.raises(JourneyError, match="nothing_to_redo"):
        redo(place)
    assert place.numbers()[1:] == expected(SECOND)
    undo(place)
    assert place.numbers() == (1, *expected(FIRST))
    redo(place)
    assert place.digest() != second  # the number of the generation alone differs
    assert place.numbers() == (4, *expected(SECOND))


def test_an_import_that_another_one_overtook_removes_nothing_of_it(tmp_path: Path) -> None:
    settings, state = installation(tmp_path)
    write_generation(settings, state, 1, customers=1)
    home = settings.data / "engagements" / KEY
    for name in ("gen-1.tmp", "gen-2.tmp", "gen-2.duckdb"):
        (home / name).write_text("of another import")
    _tidy(settings, state, KEY, up_to=1)
    assert {path.name for path in home.iterdir()} == {"gen-1.duckdb", "gen-2.tmp", "gen-2.duckdb"}
