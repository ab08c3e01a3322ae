"""Reading a CSV file piece by piece: what a file of any size needs in memory is one piece."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from dashboard.errors import JourneyError
from data_access.ingest.files import DataFile
from data_access.ingest.mapping import Options
from data_access.ingest.readers_web import header_of
from data_access.ingest.sheet import BrokenRow, Sheet, visible
from data_access.ingest.text import Utf8, codec_of

DELIMITERS = (",", ";", "\t", "|")
BLOCK_BYTES = 2 << 20  # no row is longer; Arrow reads a few dozen of them ahead
PIECE_BYTES = 48 << 20
PIECE_ROWS = 100_000
_LINE = 1 << 20  # of the first lines, which show how the file is written
_MOST_BROKEN = 100_000  # broken rows without one that is whole: the file is read in the wrong way
_SHOWN = 500
csv.field_size_limit(BLOCK_BYTES)  # where the first lines are looked at


class CsvTable:
    """One CSV file: how it is written, found once, and its rows, read as often as somebody asks.

    Raises:
        JourneyError: `no_such_column`, `file_empty`, `file_unreadable`, `row_too_long`, `too_many_columns`,
            `rows_broken`.
    """

    def __init__(self, file: DataFile, options: Options, wanted: tuple[str, ...]) -> None:
        self.file, self._options = file, options
        try:
            self._codec = codec_of(file, options.encoding)
            lines = self._first_lines()
            self._delimiter = options.delimiter or delimiter_of(lines)
            self._header = header_of(file, next(csv.reader(lines, delimiter=self._delimiter), []))
        except (LookupError, csv.Error, TypeError) as error:
            raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error
        self._wanted = {name: self._header.index(name) for name in wanted}

    def pieces(self) -> Generator[Sheet, None, None]:
        """The rows in their order, some at a time; at least one sheet."""
        numbering = _Numbering(self._options.header_row + 1)
        filled: dict[str, Any] = {}
        for table, last in _with_last(self._tables(numbering)):
            rows, broken = numbering.take(table.num_rows, last)
            kept, more = self._without_open_quotes(table, rows, last and not self._ends_closed)
            if not kept.all():
                table, rows = table.filter(pa.array(kept)), rows[kept]
            if (blank := _blank(table)).any():
                table, rows = table.filter(pa.array(~blank)), rows[~blank]
            picked = pa.table({name: table.column(index) for name, index in self._wanted.items()})
            yield Sheet(
                self.file.name,
                filled_down(picked, self._options.fill_down, filled),
                rows,
                tuple(sorted((*broken, *more), key=lambda row: row.row)),
                self._options.decimal,
                self._delimiter == ";",
                self._codec.damaged,
            )

    # ------------------------------------------------------------------------------ the beginning

    def _first_lines(self) -> list[str]:
        """Enough lines from the header on to see how the file is written."""
        with self.file.open() as stream:
            text = io.TextIOWrapper(stream, encoding=self._codec.name, errors="replace", newline="")
            for _ in range(self._options.header_row - 1):
                text.readline(_LINE)
            lines = [text.readline(_LINE) for _ in range(50)]
        if not lines[0].strip():
            raise JourneyError("file_empty", file=self.file.name)
        if len(lines[0]) >= _LINE:
            raise self._too_long(self._options.header_row, _LINE)
        whole = next((place for place, line in enumerate(lines) if len(line) >= _LINE), len(lines))
        return [line for line in lines[:whole] if line]

    # ----------------------------------------------------------------------------------- the rows

    def _tables(self, numbering: _Numbering) -> Iterator[pa.Table]:
        """Every cell as text; rows of another width are set aside with their numbers."""
        held: list[pa.RecordBatch] = []
        rows = size = 0
        for batch in self._batches(numbering):
            held.append(batch)
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if rows >= PIECE_ROWS or size >= PIECE_BYTES:
                whole = pa.Table.from_batches(held)
                while whole.num_rows > PIECE_ROWS:
                    yield whole.slice(0, PIECE_ROWS)
                    whole = whole.slice(PIECE_ROWS)
                yield whole
                held, rows, size = [], 0, 0
        if held:
            yield pa.Table.from_batches(held)

    def _batches(self, numbering: _Numbering) -> Iterator[pa.RecordBatch]:
        names = [f"c{index}" for index in range(len(self._header.names))]
        schema = pa.schema([(name, pa.string()) for name in names])
        yield pa.RecordBatch.from_pylist([], schema=schema)
        self._ends_closed = True
        with self.file.open() as stream:
            text = Utf8(stream, self._codec)
            try:
                with self._reader(text, names, numbering) as reader:
                    yield from reader
            except pa.ArrowInvalid as error:
                raise self._refused(error, numbering) from error
            self._ends_closed = text.tail.rstrip(b"\r\n \t").endswith(b'"')

    def _reader(self, text: Any, names: list[str], numbering: _Numbering) -> pa_csv.CSVStreamingReader:
        return pa_csv.open_csv(
            pa.PythonFile(text, mode="r"),
            pa_csv.ReadOptions(
                use_threads=False,  # only then does a broken row know its number
                skip_rows=self._options.header_row - 1,
                skip_rows_after_names=1,
                column_names=names,
                block_size=BLOCK_BYTES,
            ),
            pa_csv.ParseOptions(
                delimiter=self._delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,  # they count as rows of the file
                invalid_row_handler=numbering.set_aside,
            ),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=True
            ),
        )

    def _refused(self, error: pa.ArrowInvalid, numbering: _Numbering) -> JourneyError:
        if "straddling" in str(error):
            row = self._endless_row()
            return self._too_long(numbering.next if row is None else row, BLOCK_BYTES)
        if numbering.hopeless:
            first = numbering.broken[0].row
            return JourneyError("rows_broken", file=self.file.name, row=first, count=len(numbering.broken))
        return JourneyError("file_unreadable", file=self.file.name, problem=str(error).splitlines()[0])

    def _endless_row(self) -> int | None:
        """Number of the first row that takes a whole block."""
        taken, row = 0, self._options.header_row
        with self.file.open() as stream:
            text = io.TextIOWrapper(stream, encoding=self._codec.name, errors="replace", newline="")
            for _ in range(row - 1):
                text.readline(BLOCK_BYTES)

            def lines() -> Iterator[str]:
                nonlocal taken
                while line := text.readline(BLOCK_BYTES):
                    taken += len(line)
                    if taken > BLOCK_BYTES // 3:  # a sign has up to three bytes
                        raise csv.Error
                    yield line

            try:
                for _ in csv.reader(lines(), delimiter=self._delimiter):
                    taken, row = 0, row + 1
            except csv.Error:
                return row
        return None

    def _too_long(self, row: int, limit: int) -> JourneyError:
        return JourneyError("row_too_long", file=self.file.name, row=row, limit_mb=limit >> 20)

    def _without_open_quotes(
        self, table: pa.Table, rows: np.ndarray, ends_open: bool
    ) -> tuple[np.ndarray, list[BrokenRow]]:
        """Where rows are whole, and those in which a quotation mark that nobody closed has taken others along."""
        kept, open_rows = np.ones(table.num_rows, dtype=bool), []
        width = table.num_columns
        for place, column in enumerate(table.columns):
            broken = pc.call_function("match_substring", [column], pc.MatchSubstringOptions("\n"))
            for index in np.flatnonzero(broken.to_numpy()) if width > 1 else ():
                cell = column[index].as_py()
                at_the_end = ends_open and index == table.num_rows - 1 and place == width - 1
                if kept[index] and (at_the_end or _swallows(cell, place, width, self._delimiter)):
                    kept[index] = False
                    name = self._header.names[place]
                    open_rows.append(BrokenRow(int(rows[index]), visible(cell[:_SHOWN]), "quote_open", name))
        return kept, open_rows


def _swallows(cell: str, place: int, width: int, delimiter: str) -> bool:
    """True where the lines of a cell look like the rest of its row, other rows, and the beginning of one more.

    The mark that ends such a cell was meant to begin one: what stood behind it stays, with the mark.
    """
    first, *inner, last = cell.split("\n")
    return (
        cell.count('"') % 2 == 1
        and first.count(delimiter) >= width - 1 - place
        and last.count(delimiter) >= place
        and all(line.count(delimiter) >= width - 1 for line in inner)
    )


class _Numbering:
    """Numbers of rows in their file, where some are set aside."""

    def __init__(self, first: int) -> None:
        self.next = first
        self.broken: list[BrokenRow] = []
        self.hopeless = False

    def set_aside(self, row: Any) -> str:
        """Take a row of another width."""
        self.broken.append(BrokenRow(row.number, visible(row.text[:_SHOWN])))
        self.hopeless = len(self.broken) >= _MOST_BROKEN
        return "error" if self.hopeless else "skip"

    def take(self, count: int, last: bool) -> tuple[np.ndarray, list[BrokenRow]]:
        """Numbers of the next rows that are whole, and the broken ones among and before them."""
        missing = np.array([row.row for row in self.broken], dtype=np.int64)
        reach = np.arange(self.next, self.next + count + len(missing))
        numbers = np.setdiff1d(reach, missing, assume_unique=True)[:count]
        self.next = int(numbers[-1]) + 1 if count else self.next
        among = [row for row in self.broken if row.row < self.next or last]
        self.broken = [] if last else [row for row in self.broken if row.row >= self.next]
        return numbers, among


def delimiter_of(lines: Sequence[str]) -> str:
    """The sign that parts most rows into equally many cells, the header among them; then the one that parts more.

    Titles above the header do not matter; the commas of decimals part no header.
    """

    def score(sign: str) -> tuple[bool, int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if any(row))
        parted = [(rows, width) for width, rows in widths.items() if width > 1]
        rows, width = max(parted, default=(0, 1))
        return rows * 2 > widths.total(), rows, width

    return max(DELIMITERS, key=score)


def filled_down(table: pa.Table, names: tuple[str, ...], above: dict[str, Any]) -> pa.Table:
    """Empty cells of these columns take the value above (merged cells of an export).

    Args:
        above: the last value of each column in the piece before; changed.
    """
    for name in names:
        cells = table.column(name).to_pandas()
        filled = cells.where(cells != "").ffill()
        if above.get(name) is not None:
            filled = filled.fillna(above[name])
        if len(filled) and filled.iloc[-1] == filled.iloc[-1]:
            above[name] = filled.iloc[-1]
        table = table.set_column(table.column_names.index(name), name, pa.array(filled, from_pandas=True))
    return table


def _blank(table: pa.Table) -> np.ndarray:
    """True where every cell of a row is empty."""
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if not blank.any():
            break
        blank &= pc.call_function("binary_length", [column]).to_numpy() == 0
    return blank


def _with_last(tables: Iterator[pa.Table]) -> Iterator[tuple[pa.Table, bool]]:
    """Each table, and whether it is the last one."""
    before = next(tables)
    for table in tables:
        yield before, False
        before = table
    yield before, True
