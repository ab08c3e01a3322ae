"""How the console speaks: help with examples, one sentence an error, no traceback unless asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from commands.main import app
from dashboard.settings import Settings
from data_access.state import engagements
from data_access.state.engine import state_engine
from tests.generation_files import point_at
from tests.unit.commands.conftest import Journey

ROOT = Path(__file__).parents[3]
_FILES = {"sources": [{"files": [{"file": "deals.csv", "rows": 1240}]}]}


def every_command() -> list[tuple[str, ...]]:
    """Each command as one types it, groups too."""
    found: list[tuple[str, ...]] = [()]

    def walk(command: TyperGroup, path: tuple[str, ...]) -> None:
        context = typer.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            found.append((*path, name))
            if isinstance(inner, TyperGroup):
                walk(inner, (*path, name))

    root = get_command(app)
    assert isinstance(root, TyperGroup)
    walk(root, ())
    return found


COMMANDS = every_command()
GROUPS = {path[:-1] for path in COMMANDS if path}


def test_the_commands_of_the_product_are_there() -> None:
    named = {" ".join(path) for path in COMMANDS}
    assert named >= {
        *("init", "demo", "serve", "import", "check", "query"),
        *("journal", "undo", "redo"),
        *("engagement add", "engagement list", "engagement stages", "engagement margin"),
        *("user add", "user list", "user password", "user disable"),
        *("query lcpq", "query funnel", "query heatmap", "query bottlenecks", "query whatif"),
    }


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_with_an_example(journey: Journey, data: Path, path: tuple[str, ...]) -> None:
    shown = journey(*path, "--help")
    assert shown.code == 0
    assert shown.err == ""
    assert path in GROUPS - {()} or f"Example: {' '.join(('journey', *path[:1]))}" in " ".join(
        shown.out.replace("JOURNEY_DATA=/srv/journey ", "").split()
    )
    assert not data.exists()


@pytest.mark.parametrize(
    "arguments",
    [("usr",), ("user", "add"), ("user", "add", "anna", "--role", "king"), ("engagement", "stages", "loop7")],
    ids=" ".join,
)
def test_a_slip_is_one_sentence(ready: Journey, arguments: tuple[str, ...]) -> None:
    answer = ready(*arguments)
    assert answer.code != 0
    assert answer.out == ""
    assert len(answer.err.strip().splitlines()) == 1


def test_before_init_the_console_says_to_run_it(journey: Journey, data: Path) -> None:
    answer = journey("user", "list")
    assert (answer.code, answer.out) == (1, "")
    assert "journey init" in answer.err
    assert not data.exists()


def test_an_error_in_russian(ready: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_LANGUAGE", "ru")
    monkeypatch.setenv("JOURNEY_PRT", "1")
    assert ready("check").err == "Настройки JOURNEY_PRT нет; ближайшая — JOURNEY_PORT.\n"


def test_imports_are_listed_undone_and_brought_back(ready: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    state = state_engine(Settings.load())
    engagements.add(state, "acme")
    for number, report in enumerate(({"accepted": 1240, **_FILES}, {"remapped": {"stages": {}}}), 1):
        point_at(state, number, report=report)
    told = ready("undo", "acme")
    assert (told.code, told.err) == (
        0,
        "Undone: other stages. Everybody sees the data before it, generation 1.\n",
    )
    newest, first = json.loads(ready("journal", "acme", "--json").out)
    assert (newest["undone_by"], newest["redoable"], newest["undoable"]) == ("console", True, False)
    assert (first["files"], first["rows"], first["undoable"]) == (["deals.csv"], 1240, True)
    table = ready("journal", "acme").out
    assert "journey redo acme" in table
    assert "1,240" in table
    assert "no data" not in ready("undo", "acme").err
    assert ready("undo", "acme").err == "“acme” has no import to undo.\n"
    monkeypatch.setenv("JOURNEY_LANGUAGE", "ru")
    assert ready("redo", "acme").err == "Возвращено: deals.csv, поколение 1.\n"
    assert ready("redo", "acme").code == 0
    assert "отменённого импорта" in ready("redo", "acme").err
    assert ready("journal", "nobody").code == 1
    state.dispose()


def test_traceback_on_demand_alone(ready: Journey) -> None:
    quiet, loud = ready("user", "disable", "bob"), ready("user", "disable", "bob", debug=True)
    assert "Traceback" not in quiet.err
    assert "Traceback" in loud.err
    assert loud.err.endswith(quiet.err)


def test_the_process_ends_with_the_code_and_takes_debug_anywhere(data: Path) -> None:
    program = [sys.executable, "-c", "from commands.main import main; main()"]
    done = subprocess.run(
        [*program, "user", "list", "--debug"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert done.stdout == ""
