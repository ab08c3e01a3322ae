"""Tables of hand-made facts: emptied, filled and copied in a few statements, since most tests begin with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from data_access import schema
from data_access.ingest.engine import append, arrow_schema

Frames = Mapping[sa.Table, pa.Table]
_NULL = "\\N"
_SIZES = "SELECT table_name, estimated_size FROM duckdb_tables()"

# deleting from small tables takes PostgreSQL a hundredth of dropping and making them; those that grew are cut
_EMPTY_POSTGRES = """
DO $$ DECLARE name text; BEGIN
  FOREACH name IN ARRAY ARRAY[{names}] LOOP
    IF pg_relation_size(name::regclass) > 65536 THEN EXECUTE 'TRUNCATE ' || name;
    ELSE EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
END $$
"""


def memory() -> sa.Engine:
    """A DuckDB in memory for hand-made facts; it remembers compiled statements over a whole run of tests."""
    # two threads on ten rows wait for each other; the real sets and the demo keep them
    return sa.create_engine(
        "duckdb:///:memory:", query_cache_size=2000, connect_args={"config": {"threads": 1}}
    )


def fresh(engine: sa.Engine) -> None:
    """Every table of facts, empty."""
    tables = schema.facts.sorted_tables
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql" and _has_all(connection):
            names = ", ".join(f"'{table.name}'" for table in tables)
            connection.exec_driver_sql(_EMPTY_POSTGRES.format(names=names))
            return
        if engine.dialect.name == "duckdb":
            sizes = dict(_driver(connection).execute(_SIZES).fetchall())
            # deleted rows of a DuckDB in memory stay: a table that has any is made anew
            tables = [table for table in tables if sizes.get(table.name, 1)]
        dropped = "".join(f"DROP TABLE IF EXISTS {table.name};" for table in reversed(tables))
        made = "".join(_made(table, engine.dialect) for table in tables)
        if tables:
            connection.exec_driver_sql(dropped + made)


def _has_all(connection: sa.Connection) -> bool:
    names = [table.name for table in schema.facts.sorted_tables]
    found = sa.text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(:names)")
    return connection.scalar(found, {"names": names}) == len(names)


_texts: dict[tuple[sa.Table, str], str] = {}


def _made(table: sa.Table, dialect: sa.Dialect) -> str:
    """What makes a table and its indexes; sent with all others as one text, else each would be answered."""
    key = table, dialect.name
    if key not in _texts:
        made: list[Any] = [CreateTable(table), *(CreateIndex(index) for index in table.indexes)]
        _texts[key] = "".join(f"{item.compile(dialect=dialect)};" for item in made)
    return _texts[key]


def add_rows(connection: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add rows to a DuckDB's table, all at once; a column that a row does not name is NULL."""
    frame = pa.Table.from_pylist(list(rows), schema=arrow_schema(table))
    if frame.num_rows:
        append(connection, table, frame)


def frames_of(connection: sa.Connection) -> Frames:
    """Every table of a DuckDB that has rows, once they are committed: most have none."""
    driver = _driver(connection)
    sizes = dict(driver.execute(_SIZES).fetchall())
    found = {
        table: driver.execute(text).to_arrow_table()
        for table, text in _read(connection.dialect)
        if sizes[table.name]
    }
    return {table: _tight(rows) for table, rows in found.items() if rows.num_rows}


_reading: list[tuple[sa.Table, str]] = []


def _read(dialect: sa.Dialect) -> list[tuple[sa.Table, str]]:
    if not _reading:
        tables = schema.facts.sorted_tables
        _reading.extend((table, str(sa.select(table).compile(dialect=dialect))) for table in tables)
    return _reading


def _tight(rows: pa.Table) -> pa.Table:
    """The same rows in memory of their size: DuckDB makes room for a million of them."""
    return rows.take(pa.array(range(rows.num_rows)))


def fill(engine: sa.Engine, frames: Frames) -> None:
    """Write rows into empty tables; PostgreSQL gets the derived ones, which alone are asked."""
    with engine.begin() as connection:
        if engine.dialect.name == "duckdb":
            for table, frame in frames.items():
                append(connection, table, frame)
            return
        derived = [table for table in schema.DERIVED if table in frames]
        for table in derived:
            _send(connection, table, frames[table].to_pylist())
        _analyze(connection, derived)


def _send(sink: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    names = [column.name for column in table.columns]
    driver: Any = sink.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_copy_text(table)) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def _copy_text(table: sa.Table, options: str = "") -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'COPY "{table.name}" ({columns}) FROM STDIN {options}'


def _analyze(sink: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Without counts its plans are guesses; the catalogue's own tables need none."""
    names = ", ".join(f'"{table.name}"' for table in tables)
    if names:
        sink.exec_driver_sql(f"ANALYZE {names}")


def copy_derived(origin: sa.Engine, target: sa.Engine) -> None:
    """Copy every derived row of a DuckDB to PostgreSQL as text: a real set has too many rows for Python."""
    with origin.connect() as source, target.begin() as sink, tempfile.TemporaryDirectory() as folder:
        file, driver = Path(folder) / "rows.csv", _driver(sink)
        for table in schema.DERIVED:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            rows = f'SELECT {columns} FROM "{table.name}"'
            source.exec_driver_sql(f"COPY ({rows}) TO '{file}' (FORMAT csv, HEADER false, NULL '{_NULL}')")
            options = f"(FORMAT csv, NULL '{_NULL}')"
            with driver.cursor() as cursor, cursor.copy(_copy_text(table, options)) as copy:
                copy.write(file.read_bytes())
        _analyze(sink, schema.DERIVED)


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection
