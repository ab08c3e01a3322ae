"""One table, whatever it is written in."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.errors import JourneyError
from data_access.ingest.files import DataFile, Limits
from data_access.ingest.mapping import Options
from data_access.ingest.readers import read_sheet
from data_access.ingest.readers_csv import DELIMITERS, delimiter_of
from data_access.ingest.sheet import Sheet
from tests.unit.data_access.ingest.imports import SMALL


def read(path: Path, *columns: str, limits: Limits | None = None, **options: Any) -> Sheet:
    return read_sheet(DataFile(path, path.name, limits or Limits()), "auto", Options(**options), columns)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["Имя клиента", " sum "], ["Жанна", "1"], ['"Ё, ж; \t| x"', "2"]]
    path = tmp_path / "x.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    sheet = read(path, "Имя клиента", "sum")
    assert sheet.table.to_pydict() == {"Имя клиента": ["Жанна", "Ё, ж; \t| x"], "sum": ["1", "2"]}


def test_rows_keep_the_numbers_of_their_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("report of March\na,b\n1,2\n\n3\n4,5,6\n7,8\n;\n,\n")
    sheet = read(path, "a", header_row=2)
    assert sheet.table.to_pydict() == {"a": ["1", "7"]}
    assert sheet.rows.tolist() == [3, 7]
    assert [(row.row, row.text) for row in sheet.broken] == [(5, "3"), (6, "4,5,6"), (8, ";")]


def test_headers_that_repeat_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,a,b\n1,2,3\n")
    assert read(path, "a", "a#2", "#3").table.to_pydict() == {"a": ["1"], "a#2": ["2"], "#3": ["3"]}
    with pytest.raises(JourneyError) as caught:
        read(path, "A")
    assert caught.value.facts["nearest"] in ("a", "b", "a#2")


def test_a_packed_file_is_read_through(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"a\n1\n"))
    assert read(path, "a").table.to_pydict() == {"a": ["1"]}
    path.write_bytes(gzip.compress(b"a\n" + b"1\n" * 50_000))
    with pytest.raises(JourneyError, match="file_unpacks_too_large"):
        read(path, "a", limits=SMALL)
    path.write_bytes(gzip.compress(b"a\n" + b"1\n" * 5_000)[:-20])
    with pytest.raises(JourneyError, match="file_unreadable"):
        read(path, "a")


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Deals")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["id", "day", "at", "sum"])
        sheet.write_row(1, 0, ["007"])
        sheet.write_datetime(1, 1, datetime(2026, 3, 1), day)
        sheet.write_datetime(1, 2, datetime(2026, 3, 1, 10, 30), day)
        sheet.write_number(1, 3, 12.5)
        sheet.write_row(3, 0, [8])
        sheet.write_datetime(3, 1, datetime(2026, 3, 2), day)
        sheet.write_number(3, 3, 7)
    return path


def test_a_workbook_keeps_types_and_row_numbers(tmp_path: Path) -> None:
    sheet = read(workbook(tmp_path / "x.xlsx"), "id", "day", "at", "sum")
    assert sheet.rows.tolist() == [2, 4]
    assert sheet.table.to_pydict() == {
        "id": ["007", "8"],
        "day": [datetime(2026, 3, 1), datetime(2026, 3, 2)],
        "at": [datetime(2026, 3, 1, 10, 30), None],
        "sum": ["12.5", "7"],
    }
    with pytest.raises(JourneyError) as caught:
        read(tmp_path / "x.xlsx", "id", sheet="Leads")
    assert caught.value.facts["known"] == "Deals"
    with pytest.raises(JourneyError, match="too_many_cells"):
        read(tmp_path / "x.xlsx", "id", limits=Limits(cells=10))
    with pytest.raises(JourneyError, match="file_unpacks_too_large"):
        read(tmp_path / "x.xlsx", "id", limits=Limits(unpacked_bytes=1_000))


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.table({"a": [1, 2], " b ": ["x", None], "c": [0.5, None]}), path)
    sheet = read(path, "b", "a")
    assert sheet.table.to_pydict() == {"b": ["x", None], "a": [1, 2]}
    path.write_bytes(b"PAR1 broken")
    with pytest.raises(JourneyError, match="file_unreadable"):
        read(path, "a")


@pytest.mark.parametrize("name", ["x.ods", "x.xls"])
def test_formats_that_are_not_read_are_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xd0\xcf\x11\xe0 old workbook")
    with pytest.raises(JourneyError, match="format_later"):
        read(path, "a")


PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<style>td {{mso-number-format: "@"}}</style></head><body><table>
<tr><th>ID</th><th>Имя</th><th>Имя</th><th>Сумма</th></tr>
<tr><td>1</td><td>Жанна &amp; Ко<br>ООО</td><td>x</td><td>1 000,50</td></tr>
<tr><td colspan="2">2</td><td><table><tr><td>inner</td></tr></table>y</td><td></td></tr>
<tr><td></td><td></td><td></td><td></td></tr><tr><td>3<td>Z<td>z<td>4</tr></table><table><tr><td>other</td></tr></table>
"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251"])
@pytest.mark.parametrize("name", ["deals.xls", "deals.html"])
def test_a_page_with_a_table_is_a_table(tmp_path: Path, name: str, charset: str) -> None:
    path = tmp_path / name
    path.write_bytes(PAGE.format(charset=charset).encode(charset))
    sheet = read(path, "ID", "Имя", "Имя#2", "#4")
    assert sheet.rows.tolist() == [2, 3, 5]
    assert sheet.table.to_pydict() == {
        "ID": ["1", "2", "3"],
        "Имя": ["Жанна & Ко ООО", "", "Z"],
        "Имя#2": ["x", "innery", "z"],
        "#4": ["1 000,50", "", "4"],
    }
    with pytest.raises(JourneyError, match="too_many_cells"):
        read(path, "ID", limits=Limits(cells=10))
    path.write_text("<html><body>nothing</body></html>")
    with pytest.raises(JourneyError, match="file_empty"):
        read(path, "ID")


FIRST = '{"id": 1, "sum": 10.10, "utm": {"source": "a"}, "on": true, "tags": ["x", "y"]}'
SECOND = '{"id": 2, "sum": "1e3", "more": null}'
JSON = [f"[{FIRST},\n {SECOND}]", f"{FIRST}\n\n{SECOND}\n"]


@pytest.mark.parametrize("content", JSON)
def test_json_keeps_numbers_as_they_are_written(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    sheet = read(path, "id", "sum", "utm.source", "on", "tags", "more")
    assert sheet.table.to_pydict() == {
        "id": ["1", "2"],
        "sum": ["10.10", "1e3"],
        "utm.source": ["a", None],
        "on": ["true", None],
        "tags": ["x, y", None],
        "more": [None, None],
    }
    with pytest.raises(JourneyError, match="no_such_column"):
        read(path, "utm")


@pytest.mark.parametrize("content", ["[1, 2]", '{"a": 1', "[]", "[" * 100_000])
def test_json_that_is_no_list_of_objects_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(JourneyError, match=r"file_unreadable|file_empty"):
        read(path, "a")


def test_empty_cells_of_merged_rows_take_the_value_above(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,a\n1,x\n,y\n2,z\n")
    assert read(path, "id", fill_down=["id"]).table.to_pydict()["id"] == ["1", "1", "2"]


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A sign, and lines of a table that is parted by it: words, dates, and numbers whose decimals are a comma."""
    sign = draw(st.sampled_from(DELIMITERS))
    number = st.decimals(0, 10**6, places=2).map(str)
    if sign != ",":
        number = number.map(lambda text: text.replace(".", ","))
    kinds = st.sampled_from((number, st.just("01.02.2026 10:00"), st.sampled_from(("сайт", "VK ads", "—"))))
    columns = draw(st.lists(kinds, min_size=2, max_size=7))
    head = [f"столбец {place}" for place in range(len(columns))]
    rows = draw(st.lists(st.tuples(*columns), min_size=1, max_size=20))
    titles = draw(st.sampled_from(([], ["Отчёт за март"], ["Отчёт", ""])))
    return sign, [*titles, *(sign.join(cells) for cells in (head, *rows))]


@given(tables())
@example((";", ["Дата;Сумма", "01.02.2026;10,50"]))
@settings(max_examples=60)
def test_the_sign_between_cells_is_found_beside_decimal_commas_and_titles(
    table: tuple[str, list[str]],
) -> None:
    sign, lines = table
    assert delimiter_of([f"{line}\n" for line in lines]) == sign
