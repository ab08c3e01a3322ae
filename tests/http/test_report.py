"""The report: cards of every page under one address, and nothing that its reader may not see."""

from __future__ import annotations

import re
from typing import Any

from dash import html
from flask.testing import FlaskClient

from callbacks.report import renamed
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from data_access.scope import Role
from layouts.components.card_tools import card_tools
from layouts.components.to_report import Part, token_of
from layouts.report import MOST_PARTS, USUAL, parts_of
from tests.http.conftest import call, place, server_callbacks
from tests.web import OWN, Site


def test_an_address_without_parts_is_the_whole_report() -> None:
    assert parts_of(Address()) == tuple((part, "") for part in USUAL)


def test_parts_are_read_once_each_and_strange_ones_are_left_out() -> None:
    said = Address().with_extras(parts="bridge,effect.3,effect,effect.x,hero.2,bridge,effect.12,<script>")
    assert parts_of(said) == ((Part.BRIDGE, ""), (Part.EFFECT, "3"), (Part.EFFECT, "12"))
    assert parts_of(Address().with_extras(parts="none")) == ()
    many = ",".join(token_of(Part.EFFECT, str(number)) for number in range(200))
    assert len(parts_of(Address().with_extras(parts=many))) == MOST_PARTS


def test_a_card_that_the_report_holds_has_the_way_there() -> None:
    words = Words("en")
    assert "'hero'" in _menu(card_tools(words, "overview-hero", Address(), "Hero"))
    assert "data-report" not in _menu(card_tools(words, "plan-board", Address(), "Board"))
    assert "data-report" not in _menu(card_tools(words, "monitor-effect", Address(), "Effect"))
    opened = Address().with_extras(a="7")
    assert "'effect.7'" in _menu(card_tools(words, "monitor-effect", opened, "Effect"))


def _menu(tools: html.Details) -> str:
    return str(tools.to_plotly_json())


def _visitor(site: Site, role: Role) -> FlaskClient:
    who = site.client(role)
    who.get(f"/overview?e={OWN}")  # brings the CSRF cookie
    return who


def _shown(site: Site, who: FlaskClient, card: str, search: str) -> Any:
    name = next(one for one in server_callbacks(site) if one.startswith(card) or f"..{card}." in one)
    answer = call(who, site, name, place(site, name, search))
    assert answer.status_code == 200, answer.status_code
    return answer.get_json()["response"][card]["children"]


def test_a_sheet_says_what_its_page_says_and_names_what_it_is_about(site: Site) -> None:
    who = _visitor(site, Role.CONSULTANT)
    search = f"?e={OWN}&p=2026Q2&parts=segments&lang=en"
    sheet = str(_shown(site, who, "report-segments", search))
    for figure in _figures(str(_shown(site, who, "overview-segments", f"?e={OWN}&p=2026Q2&lang=en"))):
        assert figure in sheet
    assert "Q2" in sheet
    assert "Data as of" in sheet
    assert "parts=none" in sheet  # the way to leave it out
    assert not _shown(site, who, "report-bridge", search)  # nobody asked for it


def _figures(text: str) -> list[str]:
    found = re.findall(r"₽[0-9.,]+[KMB]?", text)
    assert found
    return found


def test_the_report_is_for_who_simulates(site: Site) -> None:
    name = next(one for one in server_callbacks(site) if one.startswith("report-hero"))
    refused = call(_visitor(site, Role.DISPLAY), site, name, place(site, name, f"?e={OWN}"))
    assert refused.status_code == 403


def test_two_effects_on_one_page_have_ids_of_their_own() -> None:
    def card() -> html.Div:
        return html.Div([html.Div(id="graph"), html.Div([html.Span(id="mark")])])

    ids = [
        one.id
        for number in ("3", "12")
        for one in renamed(card(), number)._traverse()
        if getattr(one, "id", "")
    ]
    assert ids == ["graph-3", "mark-3", "graph-12", "mark-12"]
