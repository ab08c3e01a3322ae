"""Frames in and out of the connection's own DuckDB: whole columns, never row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

_ARROW = {
    sa.Text: pa.large_string(),
    sa.BigInteger: pa.int64(),
    sa.Boolean: pa.bool_(),
    sa.Double: pa.float64(),
    sa.Numeric: pa.decimal128(18, 4),
    sa.DateTime: pa.timestamp("us"),
    sa.Date: pa.date32(),
}


def arrow_schema(table: sa.Table) -> pa.Schema:
    """The Arrow form of a fact table."""
    return pa.schema([(column.name, _arrow_type(column)) for column in table.columns])


def _arrow_type(column: sa.Column[Any]) -> pa.DataType:
    return next(arrow for kind, arrow in _ARROW.items() if type(column.type) is kind)


@contextmanager
def lent(connection: sa.Connection, name: str, frame: pa.Table) -> Iterator[sa.TableClause]:
    """The frame as a table that statements of this connection can read, while the block runs."""
    driver: Any = connection.connection.driver_connection
    driver.register(name, frame)
    try:
        yield sa.table(name, *(sa.column(column) for column in frame.column_names))
    finally:
        driver.unregister(name)


def fetch_table(connection: sa.Connection, statement: sa.Select | sa.CompoundSelect) -> pa.Table:
    """The answer as Arrow columns."""
    compiled = statement.compile(connection)
    parameters = compiled.construct_params()
    values = [parameters[name] for name in getattr(compiled, "positiontup", None) or ()]
    driver: Any = connection.connection.driver_connection
    return driver.execute(str(compiled), values).to_arrow_table()


def append(connection: sa.Connection, table: sa.Table, frame: pa.Table) -> None:
    """Add the rows of a frame with the table's columns."""
    with lent(connection, f"incoming_{table.name}", frame) as incoming:
        columns = [column.name for column in table.columns]
        chosen = sa.select(*(incoming.c[name] for name in columns))
        connection.execute(sa.insert(table).from_select(columns, chosen))
