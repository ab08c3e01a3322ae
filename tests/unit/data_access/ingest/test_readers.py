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

from dashboard.errors import JourneyError
from data_access.ingest.files import DataFile, Limits
from data_access.ingest.mapping import Options
from data_access.ingest.readers import read_sheet
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


@pytest.mark.parametrize("name", ["x.html", "x.json", "x.xls"])
def test_formats_of_a_later_version_are_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("<table></table>")
    with pytest.raises(JourneyError, match="format_later"):
        read(path, "a")


def test_empty_cells_of_merged_rows_take_the_value_above(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,a\n1,x\n,y\n2,z\n")
    assert read(path, "id", fill_down=["id"]).table.to_pydict()["id"] == ["1", "1", "2"]
