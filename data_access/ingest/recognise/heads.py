"""How a file is written: encoding, delimiter, sheet, and in which row its header stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as parquet
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from dashboard.errors import JourneyError
from data_access.ingest.files import DataFile, format_of
from data_access.ingest.mapping import Options
from data_access.ingest.readers import check_unpacked
from data_access.ingest.readers_csv import delimiter_of
from data_access.ingest.readers_web import Page, charset_of, flat_of, header_of, objects_of
from data_access.ingest.recognise.profile import Format
from data_access.ingest.text import codec_of

_LINES = 60  # rows in which a header is looked for
_MOST_ABOVE = 30
_LINE_BYTES = 1 << 20
_WIDE_ENOUGH = 0.6  # share of the widest row's cells that a header fills


@dataclass(frozen=True, slots=True)
class Head:
    """How a file is written, and the names of its columns."""

    format: Format
    options: Options
    names: tuple[str, ...]
    sheets: tuple[str, ...] = ()


def head_of(file: DataFile, options: Options) -> Head:
    """Look at the beginning of a file.

    Raises:
        JourneyError: `file_empty`, `file_unreadable`, `too_many_columns`, `no_such_sheet`, and what `DataFile` raises.
    """
    kind = format_of(file)
    readers = {"csv": _csv, "xlsx": _xlsx, "html": _html, "parquet": _parquet, "json": _json}
    return readers[kind](file, options)


def header_row(rows: Sequence[Sequence[str]], options: Options) -> int:
    """Which of the first rows is the header (1 is the first): below titles and above data.

    The first row that fills most of the table's width with words that differ; a row of groups above it
    ("Contact", "", "", "Deal") fills less.
    """
    if options.header_row > 1:
        return options.header_row
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    widest = max((len(row) for row in filled), default=0)
    if widest < 2:
        return next((place for place, row in enumerate(filled, 1) if row), 1)
    wide = [place for place, row in enumerate(filled) if len(row) >= max(2, _WIDE_ENOUGH * widest)]
    for place in (place for place in wide if place < _MOST_ABOVE):
        cells = filled[place]
        words = sum(1 for cell in cells if not _is_figure(cell))
        if words >= 0.7 * len(cells) and len(set(cells)) >= 0.5 * len(cells):
            return place + 1
    return wide[0] + 1


def _is_figure(cell: str) -> bool:
    digits = sum(sign.isdigit() for sign in cell)
    return digits * 2 > len(cell.replace(" ", ""))


# ------------------------------------------------------------------------------------------- CSV


def _csv(file: DataFile, options: Options) -> Head:
    try:
        encoding = codec_of(file, options.encoding).name
        lines = _first_lines(file, encoding)
        delimiter = options.delimiter or delimiter_of(lines)
        parsed = list(_rows_with_lines(lines, delimiter))
    except (UnicodeError, LookupError, csv.Error) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error).splitlines()[0]) from error
    if not any(cell.strip() for _, row in parsed for cell in row):
        raise JourneyError("file_empty", file=file.name)
    place = header_row([row for _, row in parsed], options)
    line, cells = parsed[place - 1] if options.header_row == 1 else _of_line(parsed, options.header_row)
    told = {"encoding": encoding, "delimiter": delimiter, "header_row": line}
    return Head("csv", options.model_copy(update=told), header_of(file, cells).names)


def _first_lines(file: DataFile, encoding: str) -> list[str]:
    with file.open() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
        lines = [text.readline(_LINE_BYTES) for _ in range(_LINES)]
    return [line for line in lines if line]


def _rows_with_lines(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line on which each begins."""
    reader = csv.reader(lines, delimiter=delimiter)
    begins = 1
    for row in reader:
        yield begins, row
        begins = reader.line_num + 1


def _of_line(parsed: list[tuple[int, list[str]]], line: int) -> tuple[int, list[str]]:
    return next((pair for pair in parsed if pair[0] == line), (line, []))


# ------------------------------------------------------------------------------------------ XLSX


def _xlsx(file: DataFile, options: Options) -> Head:
    with file.open() as stream:
        content = stream.read()
    check_unpacked(file, content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = tuple(workbook.sheet_names)
        if options.sheet and options.sheet not in names:
            raise JourneyError("no_such_sheet", file=file.name, sheet=options.sheet, known=", ".join(names))
        grid, sheet, most = [], names[0], -1
        for name in [options.sheet] if options.sheet else names:
            page = workbook.get_sheet_by_name(name)
            if (count := _cells(page)) > file.limits.cells:
                raise JourneyError("too_many_cells", file=file.name, limit=file.limits.cells)
            if count > most:
                grid, sheet, most = page.to_python(skip_empty_area=False, nrows=_LINES), name, count
    except CalamineError as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error
    rows = [[str(cell) for cell in row] for row in grid]
    if not any(cell.strip() for row in rows for cell in row):
        raise JourneyError("file_empty", file=file.name)
    place = header_row(rows, options)
    told = {"header_row": place, "sheet": sheet if sheet != names[0] else None}
    return Head("xlsx", options.model_copy(update=told), header_of(file, grid[place - 1]).names, names)


def _cells(page: CalamineSheet) -> int:
    last_row, last_column = page.end or (-1, -1)
    return (last_row + 1) * (last_column + 1)


# ----------------------------------------------------------------------------- HTML, Parquet, JSON


def _html(file: DataFile, options: Options) -> Head:
    page = Page(file.limits.cells)
    with file.open() as stream:
        text = io.TextIOWrapper(stream, encoding=options.encoding or charset_of(file), errors="strict")
        try:
            while (piece := text.read(_LINE_BYTES)) and not any(len(rows) > _LINES for rows in page.tables):
                page.feed(piece)
        except (UnicodeError, LookupError) as error:
            raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error
        except OverflowError as error:
            raise JourneyError("too_many_cells", file=file.name, limit=file.limits.cells) from error
    grid = next((table for table in page.tables if table), [])[:_LINES]
    if not any(cell.strip() for row in grid for cell in row):
        raise JourneyError("file_empty", file=file.name)
    place = header_row(grid, options)
    names = header_of(file, grid[place - 1]).names
    return Head("html", options.model_copy(update={"header_row": place}), names)


def _parquet(file: DataFile, options: Options) -> Head:
    try:
        with file.open() as stream:
            place = pa.BufferReader(stream.read()) if file.wrapped else file.path
        with parquet.ParquetFile(place) as content:
            names = content.schema_arrow.names
    except (pa.ArrowInvalid, OSError) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error).splitlines()[0]) from error
    return Head("parquet", options, header_of(file, names).names)


def _json(file: DataFile, options: Options) -> Head:
    known: dict[str, None] = {}
    try:
        for _, item in objects_of(file, codec_of(file, options.encoding).name):
            known.update(dict.fromkeys(flat_of(item)))
    except (ValueError, LookupError, RecursionError) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error
    if not known:
        raise JourneyError("file_empty", file=file.name)
    return Head("json", options, header_of(file, list(known)).names)
