"""Reading HTML tables (the ".xls" that many CRMs export) and JSON: whole cells as text, numbers as written."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pyarrow as pa

from dashboard.errors import JourneyError
from data_access.ingest.files import DataFile
from data_access.ingest.mapping import Options
from data_access.ingest.sheet import Header, Sheet
from data_access.ingest.text import codec_of

_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
_PIECE = 1 << 20
AT_ONCE_BYTES = 64 << 20  # of a page or of JSON, which are read at once
_BLANK = re.compile(r"\s*")


def header_of(file: DataFile, cells: Sequence[object]) -> Header:
    """The header of a file, if it has not too many columns."""
    if len(cells) > file.limits.columns:
        raise JourneyError("too_many_columns", file=file.name, limit=file.limits.columns, count=len(cells))
    return Header.of(file.name, cells)


# ------------------------------------------------------------------------------------------ HTML


def read_html(file: DataFile, options: Options, wanted: tuple[str, ...]) -> Sheet:
    """The page's first table that has the header row; cells of merged columns stand in the first of them."""
    refuse_large(file, "html")
    page = Page(file.limits.cells)
    with file.open() as stream:
        text = io.TextIOWrapper(stream, encoding=options.encoding or charset_of(file), errors="strict")
        try:
            while piece := text.read(_PIECE):
                page.feed(piece)
            page.close()
        except (UnicodeError, LookupError) as error:
            raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error
        except OverflowError as error:
            raise JourneyError("too_many_cells", file=file.name, limit=file.limits.cells) from error
    grid = next((table for table in page.tables if len(table) >= options.header_row), None)
    if grid is None:
        raise JourneyError("file_empty", file=file.name)
    header = header_of(file, grid[options.header_row - 1])
    body = [
        (number, row)
        for number, row in enumerate(grid[options.header_row :], options.header_row + 1)
        if any(cell.strip() for cell in row)
    ]
    cells = {
        name: pa.array([_cell(row, header.index(name)) for _, row in body], pa.string()) for name in wanted
    }
    rows = np.fromiter((number for number, _ in body), dtype=np.int64, count=len(body))
    return Sheet(file.name, pa.table(cells), rows, decimal=options.decimal)


def _cell(row: list[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def charset_of(file: DataFile) -> str:
    """What the page says of itself, else what its bytes are."""
    found = _CHARSET.search(next(file.chunks(), b"")[:4096])
    return found[1].decode("ascii") if found else codec_of(file).name


@dataclass
class _Open:
    """A table on its way: rows so far, whether a cell is open, and how many rows below cells still cover by column."""

    rows: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None
    span: int = 1
    height: int = 1
    covered: dict[int, int] = field(default_factory=dict)


class Page(HTMLParser):
    """The outer tables of a page as text."""

    def __init__(self, most_cells: int) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._left = most_cells
        self._depth = 0
        self._silent = 0
        self._table = _Open()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._table = _Open()
                self.tables.append(self._table.rows)
        elif tag in ("script", "style"):
            self._silent += 1
        elif self._depth == 1 and tag == "tr":
            self._end_cell()
            self._table.rows.append([])
            self._skip_covered()
        elif self._depth == 1 and tag in ("td", "th"):
            self._begin_cell(dict(attrs))
        elif tag in ("br", "p", "div", "li") and self._table.cell is not None:
            self._table.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(self._silent - 1, 0)
        elif self._depth == 1 and tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table":
            self._depth = max(self._depth - 1, 0)

    def handle_data(self, data: str) -> None:
        if self._table.cell is not None and not self._silent:
            self._table.cell.append(data)

    def _begin_cell(self, attrs: dict[str, str | None]) -> None:
        self._end_cell()
        if not self._table.rows:
            self._table.rows.append([])
        self._table.cell = []
        self._table.span = _span(attrs.get("colspan"))
        self._table.height = _span(attrs.get("rowspan"))

    def _end_cell(self) -> None:
        table = self._table
        if table.cell is None:
            return
        first = len(table.rows[-1])
        self._add(["".join(table.cell), *[""] * (table.span - 1)])
        if table.height > 1:
            table.covered |= dict.fromkeys(range(first, first + table.span), table.height - 1)
        table.cell = None
        self._skip_covered()

    def _skip_covered(self) -> None:
        """Places that a cell above covers are empty."""
        row, covered = self._table.rows[-1], self._table.covered
        while left := covered.get(len(row), 0):
            covered[len(row)] = left - 1
            self._add([""])

    def _add(self, cells: list[str]) -> None:
        self._left -= len(cells)
        if self._left < 0:
            raise OverflowError
        self._table.rows[-1] += cells


def _span(text: str | None) -> int:
    """How many places a cell takes."""
    return min(int(text), 1000) if text and text.isdecimal() and text != "0" else 1


# ------------------------------------------------------------------------------------------ JSON


def read_json(file: DataFile, options: Options, wanted: tuple[str, ...]) -> Sheet:
    """A list of objects, or one object a line; the keys of an object inside stand behind a point (`utm.source`)."""
    columns: dict[str, list[str | None]] = {}
    numbers: list[int] = []
    try:
        for number, item in objects_of(file, options.encoding or codec_of(file).name):
            for name, text in flat_of(item).items():
                if name not in columns:
                    columns[name] = []
                    header_of(file, list(columns))
                columns[name] += [None] * (len(numbers) - len(columns[name]))
                columns[name].append(sys.intern(text) if text is not None else None)
            numbers.append(number)
    except (ValueError, LookupError, RecursionError) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error
    if not numbers:
        raise JourneyError("file_empty", file=file.name)
    known = list(columns)
    header = header_of(file, known)
    keys = {name: known[header.index(name)] for name in wanted}
    cells = {}
    for name, key in keys.items():
        told = columns[key] + [None] * (len(numbers) - len(columns[key]))
        cells[name] = pa.array(told, pa.string())
    rows = np.array(numbers, dtype=np.int64)
    return Sheet(file.name, pa.table(cells), rows, decimal=options.decimal)


def objects_of(file: DataFile, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object with its place in the list, or with its line."""
    refuse_large(file, "json")
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    with file.open() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding).read()
    start = _after_blank(text, 0)
    if text[start : start + 1] == "[":
        yield from (
            (number, _object(item)) for number, item in enumerate(_items(decoder, text, start + 1), 1)
        )
        return
    for number, line in enumerate(io.StringIO(text), 1):
        if line.strip():
            try:
                yield number, _object(decoder.decode(line))
            except json.JSONDecodeError as error:
                raise ValueError(f"{error.msg}: line {number} column {error.colno}") from error


def _items(decoder: json.JSONDecoder, text: str, place: int) -> Iterator[Any]:
    """The items of a list one by one; the list as a whole would take ten times its text."""
    place = _after_blank(text, place)
    if text[place : place + 1] == "]":
        return
    while True:
        item, place = decoder.raw_decode(text, place)
        yield item
        place = _after_blank(text, place)
        sign = text[place : place + 1]
        if sign not in (",", "]") or not sign:
            raise json.JSONDecodeError("Expecting ',' delimiter", text, place)
        place = _after_blank(text, place + 1)
        if sign == "]":
            return


def _after_blank(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def refuse_large(file: DataFile, kind: str) -> None:
    """Refuse a file that has to be read at once and is too large for it.

    Raises:
        JourneyError: `table_too_large`.
    """
    size = 0
    for piece in file.chunks():
        size += len(piece)
        if size > AT_ONCE_BYTES:
            raise JourneyError("table_too_large", file=file.name, format=kind, limit_mb=AT_ONCE_BYTES >> 20)


def _object(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise ValueError("not a list of objects")
    return item


def flat_of(item: dict[str, Any], before: str = "") -> dict[str, str | None]:
    """Values as text, keys of objects inside joined by a point."""
    flat: dict[str, str | None] = {}
    for key, value in item.items():
        if isinstance(value, dict):
            flat |= flat_of(value, f"{before}{key}.")
        else:
            flat[before + key] = _text(value)
    return flat


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case list() if all(isinstance(part, str) for part in value):
            return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
