"""The library of measures and the plan's documents from end to end: read, search, reword, hide, plan, take along."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from pptx import Presentation

from data_access.scope import Role
from data_access.state import actions, users
from tests.http.conftest import call, place, server_callbacks, token_header
from tests.office import cells, live_parts
from tests.web import FOREIGN, OWN, ManyFacts, Site, make_site

OURS = "/plan/measures/call_back_5"
WISH = {
    "engagement": OWN, "stage": "active_evaluation", "channel": "store", "name_en": "Put a bell on the counter",
    "name_ru": "Поставить звонок на стойку", "problem_en": "The answer comes late", "problem_ru": "Отвечают медленно",
}  # fmt: skip
HOSTILE = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, facts: ManyFacts) -> Site:
    """A product whose plan and library these tests write."""
    return make_site(tmp_path_factory.mktemp("library"), facts)


CLIENTS: dict[str, FlaskClient] = {}


def client(site: Site, role: str) -> FlaskClient:
    if role not in CLIENTS:
        CLIENTS[role] = site.client(role)
        CLIENTS[role].get(f"/overview?e={OWN}")  # brings the CSRF cookie
    return CLIENTS[role]


def send(who: FlaskClient, path: str, **wish: Any) -> Any:
    return who.post(path, json=wish, headers=token_header(who))


def shown(site: Site, who: FlaskClient, card: str, search: str) -> str:
    name = next(one for one in server_callbacks(site) if one.startswith(f"{card}."))
    answer = call(who, site, name, place(site, name, f"?e={OWN}{search}"))
    assert answer.status_code == 200
    return answer.get_json()["response"][card]["children"].__repr__()


def library(site: Site, who: FlaskClient, search: str = "") -> str:
    return shown(site, who, "plan-body", f"&tab=library{search}")


def test_the_library_is_filtered_by_stage_problem_and_words(own: Site) -> None:
    who = client(own, Role.CONSULTANT)
    every, stage = library(own, who), library(own, who, "&stage=purchase&lang=ru")
    assert "65 measures" in every.replace("\\xa0", " ")
    assert "Напоминать о брошенной корзине" in stage
    assert "Перезванивать в течение 5 минут" not in stage
    problem = library(own, who, "&problem=The%20answer%20comes%20late")
    assert "Call back within 5 minutes" in problem
    assert "abandoned basket" not in problem
    assert "Call back every missed call" in library(own, who, "&q=missed+call")
    assert "No measure of the library fits" in library(own, who, "&q=zzz")
    assert "65 measures" in library(own, who, "&stage=nowhere&problem=nothing").replace("\\xa0", " ")


def test_an_own_measure_and_new_words_for_ours(own: Site) -> None:
    who, reader = client(own, Role.MARKETER), client(own, Role.EXECUTIVE)
    assert send(who, "/plan/measures", **WISH).get_json() == {"go": {"edit": ""}}
    assert "Put a bell on the counter" in library(own, reader)
    changed = {**WISH, "stage": "any:lead", "name_en": "Call back at once", "name_ru": "Перезванивать сразу"}
    assert send(who, OURS, version=0, **changed).status_code == 200
    slower = send(client(own, Role.CONSULTANT), OURS, version=0, **changed)
    assert slower.status_code == 409
    assert "Somebody else has changed this measure" in slower.get_json()["problem"]
    assert "Call back at once" in library(own, reader)
    assert send(who, f"{OURS}/hide", engagement=OWN, version=1, hidden=True).status_code == 200
    assert "Call back at once" not in library(own, reader)
    assert "Call back at once" in library(own, who, "&hidden=1")
    assert send(who, f"{OURS}/hide", engagement=OWN, version=2, hidden=False).status_code == 200


@pytest.mark.parametrize(
    ("role", "wish", "status"),
    [
        (Role.EXECUTIVE, {}, 403),
        (Role.DISPLAY, {}, 403),
        (Role.MARKETER, {"engagement": FOREIGN}, 404),
        (Role.MARKETER, {"engagement": "nowhere"}, 404),
        (Role.MARKETER, {"stage": "nowhere"}, 400),
        (Role.MARKETER, {"stage": "any:nowhere"}, 400),
        (Role.MARKETER, {"channel": "=cmd"}, 400),
        (Role.MARKETER, {"name_ru": ""}, 400),
        (Role.MARKETER, {"name_ru": None}, 400),
    ],
)
def test_who_may_not_and_what_makes_no_sense(own: Site, role: str, wish: dict[str, Any], status: int) -> None:
    who = client(own, role)
    assert send(who, "/plan/measures", **{**WISH, **wish}).status_code == status
    if "name_ru" not in wish:
        assert send(who, OURS, version=0, **{**WISH, **wish}).status_code == status


def test_who_only_reads_sees_no_way_to_change(own: Site) -> None:
    text = library(own, client(own, Role.EXECUTIVE), "&edit=call_back_5")
    assert "Call back" in text
    assert not [word for word in ("Edit the measure", "To the plan", "Add a measure") if word in text]


def test_a_measure_fills_in_a_new_action_and_a_bottleneck_keeps_its_money(own: Site) -> None:
    who = client(own, Role.CONSULTANT)
    blank = shown(own, who, "plan-panel", "&new=blank&measure=one_owner")
    assert "Give each lead one owner and a next step with a date" in blank
    assert "Leads are lost at the hand-over" in blank
    step = "&p=2026-01-01..2026-06-01&new=bottleneck&seg=Business&step=active_evaluation"
    plain, filled = (shown(own, who, "plan-panel", step + more) for more in ("", "&measure=one_owner"))
    assert "What helps here" in plain
    title = '"Raise Evaluate'  # in the form's field
    assert title in plain
    assert title not in filled
    money = [re.findall(r"\+₽[\d,]+", text) for text in (plain, filled)]
    assert money[0] == money[1] != []
    assert "What helps here" not in shown(own, who, "plan-panel", "&new=blank&measure=no_such")


def test_the_plan_leaves_as_a_document(own: Site) -> None:
    who = client(own, Role.EXECUTIVE)
    empty = cells(who.get(f"/export/plan.xlsx?e={OWN}").data)
    assert empty["Plan"][0][0] == "Nothing is on the plan yet"
    assert who.get(f"/export/plan.pptx?e={OWN}").status_code == 200
    author = next(one.record for one in users.list_users(own.state) if one.record.login == Role.CONSULTANT)
    days = (date(2026, 10, 1), date(2026, 10, 9)), (None, date(2026, 12, 1)), (None, None)
    for title, (start, due) in zip((HOSTILE, "Перезванивать", "Без дня"), days, strict=True):
        values = {"title": title, "stage": "purchase", "starts_on": start, "due_on": due}
        actions.add(own.state, author, OWN, values)
    book, slides = (who.get(f"/export/plan.{kind}?e={OWN}&lang=ru").data for kind in ("xlsx", "pptx"))
    assert live_parts(book) == live_parts(slides) == []
    sheets = cells(book)
    assert "3\u00a0мероприятия в плане, просрочено: " in sheets["План"][0][0]
    titles = [row[0] for row in sheets["План"]]
    assert [one for one in titles if one in (HOSTILE, "Перезванивать", "Без дня")] == [
        HOSTILE,
        "Перезванивать",
        "Без дня",
    ]
    bars = [row for row in sheets["По дням"] if isinstance(row[2], date)]
    assert [(row[0], row[2], row[3]) for row in bars] == [
        (HOSTILE, date(2026, 10, 1), 9.0),
        ("Перезванивать", date(2026, 12, 1), 1.0),
    ]
    opened: Any = Presentation(io.BytesIO(slides))
    chart = next(shape.chart for slide in opened.slides for shape in slide.shapes if shape.has_chart)
    assert [str(name) for name in chart.plots[0].categories] == [HOSTILE, "Перезванивать"]
    assert list(chart.series[1].values) == [9.0, 1.0]
    assert (date(1899, 12, 30).toordinal() + chart.series[0].values[0]) == date(2026, 10, 1).toordinal()
    scenario = cells(who.get(f"/export/scenario.xlsx?e={OWN}&p=2026-01-01..2026-05-01").data)
    assert list(scenario)[-2:] == ["Plan", "By day"]
    assert who.get(f"/export/plan.xlsx?e={FOREIGN}").status_code == 404
    assert client(own, Role.DISPLAY).get(f"/export/plan.xlsx?e={OWN}").status_code == 403
