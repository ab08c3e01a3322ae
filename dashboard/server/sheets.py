"""A card's figures as a file: CSV for a look, XLSX with real numbers; both say what was asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from dashboard.journey.formula import harmless

Cell = str | int | float | Decimal | date | datetime | bool | None
CSV, XLSX = "csv", "xlsx"
MIME = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMATS = {
    "number": "#,##0",
    "decimal": "#,##0.00",
    "share": "0.0%",
    "points": "0.0%",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_WIDEST = 44


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Attributes:
        kind: `text`, or how a workbook shows the figure: `number`, `decimal`, `share` (0..1), `points` (a difference
            of shares), `money`, `date`, `moment`.
        field: the answer's field that it holds, whose definition "how is this number made" shows.
    """

    title: str
    kind: str = "text"
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that leaves the product.

    Attributes:
        title: message of the card.
        columns: their titles and kinds.
        rows: exact figures, None where unknown.
        about: lines that say whose figures these are: engagement, period, filters, date.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    about: Sequence[str] = field(default=())


def as_csv(sheet: Sheet, language: str) -> bytes:
    """The sheet as CSV that a double click opens: Russian Excel wants `;` and a decimal comma."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if language == "ru" else ",", lineterminator="\r\n")
    for line in (sheet.title, *sheet.about):
        writer.writerow([harmless(line)])
    writer.writerow([])
    writer.writerow([harmless(column.title) for column in sheet.columns])
    writer.writerows([_plain(cell, language) for cell in row] for row in sheet.rows)
    return ("\ufeff" + text.getvalue()).encode("utf-8")


def as_xlsx(sheet: Sheet) -> bytes:
    """The sheet as a workbook: figures stay figures, the head stands still while one scrolls."""
    file = io.BytesIO()
    with open_book(file) as book:
        top = Pen(book).draw(book.add_worksheet("Journey BI"), sheet)
        book.worksheets()[0].freeze_panes(top, 0)
    return file.getvalue()


def open_book(file: io.BytesIO) -> xlsxwriter.Workbook:
    """A workbook in which a text is a text: neither a formula nor a link to somewhere."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    return xlsxwriter.Workbook(file, options)


class Pen:
    """Writes cells of one workbook, each as what it is."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._looks = {kind: book.add_format({"num_format": look}) for kind, look in _FORMATS.items()}
        self._looks["title"] = book.add_format({"bold": True, "font_size": 14})
        self._looks["head"] = book.add_format({"bold": True, "bottom": 1})
        # a text that looks like a formula stays a text when somebody edits its cell
        self._looks["quoted"] = book.add_format({"quote_prefix": True})

    def draw(self, page: Any, sheet: Sheet) -> int:
        """Title, lines about it and the table below them, from the page's first cell on.

        Returns:
            The row of the first figures (from 0); the row before holds the columns' titles.
        """
        self.write(page, 0, 0, sheet.title, "title")
        for number, line in enumerate(sheet.about, 1):
            self.write(page, number, 0, line)
        first = len(sheet.about) + 3
        for place, column in enumerate(sheet.columns):
            self.write(page, first - 1, place, column.title, "head")
            for number, row in enumerate(sheet.rows, first):
                self.write(page, number, place, row[place], column.kind)
            page.set_column(place, place, _width(column, [row[place] for row in sheet.rows]))
        return first

    def write(self, page: Any, row: int, column: int, cell: Cell, kind: str = "text") -> None:
        """One cell; nothing where the figure is unknown."""
        look = self._looks.get(kind)
        if cell is None:
            return
        if isinstance(cell, datetime):
            page.write_datetime(row, column, cell, look)
        elif isinstance(cell, date):
            page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), look)
        elif isinstance(cell, int | float | Decimal):
            page.write_number(row, column, float(cell), look)
        else:
            text = str(cell)
            page.write_string(row, column, text, look if text == harmless(text) else self._looks["quoted"])


def _plain(cell: Cell, language: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell)
    return text.replace(".", ",") if language == "ru" else text


def _width(column: Column, cells: Iterable[Cell]) -> int:
    longest = max((len(str(cell)) for cell in cells if isinstance(cell, str)), default=0)
    return min(_WIDEST, max(longest, len(column.title), 10) + 2)
