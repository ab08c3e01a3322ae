"""Effects over HTTP: promised before the start, measured once the data have grown, decided on what was seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from data_access.scope import Role, UserRecord
from data_access.state import actions, decisions, interventions, users
from data_access.state.engine import writing
from data_access.state.schema import action
from data_access.state.schema_watch import intervention
from tests.effect_stage import EARLY, LATE, LEFT_ALONE, START, STEP, TREATED, GrowingFacts, MovedClock
from tests.http.conftest import Clients, body, call, clients_of, place, token_header
from tests.web import FOREIGN, OWN, Site, make_site

CLOCK = MovedClock()
LINK = {"title": "Call back", "segment": TREATED, "stage": STEP[0]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A product of this module's own, whose clock and data move."""
    folder = tmp_path_factory.mktemp("monitor")
    return make_site(folder, GrowingFacts(CLOCK, folder), CLOCK)


@pytest.fixture(scope="module")
def signed_in(site: Site) -> Clients:
    """A client for a role, signed in once."""
    return clients_of(site)


@pytest.fixture(autouse=True)
def early(site: Site) -> None:
    """A week before the start, and no plan is left of the test before."""
    CLOCK.now = EARLY
    with writing(site.state) as connection:
        connection.execute(sa.delete(action))


def person(site: Site, login: str) -> UserRecord:
    return users.find(site.state, login).record


def planned(site: Site, **more: Any) -> int:
    values = LINK | {"starts_on": START} | more
    return actions.add(site.state, person(site, "marketer"), OWN, values, value_of={"lift": 0.2})


def send(client: FlaskClient, path: str, **wish: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(path, json=wish, headers=token_header(client))
    return answer.status_code, answer.get_json(silent=True) or {}


def drawn(site: Site, client: FlaskClient, part: str, keys: str = "", page: str = "monitor") -> str:
    """What a part of the page shows, as the text of its answer."""
    name = f"{page}-{part}.children"
    answer = call(client, site, name, place(site, name, f"?e={OWN}&lang=en{keys}"))
    assert answer.status_code == 200
    return "\n".join(texts(answer.get_json())).replace("\xa0", " ")


def texts(part: Any) -> Iterator[str]:
    """Every text of an answer."""
    if isinstance(part, str):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from texts(inner)


def registered(site: Site, client: FlaskClient, number: int, keys: str = "") -> dict[str, Any]:
    search = f"?e={OWN}&new={number}{keys}"
    wish = {"action": str(number), "search": search, "comparison": [LEFT_ALONE], "seen": {}}
    status, told = send(client, "/monitor/effects", **wish)
    assert status == 200, told
    return told


def forms(text: str) -> dict[str, dict[str, Any]]:
    """The forms of a part, by their route."""
    found = [json.loads(line) for line in text.splitlines() if line.startswith('{"action": ')]
    return {spec["action"]: spec for spec in found if "fields" in spec}


def test_an_action_without_a_registration_leads_to_one(site: Site, signed_in: Clients) -> None:
    client = signed_in("marketer")
    assert "No action is registered" in drawn(site, client, "body")
    number = planned(site)
    assert f"new={number}" in drawn(site, client, "panel", f"&action={number}", "plan")
    form = drawn(site, client, "panel", f"&new={number}")
    for said in (
        "Goes on now",
        "Least effect that can be told",
        "2026-06-01",
        "First possible verdict",
        LEFT_ALONE,
    ):
        assert said in form
    assert "will mostly stay unseen" not in form
    assert "will mostly stay unseen" in drawn(site, client, "panel", f"&new={number}&lift=1")
    assert "likely” at most" in drawn(site, client, "panel", f"&new={number}&start=2026-05-20")


def test_from_the_promise_to_the_decision(site: Site, signed_in: Clients) -> None:
    client, number = signed_in("marketer"), planned(site)
    told = registered(site, client, number, "&lift=25")
    assert told["go"]["a"] == str(number)
    (kept,) = interventions.listed(site.state, person(site, "marketer"), OWN)
    assert (kept.promise.expected, kept.promise.comparison, kept.registered_at) == (
        0.25,
        (LEFT_ALONE,),
        EARLY,
    )
    assert (kept.promise.from_stage, kept.promise.to_stage, kept.promise.segment) == (*STEP, TREATED)
    assert kept.detectable is not None
    assert 0.02 < kept.detectable < 0.2
    before = drawn(site, client, "body")
    assert "Too early to tell" in before
    assert "/monitor/decisions" not in before
    CLOCK.now = LATE
    after = drawn(site, client, "body")
    for said in (
        "Effect confirmed",
        "What 8 weeks showed",
        "Against the comparison group",
        "it works: keep it",
    ):
        assert said in after
    form = forms(after)["/monitor/decisions"]
    plan = drawn(site, client, "panel", f"&action={number}", "plan")
    assert "Effect confirmed" in plan
    assert f"a={number}" in plan
    wish = form["body"] | {"kind": "keep", "reason": "It works"}
    assert send(client, "/monitor/decisions", **(wish | {"seen": "confirmed 1"}))[0] == 409
    assert send(client, "/monitor/decisions", **wish) == (200, {})
    (one,) = decisions.listed(site.state, person(site, "executive"), OWN)
    assert (one.kind, one.reason, one.figures["verdict"]) == ("keep", "It works", "confirmed")
    assert one.figures["points"]["low"] > 0
    assert f"a={number}" in one.search
    assert actions.get(site.state, person(site, "marketer"), number).status == "measured"
    text = drawn(site, client, "body")
    assert "It works" in text
    assert "it works: keep it" not in text
    assert "Effect confirmed" in drawn(site, client, "body", "&tab=chains", "plan")


def test_a_promise_changes_before_the_start_and_never_after(site: Site, signed_in: Clients) -> None:
    client, number = signed_in("consultant"), planned(site)
    registered(site, client, number)
    assert (
        send(client, "/monitor/effects", action=str(number), search=f"?e={OWN}", comparison=[], seen={})[0]
        == 409
    )
    (kept,) = interventions.listed(site.state, person(site, "consultant"), OWN)
    panel = drawn(site, client, "panel", f"&edit={kept.id}")
    form = forms(panel)[f"/monitor/effects/{kept.id}"]
    search = f"?e={OWN}&edit={kept.id}&lift=30&win=14"
    wish = form["body"] | {"comparison": [], "search": search}
    assert send(client, f"/monitor/effects/{kept.id}", **wish)[0] == 200
    (now,) = interventions.listed(site.state, person(site, "consultant"), OWN)
    assert (now.promise.expected, now.promise.window_days, now.promise.comparison) == (0.3, 14, ())
    status, told = send(client, f"/monitor/effects/{kept.id}", **wish)
    assert (status, "changed this effect meanwhile" in told["problem"]) == (409, True)
    CLOCK.now = LATE
    again = wish | {"version": now.version}
    status, told = send(client, f"/monitor/effects/{kept.id}", **again)
    assert (status, "what was promised stays as it is" in told["problem"]) == (400, True)
    assert send(client, f"/monitor/effects/{kept.id}/withdraw", version=now.version)[0] == 200
    assert "No action is registered" in drawn(site, client, "body")


def test_a_late_registration_says_likely_at_most(site: Site, signed_in: Clients) -> None:
    client, number = signed_in("marketer"), planned(site, live_on=START)
    CLOCK.now = LATE
    registered(site, client, number)
    text = drawn(site, client, "body")
    assert "Effect likely" in text
    assert "Registered after the start" in text


def test_actions_at_once_on_one_step_are_one_answer(site: Site, signed_in: Clients) -> None:
    client, first, second = signed_in("marketer"), planned(site), planned(site, title="Train")
    registered(site, client, first)
    registered(site, client, second, f"&start={START + timedelta(days=7)}")
    CLOCK.now = LATE
    text = drawn(site, client, "body")
    assert text.count("forest__track") == 1
    assert "Call back + Train, together" in text
    form = forms(text)["/monitor/decisions"]
    assert form["fields"][0]["choices"] == [[str(first), "Call back"], [str(second), "Train"]]
    rows = signed_in("marketer").get(f"/export/monitor-forest.csv?e={OWN}&lang=en").get_data(as_text=True)
    assert rows.count("together") == 1


def test_who_may_do_what(site: Site, signed_in: Clients) -> None:
    number = planned(site)
    wish = {"action": str(number), "search": f"?e={OWN}&new={number}", "comparison": [], "seen": {}}
    for role in (Role.EXECUTIVE, Role.DISPLAY):
        assert send(signed_in(role), "/monitor/effects", **wish)[0] == 403
    foreign = wish | {"search": f"?e={FOREIGN}&new={number}"}
    assert send(signed_in("marketer"), "/monitor/effects", **foreign)[0] == 404
    unknown = wish | {"action": "99999", "search": f"?e={OWN}"}
    assert send(signed_in("marketer"), "/monitor/effects", **unknown)[0] in (400, 404)
    for wrong in ([1], ["Nobody"], [TREATED]):
        assert send(signed_in("marketer"), "/monitor/effects", **(wish | {"comparison": wrong}))[0] == 400
    registered(site, signed_in("marketer"), number)
    CLOCK.now = LATE
    read = drawn(site, signed_in(Role.EXECUTIVE), "body")
    assert "Effect confirmed" in read
    for sign in ("data-form", "data-post", "new=choose"):
        assert sign not in read
    (kept,) = interventions.listed(site.state, person(site, "executive"), OWN)
    for path, more in (
        (f"/monitor/effects/{kept.id}/withdraw", {"version": 0}),
        (
            "/monitor/decisions",
            {"action": str(number), "search": f"?e={OWN}", "seen": "", "kind": "keep", "reason": "x"},
        ),
    ):
        assert send(signed_in(Role.EXECUTIVE), path, **more)[0] == 403


def test_what_an_import_has_taken_away_is_said_and_can_go(site: Site, signed_in: Clients) -> None:
    client, number = signed_in("marketer"), planned(site)
    registered(site, client, number)
    with writing(site.state) as connection:
        connection.execute(sa.update(intervention).values(segment="Gone"))
    text = drawn(site, client, "body")
    assert "the data no longer have its step" in text
    assert "/withdraw" in text


def test_the_panel_says_how_the_effect_is_made(site: Site, signed_in: Clients) -> None:
    client, number = signed_in("marketer"), planned(site)
    registered(site, client, number)
    CLOCK.now = LATE
    where = {"path": "/monitor", "search": f"?e={OWN}&lang=en", "card": "monitor-effect"}
    request = body(site, "shell-how.children", where)
    request["state"][0]["value"] = where
    answer = client.post("/_dash-update-component", json=request, headers=token_header(client))
    said = "\n".join(texts(answer.get_json()))
    for part in ("a funnel of its own", "28 days", "other_segment", "SELECT"):
        assert part in said
