"""Reading one file of a source: CSV, XLSX, Parquet, HTML or JSON, and only the columns that the mapping names."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from python_calamine import CalamineError, CalamineWorkbook

from dashboard.errors import JourneyError
from data_access.ingest.cells import every_midnight, wall_of
from data_access.ingest.files import DataFile, format_of, refuse_bomb, unpacks_too_large
from data_access.ingest.mapping import Options
from data_access.ingest.readers_csv import PIECE_ROWS, CsvTable, filled_down
from data_access.ingest.readers_web import header_of, read_html, read_json
from data_access.ingest.sheet import Sheet
from data_access.ingest.workbook import check_unpacked

_ROWS_PER_BYTE = 1  # a row of a table takes more than a byte in itself


class Table(Protocol):
    """A table that can be read as often as somebody asks, some rows at a time."""

    def pieces(self) -> Generator[Sheet, None, None]:
        """The rows in their order; at least one sheet."""
        ...


class _Whole:
    """A table that is read at once."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def pieces(self) -> Generator[Sheet, None, None]:
        yield self._sheet


def open_table(file: DataFile, kind: str, options: Options, columns: Iterable[str]) -> Table:
    """The named columns of one file, to be read in pieces.

    Args:
        kind: `auto`, `csv`, `xlsx`, `parquet`, `html` or `json`.
        columns: what the mapping reads.

    Raises:
        JourneyError: `no_such_column`, `no_such_sheet`, `file_empty`, `file_unreadable`, `row_too_long`,
            `rows_broken`, `too_many_columns`, `too_many_cells`, and what `DataFile` raises.
    """
    wanted = tuple(dict.fromkeys((*columns, *options.fill_down)))
    known = format_of(file) if kind == "auto" else kind
    if known == "csv":
        return CsvTable(file, options, wanted)
    if known == "parquet":
        return _ParquetTable(file, wanted)
    readers = {"xlsx": _read_xlsx, "html": read_html, "json": read_json}
    sheet = readers[known](file, options, wanted)
    return _Whole(replace(sheet, table=filled_down(sheet.table, options.fill_down, {})))


def read_sheet(file: DataFile, kind: str, options: Options, columns: Iterable[str]) -> Sheet:
    """The named columns of one file, read at once; as `open_table`."""
    return whole(open_table(file, kind, options, columns).pieces())


def whole(pieces: Iterator[Sheet]) -> Sheet:
    """All pieces of a table as one sheet."""
    sheets = list(pieces)
    if len(sheets) == 1:
        return sheets[0]
    return replace(
        sheets[0],
        table=pa.concat_tables([sheet.table for sheet in sheets]),
        rows=np.concatenate([sheet.rows for sheet in sheets]),
        broken=tuple(row for sheet in sheets for row in sheet.broken),
    )


# ------------------------------------------------------------------------------------------ XLSX


def _read_xlsx(file: DataFile, options: Options, wanted: tuple[str, ...]) -> Sheet:
    with file.open() as stream:
        content = stream.read()
    check_unpacked(file, content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if options.sheet and options.sheet not in workbook.sheet_names:
            known = ", ".join(workbook.sheet_names)
            raise JourneyError("no_such_sheet", file=file.name, sheet=options.sheet, known=known)
        page = workbook.get_sheet_by_name(options.sheet or workbook.sheet_names[0])
        last_row, last_column = page.end or (-1, -1)
        if (last_row + 1) * (last_column + 1) > file.limits.cells:
            raise JourneyError("too_many_cells", file=file.name, limit=file.limits.cells)
        grid = page.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error
    if len(grid) < options.header_row:
        raise JourneyError("file_empty", file=file.name)
    header = header_of(file, grid[options.header_row - 1])
    body = [
        (number, row)
        for number, row in enumerate(grid[options.header_row :], options.header_row + 1)
        if any(cell != "" for cell in row)
    ]
    cells = {name: _cells([row[header.index(name)] for _, row in body]) for name in wanted}
    rows = np.fromiter((number for number, _ in body), dtype=np.int64, count=len(body))
    return Sheet(file.name, pa.table(cells), rows, decimal=options.decimal)


def _cells(cells: list[Any]) -> pa.Array:
    """A column of dates stays typed, everything else becomes text as a person would write it."""
    kinds = {type(cell) for cell in cells if cell != ""}
    if kinds and kinds <= {dt.date, dt.datetime}:
        moments = [None if cell == "" else _moment(cell) for cell in cells]
        return pa.array(moments, pa.timestamp("us"))
    return pa.array([_written(cell) for cell in cells], pa.string())


def _moment(cell: dt.date | dt.datetime) -> dt.datetime:
    return cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time.min)


def _written(cell: Any) -> str:
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case dt.datetime():
            return cell.isoformat(" ")
        case _:
            return str(cell)


# --------------------------------------------------------------------------------------- Parquet


class _ParquetTable:
    """One Parquet file, some rows at a time."""

    def __init__(self, file: DataFile, wanted: tuple[str, ...]) -> None:
        self._file = file
        with self._open() as content:
            unpacked = sum(
                content.metadata.row_group(group).total_byte_size
                for group in range(content.metadata.num_row_groups)
            )
            if unpacked > file.limits.unpacked_bytes:
                raise unpacks_too_large(file)
            refuse_bomb(file, content.metadata.num_rows // _ROWS_PER_BYTE, file.path.stat().st_size)
            self._names = content.schema_arrow.names
            header = header_of(file, self._names)
            self._indices = {name: header.index(name) for name in wanted}
            self._in_pieces = content.metadata.num_rows > PIECE_ROWS

    def pieces(self) -> Generator[Sheet, None, None]:
        """The rows in their order; at least one sheet."""
        columns = [self._names[index] for index in dict.fromkeys(self._indices.values())]
        start = 1  # a Parquet file has no header row
        with self._open() as content:
            days = self._days(content, columns) if self._in_pieces else None
            nothing = content.schema_arrow.empty_table().select(columns)
            batches = content.iter_batches(PIECE_ROWS, columns=columns) if columns else ()
            for batch in batches:
                table = pa.Table.from_batches([batch])
                yield self._sheet(table, start, days)
                start += table.num_rows
            if start == 1:
                yield self._sheet(nothing, start, days)

    def _sheet(self, table: pa.Table, start: int, days: dict[str, bool] | None) -> Sheet:
        picked = {name: table.column(self._names[index]) for name, index in self._indices.items()}
        known = {name: days[self._names[index]] for name, index in self._indices.items()} if days else None
        rows = np.arange(start, start + table.num_rows)
        return Sheet(self._file.name, pa.table(picked), rows, decimal=".", days=known)

    def _days(self, content: parquet.ParquetFile, columns: list[str]) -> dict[str, bool]:
        """Which columns of times hold days alone, from the first row to the last."""
        schema = content.schema_arrow
        timed = [name for name in columns if pa.types.is_timestamp(schema.field(name).type)]
        days = {name: name in timed for name in columns}
        for batch in content.iter_batches(PIECE_ROWS, columns=timed) if timed else ():
            for name in timed:
                column = pa.chunked_array([batch.column(batch.schema.get_field_index(name))])
                days[name] = days[name] and every_midnight(wall_of(column))
        return days

    @contextmanager
    def _open(self) -> Iterator[parquet.ParquetFile]:
        try:
            place = self._file.path
            if self._file.wrapped:
                with self._file.open() as stream:
                    place = pa.BufferReader(stream.read())
            with parquet.ParquetFile(place) as content:
                yield content
        except (pa.ArrowException, OSError) as error:
            problem = (str(error).splitlines() or [""])[0]
            raise JourneyError("file_unreadable", file=self._file.name, problem=problem) from error
