"""The console in this process: the same entry as the command `journey`, with a data folder of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from commands.main import run
from dashboard.settings import PREFIX


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


Journey = Callable[..., Answer]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that does not exist yet."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JOURNEY_DUCKDB_THREADS", "1")  # few rows: two threads wait for each other
    return tmp_path / "data"


@pytest.fixture
def journey(data: Path, capsys: pytest.CaptureFixture[str]) -> Journey:
    """Runs one command on the folder and answers its exit code and output."""

    def ask(*arguments: str, debug: bool = False) -> Answer:
        code = run(list(arguments), debug=debug)
        shown = capsys.readouterr()
        return Answer(code, shown.out, shown.err)

    return ask


@pytest.fixture
def ready(journey: Journey) -> Journey:
    """The same after `journey init`."""
    assert journey("init").code == 0
    return journey
