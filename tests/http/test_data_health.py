"""Data health on its page, and what the overview says where events and sales end on different days."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from data_access.scope import Role
from tests.http.conftest import call, place
from tests.web import EMPTY, OWN, Site

Clients = Callable[[str | None], FlaskClient]
BODY, EQUATION = "data-body.children", "overview-equation.children"


def text_of(client: FlaskClient, site: Site, card: str, search: str) -> str:
    answer = call(client, site, card, place(site, card, search))
    assert answer.status_code == 200
    return json.dumps(answer.get_json(), ensure_ascii=False).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Data as of 11 Sep 2026",
                "2 sources",
                "1,080 rows",
                "Events end on 18 Sep 2026, sales on 11 Sep 2026",
            ],
        ),
        ("ru", ["Данные на 11 сент. 2026", "2 источника", "обрывается на 7 дней раньше", "Пропуски"]),
    ],
)
def test_every_source_with_its_age_and_its_doubts(
    language: str, said: list[str], site: Site, signed_in: Clients
) -> None:
    text = text_of(signed_in(Role.MARKETER), site, BODY, f"?e={OWN}&tab=health&lang={language}")
    assert [part for part in said if part not in text] == []
    assert "/export/data-health.csv" in text


def test_before_the_first_import_the_tab_leads_to_it(site: Site, signed_in: Clients) -> None:
    text = text_of(signed_in(Role.CONSULTANT), site, BODY, f"?e={EMPTY}&tab=health")
    assert "Nothing was imported yet." in text
    assert f"/data?e={EMPTY}" in text


def test_health_is_for_those_who_import(site: Site, signed_in: Clients) -> None:
    client = signed_in(Role.EXECUTIVE)
    assert call(client, site, BODY, place(site, BODY, f"?e={OWN}&tab=health")).status_code == 403


LINE = "Events end on 18 Sep 2026, sales on 11 Sep 2026"


@pytest.mark.parametrize(("role", "leads_on"), [(Role.MARKETER, True), (Role.EXECUTIVE, False)])
def test_the_equation_says_that_its_facts_end_apart(
    role: Role, leads_on: bool, site: Site, signed_in: Clients
) -> None:
    text = text_of(signed_in(role), site, EQUATION, f"?e={OWN}&p=2026Q3")
    assert LINE in text
    assert text.count("facts up to 11 Sep") == 4  # of revenue, C, P and Q; the leads are fresher
    assert text.count("Its facts reach up to 11 Sep 2026.") == 2 * 4  # the sign's tip and its name
    assert text.count("Its facts reach up to 18 Sep 2026.") == 2
    assert (f"/data?e={OWN}" in text) is leads_on


def test_a_period_that_both_reach_needs_no_word(site: Site, signed_in: Clients) -> None:
    text = text_of(signed_in(Role.MARKETER), site, EQUATION, f"?e={OWN}&p=2026Q2")
    assert "Its facts reach up to 11 Sep 2026." in text
    assert LINE not in text
    assert "facts up to 11 Sep" not in text
