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
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("Journey BI")
        bold, head = (
            book.add_format({"bold": True, "font_size": 14}),
            book.add_format({"bold": True, "bottom": 1}),
        )
        page.write_string(0, 0, sheet.title, bold)
        for number, line in enumerate(sheet.about, 1):
            page.write_string(number, 0, line)
        top = len(sheet.about) + 2
        for place, column in enumerate(sheet.columns):
            page.write_string(top, place, column.title, head)
            look = book.add_format({"num_format": _FORMATS[column.kind]}) if column.kind in _FORMATS else None
            for number, row in enumerate(sheet.rows, top + 1):
                _write(page, number, place, row[place], look)
            page.set_column(place, place, _width(column, [row[place] for row in sheet.rows]))
        page.freeze_panes(top + 1, 0)
    return file.getvalue()


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


def _write(page: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, datetime):
        page.write_datetime(row, column, cell, look)
    elif isinstance(cell, date):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), look)
    elif isinstance(cell, int | float | Decimal):
        page.write_number(row, column, float(cell), look)
    else:
        page.write_string(row, column, str(cell))


def _width(column: Column, cells: Iterable[Cell]) -> int:
    longest = max((len(str(cell)) for cell in cells if isinstance(cell, str)), default=0)
    return min(_WIDEST, max(longest, len(column.title), 10) + 2)
