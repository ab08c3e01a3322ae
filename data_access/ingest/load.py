"""Loading the files that a mapping names into the raw tables, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.stages import StageModel
from data_access.clock import utc_now
from data_access.ingest.cells import Cells
from data_access.ingest.control import Control, check_written
from data_access.ingest.differences import Differences
from data_access.ingest.files import DataFile, Limits, find_files
from data_access.ingest.labels import LabelBook
from data_access.ingest.mapping import Mapping, Options, Source
from data_access.ingest.mapping_values import Lookup, Value
from data_access.ingest.once import count_once
from data_access.ingest.owners import Owners
from data_access.ingest.patterns import pattern_columns
from data_access.ingest.readers import open_table
from data_access.ingest.reading import FileReading, Piece, bounded
from data_access.ingest.rejected import Rejected
from data_access.ingest.report import FileCount, ImportReport, SourceReport
from data_access.ingest.rows import Outcome, outcomes, understand
from data_access.ingest.sheet import Sheet
from data_access.ingest.snapshot import give_way
from data_access.ingest.touched import CHANGED, begin
from data_access.ingest.values import Setting, Values
from data_access.ingest.write import Origin, write_rows

Progress = Callable[[str, float], None]


def load(
    connection: sa.Connection,
    mapping: Mapping,
    folder: Path,
    import_id: int,
    progress: Progress,
    *,
    model: StageModel | None = None,
    limits: Limits | None = None,
    rejected_path: Path | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Bring every row of the mapping's files into the raw tables, once.

    Rows that an earlier import has brought are known and change nothing.

    Args:
        connection: DuckDB, in a transaction; the raw tables exist.
        folder: where the files lie.
        progress: called with a file's name and the share of the whole that is done, 0..1.
        model: stages that labels are mapped to; None = those of the mapping.
        rejected_path: CSV file that takes every rejected row.
        now: time of the import (naive UTC): statuses that a snapshot changes without a time begin there.

    Raises:
        JourneyError: `no_such_file`, `no_such_column` and whatever else is wrong with the files;
            `control_sums_differ`.
    """
    stages = (model or mapping.stage_model).keys
    begin(connection, CHANGED)
    loading = _Loading(
        connection, mapping, folder, import_id, stages, limits or Limits(), rejected_path, now or utc_now()
    )
    files = [(source, path) for source in mapping.sources for path in find_files(folder, source.file)]
    sizes = [path.stat().st_size + 1 for _, path in files]
    for index, (source, path) in enumerate(files):
        before, size = sum(sizes[:index]), sizes[index]
        tell = partial(_tell_share, progress, path.name, before / sum(sizes), size / sum(sizes))
        tell(0.0)
        loading.add_file(source, path, tell)
    progress("", 1.0)
    sources = tuple(loading.report(source) for source in mapping.sources)
    return ImportReport(mapping.engagement, import_id, mapping.currency, sources)


def _tell_share(progress: Progress, name: str, before: float, size: float, done: float) -> None:
    progress(name, before + size * done)


@dataclass(slots=True)
class _Tally:
    """What has become of the rows of one source so far."""

    files: list[FileCount] = field(default_factory=list)
    outcome: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    written: dict[str, int] = field(default_factory=dict)
    replaced: int = 0
    removed: int = 0
    labels: LabelBook = field(default_factory=LabelBook)
    control: Control = field(default_factory=Control)
    differences: Differences = field(default_factory=Differences)


class _Loading:
    """One import on its way through the files."""

    def __init__(
        self,
        connection: sa.Connection,
        mapping: Mapping,
        folder: Path,
        import_id: int,
        stages: tuple[str, ...],
        limits: Limits,
        rejected_path: Path | None,
        now: datetime,
    ) -> None:
        self.connection, self.mapping, self.folder = connection, mapping, folder
        self.import_id, self.stages, self.limits, self.now = import_id, stages, limits, now
        self.rejected = Rejected(rejected_path)
        self.tallies = {source.name: _Tally() for source in mapping.sources}
        self.setting = Setting(mapping.zone, mapping.currency, self._lookup)
        self._lookups: dict[Lookup, pd.Series] = {}

    def add_file(self, source: Source, path: Path, tell: Callable[[float], None]) -> None:
        """Read one file, decide about each row, and write what is accepted."""
        file = DataFile(path, str(path.relative_to(self.folder.resolve())), self.limits)
        origin = Origin(self.mapping.engagement, source.name, self.import_id)
        reading = FileReading(self.connection, source, file, self.setting, origin, self.stages, tell)
        count = 0
        for piece in reading.pieces():
            self._take(source, origin, piece, reading.owners)
            count += piece.sheet.row_count
        self.tallies[source.name].files.append(FileCount(file.name, count))

    def _take(self, source: Source, origin: Origin, piece: Piece, owners: Owners | None) -> None:
        """Decide about some rows of a file, and write what is accepted."""
        rows = understand(source, piece.values, self.stages, self.limits.cell_bytes)
        outcome, flaws = outcomes(rows, piece.known, piece.flaws)
        if owners is not None:
            owners.settle(rows, outcome)
        tally, snapshot = self.tallies[source.name], piece.snapshot
        leaving = snapshot.existed & (outcome == Outcome.ACCEPTED) if snapshot is not None else None
        flaws += count_once(self.connection, origin, rows, outcome, piece.keys, leaving)
        if snapshot is not None:
            replaced, removed, gone = give_way(
                self.connection, snapshot, rows, outcome, self.now, self.mapping.zone
            )
            tally.replaced += replaced
            tally.removed += removed
            tally.control.take_back(gone)
        accepted = outcome == Outcome.ACCEPTED
        written = write_rows(self.connection, origin, rows, accepted, piece.keys)
        for kind in Outcome:
            tally.outcome[kind] += int((outcome == kind).sum())
        for table, count in written.items():
            tally.written[table] = tally.written.get(table, 0) + count
        tally.labels.add(rows, accepted)
        tally.control.add(rows, outcome)
        tally.differences.add(piece.sheet.file, piece.sheet.rows, rows, outcome, flaws)
        self._reject(source, piece.sheet, flaws)

    def _reject(self, source: Source, sheet: Sheet, flaws: list) -> None:
        tally = self.tallies[source.name]
        for flaw in flaws:
            self.rejected.add(source.name, sheet.file, sheet.rows, flaw)
        self.rejected.add_broken(source.name, sheet.file, sheet.broken)
        tally.outcome[Outcome.REJECTED] += len(sheet.broken)
        tally.control.add_broken(len(sheet.broken))
        tally.differences.add_broken(sheet.file, sheet.broken)

    def report(self, source: Source) -> SourceReport:
        """What became of the source's rows, after its sums are compared with the tables."""
        tally = self.tallies[source.name]
        months = tally.control.by_month()
        check_written(self.connection, source.name, self.import_id, months, tally.control.taken_back)
        left_out = {
            kind.name.lower(): tally.outcome[kind]
            for kind in (Outcome.WHERE, Outcome.NOTHING, Outcome.ONLY_KNOWN)
            if tally.outcome[kind]
        }
        return SourceReport(
            source=source.name,
            files=tuple(tally.files),
            rows=sum(tally.outcome.values()),
            accepted=tally.outcome[Outcome.ACCEPTED],
            known=tally.outcome[Outcome.KNOWN],
            left_out=left_out,
            rejected=tally.outcome[Outcome.REJECTED],
            rejections=self.rejected.of_source(source.name),
            rows_without_customer=tally.control.ownerless_rows,
            amount_without_customer=tally.control.ownerless_money,
            unmapped=tally.labels.unmapped(),
            look_alikes=tally.labels.look_alikes(),
            months=months,
            written=tally.written,
            replaced=tally.replaced,
            removed=tally.removed,
            differences=tally.differences.listed(),
        )

    def _lookup(self, lookup: Lookup) -> pd.Series:
        if lookup not in self._lookups:
            self._lookups[lookup] = self._read_lookup(lookup)
        return self._lookups[lookup]

    def _read_lookup(self, lookup: Lookup) -> pd.Series:
        """Another file as key -> value; a key may not have two different values."""
        named = Value(text=lookup.value) if pattern_columns(lookup.value) else Value(column=lookup.value)
        tables = []
        for path in find_files(self.folder, lookup.file):
            file = DataFile(path, path.name, self.limits)
            table = open_table(file, "auto", Options(), (lookup.key, *named.own_columns))
            cells = Cells(bounded(table, file))
            told = Values(cells, self.setting).text(named).values
            tables.append(pd.DataFrame({"key": cells.text(lookup.key), "value": told}))
        known = pd.concat(tables).dropna(subset=["key"]).drop_duplicates()
        twice = known.loc[known["key"].duplicated(), "key"]
        if len(twice):
            facts = {"file": lookup.file, "column": lookup.key, "value": twice.iloc[0]}
            raise JourneyError("lookup_key_repeats", **facts)
        return pd.Series(known["value"].to_numpy(), index=known["key"], dtype="str")
