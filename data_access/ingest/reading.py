"""One file of a source on its way: whole where it is small, else in pieces that give the same facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.ingest.cells import Cells
from data_access.ingest.files import DataFile
from data_access.ingest.keys import KeysOfPieces, row_contents, row_keys
from data_access.ingest.mapping import Source
from data_access.ingest.owners import Owners
from data_access.ingest.readers import Table, open_table, whole
from data_access.ingest.rows import understand
from data_access.ingest.sheet import Sheet
from data_access.ingest.signs import Signs
from data_access.ingest.snapshot import Snapshot, remember_file
from data_access.ingest.stored import Stored
from data_access.ingest.values import Flaw, Setting, Values
from data_access.ingest.write import Origin

WHOLE_BYTES = 256 << 20
_LOOKED = 0.3  # share of the work that looking through a large file is


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file.

    Attributes:
        values: their values.
        keys: the key of each row.
        flaws: of the keys.
        known: True where an earlier import or file has brought the row.
        snapshot: against what the rows stand, where the source is a snapshot.
    """

    values: Values
    keys: pd.Series
    flaws: list[Flaw]
    known: np.ndarray
    snapshot: Snapshot | None

    @property
    def sheet(self) -> Sheet:
        """The rows as they were read."""
        return self.values.cells.sheet


class FileReading:
    """What has to be known of a whole file, and of the tables before it, so that its rows can be taken in pieces.

    Args:
        stages: keys of the stage model.
        tell: called with the share of the file that is done, 0..1.
    """

    def __init__(
        self,
        connection: sa.Connection,
        source: Source,
        file: DataFile,
        setting: Setting,
        origin: Origin,
        stages: tuple[str, ...],
        tell: Callable[[float], None],
    ) -> None:
        self._connection, self._source, self._file, self._origin = connection, source, file, origin
        self._setting, self._stages, self._tell = setting, stages, tell
        self._table = open_table(file, source.format, source.options, source.columns)
        self._snapshot = source.mode == "snapshot"
        self._stored = Stored(connection, origin, self._snapshot)
        customer = source.customer
        through = customer is not None and (customer.identity or customer.only_known)
        self.owners = Owners(connection, origin.engagement, customer) if customer and through else None

    def pieces(self) -> Iterator[Piece]:
        """The rows in the order of the file."""
        seen = self._snapshot and remember_file(
            self._connection, self._origin, self._file, self._source.columns
        )
        with closing(self._stored):
            with closing(self._table.pieces()) as beginning:
                first, second = next(beginning), next(beginning, None)
            if second is None:
                yield self._whole(first, seen)
            elif any(item.amount_per == "deal" for item in self._source.transactions):
                yield self._whole(bounded(self._table, self._file), seen)
            else:
                del first, second
                yield from self._one_by_one(seen)

    def _whole(self, sheet: Sheet, seen: bool) -> Piece:
        values = Values(Cells(sheet), self._setting)
        keys, flaws = row_keys(self._connection, self._source, values)
        again = keys.duplicated().to_numpy()
        return self._piece(values, keys, flaws, self._stored.before(keys), again, seen)

    def _one_by_one(self, seen: bool) -> Iterator[Piece]:
        with closing(KeysOfPieces(self._connection, self._source)) as keys_of:
            setting = self._look_through(keys_of)
            start = 0
            for sheet in self._table.pieces():
                values = Values(Cells(sheet), setting)
                keys, flaws, ordinals = keys_of.of(values, start)
                own_ids = self._source.row is not None and not self._source.row_repeats
                before = self._stored.before(keys, ordinals if own_ids else None)
                start += values.cells.count
                again = (ordinals > 0) & own_ids
                yield self._piece(values, keys, flaws, before, again, seen)
                self._tell(_LOOKED + (1 - _LOOKED) * self._file.share_read)

    def _look_through(self, keys_of: KeysOfPieces) -> Setting:
        """Find what only the whole file tells: decimal signs, and rows that are equal."""
        signs = Signs(self._setting.currency)
        setting = replace(self._setting, signs=signs)
        for number, sheet in enumerate(self._table.pieces()):
            values = Values(Cells(sheet), setting)
            if number == 0:
                understand(self._source, values, self._stages, self._file.limits.cell_bytes)
            else:
                values.learn_signs()
            keys_of.learn(values)
            self._tell(_LOOKED * self._file.share_read)
        signs.learning = False
        keys_of.settle()
        return setting

    def _piece(
        self,
        values: Values,
        keys: pd.Series,
        flaws: list[Flaw],
        before: pd.Series,
        again: np.ndarray,
        seen: bool,
    ) -> Piece:
        if not self._snapshot:
            return Piece(values, keys, flaws, before.notna().to_numpy(), None)
        content = row_contents(self._connection, self._source, values)
        snapshot = Snapshot(self._origin, keys, content, before, again, seen)
        return Piece(values, keys, flaws, snapshot.known, snapshot)


def bounded(table: Table, file: DataFile) -> Sheet:
    """A table that cannot be taken in pieces, read at once.

    Raises:
        JourneyError: `file_too_large_at_once`.
    """

    def counted() -> Iterator[Sheet]:
        size = 0
        for sheet in table.pieces():
            size += sheet.table.nbytes
            if size > WHOLE_BYTES:
                raise JourneyError("file_too_large_at_once", file=file.name, limit_mb=WHOLE_BYTES >> 20)
            yield sheet

    return whole(counted())
