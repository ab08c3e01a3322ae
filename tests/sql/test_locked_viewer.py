"""SQL of an embedded engine is a shell: the viewer's own connection refuses everything but reading its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from data_access.engine import generation_path, import_engine, viewer_engine
from tests.generation_files import installation, write_generation

READS = (
    "SELECT * FROM '{file}'",
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM read_csv('https://example.com/x.csv')",
    "SELECT * FROM 's3://bucket/file.parquet'",
    "SELECT * FROM read_text('../../state.sqlite3')",
    "SELECT * FROM sqlite_scan('{folder}/state.sqlite3', 'user_account')",
    "SELECT * FROM postgres_scan('host=127.0.0.1', 'public', 'x')",
    "SELECT getenv('HOME')",
    "SELECT * FROM secret_frame",
)
WRITES = (
    "COPY journey TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{folder}/out.parquet' (FORMAT PARQUET)",
    "COPY (SELECT 1) TO '{folder}/acme/out.csv'",
    "COPY journey FROM '{file}'",
    "EXPORT DATABASE '{folder}/export'",
    "IMPORT DATABASE '{folder}/export'",
    "CREATE TABLE mine (a INTEGER)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE SCHEMA mine",
    "CREATE SEQUENCE mine",
    "CREATE MACRO mine(a) AS a",
    "CREATE INDEX mine ON journey (item)",
    "INSERT INTO journey SELECT * FROM journey",
    "UPDATE journey SET stage = 'x'",
    "DELETE FROM journey",
    "TRUNCATE journey",
    "DROP TABLE journey",
    "ALTER TABLE journey ADD COLUMN mine INTEGER",
    "COMMENT ON TABLE journey IS 'x'",
    "SELECT 1; DROP TABLE journey",
)
REACHES = (
    "ATTACH '{folder}/other.duckdb' AS other",
    "ATTACH '{folder}/other.duckdb' AS other (READ_ONLY)",
    "ATTACH '{folder}/state.sqlite3' AS state (TYPE sqlite)",
    "ATTACH 'host=127.0.0.1' AS pg (TYPE postgres)",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '/tmp/evil.duckdb_extension'",
    "INSTALL shellfs FROM community",
    "FORCE INSTALL sqlite",
    "UPDATE EXTENSIONS",
    "CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "CREATE PERSISTENT SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
)
SETTINGS = (
    "SET enable_external_access = true",
    "SET GLOBAL enable_external_access = true",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET memory_limit = '64GB'",
    "PRAGMA memory_limit = '64GB'",
    "SET threads = 64",
    "RESET threads",
    "SET temp_directory = '{folder}'",
    "SET allowed_directories = ['/']",
    "SET allow_community_extensions = true",
    "SET autoload_known_extensions = true",
    "SET python_enable_replacements = true",
    "SET extension_directory = '{folder}'",
    "SET home_directory = '{folder}'",
    "SET log_query_path = '{folder}/log'",
    "PRAGMA enable_profiling = 'json'",
    "SET profiling_output = '{folder}/profile.json'",
    "SET VARIABLE mine = (SELECT content FROM read_text('/etc/passwd'))",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sa.Engine, Path]]:
    """A viewer's engine, and the folder beside its file."""
    settings, state = installation(tmp_path_factory.mktemp("locked"), duckdb_threads=2)
    write_generation(settings, state, 1, customers=3)
    (settings.data / "secret.csv").write_text("a,b\n1,canary\n")
    duckdb.connect(str(settings.data / "other.duckdb")).close()
    engine = viewer_engine(settings, generation_path(settings, "acme", 1))
    yield engine, settings.data
    engine.dispose()


def _files(folder: Path) -> dict[str, int]:
    """Every file but SQLite's own log, with its time of change."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if "sqlite3-" not in path.name}


@pytest.mark.parametrize("statement", READS + WRITES + REACHES + SETTINGS)
def test_the_viewer_refuses(place: tuple[sa.Engine, Path], statement: str) -> None:
    engine, folder = place
    secret_frame = pd.DataFrame({"a": ["canary"]})
    before = _files(folder)
    sql = statement.format(folder=folder, file=folder / "secret.csv")
    with engine.connect() as connection, pytest.raises((DBAPIError, duckdb.Error)):
        connection.exec_driver_sql(sql).fetchall()
    assert _files(folder) == before
    assert len(secret_frame) == 1
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM journey").scalar() == 3


def test_the_viewer_has_the_limits_of_the_settings(place: tuple[sa.Engine, Path]) -> None:
    engine, _ = place
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, value FROM duckdb_settings() WHERE name IN ('threads', 'memory_limit', 'access_mode')"
        ).all()
    assert dict(map(tuple, rows)) == {"threads": "2", "memory_limit": "976.5 MiB", "access_mode": "read_only"}


@pytest.mark.parametrize("statement", [*READS[:8], *WRITES[:6], *REACHES, *SETTINGS[:4]])
def test_the_import_reaches_no_file_but_its_own(tmp_path: Path, statement: str) -> None:
    settings, _ = installation(tmp_path)
    (settings.data / "secret.csv").write_text("a,b\n1,canary\n")
    engine = import_engine(settings, settings.data / "gen-1.tmp")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE journey AS SELECT 1 AS item")
        sql = statement.format(folder=settings.data, file=settings.data / "secret.csv")
        with pytest.raises((DBAPIError, duckdb.Error)):
            connection.exec_driver_sql(sql).fetchall()
    engine.dispose()
