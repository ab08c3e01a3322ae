"""Reading one file of a source: CSV, XLSX, Parquet, HTML or JSON, and only the columns that the mapping names."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as parquet
from python_calamine import CalamineError, CalamineWorkbook

from dashboard.errors import JourneyError
from data_access.ingest.files import DataFile, encoding_of, format_of, unpacks_too_large
from data_access.ingest.mapping import Options
from data_access.ingest.readers_web import header_of, read_html, read_json
from data_access.ingest.sheet import BrokenRow, Sheet

DELIMITERS = (",", ";", "\t", "|")
BLOCK_BYTES = 8 << 20


def read_sheet(file: DataFile, kind: str, options: Options, columns: Iterable[str]) -> Sheet:
    """The named columns of one file.

    Args:
        kind: `auto`, `csv`, `xlsx`, `parquet`, `html` or `json`.
        columns: what the mapping reads.

    Raises:
        JourneyError: `no_such_column`, `no_such_sheet`, `file_empty`, `file_unreadable`, `encoding_wrong`,
            `too_many_columns`, `too_many_cells`, and what `DataFile` raises.
    """
    wanted = tuple(dict.fromkeys((*columns, *options.fill_down)))
    readers = {
        "csv": _read_csv,
        "xlsx": _read_xlsx,
        "parquet": _read_parquet,
        "html": read_html,
        "json": read_json,
    }
    sheet = readers[format_of(file) if kind == "auto" else kind](file, options, wanted)
    return _filled_down(sheet, options.fill_down) if options.fill_down else sheet


# ------------------------------------------------------------------------------------------- CSV


def _read_csv(file: DataFile, options: Options, wanted: tuple[str, ...]) -> Sheet:
    encoding = options.encoding or encoding_of(file)
    try:
        lines = _first_lines(file, encoding, options.header_row)
        delimiter = options.delimiter or _delimiter(lines)
        header = header_of(file, next(csv.reader(lines, delimiter=delimiter), []))
        table, broken = _parse_csv(file, encoding, delimiter, options.header_row, len(header.names))
    except (pa.ArrowInvalid, UnicodeError, LookupError, csv.Error) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error).splitlines()[0]) from error
    rows = _row_numbers(table.num_rows, options.header_row, [row.row for row in broken])
    if (blank := _blank(table)).any():
        table, rows = table.filter(pa.array(~blank)), rows[~blank]
    picked = pa.table({name: table.column(header.index(name)) for name in wanted})
    return Sheet(file.name, picked, rows, tuple(broken), options.decimal, delimiter == ";")


def _first_lines(file: DataFile, encoding: str, header_row: int) -> list[str]:
    """Enough lines from the header on to see how the file is written."""
    with file.open() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        for _ in range(header_row - 1):
            text.readline(1 << 20)
        lines = [text.readline(1 << 20) for _ in range(50)]
    if not lines[0].strip():
        raise JourneyError("file_empty", file=file.name)
    return [line for line in lines if line]


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that parts most cells of the header, and as many of the rows that follow."""

    def score(sign: str) -> tuple[bool, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        steady = widths.count(widths[0]) * 2 > len(widths)
        return steady and widths[0] > 1, widths[0]

    return max(DELIMITERS, key=score)


def _parse_csv(
    file: DataFile, encoding: str, delimiter: str, header_row: int, width: int
) -> tuple[pa.Table, list[BrokenRow]]:
    """Every cell as text; rows of another width are set aside with their numbers."""
    broken: list[BrokenRow] = []

    def set_aside(row: Any) -> str:
        broken.append(BrokenRow(row.number, row.text))
        return "skip"

    with file.open() as stream:
        table = pa_csv.read_csv(
            pa.input_stream(stream),
            pa_csv.ReadOptions(
                use_threads=False,  # only then does a broken row know its number
                encoding=_python_encoding(encoding),
                skip_rows=header_row - 1,
                skip_rows_after_names=1,
                column_names=[f"c{index}" for index in range(width)],
                block_size=BLOCK_BYTES,
            ),
            pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,  # they count as rows of the file
                invalid_row_handler=set_aside,
            ),
            pa_csv.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=False),
        )
    return table, broken


def _python_encoding(name: str) -> str:
    return "utf8" if name.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig") else name


def _blank(table: pa.Table) -> np.ndarray:
    """True where every cell of a row is empty."""
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if not blank.any():
            break
        blank &= column.to_pandas().to_numpy() == ""
    return blank


def _row_numbers(count: int, header_row: int, missing: Sequence[int]) -> np.ndarray:
    """Numbers of the rows that were read, where some numbers of the file are missing."""
    numbers = np.arange(header_row + 1, header_row + 1 + count + len(missing))
    return np.setdiff1d(numbers, np.asarray(missing, dtype=numbers.dtype), assume_unique=True)[:count]


# ------------------------------------------------------------------------------------------ XLSX


def _read_xlsx(file: DataFile, options: Options, wanted: tuple[str, ...]) -> Sheet:
    with file.open() as stream:
        content = stream.read()
    _check_unpacked(file, content)
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


def _check_unpacked(file: DataFile, content: bytes) -> None:
    """A workbook is a zip: what it unpacks to is known, and refused, before anything is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error
    if size > file.limits.unpacked_bytes:
        raise unpacks_too_large(file)


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


def _read_parquet(file: DataFile, _options: Options, wanted: tuple[str, ...]) -> Sheet:
    try:
        with file.open() as stream:
            place = pa.BufferReader(stream.read()) if file.wrapped else file.path
        with parquet.ParquetFile(place) as content:
            unpacked = sum(
                content.metadata.row_group(group).total_byte_size
                for group in range(content.metadata.num_row_groups)
            )
            if unpacked > file.limits.unpacked_bytes:
                raise unpacks_too_large(file)
            names = content.schema_arrow.names
            header = header_of(file, names)
            indices = {name: header.index(name) for name in wanted}
            table = content.read(columns=[names[index] for index in dict.fromkeys(indices.values())])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error).splitlines()[0]) from error
    picked = pa.table({name: table.column(names[index]) for name, index in indices.items()})
    rows = np.arange(1, table.num_rows + 1)  # a Parquet file has no header row
    return Sheet(file.name, picked, rows, decimal=".")


def _filled_down(sheet: Sheet, names: tuple[str, ...]) -> Sheet:
    """Empty cells of these columns take the value above (merged cells of an export)."""
    table = sheet.table
    for name in names:
        cells = table.column(name).to_pandas()
        filled = cells.where(cells != "").ffill()
        table = table.set_column(table.column_names.index(name), name, pa.array(filled, from_pandas=True))
    return Sheet(sheet.file, table, sheet.rows, sheet.broken, sheet.decimal, sheet.semicolons)
