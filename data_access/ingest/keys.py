"""Keys of rows: by them an import knows what it has already brought."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from data_access import schema
from data_access.ingest.engine import fetch_table, lent
from data_access.ingest.mapping import Source
from data_access.ingest.values import Flaw, Values

_BETWEEN_CELLS, _EMPTY = "\x1f", "\x1e"


def row_keys(connection: sa.Connection, source: Source, values: Values) -> tuple[pd.Series, list[Flaw]]:
    """The key of each row of a file, and the rows whose own id stands there twice.

    With `row` it is the row's own id. Else it is a 128-bit hash (MD5, as a checksum) of the mapped cells,
    with the ordinal among the equal rows of the file: two equal lines are two rows, the same file read
    again gives the same keys, and a file that has grown gives new keys for its new rows alone.
    """
    if source.row is None:
        hashes = _hashes(connection, source.columns, values)
        return _with_ordinals(hashes), []
    own = values.text(source.row).values
    keys = "id:" + own
    missing = own.isna().to_numpy()
    twice = keys.duplicated().to_numpy() & ~missing
    place = source.row.place
    return keys.fillna("id:"), [
        Flaw("no_row_id", place, missing, own),
        Flaw("row_id_repeats", place, twice, own),
    ]


def row_contents(connection: sa.Connection, source: Source, values: Values) -> pd.Series:
    """A hash of the mapped cells of each row."""
    return _hashes(connection, source.columns, values)


def known_rows(connection: sa.Connection, engagement: str, source: str, keys: pd.Series) -> np.ndarray:
    """True where the source has already brought a row with this key."""
    stored = [
        sa.select(table.c.row_key).where(table.c.engagement == engagement, table.c.source == source)
        for table in schema.RAW
    ]
    known = fetch_table(connection, sa.union(*stored)).column("row_key")
    if len(known) == 0:
        return np.zeros(len(keys), dtype=bool)
    return keys.isin(known.to_pandas()).to_numpy()


def _hashes(connection: sa.Connection, columns: tuple[str, ...], values: Values) -> pd.Series:
    cells = [values.cells.text(column).fillna(_EMPTY) for column in columns]
    content = cells[0] if cells else pd.Series([""] * values.cells.count, dtype="str")
    for text in cells[1:]:
        content = content + _BETWEEN_CELLS + text
    frame = pa.table({"row": np.arange(len(content)), "content": pa.array(content, pa.large_string())})
    with lent(connection, "row_content", frame) as table:
        hashed = sa.select(sa.func.md5(table.c.content).label("hash")).order_by(table.c.row)
        return fetch_table(connection, hashed).column("hash").to_pandas()


def _with_ordinals(hashes: pd.Series) -> pd.Series:
    equal = hashes.duplicated(keep=False).to_numpy()
    if not equal.any():
        return hashes
    twins = hashes.loc[equal]
    ordinals = twins.groupby(twins).cumcount()
    keys = hashes.copy()
    keys[equal] = twins + ("-" + ordinals.astype("str")).mask(ordinals == 0, "")
    return keys
