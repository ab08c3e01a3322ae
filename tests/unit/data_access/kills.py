"""Clients with every kind of export, whose import is killed: the state before it, and what has to be true after."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest.mock import patch

import yaml

from data_access.ingest import run
from data_access.ingest.mapping import parse_mapping
from data_access.ingest.recognise.build import mapping_of, yaml_of
from data_access.state import imports
from tests.generation_files import migrated, settings_of
from tests.unit.data_access.importing import KEY, PATIENCE, Client, client, import_here
from tests.unit.data_access.recognise.samples import recognised, renamed

SMALL = "small"  # the client of importing.py: a delivery that holds the one before it too
VISIBLE = ("pointer.after_commit", "tidy.after")  # from here on the import has happened
PARENTS = ("journal.before_commit", "journal.after_commit", "pointer.before_commit", *VISIBLE)
_PASSING = {"generation": ("number", "built_at"), "merged_value": ("import_id",)}  # differ from try to try
_BASE = "id,at\n" + "".join(f"base-{number},2026-01-{number:02}\n" for number in range(1, 21))


@dataclass(frozen=True)
class Origin:
    """A client with a first generation, and the delivery whose import is going to be killed.

    Attributes:
        before: everything that a viewer reads now, as one word.
        seconds: how long an import takes.
    """

    client: Client
    before: str
    seconds: float


@contextmanager
def done_here() -> Iterator[None]:
    """Imports are done in this process: for those that nobody kills."""
    with patch.object(run, "run_child", import_here):
        yield


def origin(name: str, folder: Path) -> Origin:
    """The client with a sample export (tests/exports), which the product has recognised by itself."""
    made = client(folder) if name == SMALL else _client(name, folder)
    start = time.monotonic()
    with done_here():
        made.run(made.first)
    seconds = time.monotonic() - start
    before = seen(made)
    made.state.dispose()
    return Origin(made, before, seconds)


def _client(name: str, folder: Path) -> Client:
    folder.mkdir(parents=True)
    renamed(name, folder)
    draft = recognised(name).draft
    (folder / "second.yaml").write_text(yaml_of(draft))
    head = json.loads(json.dumps(mapping_of(draft)))
    event = {"stage": parse_mapping(head).stage_model.keys[0], "at": "at"}
    base = {"name": "base", "file": "base.csv", "customer": "id", "events": [event]}
    (folder / "first.yaml").write_text(yaml.safe_dump(head | {"sources": [base]}, allow_unicode=True))
    (folder / "base.csv").write_text(_BASE)
    made = Client(settings_of(folder / "data"), folder / "first.yaml", folder / "second.yaml")
    migrated(made.settings)
    return made


def copied(made: Origin, folder: Path) -> Client:
    """A copy of the client, to be killed."""
    shutil.copytree(made.client.settings.data, folder / "data")
    return replace(made.client, settings=settings_of(folder / "data"))


def seen(place: Client) -> str:
    """Everything that a viewer who starts now reads, as one word, without numbers and times of the import itself."""
    return place.digest(but=_PASSING)


def kill_child(process: BaseProcess) -> None:
    """End the importing process alone; nothing where there is none at this moment."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    with suppress(OSError):
        for pid in children.read_text().split():
            os.kill(int(pid), signal.SIGKILL)
    process.join(PATIENCE)


def check(place: Client, before: str, after: str | None, happened: bool | None) -> tuple[bool, str]:
    """All or nothing: pointer, numbers, journal and files; the next import leads to the same end.

    Args:
        after: what a viewer reads after the import; None: whatever the next import leads to.
        happened: whether the killed import must have become visible; None: either way.

    Returns:
        Whether it had become visible, and what a viewer reads at the end.
    """
    now = seen(place)
    visible = now != before
    assert happened in (None, visible), f"visible: {visible}"
    assert after in (None, now) or not visible, "a third state"
    with done_here():
        report = place.run(place.second)
    assert report["status"] == ("unchanged" if visible else "done"), report["status"]
    final = seen(place)
    assert final != before
    assert final == now or not visible, "an unchanged import has changed something"
    assert after in (None, final), "the next import leads to another end"
    pointer = imports.pointer(place.state, KEY)
    assert pointer is not None
    assert place.open_ends() == []
    assert place.files() == {"gen-1.duckdb", f"gen-{pointer.generation}.duckdb"}, place.files()
    entries = imports.journal(place.state, KEY)
    done = [entry.generation for entry in entries if entry.status == "done"]
    assert done == [pointer.generation, 1], done
    assert {entry.status for entry in entries} <= {"done", "failed", "unchanged"}
    return visible, final
