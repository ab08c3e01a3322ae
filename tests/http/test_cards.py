"""What every card can tell: its figures as a file, and how they are made, in both languages."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Callable
from importlib import import_module

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

import callbacks
from dashboard.journey.definitions import meaning
from data_access.scope import Role
from tests.http.conftest import body, token_header
from tests.source import modules
from tests.web import OWN, Site

PAGES = [import_module(f"callbacks.{name}") for name in callbacks.FEATURES]
CARDS = {key: card for page in PAGES for key, card in getattr(page, "CARDS", {}).items()}
Clients = Callable[[str | None], FlaskClient]
WHOLE = ("data-health",)  # of all the data, whatever the period
PLACE = f"?e={OWN}&p=2026-01-01..2026-05-01"


def table(text: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=delimiter))


@pytest.mark.parametrize("key", CARDS)
def test_a_card_leaves_as_a_table_that_says_whose_figures_it_holds(key: str, signed_in: Clients) -> None:
    client = signed_in(Role.CONSULTANT)
    answer = client.get(f"/export/{key}.csv{PLACE}")
    assert answer.status_code == 200
    assert key in answer.headers["Content-Disposition"]
    period = "-all." if key in WHOLE else "..2026-05-01."
    assert period in answer.headers["Content-Disposition"]
    lines = table(answer.data, ",")
    said = "\n".join(line[0] for line in lines[:6] if line)
    assert f"Engagement: {OWN}" in said
    assert "Data as of 11\u00a0Sep\u00a02026" in said
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/export/{key}.xlsx{PLACE}").data))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    head = next(number for number, line in enumerate(lines) if not line) + 1
    assert [str(cell) for cell in rows[head]] == lines[head]
    assert len(rows) == len(lines) > head + 1


@pytest.mark.parametrize(
    ("key", "language", "says"),
    [
        *((key, "en", "SQL as it ran") for key in CARDS),
        ("overview-segments", "ru", "SQL, как он выполнялся"),
        ("overview-trend", "en", "sums of calendar days, months, quarters and years (table lcpq_cell)"),
        ("overview-trend", "ru", "Посчитано по"),
    ],
)
def test_a_card_says_how_its_numbers_are_made(
    key: str, language: str, says: str, site: Site, signed_in: Clients
) -> None:
    client = signed_in(Role.CONSULTANT)
    place = {"path": f"/{CARDS[key].page}", "search": f"{PLACE}&lang={language}", "card": key}
    request = body(site, "shell-how.children", place)
    request["state"][0]["value"] = place
    answer = client.post("/_dash-update-component", json=request, headers=token_header(client))
    assert answer.status_code == 200
    text = str(answer.get_json())
    assert says in text
    assert "SELECT" in text
    assert "state--error" not in text


@pytest.mark.parametrize("key", CARDS)
def test_whoever_may_not_open_the_page_gets_no_file_of_it(key: str, signed_in: Clients) -> None:
    card = CARDS[key]
    expected = 200 if card.action == "read" else 403
    assert signed_in(Role.DISPLAY).get(f"/export/{key}.csv{PLACE}").status_code == expected
    assert signed_in(Role.CONSULTANT).get(f"/export/{key}.csv?e=rival").status_code == 404
    assert signed_in(Role.CONSULTANT).get(f"/export/{key}.exe{PLACE}").status_code == 404


def test_no_card_of_that_name(signed_in: Clients) -> None:
    assert signed_in(Role.ADMIN).get(f"/export/no-such.csv{PLACE}").status_code == 404


def test_every_definition_of_a_column_exists() -> None:
    """`field` of a column names a field that one of the cards' questions defines."""
    questions = {card.question for card in CARDS.values()}
    found = [
        (path, str(field.value))
        for path, tree in modules("callbacks")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Column"
        for field in (*call.args[2:], *(one.value for one in call.keywords if one.arg == "field"))
        if isinstance(field, ast.Constant) and isinstance(field.value, str)
    ]
    assert len(found) > 5
    assert not [one for one in found if not any(meaning(question, one[1]) for question in questions)]
