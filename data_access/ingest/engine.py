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


class _Loan:
    """A frame that DuckDB reads, and lets go of at once: the transaction keeps what was registered to its end."""

    def __init__(self, frame: pa.Table) -> None:
        self._frame: Any = frame

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._frame.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        return self._frame.schema.__arrow_c_schema__()

    def end(self) -> None:
        self._frame = None


@contextmanager
def lent(connection: sa.Connection, name: str, frame: pa.Table) -> Iterator[sa.TableClause]:
    """The frame as a table that statements of this connection can read, while the block runs."""
    driver: Any = connection.connection.driver_connection
    loan = _Loan(frame)
    driver.register(name, loan)
    try:
        yield sa.table(name, *(sa.column(column) for column in frame.column_names))
    finally:
        driver.unregister(name)
        loan.end()


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
