"""Files of figures: no formula gets in, Russian Excel reads the commas, a workbook's figures are figures."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from dashboard.server.sheets import Column, Sheet, as_csv, as_xlsx

SHEET = Sheet(
    "Sales",
    (Column("Who"), Column("Revenue", "money"), Column("Rate", "share"), Column("Day", "date")),
    (
        ("=1+1", Decimal("1234.50"), 0.25, date(2026, 11, 22)),
        ("Anna, Ltd", None, 0.5, None),
    ),
    ("@acme", "Q3 2026"),
)


@pytest.mark.parametrize(("language", "delimiter", "money"), [("ru", ";", "1234,50"), ("en", ",", "1234.50")])
def test_csv_opens_by_a_double_click_in_either_language(language: str, delimiter: str, money: str) -> None:
    text = as_csv(SHEET, language).decode("utf-8")
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text[1:]), delimiter=delimiter))
    assert lines[:4] == [["Sales"], ["'@acme"], ["Q3 2026"], []]
    assert lines[5] == ["'=1+1", money, "0,25" if language == "ru" else "0.25", "2026-11-22"]
    assert lines[6] == ["Anna, Ltd", "", "0,5" if language == "ru" else "0.5", ""]


def test_a_workbook_holds_figures_and_no_formula() -> None:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(SHEET))).get_sheet_by_index(0)
    cells = rows.to_python(skip_empty_area=False)
    assert cells[4] == ["Who", "Revenue", "Rate", "Day"]
    assert cells[5] == ["=1+1", 1234.5, 0.25, date(2026, 11, 22)]
    assert cells[6][:3] == ["Anna, Ltd", "", 0.5]
