"""Frames in and out of the connection's engine: whole columns, never row by row.

DuckDB reads and gives Arrow as it lies in memory; PostgreSQL is sent each column as one array. Nothing else of an
import or a derivation knows on which of the two it runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

_ARROW = {
    sa.Text: pa.large_string(),
    sa.BigInteger: pa.int64(),
    sa.Integer: pa.int64(),
    sa.Boolean: pa.bool_(),
    sa.Double: pa.float64(),
    sa.Numeric: pa.decimal128(18, 4),
    sa.DateTime: pa.timestamp("us"),
    sa.Date: pa.date32(),
}

_HELD = (
    (pa.types.is_integer, sa.BigInteger),
    (pa.types.is_boolean, sa.Boolean),
    (pa.types.is_floating, sa.Double),
    (pa.types.is_decimal, sa.Numeric),
    (pa.types.is_timestamp, sa.DateTime),
    (pa.types.is_date, sa.Date),
    (lambda _text: True, sa.Text),
)


def arrow_schema(table: sa.Table) -> pa.Schema:
    """The Arrow form of a fact table."""
    return pa.schema([(column.name, _ARROW[type(column.type)]) for column in table.columns])


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
def lent(connection: sa.Connection, name: str, frame: pa.Table) -> Iterator[sa.FromClause]:
    """The frame as a table that statements of this connection can read, while the block runs."""
    if not _reads_arrow(connection):
        yield _sent(name, frame)
        return
    driver: Any = connection.connection.driver_connection
    loan = _Loan(frame)
    driver.register(name, loan)
    try:
        yield sa.table(name, *(sa.column(column) for column in frame.column_names))
    finally:
        driver.unregister(name)
        loan.end()


def _reads_arrow(connection: sa.Connection) -> bool:
    return connection.dialect.name == "duckdb"


def _sent(name: str, frame: pa.Table) -> sa.Subquery:
    """The frame as a part of the statements that read it: a list of values for each column."""
    columns = (
        sa.func.unnest(sa.bindparam(None, column.to_pylist(), sa.ARRAY(_sql_type(column.type)))).label(key)
        for key, column in zip(frame.column_names, frame.columns, strict=True)
    )
    return sa.select(*columns).subquery(name)


def _sql_type(kind: pa.DataType) -> type[sa.types.TypeEngine[Any]]:
    """The type of SQL that holds an Arrow column's values."""
    return next(type_ for holds, type_ in _HELD if holds(kind))


def counted(connection: sa.Connection, *tables: sa.Table) -> None:
    """Let the engine see what these tables hold, once this transaction has filled them.

    DuckDB always does. PostgreSQL takes a table that nobody has analysed for a small one, and walks through the whole
    of it for every row of another: seconds become minutes.
    """
    if not _reads_arrow(connection):
        for table in tables:
            connection.execute(sa.DDL("ANALYZE %(table)s", context={"table": table.name}))


def fetch_table(connection: sa.Connection, statement: sa.Select | sa.CompoundSelect) -> pa.Table:
    """The answer as Arrow columns."""
    if not _reads_arrow(connection):
        return _received(connection, statement)
    compiled = statement.compile(connection)
    parameters = compiled.construct_params()
    values = [parameters[name] for name in getattr(compiled, "positiontup", None) or ()]
    driver: Any = connection.connection.driver_connection
    return driver.execute(str(compiled), values).to_arrow_table()


def _received(connection: sa.Connection, statement: sa.Select | sa.CompoundSelect) -> pa.Table:
    """The answer as Arrow columns, made of rows; a column whose type nobody has named has that of its values."""
    rows = connection.execute(statement).all()
    asked = statement.selected_columns
    values = zip(*rows, strict=True) if rows else ((),) * len(asked)
    return pa.table(
        {
            column.key: pa.array(list(found), _ARROW.get(type(column.type)))
            for column, found in zip(asked, values, strict=True)
        }
    )


def append(connection: sa.Connection, table: sa.Table, frame: pa.Table) -> None:
    """Add the rows of a frame with the table's columns."""
    with lent(connection, f"incoming_{table.name}", frame) as incoming:
        columns = [column.name for column in table.columns]
        chosen = sa.select(*(incoming.c[name] for name in columns))
        connection.execute(sa.insert(table).from_select(columns, chosen))
