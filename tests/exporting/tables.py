"""Tables as text and as workbooks, the same bytes each time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import xlsxwriter

NBSP, NARROW = "\u00a0", "\u202f"


def csv_text(rows: Iterable[Sequence[str]], delimiter: str = ",", quoted: bool = False) -> str:
    """Rows with \\r\\n between them."""
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def workbook(
    sheets: dict[str, list[list[object]]], merged: dict[str, list[tuple[int, int, int, int, str]]]
) -> bytes:
    """A workbook of sheets; times become Excel's dates, `merged` cells span (row, column, row, column)."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2026, 9, 1)})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        page.write_datetime(place, column, cell, moment)
                    elif isinstance(cell, int | float | Decimal):
                        page.write_number(place, column, float(cell))
                    elif cell:
                        page.write_string(place, column, str(cell))
            for cells in merged.get(name, []):
                page.merge_range(*cells)
    return file.getvalue()


def russian(amount: Decimal, blank: str = NBSP) -> str:
    """350 000 or 12 450,50."""
    whole = amount == amount.to_integral_value()
    return (f"{amount:,.0f}" if whole else f"{amount:,.2f}").replace(",", blank).replace(".", ",")
