"""The sample exports are what their generator makes, and hold the quirks that they are there for."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.exports import SAMPLES, sample, write_all
from tests.source import ROOT

COMMITTED = ROOT / "examples" / "exports"


def _cells(content: bytes) -> list[tuple[str, list[list[Any]]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]


def test_the_committed_files_are_those_of_the_generator() -> None:
    made = {file: content for name in SAMPLES for file, content in sample(name).files.items()}
    assert {path.name for path in COMMITTED.iterdir()} == made.keys()
    for file, content in made.items():
        committed = (COMMITTED / file).read_bytes()
        assert (_cells(committed) == _cells(content)) if file.endswith(".xlsx") else committed == content, (
            file
        )


def test_every_sample_is_small_and_has_somebody_who_paid(tmp_path: Path) -> None:
    for name, paths in write_all(tmp_path).items():
        expected = sample(name).expected
        assert all(5_000 <= path.stat().st_size <= 60_000 for path in paths), name
        assert all(60 <= rows <= 320 for rows in expected.rows.values()), name
        assert expected.answers or (expected.deals > 10 and expected.total > 0), name
        assert expected.customers < sum(expected.rows.values()), name


@pytest.mark.parametrize(
    ("name", "encoding", "quirk"),
    [
        ("amocrm_csv", "utf-8-sig", "Рабочий телефон (контакт)"),
        ("amocrm_csv", "utf-8-sig", "\u202f"),
        ("kommo_csv", "utf-8", '"$'),
        ("bitrix24_xls", "utf-8", "<th>ID</th>"),
        ("hubspot_csv", "utf-8", '"Associated Contact IDs"'),
        ("ga4_csv", "utf-8", "# ------"),
        ("ga4_csv", "utf-8", "(not set)"),
        ("metrica_tsv", "utf-8", "\t['A-5000']\t["),
        ("orders_csv", "cp1251", ";Отменён;"),
        ("events_txt", "utf-16", "+03:00\t"),
    ],
)
def test_the_quirks_are_there(name: str, encoding: str, quirk: str) -> None:
    (content,) = sample(name).files.values()
    assert quirk in content.decode(encoding)


def test_headers_repeat_and_dates_of_a_workbook_are_numbers_and_text() -> None:
    (content,) = sample("amocrm_csv").files.values()
    header = content.decode("utf-8-sig").splitlines()[0].split(";")
    assert len(header) >= 76
    assert header.count("Email") == header.count("Рабочий телефон (контакт)") == 2
    (book,) = sample("survey_xlsx").files.values()
    sheets = dict(_cells(book))
    assert len(sheets) == 3
    assert {type(row[1]).__name__ for row in sheets["Ответы"][4:]} == {"datetime", "str"}
    assert sheets["Ответы"][2][:4] == ["Кто и когда", "", "", "Что ответили"]


def test_the_figures_are_those_of_the_rows() -> None:
    """Counted once more from the text of a file: won deals of the shop list, to the kopeck."""
    (content,) = sample("orders_csv").files.values()
    lines = [line.split(";") for line in content.decode("cp1251").splitlines()[1:]]
    paid = [line for line in lines if {"Оплачен", "Доставлен"} & set(line)]
    sums = [Decimal(line[-4].replace("\u00a0", "").replace(",", ".")) for line in paid]
    expected = sample("orders_csv").expected
    assert (len({line[0] for line in paid}), sum(sums)) == (expected.deals, expected.total)
