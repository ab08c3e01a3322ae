"""kill -9 at every named point of an import: all or nothing, and the next import works."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from data_access.points import POINTS
from data_access.state import imports
from tests.generation_files import settings_of
from tests.unit.data_access.importing import (
    FIRST,
    KEY,
    PATIENCE,
    SECOND,
    Client,
    client,
    expected,
    kill_all,
    start_import,
)

VISIBLE = ("pointer.after_commit", "tidy.after")  # from here on the import has happened
PARENTS = ("journal.before_commit", "journal.after_commit", "pointer.before_commit", *VISIBLE)
REPEATED = ("commit.after", "rename.after", "folder_fsync.after", "pointer.before_commit")
RANDOM_MOMENTS = 5


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Client, float]:
    """A client whose first delivery is imported, and how long that took [s]."""
    made = client(tmp_path_factory.mktemp("kill") / "origin")
    start = time.monotonic()
    made.run(made.first)
    made.state.dispose()
    return made, time.monotonic() - start


@pytest.fixture
def killed(origin: tuple[Client, float], tmp_path: Path) -> Client:
    """A copy of the client, to be killed."""
    made, _ = origin
    shutil.copytree(made.settings.data, tmp_path / "data")
    return replace(made, settings=settings_of(tmp_path / "data"))


def check_all_or_nothing(place: Client, happened: bool | None, *, repeat: bool = True) -> None:
    """A viewer reads one of the two states; the next import, and its repetition, lead to the same end."""
    before, after = (1, *expected(FIRST)), (2, *expected(SECOND))
    seen = place.numbers()
    assert seen in {True: [after], False: [before], None: [before, after]}[happened]
    report = place.run(place.second)
    assert report["status"] == ("unchanged" if seen == after else "done")
    final = place.numbers()
    assert final[1:] == expected(SECOND)
    if repeat and seen == before:
        assert place.run(place.second)["status"] == "unchanged"
        assert place.numbers() == final
    assert place.open_ends() == []
    assert place.files() == {"gen-1.duckdb", f"gen-{final[0]}.duckdb"}
    done = [entry.generation for entry in imports.journal(place.state, KEY) if entry.status == "done"]
    assert done == [final[0], 1]


@pytest.mark.parametrize("point", POINTS)
def test_a_power_cut_at_a_named_point(killed: Client, point: str) -> None:
    kill_at = point if point in PARENTS else f"{point}!"  # the importing process takes its parent along
    process = start_import(killed.settings.data, killed.second, kill_at)
    process.join(PATIENCE)
    assert process.exitcode == -9
    kill_all(process)
    check_all_or_nothing(killed, happened=point in VISIBLE, repeat=point in REPEATED)


@pytest.mark.parametrize("seed", range(RANDOM_MOMENTS))
def test_a_power_cut_at_a_random_moment(killed: Client, origin: tuple[Client, float], seed: int) -> None:
    process = start_import(killed.settings.data, killed.second)
    time.sleep(random.Random(seed).uniform(0, origin[1]))
    kill_all(process)
    check_all_or_nothing(killed, happened=None)


def test_the_importing_process_alone_dies(killed: Client) -> None:
    process = start_import(killed.settings.data, killed.second, "rename.after")
    process.join(PATIENCE)
    assert process.exitcode == 0  # the parent has lived to say so
    entry = imports.journal(killed.state, KEY)[0]
    assert (entry.status, entry.report) == (
        "failed",
        {"error": {"code": "import_died", "facts": {"reason": "SIGKILL"}}},
    )
    assert killed.files() == {"gen-1.duckdb"}
    check_all_or_nothing(killed, happened=False)
