"""Reading HTML tables (the ".xls" that many CRMs export) and JSON: whole cells as text, numbers as written."""

from __future__ import annotations

import io
import json
import re
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


def header_of(file: DataFile, cells: Sequence[object]) -> Header:
    """The header of a file, if it has not too many columns."""
    if len(cells) > file.limits.columns:
        raise JourneyError("too_many_columns", file=file.name, limit=file.limits.columns, count=len(cells))
    return Header.of(file.name, cells)


# ------------------------------------------------------------------------------------------ HTML


def read_html(file: DataFile, options: Options, wanted: tuple[str, ...]) -> Sheet:
    """The page's first table that has the header row; cells of merged columns stand in the first of them."""
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
    encoding = options.encoding or codec_of(file).name
    try:
        found = list(objects_of(file, encoding))
    except (ValueError, LookupError, RecursionError) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error
    if not found:
        raise JourneyError("file_empty", file=file.name)
    rows = [(number, flat_of(item)) for number, item in found]
    known = list(dict.fromkeys(name for _, row in rows for name in row))
    header = header_of(file, known)
    keys = {name: known[header.index(name)] for name in wanted}
    cells = {name: pa.array([row.get(key) for _, row in rows], pa.string()) for name, key in keys.items()}
    numbers = np.fromiter((number for number, _ in rows), dtype=np.int64, count=len(rows))
    return Sheet(file.name, pa.table(cells), numbers, decimal=options.decimal)


def objects_of(file: DataFile, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object with its place in the list, or with its line."""
    with file.open() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding)
        first = text.readline()
        while first and not first.strip():
            first = text.readline()
        if first.lstrip().startswith("["):
            listed = json.loads(first + text.read(), parse_float=str, parse_int=str)
            yield from ((number, _object(item)) for number, item in enumerate(listed, 1))
            return
        for number, line in enumerate((first, *text), 1):
            if line.strip():
                yield number, _object(json.loads(line, parse_float=str, parse_int=str))


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
