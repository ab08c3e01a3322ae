"""Generations made by hand: a DuckDB file beside its pointer, without an import."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.engine import generation_path
from data_access.scope import Action, Scope
from data_access.state import engagements, imports
from data_access.state.engine import open_state, state_engine, state_url
from data_access.state.migrate import migrate
from tests.facts import Event, load


def settings_of(data: Path, **fields: Any) -> Settings:
    """Settings with this data folder and one thread for DuckDB, everything else as it comes.

    Two threads on a few rows wait for each other: an import takes a sixth more work with them.
    """
    chosen: dict[str, Any] = {"duckdb_threads": 1, **fields}
    return Settings(data=data, **chosen)


def migrated(settings: Settings) -> sa.Engine:
    """The state database of an installation that has none, with every table and no row.

    The steps of the migration are walked once in a process, and their file is copied: most tests begin here.
    """
    target = Path(sa.make_url(state_url(settings)).database or "")
    assert not target.exists()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copy(_empty_state(), target)
    return state_engine(settings)


@cache
def _empty_state() -> Path:
    folder = _kept_for_the_run("journey-state-")
    engine = open_state(f"sqlite:///{folder / 'state.sqlite3'}")
    migrate(engine)
    engine.dispose()  # the last connection that closes writes the log into the file
    return folder / "state.sqlite3"


def _kept_for_the_run(name: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=name))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def installation(folder: Path, **fields: Any) -> tuple[Settings, sa.Engine]:
    """Settings of an empty installation and its migrated state database."""
    settings = settings_of(folder / "data", **fields)
    return settings, migrated(settings)


def write_generation(
    settings: Settings, state: sa.Engine, number: int, customers: int, key: str = "acme"
) -> Scope:
    """Write generation `number` with one touch for each of `customers`, and switch the pointer to it."""
    if key not in {item.key for item in engagements.list(state)}:
        engagements.add(state, key)
    path = generation_path(settings, key, number)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_generation(customers, key), path)
    point_at(state, number, key)
    return Scope(key, Action.READ, 0)


@cache
def _generation(customers: int, key: str) -> Path:
    path = _kept_for_the_run("journey-generation-") / "facts.duckdb"
    engine = sa.create_engine(f"duckdb:///{path}")
    touches = [Event(f"c{index}", "initial_consideration", index / 100) for index in range(customers)]
    load(engine, touches, engagement=key)
    engine.dispose()
    return path


def point_at(state: sa.Engine, number: int, key: str = "acme", report: dict[str, Any] | None = None) -> None:
    """Switch the pointer as an import does in its last step."""
    import_id = imports.start(state, key, "digest", "test", utc_now())
    imports.reserve(state, import_id, number)
    imports.publish(state, import_id, key, number, report or {}, utc_now())
