"""Opening facts: the file of one generation, read-only and locked for viewers, writable for the import alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from dashboard.settings import Settings

_GENERATION = re.compile(r"gen-(\d+)\.duckdb")

# SQL of an embedded engine is a shell: without these a SELECT reads and writes any file of the machine
_CLOSED = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}


def engagement_folder(settings: Settings, engagement: str) -> Path:
    """Where the generations of an engagement lie."""
    return settings.data.absolute() / "engagements" / engagement


def generation_path(settings: Settings, engagement: str, number: int) -> Path:
    """The file of one generation; its name is never used again."""
    return engagement_folder(settings, engagement) / f"gen-{number}.duckdb"


def generation_numbers(folder: Path) -> list[int]:
    """Numbers of the finished generations in a folder, oldest first."""
    if not folder.is_dir():
        return []
    found = (_GENERATION.fullmatch(path.name) for path in folder.iterdir())
    return sorted(int(match[1]) for match in found if match)


def viewer_engine(settings: Settings, path: Path) -> sa.Engine:
    """An engine on a finished generation that can do nothing but read it, for one server process.

    Every connection of it belongs to one DuckDB instance; a request takes one and gives it back.
    """
    config = _CLOSED | _limits(settings.duckdb_memory_mb, settings) | {"lock_configuration": True}
    engine = sa.create_engine(
        sa.URL.create("duckdb", database=str(path)),
        connect_args={"read_only": True, "config": config},
        pool_size=settings.threads,
        max_overflow=0,
        pool_timeout=settings.statement_seconds,
    )
    event.listen(engine, "connect", _silence)
    return engine


def _silence(connection: Any, _record: Any) -> None:
    """DuckDB draws a progress bar on stdout, where `journey query` puts JSON, once a statement takes two seconds."""
    connection.execute("PRAGMA disable_progress_bar")


def import_engine(settings: Settings, path: Path) -> sa.Engine:
    """An engine on the unfinished generation of an import: closed and locked too, but writable.

    It opens exactly one connection. Files of the client are read by Python, never by SQL.
    """
    config = _CLOSED | _limits(settings.import_memory_mb, settings) | {"lock_configuration": True}
    engine = sa.create_engine(
        sa.URL.create("duckdb", database=str(path)),
        connect_args={"read_only": False, "config": config},
        pool_size=1,
        max_overflow=0,
    )
    event.listen(engine, "connect", _silence)
    return engine


def _limits(memory_mb: int, settings: Settings) -> dict[str, Any]:
    return {"memory_limit": f"{memory_mb}MB", "threads": settings.duckdb_threads}
