"""What is found out of a file by looking: how it is written, where its header stands, what its columns hold."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from dashboard.errors import JourneyError
from data_access.ingest.recognise import profiling
from tests.unit.data_access.recognise.looking import profiled

AMO = (
    "Отчёт по сделкам за март\n;;\nID;Бюджет;Этап сделки;Дата;Телефон\n"
    "1;350 000 руб.;Новая;01.03.2026 10:00:00;8 916 123-45-67\n"
    "2;;Успешно;02.03.2026;+7 (916) 123-45-68, 8 495 111-22-33\n"
    "3;1,5;Новая ;;\n"
)


def test_titles_above_the_header_and_an_old_encoding(tmp_path: Path) -> None:
    profile = profiled(tmp_path / "amo.csv", AMO.encode("cp1251"))
    assert (profile.format, profile.rows, profile.broken, profile.estimated) == ("csv", 3, 0, False)
    options = profile.options
    assert (options.encoding, options.delimiter, options.header_row) == ("cp1251", ";", 3)
    status = profile.column("Этап сделки")
    assert status is not None
    assert status.labels == (("Новая", 2), ("Успешно", 1))  # a blank behind a label is none
    assert [column.kind for column in profile.columns] == ["number", "number", "text", "date", "phone"]
    assert [(column.filled, column.empty) for column in profile.columns] == [
        (3, 0),
        (2, 1),
        (3, 0),
        (2, 1),
        (2, 1),
    ]
    assert profile.columns[4].separator == ","
    assert profile.columns[1].samples == ("350 000 руб.", "1,5")


def test_groups_of_columns_above_the_header_and_the_sheet_with_most_cells(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx", {"default_date_format": "dd.mm.yyyy"}) as book:
        book.add_worksheet("О выгрузке").write(0, 0, "Сделки")
        page = book.add_worksheet("Сделки")
        page.write_row(0, 0, ["Сделка", "", "", "Контакт", ""])
        page.write_row(1, 0, ["Номер", "Этап", "Дата", "Имя", "E-mail"])
        for row in range(5):
            page.write_row(
                row + 2, 0, [row, "Новая", dt.datetime(2026, 1, 1 + row), "Иван", f"i{row}@mail.ru"]
            )
    profile = profiled(tmp_path / "book.xlsx")
    assert profile.sheets == ("О выгрузке", "Сделки")
    assert (profile.options.sheet, profile.options.header_row, profile.rows) == ("Сделки", 2, 5)
    assert [column.name for column in profile.columns] == ["Номер", "Этап", "Дата", "Имя", "E-mail"]
    assert [column.kind for column in profile.columns] == ["number", "text", "date", "text", "email"]
    assert profile.columns[2].samples[0] == "2026-01-01"


def test_merged_cells_are_filled_down_where_nothing_can_be_missing(tmp_path: Path) -> None:
    rows = "".join(
        f"<tr><td>{deal}<td>{'Новая'}<td>{'' if deal == 2 else '8 916 1112233'}<td>Чай</tr>"
        "<tr><td><td><td><td>Кофе</tr>"
        for deal in (1, 2, 3)
    )
    page = f"<table><tr><th>ID<th>Стадия<th>Телефон<th>Товар</tr>{rows}</table>"
    profile = profiled(tmp_path / "deals.xls", page)
    assert (profile.format, profile.rows) == ("html", 6)
    assert profile.options.fill_down == ("ID", "Стадия")  # a phone may be missing in its own right


@pytest.mark.parametrize(
    ("header", "cells", "pattern", "choices"),
    [
        ("Дата", ["01.02.2026", "2026-02-01 10:00"], None, ()),
        ("when", ["3/14/2026 5:03 PM", "1/2/2026 11:00 AM"], "%m/%d/%Y %I:%M %p", ()),
        ("when", ["14/3/2026", "1/2/2026"], "%d/%m/%Y", ()),
        ("when", ["4/3/2026", "1/2/2026"], None, ("%d/%m/%Y", "%m/%d/%Y")),
        ("when", ["3 января 2026", "4 мая 2026"], "%d %b %Y", ()),
        ("when", ["Mar 3, 2026", "June 4, 2025"], "%b %d, %Y", ()),
        ("Дата", ["45123.5", "45124"], "excel", ()),
        ("Date", ["20260304", "20260305"], "%Y%m%d", ()),
        ("created_at", ["1700000000", "1700000100"], "epoch_s", ()),
    ],
)
def test_dates_are_judged_by_the_whole_column(
    tmp_path: Path, header: str, cells: list[str], pattern: str | None, choices: tuple[str, ...]
) -> None:
    lines = [f'"{header}","n"', *(f'"{cell}",1' for cell in cells)]
    column = profiled(tmp_path / "x.csv", "\n".join(lines)).columns[0]
    assert (column.kind, column.date_format, column.date_choices) == ("date", pattern, choices)


def test_numbers_that_nobody_can_read_are_said(tmp_path: Path) -> None:
    profile = profiled(tmp_path / "x.csv", 'id,a,b\n1,"1,234","1,234"\n2,"2,500","2,500.50"\n')
    assert [column.unclear_number for column in profile.columns] == [False, True, False]


def test_empty_and_header_alone(tmp_path: Path) -> None:
    with pytest.raises(JourneyError, match="file_empty"):
        profiled(tmp_path / "x.csv", "")
    profile = profiled(tmp_path / "y.csv", "id,name\n")
    assert (profile.rows, [column.kind for column in profile.columns]) == (0, ["empty", "empty"])


def test_a_longer_file_is_looked_at_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiling, "MOST_ROWS", 100)
    monkeypatch.setattr(profiling, "MOST_CELLS", 0)
    lines = ["id,status"] + [f"{row},s{row % 3}" for row in range(400)]
    profile = profiled(tmp_path / "x.csv", "\n".join(lines))
    assert profile.estimated
    assert 300 <= profile.rows <= 500
    assert sum(count for _, count in profile.columns[1].labels) == 100


def test_labels_agree_with_pandas(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"n": range(5000), "a": [f"x{n % 7}" for n in range(5000)], "b": [n % 300 for n in range(5000)]}
    )
    frame.to_csv(tmp_path / "x.csv", index=False)
    profile = profiled(tmp_path / "x.csv")
    assert dict(profile.columns[1].labels) == frame["a"].value_counts().to_dict()
    assert [column.different for column in profile.columns] == [5000, 7, 300]
    assert profile.columns[2].labels == ()
