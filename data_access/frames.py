"""Answers of the database as frames: the same values and kinds of column, whichever engine gives them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_NUMBERS = ("FLOAT", "DOUBLE")
_OTHERS = ("BOOLEAN", "VARCHAR", "DATE", "TIMESTAMP")
_LISTS = ("BIGINT[]", "DOUBLE[]", "VARCHAR[]")
_DECIMAL = "DECIMAL("
_FEW = 64  # rows: of fewer a frame is made sooner from tuples than from columns


def read_frame(connection: sa.Connection, statement: sa.Select) -> pd.DataFrame:
    """Rows of a statement as a frame with the statement's column names.

    Money is `Decimal`, a day is a `date`, a list is a list. An absent number beside others is NaN; a column without
    any value holds None alone.
    """
    result = connection.execute(statement)
    names = list(result.keys())
    kinds = _kinds(connection, result, statement)
    if not kinds:
        # plain tuples: pandas asks each row for attributes, which those of SQLAlchemy take long to deny
        return pd.DataFrame([tuple(row) for row in result], columns=names)
    cursor: Any = result.cursor
    found = cursor.to_arrow_table()
    result.close()
    if len(found) > _FEW:
        return _framed(found, names, kinds)
    return pd.DataFrame(
        list(zip(*(column.to_pylist() for column in found.columns), strict=True)), columns=names
    )


def _kinds(connection: sa.Connection, result: sa.CursorResult[Any], statement: sa.Select) -> list[str]:
    """The driver's kinds of the columns where they may be taken whole; none where rows are asked for."""
    if connection.dialect.name != "duckdb":
        return []
    cursor: Any = result.cursor
    kinds = [str(column[1]) for column in cursor.description]
    return kinds if all(map(_as_in_rows, statement.selected_columns, kinds)) else []


def _as_in_rows(column: Any, kind: str) -> bool:
    """True where a whole column of the driver holds the same as its rows would through SQLAlchemy."""
    if isinstance(column.type, sa.Float):
        return kind in _NUMBERS
    if isinstance(column.type, sa.Numeric):
        return kind.startswith(_DECIMAL)
    return kind.startswith(_DECIMAL) or kind in (*_INTEGERS, *_NUMBERS, *_OTHERS, *_LISTS)


def _framed(found: pa.Table, names: list[str], kinds: list[str]) -> pd.DataFrame:
    """Whole columns as pandas would make them of rows."""
    # DuckDB hands over vectors with room for 2 048 rows; a frame of ten rows that is kept would keep half a megabyte
    found = found.take(pa.array(range(len(found)), pa.int64()))
    columns = list(map(_unified, found.columns, kinds))
    table = pa.table(columns, names=list(map(str, range(len(names)))))
    frame = table.to_pandas(use_threads=False)  # a few hundred rows: threads would wait longer than they work
    for place, kind in enumerate(kinds):
        if kind in _LISTS:
            frame[str(place)] = pd.Series(columns[place].to_pylist(), dtype=object)
    frame.columns = names
    return frame


def _unified(column: pa.ChunkedArray, kind: str) -> Any:
    """One width of integers and of other numbers; nothing at all where no row has a value."""
    if column.null_count == len(column):
        return pa.nulls(len(column))
    if kind in _INTEGERS:
        return column.cast(pa.int64())
    return column.cast(pa.float64()) if kind in _NUMBERS else column
