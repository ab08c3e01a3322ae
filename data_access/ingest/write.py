"""Accepted rows as frames of the raw tables."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from data_access import schema
from data_access.ingest.engine import append, arrow_schema
from data_access.ingest.rows import SheetRows

NUMBERED = {
    "event": "event_id",
    "transaction_line": "line_id",
    "outcome": "outcome_id",
    "segment_value": "value_id",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """What every raw row says of where it comes from."""

    engagement: str
    source: str
    import_id: int


def write_rows(
    connection: sa.Connection, origin: Origin, rows: SheetRows, accepted: np.ndarray, keys: pd.Series
) -> dict[str, int]:
    """Write every fact of the accepted rows; returns the number of facts by table."""
    written: dict[str, int] = {}
    for table in schema.RAW:
        parts = [_part(table, origin, *piece, keys) for piece in _pieces(table, rows, accepted)]
        parts = [part for part in parts if part.num_rows]
        if parts:
            frame = _in_file_order(parts)
            if table.name in NUMBERED:
                frame = _numbered(connection, table, frame)
            append(connection, table, frame)
            written[table.name] = frame.num_rows
    return written


def _pieces(
    table: sa.Table, rows: SheetRows, accepted: np.ndarray
) -> list[tuple[np.ndarray, Dictionary[str, Any]]]:
    """Row positions and columns of each thing that goes to the table."""
    owner = {"customer_key": rows.customer}
    mine = accepted & rows.customer.notna().to_numpy()
    match table.name:
        case "segment_value":
            told = {"segment": rows.segment} if rows.segment is not None else {}
            return [_told(mine, text, owner, segment=text, valid_from=rows.since) for text in told.values()]
        case "attribute":
            return [
                _told(mine, text, owner, name=name, value=text, valid_from=rows.since)
                for name, text in rows.attributes.items()
            ]
        case "identity":
            return [_told(mine, text, owner, kind=name, value=text) for name, text in rows.identities]
    return [
        (np.flatnonzero(accepted & given.present), {**owner, **given.columns})
        for given in rows.given
        if given.table is table
    ]


def _told(
    mine: np.ndarray, text: pd.Series, owner: Dictionary[str, Any], **columns: Any
) -> tuple[np.ndarray, Dictionary[str, Any]]:
    return np.flatnonzero(mine & text.notna().to_numpy()), {**owner, **columns}


def _part(
    table: sa.Table, origin: Origin, chosen: np.ndarray, columns: Dictionary[str, Any], keys: pd.Series
) -> pa.Table:
    """The chosen rows with the table's columns, and `row`: their position in the file."""
    fields = arrow_schema(table)
    same = {"engagement": origin.engagement, "source": origin.source, "import_id": origin.import_id}
    given = {**columns, "row_key": keys}
    made = [_column(field, chosen, given.get(field.name), same.get(field.name)) for field in fields]
    return pa.Table.from_arrays([*made, pa.array(chosen)], schema=fields.append(pa.field("row", pa.int64())))


def _column(field: pa.Field, chosen: np.ndarray, column: Any, same: Any) -> pa.Array:
    if isinstance(column, str):
        return pa.repeat(pa.scalar(column, field.type), len(chosen))
    if column is None:
        return pa.repeat(pa.scalar(same, field.type), len(chosen))
    if isinstance(column, pa.Array):
        return column.take(pa.array(chosen)).cast(field.type)
    picked = column.iloc[chosen] if isinstance(column, pd.Series) else column[chosen]
    if pa.types.is_date32(field.type):
        picked = picked.to_numpy().astype("datetime64[D]")
    return pa.array(picked, field.type, from_pandas=True)


def _in_file_order(parts: list[pa.Table]) -> pa.Table:
    """Rows of several items in the order of the file; items of one row in the order of the mapping."""
    whole = pa.concat_tables(parts)
    if len(parts) > 1:
        whole = whole.take(np.argsort(whole.column("row").to_numpy(), kind="stable"))
    return whole.drop_columns("row")


def _numbered(connection: sa.Connection, table: sa.Table, frame: pa.Table) -> pa.Table:
    """Ids go on from the last one that the table has."""
    name = NUMBERED[table.name]
    last = connection.execute(sa.select(sa.func.max(table.c[name]))).scalar() or 0
    ids = pa.array(np.arange(last + 1, last + 1 + frame.num_rows))
    return frame.set_column(frame.column_names.index(name), name, ids)
