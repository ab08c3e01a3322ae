"""What people drop on an import by mistake or in anger: a sentence or a list of rows, never a wrong number."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.row_reasons import REASONS
from data_access import schema
from data_access.ingest import readers_csv
from data_access.ingest.report import SourceReport
from tests.unit.data_access.ingest.imports import Company

SALES = """
  - name: sales
    file: "{file}"
    {more}
    customer: who
    transactions: [{{id: order, at: at, amount: amount}}]
"""
HEADER = "who,order,at,amount\n"
GOOD = HEADER + "a,1,2026-03-01,5\nb,2,2026-03-02,6\n"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company into which nothing ever gets."""
    company = Company(tmp_path_factory.mktemp("untouched"))
    yield company
    company.engine.dispose()


def take(company: Company, name: str, content: str | bytes, more: str = "") -> SourceReport:
    """Import one file of any name."""
    (company.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    source = company.one(SALES.format(file=name, more=more), rejected_path=company.folder / "rejected.csv")
    assert source.rows == source.accepted + source.rejected + source.known + sum(source.left_out.values())
    return source


def refused(company: Company, name: str, content: str | bytes, more: str = "") -> JourneyError:
    """The error of a file that changes nothing, with its sentence in both languages."""
    with pytest.raises(JourneyError) as caught:
        take(company, name, content, more)
    assert all(company.rows(table) == [] for table in schema.RAW)
    for language in ("en", "ru"):
        sentence = Words(language).error(caught.value)
        assert caught.value.code not in sentence
        assert "{" not in sentence
        assert name in sentence
    return caught.value


def flaws(source: SourceReport) -> dict[str, tuple[Any, ...]]:
    """Reason -> rows, and row, column and value of the first."""
    assert all(Words("ru")(REASONS[one.reason]) != REASONS[one.reason] for one in source.rejections)
    first = ((one, one.examples[0]) for one in source.rejections)
    return {one.reason: (one.rows, row.row, row.column, row.value) for one, row in first}


def book(rows: list[list[Any]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def table_file(table: pa.Table) -> bytes:
    target = io.BytesIO()
    parquet.write_table(table, target)
    return target.getvalue()


PAGE = "<html><table><tr><td>who<td>order<td>at<td>amount</tr><tr><td>a<td>1<td>2026-03-01<td>5</tr></table>"
TYPED = pa.table({"who": ["a"], "order": [1], "at": ["2026-03-01"], "amount": [5.0]})
BOOK = book([HEADER.strip().split(","), ["a", "1", "2026-03-01", 5]])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.csv", b"", "file_empty"),
        ("x.csv", b"\xef\xbb\xbf\n\n", "file_empty"),
        ("x.csv", b";;;\n;;;\n", "no_such_column"),
        ("x.csv", "кто,заказ\n".encode("cp1251"), "no_such_column"),
        ("x.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "format_unknown"),
        ("x.csv", b"%PDF-1.7", "format_unknown"),
        ("x.csv", bytes(range(1, 256)) * 20, "format_unknown"),
        ("x.csv", b"\0" * 5000, "format_unknown"),
        ("x.csv", b"who," + b"x" * (3 << 20), "row_too_long"),
        ("x.docx", zipped(word__document=b"<x/>", word__styles=b"<x/>"), "zip_needs_one_file"),
        ("x.ods", zipped(mimetype=b"", **{"content.xml": b"<x/>"}), "format_later"),
        ("x.zip", zipped(**{f"{n}.csv": GOOD.encode() for n in range(300)}), "zip_needs_one_file"),
        ("x.parquet", table_file(TYPED)[:-10], "file_unreadable"),
        ("x.parquet", table_file(TYPED)[:40] + b"PAR1", "file_unreadable"),
        ("x.xlsx", BOOK[:-30], "file_unreadable"),
        ("x.csv.gz", gzip.compress(GOOD.encode())[:-9], "file_unreadable"),
        ("x.json", b'[{"who": ' * 50_000, "file_unreadable"),
        ("x.json", b'{"a": ' * 900 + b"1" + b"}" * 900, "no_such_column"),
        ("x.json", b'[{"who": "a"} {"who": "b"}]', "file_unreadable"),
        ("x.json", b'{"who": "a"}\n{"who": b}\n', "file_unreadable"),
        ("x.csv", ",".join(f"c{n}" for n in range(600)).encode(), "too_many_columns"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",  # packed bytes hold the time
)
def test_what_is_no_table_is_refused(untouched: Company, name: str, content: bytes, code: str) -> None:
    assert refused(untouched, name, content).code == code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("book.csv", BOOK),
        ("text.xlsx", GOOD.encode()),
        ("page.xls", PAGE.encode()),
        ("typed.csv", table_file(TYPED)),
        ("slip.zip", zipped(**{"../../etc/cron.d/x.csv": GOOD.encode()})),
        ("wide.csv", (HEADER.strip() + "," + ",".join(f"c{n}" for n in range(196)) + "\n"
                      + "a,1,2026-03-01,5" + "," * 196 + "\n").encode()),
        ("utf16.csv", GOOD.replace("a,", "Жанна,").encode("utf-16")),
        ("numbers.json", b'[{"who": "a", "order": 1, "at": "2026-03-01", "amount": 5, "more": [NaN]}]'),
    ],
)  # fmt: skip
def test_content_counts_and_not_the_ending(company: Company, name: str, content: bytes) -> None:
    assert take(company, name, content).accepted >= 1
    assert company.column(schema.transaction_line, "amount")[0] == 5
    assert not list(company.folder.parent.glob("etc*"))


def test_a_header_alone_is_a_table_without_rows(company: Company) -> None:
    assert take(company, "x.csv", HEADER).rows == 0


def test_rows_that_cannot_count_are_listed_with_column_and_value(company: Company) -> None:
    lines = [
        "a,1,31.02.2026,5", "a,2,2026-13-01,5", "a,3,2999-01-01,5", "a,4,2026-03-01,1e400", "a,5,2026-03-01,NaN",
        "a,6,2026-03-01,$5", "a,7,2026-03-01 10:00+03:00,5", "a,8,2026-03-01T10:00Z,5", "a,9,2026-03-01 10:00,5",
        "a,10,,5", ",11,2026-03-01,5", "a,12,2026-03-01,5,more", "a\0b,13,2026-03-01,5",
        "x" * 1_000_000 + ",14,2026-03-01,5", "a,15,2026-03-01," + "9" * 400,
    ]  # fmt: skip
    source = take(company, "x.csv", HEADER + "\n".join(lines))
    assert flaws(source) == {
        "not_a_time": (3, 2, "at", "31.02.2026"),
        "not_a_number": (3, 5, "amount", "1e400"),
        "other_currency": (1, 7, "amount", "$5"),
        "no_time": (1, 11, "at", None),
        "wrong_cell_count": (1, 13, "", "a,12,2026-03-01,5,more"),
        "cell_damaged": (1, 14, "who", "a\N{SYMBOL FOR NULL}b"),
        "cell_too_long": (1, 15, "who", "x" * 200),
    }
    at = [f"{row['occurred_at']:%H:%M}" for row in company.rows(schema.transaction_line)]
    assert at == ["07:00", "10:00", "07:00", "21:00"]  # three zones in one column; a day without a customer
    assert (source.rows_without_customer, source.amount_without_customer) == (1, Decimal(5))


def test_ids_that_repeat_are_listed(company: Company) -> None:
    source = take(company, "x.csv", GOOD + "c,2,2026-03-03,7\n", more="row: order")
    assert flaws(source) == {"row_id_repeats": (1, 4, "order", "2")}


@pytest.mark.parametrize(
    ("delimiter", "cells", "code"),
    [
        (",", ["1.234", "5"], [Decimal("1.234"), 5]),
        (",", ['"1,234"', "5"], "decimal_unclear"),
        (",", ['"1,234"', "1.5"], [1234, Decimal("1.5")]),
        (",", ['"1,234"', "1.234"], "decimal_unclear"),
        (";", ["1.234", "5"], "decimal_unclear"),
        (";", ["1.234", "5,5"], [1234, Decimal("5.5")]),
        (";", ["1.234", "0.5"], [Decimal("1.234"), Decimal("0.5")]),
        (";", ["1,234", "5"], [Decimal("1.234"), 5]),
    ],
)
def test_a_number_that_may_mean_two_things_is_settled_by_its_column_or_asked_about(
    company: Company, delimiter: str, cells: list[str], code: Any
) -> None:
    text = HEADER + "".join(f"a,{n},2026-03-01,_{cell}\n" for n, cell in enumerate(cells))
    head, *rows = text.splitlines()
    lines = [
        head.replace(",", delimiter),
        *(row.split("_")[0].replace(",", delimiter) + row.split("_")[1] for row in rows),
    ]
    if isinstance(code, str):
        error = refused(company, "x.csv", "\n".join(lines))
        assert (error.code, error.facts["column"]) == (code, "amount")
    else:
        take(company, "x.csv", "\n".join(lines))
        assert company.column(schema.transaction_line, "amount") == code


@pytest.mark.parametrize(
    ("lines", "row", "accepted"),
    [
        (
            ["a,1,2026-03-01,5", 'b,2,2026-03-02,"6', "c,3,2026-03-03,7", "d,4,2026-03-04,8"],
            3,
            1,
        ),  # to the end
        (['a,1,"2026-03-01,5', 'b,2,"2026-03-02",6', "c,3,2026-03-03,7"], 2, 1),  # to the next mark
        (['"a,1,2026-03-01,5', '"b",2,2026-03-02,6', "c,3,2026-03-03,7"], 2, 1),
    ],
)
def test_an_open_quotation_mark_swallows_no_row_in_silence(
    company: Company, lines: list[str], row: int, accepted: int
) -> None:
    source = take(company, "x.csv", HEADER + "\n".join(lines) + "\n")
    assert {one.reason: one.examples[0].row for one in source.rejections} == {"quote_open": row}
    assert source.accepted == accepted


def test_cells_of_several_lines_are_no_open_quotation_marks(company: Company) -> None:
    lines = ['"He said ""yes"",\nthen left, again",1,2026-03-01,5', '"a 5"" pipe\nand more",2,2026-03-01,6']
    assert take(company, "x.csv", HEADER + "\n".join(lines)).accepted == 2


def test_an_open_quotation_mark_in_a_large_file_names_its_row(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers_csv, "BLOCK_BYTES", 3000)
    lines = [f"a,{n},2026-03-01,5" for n in range(1000)]
    lines[500] = '"' + lines[500]
    error = refused(company, "x.csv", HEADER + "\n".join(lines))
    assert (error.code, error.facts["row"]) == ("row_too_long", 502)


def test_a_byte_that_is_no_utf8_damages_its_cell_alone(company: Company) -> None:
    text = (HEADER + "Жанна,1,2026-03-01,5\nАнна,2,2026-03-01,6\n" * 20).encode()
    source = take(company, "x.csv", text.replace("Анна".encode(), b"\xd0\xff", 1))
    assert flaws(source)["cell_damaged"][:3] == (1, 3, "who")
    assert set(company.column(schema.transaction_line, "customer_key")) == {"Жанна", "Анна"}


def test_formulas_and_markup_are_text_and_harmless_in_the_list_of_rejected_rows(company: Company) -> None:
    names = ["=CMD|'/C calc'!A0", "<script>alert(1)</script>", "@SUM(1)", "javascript:x"]
    take(company, "x.csv", HEADER + "".join(f"{name},{n},2026-03-01,5\n" for n, name in enumerate(names)))
    assert company.column(schema.transaction_line, "customer_key") == names
    take(company, "x.csv", HEADER + "a,1,=CMD|'/C calc'!A0,5\n")
    assert "'=CMD" in (company.folder / "rejected.csv").read_text(encoding="utf-8-sig")


def test_files_of_one_source_have_to_have_one_header(company: Company) -> None:
    (company.folder / "x1.csv").write_text(GOOD)
    (company.folder / "x2.csv").write_text(GOOD.replace("amount", "total"))
    with pytest.raises(JourneyError) as caught:
        company.one(SALES.format(file="x*.csv", more=""))
    assert (caught.value.code, caught.value.facts["file"]) == ("no_such_column", "x2.csv")


def test_broken_rows_without_end_are_no_table(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers_csv, "_MOST_BROKEN", 50)
    error = refused(company, "x.csv", HEADER + "a,1,2026-03-01\n" * 100)
    assert (error.code, error.facts["row"]) == ("rows_broken", 2)
