"""Scenarios from end to end: save, compare, approve, plan and fact; who may what, and what cannot be done."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from callbacks.answers import Answers
from dashboard.analytics.levers import Lever, Unit
from dashboard.i18n.formats import Formats
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Split
from data_access.clock import wall_clock
from data_access.scope import Action, Scope
from data_access.state import engagements, users
from data_access.state.engine import writing
from data_access.state.schema import forecast, scenario
from tests.http.conftest import UPDATE, body, server_callbacks, token_header
from tests.web import FOREIGN, OWN, Site, small_facts

PERIOD = "2026-01-01..2026-05-01"
HERE = f"?e={OWN}&p={PERIOD}"
STEP = "active_evaluation>purchase"
TWO, FIVE = f"{HERE}&dC.active_evaluation=2pp", f"{HERE}&dC.active_evaluation=5pp&dL=5"
WISH = {"engagement": OWN, "name": "Call back", "notes": "within five minutes", "search": TWO}
CHANGE = {"version": 0, "name": "Renamed", "notes": "", "levers": False, "search": FIVE}
ANSWERS, SCOPE = Answers(small_facts()), Scope(OWN, Action.SIMULATE, 0)
QUERY = JourneyQuery(OWN, Period.parse(PERIOD))


def client(site: Site, role: str) -> FlaskClient:
    made = site.client(role)
    made.get(f"/overview?e={OWN}")
    return made


def send(who: FlaskClient, path: str, wish: Any) -> Any:
    return who.post(path, json=wish, headers=token_header(who))


def show(site: Site, who: FlaskClient, card: str, search: str = HERE) -> str:
    """The card once the scripts are there."""
    name = next(one for one in server_callbacks(site) if one.startswith(f"{card}."))
    request = body(site, name, {"path": "/whatif", "search": search})
    for one in request["inputs"]:
        one["value"] = OWN if one["id"] == "whatif-mounted" else one["value"]
    answer = who.post(UPDATE, json=request, headers=token_header(who))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def lines(who: FlaskClient, card: str, more: str = "") -> list[dict[str, str]]:
    text = who.get(f"/export/{card}.csv{HERE}{more}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text.split("\r\n\r\n", 1)[1])))


def begin(site: Site, number: int, day: str) -> None:
    """The plan began on another day than that of its approval."""
    here = (forecast.c.number == number, forecast.c.engagement == OWN)
    with writing(site.state) as connection:
        figures = connection.scalar(sa.select(forecast.c.figures).where(*here))
        told = {**(figures or {}), "start": day}
        connection.execute(sa.update(forecast).where(*here).values(figures=told))


def test_the_whole_way_from_a_lever_to_plan_and_fact(fresh: Site) -> None:
    executive, consultant = client(fresh, "executive"), client(fresh, "consultant")
    assert "No scenario is saved yet" in show(fresh, executive, "scenarios")
    search = f"{TWO}&goal=5&cmp=3&lang=ru&from=2026-05-01"
    first = send(executive, "/scenarios", WISH | {"search": search}).get_json()["id"]
    second = send(consultant, "/scenarios", WISH | {"name": "More leads", "search": FIVE}).get_json()["id"]

    listed = {one["Scenario"]: one for one in lines(executive, "whatif-scenarios")}
    two = ANSWERS.whatif(SCOPE, QUERY, [Lever(STEP, Unit.POINTS, 0.02)])
    assert float(listed["Call back"]["Gain"]) == two.gain
    assert listed["Call back"]["Author"] == "Vera Orlova"
    shown = show(fresh, executive, "scenarios", f"{HERE}&cmp={second},{first},99")
    assert f'href":"\\u002fwhatif{TWO}&from=2026-05-01"' in shown
    assert "most money" in shown
    assert "Approve as plan" not in shown
    assert "Approve as plan" in show(fresh, consultant, "scenarios")

    compared = lines(consultant, "whatif-compare", f"&cmp={second},{first},99")
    assert [one["Scenario"] for one in compared] == ["More leads", "Call back"]
    assert float(compared[1]["Likely, from"]) < two.gain < float(compared[1]["Likely, to"])

    assert show(fresh, executive, "scenarios-ledger").count("Plan v") == 0
    assert send(consultant, f"/scenarios/{first}/approve", {"version": 0}).get_json() == {"number": 1}
    assert "Plan v1 · approved by Anna Kovaleva" in show(fresh, executive, "scenarios")
    rows = lines(executive, "whatif-ledger")
    since = ANSWERS.priced(SCOPE, QUERY.with_(period=Period.parse("2026-05-01..2026-09-12")))
    place = since.steps.index("active_evaluation")
    assert {one["Segment"]: int(one["Customers since"]) for one in rows} == {
        one.segment: one.counts[place] for one in since.segments
    }
    card = show(fresh, executive, "scenarios-ledger")
    assert "Plan v1" in card
    assert "n = " in card
    by_month = JourneyQuery(OWN, Period.parse("2026-05-01..2026-09-12"), by=(Split.MONTH,))
    came = [Formats("en").money(row.revenue) for row in ANSWERS.lcpq(SCOPE, by_month).rows]
    told = re.findall(r'"data-label":"Actual","children":"([^"]+)"', card)
    assert told == came[:4]  # September is not over


def test_forecasts_that_were_told_say_what_to_expect(fresh: Site) -> None:
    """Five points of leads' first conversion were promised for the months in which nothing changed."""
    consultant = client(fresh, "consultant")
    search = f"{HERE}&dC.initial_consideration=5pp"
    made = send(consultant, "/scenarios", WISH | {"search": search}).get_json()["id"]
    for number in (1, 2):
        answer = send(consultant, f"/scenarios/{made}/approve", {"version": 0})
        assert answer.get_json() == {"number": number}
    begin(fresh, 1, "2026-01-10")
    begin(fresh, 2, "2026-01-09")
    card = show(fresh, consultant, "scenarios-ledger")
    assert "a later plan took its place before anybody entered" in card  # the second began before the first
    assert "Your forecasts came true by" in card
    assert "(1 of them)" in card
    assert "ripe entries brought" in card


def test_the_figures_of_a_plan_stay_as_they_were(fresh: Site) -> None:
    consultant = client(fresh, "consultant")
    made = send(consultant, "/scenarios", WISH).get_json()["id"]
    assert send(consultant, f"/scenarios/{made}/approve", {"version": 0}).status_code == 200
    wish = CHANGE | {"levers": True}
    assert send(consultant, f"/scenarios/{made}", wish).status_code == 200
    assert lines(consultant, "whatif-scenarios")[0]["Scenario"] == "Renamed"
    assert {row["Scenario"] for row in lines(consultant, "whatif-ledger")} == {"Call back"}
    assert "after the end of the data; can be told from" in show(fresh, consultant, "scenarios-ledger")
    with fresh.state.connect() as connection:
        kept = connection.execute(sa.select(forecast)).one()
    found = ANSWERS.whatif(SCOPE, QUERY, [Lever(STEP, Unit.POINTS, 0.02)])
    assert kept.search == TWO
    assert kept.figures["gain"] == round(found.gain, 4)
    assert (kept.figures["period"], kept.figures["data_end"]) == (PERIOD, "2026-09-11")
    assert {step["transition"] for step in kept.figures["steps"]} == {STEP}
    assert kept.figures["start"] == wall_clock(kept.approved_at, "Europe/Moscow").date().isoformat()
    assert len(kept.figures["months"]) == 24
    revenue = float(ANSWERS.lcpq(SCOPE, QUERY).total.revenue)
    assert kept.figures["daily"] == round(revenue / 118, 4)  # the data begin on 3 January
    assert kept.figures["low_95"] < kept.figures["low"] < kept.figures["gain"] < kept.figures["high"]


def test_a_plan_counts_from_when_it_works_fully(fresh: Site) -> None:
    consultant = client(fresh, "consultant")
    made = send(
        consultant, "/scenarios", WISH | {"search": f"{TWO}&from=2026-08-01&ramp=40&sum=1"}
    ).get_json()["id"]
    assert send(consultant, f"/scenarios/{made}/approve", {"version": 0}).status_code == 200
    rows = lines(consultant, "whatif-ledger")
    assert {row["Outcome"] for row in rows} == {"not ripe yet, can be told from 9\u00a0Dec\u00a02026"}
    with fresh.state.connect() as connection:
        kept = connection.execute(sa.select(forecast)).one()
    assert (kept.figures["start"], kept.figures["ramp_days"]) == ("2026-08-01", 40)
    assert kept.figures["months"][0]["month"] == "2026-08-01"


def test_a_scenario_of_a_segment_that_is_gone_has_no_figures(fresh: Site) -> None:
    """It would be worked out for everybody."""
    consultant = client(fresh, "consultant")
    made = send(consultant, "/scenarios", WISH | {"search": f"{TWO}&s=Business"}).get_json()["id"]
    with writing(fresh.state) as connection:
        connection.execute(sa.update(scenario).values(search=f"{TWO}&s=Gone"))
    (row,) = lines(consultant, "whatif-scenarios")
    assert row["Gain"] == ""
    assert "Gone" in show(fresh, consultant, "scenarios")
    assert "Approve as plan" not in show(fresh, consultant, "scenarios")
    assert send(consultant, f"/scenarios/{made}/approve", {"version": 0}).status_code == 400


def test_who_may_what(fresh: Site) -> None:
    """Own ones: whoever plays scenarios; others' ones and the plan: whoever approves."""
    for role, own, others in (
        ("executive", 200, 403),
        ("marketer", 200, 403),
        ("consultant", 200, 200),
        ("admin", 200, 200),
        ("display", 403, 403),
    ):
        author = client(fresh, "marketer" if role == "executive" else "executive")
        theirs = send(author, "/scenarios", WISH).get_json()["id"]
        who = client(fresh, role)
        assert send(who, "/scenarios", WISH).status_code == own, role
        assert send(who, f"/scenarios/{theirs}", CHANGE).status_code == others, role
        version = {"version": int(others == 200)}
        assert send(who, f"/scenarios/{theirs}/approve", version).status_code == others, role
        assert send(who, f"/scenarios/{theirs}/delete", version).status_code == others, role


def test_what_cannot_be_done(fresh: Site) -> None:
    who = client(fresh, "consultant")
    made = send(who, "/scenarios", WISH).get_json()["id"]
    for wish, status in (
        ({"engagement": FOREIGN}, 404),
        ({"engagement": "nowhere"}, 404),
        ({"name": " \n"}, 400),
        ({"name": 5}, 400),
        ({"search": HERE}, 400),  # no lever
        ({"search": f"{HERE}&dC.active_evaluation=5pp&seg=nobody"}, 400),
        ({"search": "?s=" + "x" * 7000}, 400),
        ({"search": f"{TWO}&s=nobody"}, 400),
    ):
        assert send(who, "/scenarios", WISH | wish).status_code == status, wish
    late = send(who, f"/scenarios/{made}/approve", {"version": 7})
    assert (late.status_code, late.get_json()["problem"][:9]) == (409, "Somebody ")
    assert send(who, f"/scenarios/{made}", CHANGE | {"version": 7}).status_code == 409
    assert send(who, f"/scenarios/{made}/delete", {"version": 7}).status_code == 409
    assert send(who, f"/scenarios/{made}/approve", {"version": True}).status_code == 400
    assert who.post("/scenarios", json=WISH).status_code == 400  # without a token
    engagements.revoke(fresh.state, users.find(fresh.state, "consultant").record.id, OWN)
    for path, wish in ((f"/scenarios/{made}", CHANGE), (f"/scenarios/{made}/approve", {"version": 0})):
        assert send(who, path, wish).status_code == 404
