"""Keys of rows: by them an import knows what it has already brought."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

from data_access.ingest.engine import fetch_table, lent
from data_access.ingest.mapping import Source
from data_access.ingest.mapping_values import Value
from data_access.ingest.values import Flaw, Values

_BETWEEN_CELLS, _EMPTY, _LINE = "\x1f", "\x1e", "\x1f"


class _Mark(UserDefinedType):
    """An MD5 as DuckDB's number of 16 bytes."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "UHUGEINT"


_passing = sa.MetaData()  # tables of one file, gone after it
_ROW = sa.Table(
    "row_of_file",
    _passing,
    sa.Column("place", sa.BigInteger),
    sa.Column("mark", _Mark),
    prefixes=["TEMPORARY"],
)
_TWIN = sa.Table(
    "twin_of_file",
    _passing,
    sa.Column("place", sa.BigInteger),
    sa.Column("ordinal", sa.BigInteger),
    prefixes=["TEMPORARY"],
)


def row_keys(connection: sa.Connection, source: Source, values: Values) -> tuple[pd.Series, list[Flaw]]:
    """The key of each row of a file, and the rows whose own id stands there twice.

    With `row` it is the row's own id. Else it is a 128-bit hash (MD5, as a checksum) of the mapped cells,
    with the ordinal among the equal rows of the file: two equal lines are two rows, the same file read
    again gives the same keys, and a file that has grown gives new keys for its new rows alone.

    Where ids repeat (`row_repeats`: lines of a deal), the second row of an id is its second line.
    """
    if source.row is None:
        hashes = _hashes(connection, source.columns, values)
        return _with_ordinals(hashes), []
    if source.row_repeats:
        keys, flaws = _own_ids(source.row, values, np.zeros(values.cells.count, dtype=bool))
        return _with_ordinals(keys, _LINE), flaws
    return _own_ids(source.row, values)


def row_contents(connection: sa.Connection, source: Source, values: Values) -> pd.Series:
    """A hash of the mapped cells of each row."""
    return _hashes(connection, source.columns, values)


def _hashes(connection: sa.Connection, columns: tuple[str, ...], values: Values) -> pd.Series:
    with _contents(connection, columns, values) as table:
        hashed = sa.select(sa.func.md5(table.c.content).label("hash")).order_by(table.c.place)
        return fetch_table(connection, hashed).column("hash").to_pandas()


@contextmanager
def _contents(
    connection: sa.Connection, columns: tuple[str, ...], values: Values, start: int = 0
) -> Iterator[sa.FromClause]:
    """`place` and `content` of each row: its mapped cells as one text."""
    cells = [values.cells.text(column).fillna(_EMPTY) for column in columns]
    content = cells[0] if cells else pd.Series([""] * values.cells.count, dtype="str")
    for text in cells[1:]:
        content = content + _BETWEEN_CELLS + text
    places = np.arange(start, start + len(content))
    frame = pa.table({"place": places, "content": pa.array(content, pa.large_string())})
    with lent(connection, "row_content", frame) as table:
        yield table


def _with_ordinals(hashes: pd.Series, sign: str = "-") -> pd.Series:
    equal = hashes.duplicated(keep=False).to_numpy()
    if not equal.any():
        return hashes
    twins = hashes.loc[equal]
    return _numbered(hashes, equal, twins.groupby(twins).cumcount().to_numpy(), sign)


def _numbered(hashes: pd.Series, equal: np.ndarray, ordinals: np.ndarray, sign: str = "-") -> pd.Series:
    """Keys of equal rows: the first has the hash alone, the second the sign and 1 behind it."""
    keys = hashes.copy()
    behind = (sign + pd.Series(ordinals, index=keys.index[equal]).astype("str")).mask(ordinals == 0, "")
    keys[equal] = hashes.loc[equal] + behind
    return keys


def _own_ids(
    source_row: Value, values: Values, twice: np.ndarray | None = None
) -> tuple[pd.Series, list[Flaw]]:
    """Keys made of the rows' own ids.

    Args:
        twice: rows whose id stands further up in the file; None: the rows are the whole file.
    """
    own = values.text(source_row).values
    keys = "id:" + own
    missing = own.isna().to_numpy()
    repeated = keys.duplicated().to_numpy() if twice is None else twice
    return keys.fillna("id:"), [
        Flaw("no_row_id", source_row.place, missing, own),
        Flaw("row_id_repeats", source_row.place, repeated & ~missing, own),
    ]


class KeysOfPieces:
    """Keys of a file that is read in pieces: the same as if it were read at once.

    Every piece is shown first (`learn`); `settle` finds the rows that are equal, or share their id, wherever
    they stand in the file; then each piece asks for its keys.
    """

    def __init__(self, connection: sa.Connection, source: Source) -> None:
        self._connection, self._source = connection, source
        self._seen = self._twins = 0
        for table in (_ROW, _TWIN):
            table.create(connection)

    def close(self) -> None:
        """Forget the file."""
        for table in (_ROW, _TWIN):
            table.drop(self._connection)

    def learn(self, values: Values) -> None:
        """Take the next piece in."""
        row = self._source.row
        if row is None:
            with _contents(self._connection, self._source.columns, values, self._seen) as table:
                self._keep(table, table.c.content)
        else:
            own = values.text(row).values
            places = np.arange(self._seen, self._seen + len(own))
            frame = pa.table({"place": places, "id": pa.array(own, pa.large_string(), from_pandas=True)})
            with lent(self._connection, "own_id", frame) as table:
                self._keep(table, table.c.id)
        self._seen += values.cells.count

    def _keep(self, table: sa.FromClause, text: sa.ColumnElement[str]) -> None:
        chosen = sa.select(table.c.place, sa.func.md5_number(text)).where(text.is_not(None))
        self._connection.execute(sa.insert(_ROW).from_select(["place", "mark"], chosen))

    def settle(self) -> None:
        """Find the rows that are not alone."""
        several = sa.select(_ROW.c.mark).group_by(_ROW.c.mark).having(sa.func.count() > 1)
        before = sa.func.row_number().over(partition_by=_ROW.c.mark, order_by=_ROW.c.place) - 1
        twins = sa.select(_ROW.c.place, before).where(_ROW.c.mark.in_(several)).order_by(_ROW.c.place)
        self._connection.execute(sa.insert(_TWIN).from_select(["place", "ordinal"], twins))
        self._twins = self._connection.scalar(sa.select(sa.func.count()).select_from(_TWIN)) or 0
        self._connection.execute(sa.delete(_ROW))

    def of(self, values: Values, start: int) -> tuple[pd.Series, list[Flaw], np.ndarray]:
        """Keys of the piece that starts at a row (0 is the first), its flaws, and the ordinals of its twins.

        Ordinals are -1 for rows that are alone.
        """
        ordinals = self._ordinals(start, values.cells.count)
        if self._source.row is not None and self._source.row_repeats:
            keys, flaws = _own_ids(self._source.row, values, np.zeros(len(ordinals), dtype=bool))
            equal = ordinals >= 0
            return _numbered(keys, equal, ordinals[equal], _LINE), flaws, ordinals
        if self._source.row is not None:
            keys, flaws = _own_ids(self._source.row, values, ordinals > 0)
            return keys, flaws, ordinals
        hashes, equal = _hashes(self._connection, self._source.columns, values), ordinals >= 0
        return _numbered(hashes, equal, ordinals[equal]), [], ordinals

    def _ordinals(self, start: int, count: int) -> np.ndarray:
        ordinals = np.full(count, -1, dtype=np.int64)
        if self._twins:
            mine = _TWIN.c.place.between(start, start + count - 1)
            found = fetch_table(self._connection, sa.select(_TWIN.c.place, _TWIN.c.ordinal).where(mine))
            ordinals[found.column("place").to_numpy() - start] = found.column("ordinal").to_numpy()
        return ordinals
