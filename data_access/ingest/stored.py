"""What earlier imports, and earlier files of this one, have brought of a source: row by row, by key."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from data_access import schema
from data_access.ingest.engine import append, fetch_table, lent
from data_access.ingest.write import Origin

_UNKNOWN = "?"  # content of a row that was brought by a source in append mode

_passing = sa.MetaData()
_REPEATED = sa.Table(  # ids that stand in a file several times, and what was known of them before the file
    "repeated_row",
    _passing,
    sa.Column("row_key", sa.Text),
    sa.Column("content", sa.Text),
    prefixes=["TEMPORARY"],
)


class Stored:
    """What is known of a source before one of its files is read.

    Args:
        snapshot: the source is a snapshot, whose rows are known with their contents.
    """

    def __init__(self, connection: sa.Connection, origin: Origin, snapshot: bool) -> None:
        self._connection, self._origin = connection, origin
        self._tables: list[sa.Table] = [schema.snapshot_row] if snapshot else list(schema.RAW)
        if snapshot and not self._any():  # rows that the source brought while it was in append mode
            self._tables = list(schema.RAW)
        self._some = self._any()
        self._repeated = False

    def close(self) -> None:
        """Forget the file."""
        if self._repeated:
            _REPEATED.drop(self._connection, checkfirst=False)

    def before(self, keys: pd.Series, ordinals: np.ndarray | None = None) -> pd.Series:
        """What was known of each row before the file: NaN for nothing, the hash of its cells, or "?".

        Args:
            ordinals: of a piece of a file whose rows have their own ids: how often the id stood before
                (-1: it stands there once).
        """
        if not self._some:
            return pd.Series(np.full(len(keys), None, dtype=object), dtype="str")
        found = keys.map(self._look_up(self._tables, keys)).astype("str")
        if ordinals is None or not (ordinals >= 0).any():
            return found
        if not self._repeated:
            _REPEATED.create(self._connection, checkfirst=False)
            self._repeated = True
        first, later = ordinals == 0, ordinals > 0
        frame = {"row_key": keys[first], "content": found[first]}
        append(
            self._connection,
            _REPEATED,
            pa.table(
                {name: pa.array(text, pa.large_string(), from_pandas=True) for name, text in frame.items()}
            ),
        )
        again = keys.loc[later]
        found[later] = again.map(self._look_up([_REPEATED], again)).astype("str")
        return found

    def _any(self) -> bool:
        return any(
            self._connection.scalar(sa.select(sa.exists().where(*self._mine(table))))
            for table in self._tables
        )

    def _look_up(self, tables: list[sa.Table], keys: pd.Series) -> pd.Series:
        """Key -> content of those keys that the tables hold."""
        sought = pa.table({"row_key": pa.array(keys.unique(), pa.large_string())})
        with lent(self._connection, "sought_row", sought) as rows:
            parts = [
                sa.select(table.c.row_key, _content(table).label("content")).where(
                    *self._mine(table), table.c.row_key.in_(sa.select(rows.c.row_key))
                )
                for table in tables
            ]
            found = fetch_table(self._connection, sa.union(*parts)).to_pandas()
        return pd.Series(found["content"].to_numpy(), index=found["row_key"], dtype="str")

    def _mine(self, table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
        if table is _REPEATED:
            return ()
        return table.c.engagement == self._origin.engagement, table.c.source == self._origin.source


def _content(table: sa.Table) -> sa.ColumnElement[str]:
    return table.c.content if "content" in table.c else sa.literal(_UNKNOWN, sa.Text)
