"""The report of an import on the screen: sums of the file, months, reasons with their rows, in both languages."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.row_reasons import LEFT_OUT, REASONS
from layouts.data_months import months_card
from layouts.data_report import outlook_of, report_view
from tests.source import ROOT
from tests.unit.data_access.ingest.imports import Company

SOURCES = """
  - name: sales
    file: sales.csv
    customer: who
    where: [{column: kind, in: [x]}]
    transactions: [{id: order, at: at, amount: amount}]
  - name: touches
    file: touches.csv
    customer: who
    events: [{stage: {column: stage, map: {Lead: initial_consideration}}, at: at}]
"""
SALES = """who,order,at,amount,kind
a,1,2026-01-31,0.01,x
b,2,2026-02-01,99999999.99,x
b,3,2026-02-02,abc,x
c,4,2026-02-03,7.5,skip
c,5,2026-02-99,3,x
"""
TOUCHES = "who,stage,at\na,Lead,2026-01-02\n,Lead,2026-01-03\nb,lead ,2026-01-04\nb,<b>Odd</b>,2026-01-05\n"


def texts(content: Any) -> Iterator[str]:
    """Every text of a component, in order."""
    if isinstance(content, Component):
        yield from texts(getattr(content, "children", None))
    elif isinstance(content, list | tuple):
        for part in content:
            yield from texts(part)
    elif content is not None:
        yield str(content)


def said(content: Any) -> str:
    return "|".join(texts(content)).replace("\u00a0", " ")


def of_class(content: Any, name: str) -> Iterator[Component]:
    if isinstance(content, Component):
        if name in (getattr(content, "className", None) or "").split():
            yield content
        yield from of_class(getattr(content, "children", None), name)
    elif isinstance(content, list | tuple):
        for part in content:
            yield from of_class(part, name)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """As the journal keeps it."""
    with tempfile.TemporaryDirectory() as folder:
        company = Company(Path(folder)).write(sales=SALES, touches=TOUCHES)
        told = json.loads(json.dumps(company.load(SOURCES).to_json()))
        company.engine.dispose()
    return told


def test_the_sums_of_the_file_are_said_to_the_kopeck(report: dict[str, Any]) -> None:
    view = report_view(Words("en"), Formats("en"), report, "/data/acme/rejected-1.csv")
    tiles = [said(tile).split("|") for tile in of_class(view, "report__tile")]
    assert [tile[:2] for tile in tiles] == [
        ["In the files", "9"],
        ["Accepted", "6"],
        ["Known already", "0"],
        ["Left out", "1"],
        ["Rejected", "2"],
    ]
    assert [tile[2] if len(tile) > 2 else "" for tile in tiles] == [
        "₽100,000,010.50",
        "₽100,000,000.00",
        "",
        "₽7.50",
        "₽3.00",
    ]
    assert "3 of 9 rows stay outside" in said(view)
    links = [
        one for one in of_class(view, "button") if getattr(one, "href", "") == "/data/acme/rejected-1.csv"
    ]
    assert len(links) == 1


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        (
            "en",
            [
                "1 row| · not a number",
                "sales.csv, row 4, amount: “abc”",
                "a condition of the mapping does not",
            ],
        ),
        ("ru", ["1 строка| · это не число", "sales.csv, строка 4, amount: «abc»", "условие", "Без даты"]),
    ],
)
def test_a_months_difference_opens_its_reasons_and_rows(
    report: dict[str, Any], language: str, reasons: list[str]
) -> None:
    months = months_card(Words(language), Formats(language), report["sources"][0], True)
    opened = [said(one) for one in of_class(months, "months__open")]
    assert len(opened) == 2  # February, and the row without a date; January agrees
    assert [part for part in reasons if not any(part in text for text in opened)] == []


def test_what_is_not_known_or_looks_alike_is_named(report: dict[str, Any]) -> None:
    view = said(report_view(Words("en"), Formats("en"), report, None))
    assert "<b>Odd</b>" in view  # as text
    assert "Journey stage: Lead, lead" in view
    assert "1 accepted row without a customer, kept apart" in view


def test_reports_of_before_are_shown_without_reasons(report: dict[str, Any]) -> None:
    old = {**report["sources"][0]}
    del old["differences"]
    card = months_card(Words("en"), Formats("en"), old, False)
    assert list(of_class(card, "months__open")) == []
    assert len(list(of_class(card, "months__line"))) == 1 + 3 + 1


def test_many_months_stand_under_their_years_and_add_up() -> None:
    names = ("accepted", "rejected", "known", "left_out")
    months = [
        {"month": f"{2024 + place // 12}-{place % 12 + 1:02}", "rows": 10, "amount": 0.1}
        | {f"rows_{name}": 10 * (name == "accepted") for name in names}
        | {f"amount_{name}": 0.1 * (name == "accepted") for name in names}
        for place in range(30)
    ]
    source = {"source": "crm", "months": months, "differences": []}
    card = months_card(Words("en"), Formats("en"), source, False)
    years = list(of_class(card, "months__year"))
    assert [said(year).split("|")[0] for year in years] == ["2024", "2025", "2026"]
    assert [getattr(one, "open", None) for one in of_class(card, "months__open")] == [False, False, True]
    (total,) = of_class(card, "months__total")
    assert said(total).count("₽3.00") == 2  # 30 times 0.1, and not 3.0000000000000004


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "//host/data/a/b.csv", "/data/../x.csv", "/data/a/b.html"]
)
def test_only_files_of_the_data_page_are_linked(report: dict[str, Any], link: str) -> None:
    with pytest.raises(ValueError, match="not a file"):
        report_view(Words("en"), Formats("en"), report, link)


def test_nobody_reads_phones_in_a_report() -> None:
    value = {"kind": "phone", "value": "+79161234567", "customers": 2, "keys": ["a", "b"]}
    merges = {"people": 1, "keys": 2, "values": [value], "too_wide": [value], "too_wide_values": 1}
    merges |= {"differing_people": 4}
    view = said(report_view(Words("en"), Formats("en"), {"sources": [], "merges": merges}, None))
    assert "2 customers of the files are 1 people" in view
    assert "+7916" not in view
    assert "4 people are to look at" in view
    assert "1 identity values are on more than 5 customers" in view


def test_the_outlook_of_a_check(report: dict[str, Any]) -> None:
    look = {
        "customers": 20,
        "events": 40,
        "deals": 3,
        "revenue": 10.5,
        "since": "2026-01-01",
        "until": "2026-03-31",
    }
    told = {**report, "outlook": look, "new": look | {"customers": 5}}
    text = said(outlook_of(Words("en"), Formats("en"), told))
    assert "Customers|20|+5 new" in text
    assert "Revenue|₽10.50|Period|Q1 2026|Rows that stay outside|3" in text
    assert "no figure" not in text
    assert "gives a figure" in said(outlook_of(Words("en"), Formats("en"), {**told, "outlook": None}))


def test_every_reason_of_the_import_has_words_in_both_languages() -> None:
    known = REASONS | LEFT_OUT
    given = {"no_amount", "no_metric", "where", "nothing", "only_known"}
    for path in (ROOT / "data_access" / "ingest").glob("*.py"):
        given |= set(re.findall(r'[Ff]law\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8")))
    assert given - known.keys() == set()
    assert [text for text in known.values() if Words("ru")(text) == text] == []
