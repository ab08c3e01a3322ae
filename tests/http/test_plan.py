"""The action plan over HTTP: one number on every screen, who may do what, and what a conflict answers."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callbacks.answers import Answers
from callbacks.funnel.step import show_step
from callbacks.overview.hero import show_hero
from callbacks.overview.place import place_of, ranked, worst
from callbacks.plan.prefill import proposals
from callbacks.plan.routes import read_fields
from callbacks.services import Ask, Services
from callbacks.whatif.scene import scene_of
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.journey.address import Address
from dashboard.journey.plan import Status
from data_access.clock import utc_now
from data_access.scope import Action, Role, UserRecord
from data_access.state import action_entries, actions, users
from data_access.state.engine import writing
from data_access.state.schema import action, action_change, action_entry, action_need, chain
from layouts.components.lever import lever_name
from layouts.components.scenario import scenario_address
from layouts.components.to_plan import plan_address
from layouts.plan_action import seen_of
from tests.http.conftest import Clients, call, clients_of, place, token_header
from tests.web import FOREIGN, OWN, Site, make_site, small_facts

PERIOD = "p=2026-01-01..2026-05-01"
FORM = {"title": "Call back in 5 minutes", "problem": "Slow", "owner_id": "", "starts_on": "", "due_on": ""}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A product of this module's own: its tests write."""
    return make_site(tmp_path_factory.mktemp("plan"), small_facts())


@pytest.fixture(scope="module")
def signed_in(site: Site) -> Clients:
    """A client for a role, signed in once."""
    return clients_of(site)


@pytest.fixture(autouse=True)
def empty(site: Site) -> None:
    """No plan is left of the test before."""
    with writing(site.state) as connection:
        for table in (action_change, action_entry, action_need, action, chain):
            connection.execute(sa.delete(table))


def person(site: Site, login: str) -> UserRecord:
    return users.find(site.state, login).record


def services_of(site: Site, login: str = "marketer") -> Services:
    facts = small_facts()
    who = person(site, login)
    return Services(site.settings, lambda: site.state, facts, Answers(facts), utc_now, lambda: who)


def ask_of(services: Services, path: str, address: Address | str, right: Action = Action.SIMULATE) -> Ask:
    search = address if isinstance(address, str) else address.search()
    return services.ask(services.visit(path, search), right)


def drawn(part: Any) -> str:
    """A component with everything in it as text."""
    return json.dumps(part, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def send(client: FlaskClient, path: str, wish: Any) -> Any:
    return client.post(path, json=wish, headers=token_header(client))


def made(site: Site, **values: Any) -> int:
    title = {"title": "Call back in 5 minutes"}
    return actions.add(site.state, person(site, "marketer"), OWN, title | values)


def worst_of(services: Services, search: str) -> tuple[Ask, Bottleneck]:
    ask = ask_of(services, "/overview", search)
    row = worst(ranked(services, ask))
    assert row is not None
    return ask, row


@pytest.mark.parametrize("view", ["whole", "segment", "year"])
def test_hero_funnel_whatif_and_action_say_one_sum_to_the_kopeck(
    view: str, site: Site, signed_in: Clients
) -> None:
    services = services_of(site)
    search = f"?e={OWN}&{PERIOD if view != 'year' else 'p=2026'}"
    ask, row = worst_of(services, search)
    if view == "segment":
        ask, row = worst_of(services, f"{search}&s={row.segment.replace(',', chr(92) + ',')}")
        assert ask.query.segments == (row.segment,)
    said = ask.formats.money_full(-(row.recoverable or 0))
    assert said in drawn(show_hero(services, ask))
    step = place_of(ask).step_address(row)
    assert said in drawn(show_step(services, ask_of(services, "/funnel", step)))
    modelled = scene_of(services, ask_of(services, "/whatif", scenario_address(ask.address, row)))
    gain = services.answers.whatif(modelled_scope(services), modelled.query, modelled.levers).gain
    target = plan_address(ask.address, row.segment, row.from_stage)
    client = signed_in("marketer")
    answer = send(client, "/plan/actions", FORM | {"search": target.search()})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    kept = actions.get(site.state, person(site, "marketer"), int(answer.get_json()["go"]["action"]))
    assert kept.value is not None
    assert row.recoverable is not None
    assert kept.value == Decimal(str(row.recoverable)).quantize(Decimal("0.0001"))
    assert abs(float(kept.value) - gain) < 0.005
    assert ask.formats.money_full(-kept.value) == said
    assert kept.chain_id is not None
    assert (kept.chain_segment, kept.from_stage, kept.to_stage) == (row.segment, row.from_stage, row.to_stage)
    assert (kept.source["low"], kept.source["high"]) == (row.low, row.high)
    shown = call(client, site, "plan-body.children", {"path": "/plan", "search": f"?e={OWN}"}).get_data(
        as_text=True
    )
    assert (
        ask.formats.money_full(kept.value)
        in json.loads(json.dumps(json.loads(shown), ensure_ascii=False)).__str__()
    )


def modelled_scope(services: Services) -> Any:
    return ask_of(services, "/whatif", f"?e={OWN}").scope


def test_each_lever_becomes_an_action_with_its_own_gain(site: Site, signed_in: Clients) -> None:
    services = services_of(site)
    search = f"?e={OWN}&{PERIOD}&new=levers&dP=10&dC.active_evaluation=2pp,5pp@Business&dC.initial_consideration=best"
    ask = ask_of(services, "/plan", search, Action.PLAN)
    scene = scene_of(services, ask)
    client = signed_in("marketer")
    wish = {"search": search, "owner_id": "", "starts_on": "2026-06-01", "due_on": "2026-06-30"}
    answer = send(client, "/plan/actions/levers", wish)
    assert answer.status_code == 200
    kept = actions.listed(site.state, person(site, "marketer"), OWN)
    assert len(kept) == len(scene.levers) == 4
    for lever, one in zip(scene.levers, kept, strict=True):
        alone = services.answers.whatif(ask.scope, scene.query, (lever,)).gain
        assert one.value == Decimal(str(alone)).quantize(Decimal("0.0001"))
        assert lever_name(ask.words, ask.info.model, lever.target) in one.title
        assert (one.chain_id is None) == (">" not in lever.target)
        assert one.segment == (lever.segment or "")
    points = next(one for one in kept if one.segment == "Business")
    assert points.lift == pytest.approx(0.05)
    assert answer.get_json()["go"]["action"] == "", "of several actions none is opened"


def test_money_never_comes_from_the_browser(site: Site, signed_in: Clients) -> None:
    client = signed_in("marketer")
    wish = FORM | {"search": f"?e={OWN}&new=blank"}
    for more in ({"value": "1"}, {"lift": "1"}, {"source": {}}, {"chain_id": "1"}):
        assert send(client, "/plan/actions", wish | more).status_code == 400
    number = made(site)
    fields = seen_of(actions.get(site.state, person(site, "marketer"), number))
    assert send(client, f"/plan/actions/{number}", fields | {"seen": fields, "value": "1"}).status_code == 400
    assert (
        send(client, f"/plan/actions/{number}", fields | {"seen": fields | {"value": "1"}}).status_code == 400
    )
    answer = send(client, "/plan/actions", wish)
    kept = actions.get(site.state, person(site, "marketer"), int(answer.get_json()["go"]["action"]))
    assert (kept.value, kept.lift, kept.chain_id) == (None, None, None)


@pytest.mark.parametrize(
    ("search", "status"),
    [
        (f"?e={FOREIGN}&new=blank", 404),
        (f"?e={OWN}&new=bottleneck&seg=nobody&step=active_evaluation", 400),
        (f"?e={OWN}&new=bottleneck&seg=Business&step=__class__", 400),
        (f"?e={OWN}&new=levers", 400),
        (f"?e={OWN}&new=what", 400),
        (f"?e={OWN}", 400),
    ],
)
def test_an_address_that_proposes_nothing_puts_nothing_on_the_plan(
    search: str, status: int, site: Site, signed_in: Clients
) -> None:
    assert send(signed_in("marketer"), "/plan/actions", FORM | {"search": search}).status_code == status
    assert actions.listed(site.state, person(site, "marketer"), OWN) == ()


WRITES: dict[str, dict[str, Any]] = {
    "/plan/actions": FORM | {"search": f"?e={OWN}&new=blank"},
    "/plan/actions/levers": {
        "search": f"?e={OWN}&new=levers&dP=10",
        "owner_id": "",
        "starts_on": "",
        "due_on": "",
    },
    "/plan/actions/{id}/move": {"seen": "idea", "status": "live"},
    "/plan/actions/{id}/checks": {"text": "Brief"},
    "/plan/actions/{id}/comments": {"text": "Hello"},
    "/plan/actions/{id}/links": {"text": "", "url": "https://disk.example/x"},
    "/plan/actions/{id}/needs": {"needs": "{other}", "on": True},
    "/plan/actions/{id}/entries/{entry}/tick": {"done": True},
    "/plan/actions/{id}/entries/{entry}/remove": {},
}


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.MARKETER, Role.CONSULTANT, Role.ADMIN, Role.DISPLAY])
def test_who_may_change_the_plan(role: Role, site: Site, signed_in: Clients) -> None:
    number, other = made(site), made(site)
    entry = action_entries.add_entry(site.state, person(site, "marketer"), number, "check", "Brief")
    client = signed_in(role)
    for path, wish in WRITES.items():
        filled = path.format(id=number, entry=entry)
        sent = {key: str(other) if value == "{other}" else value for key, value in wish.items()}
        wanted = 200 if person(site, role).may(Action.PLAN) else 403
        assert send(client, filled, sent).status_code == wanted, path
        assert send(client, path.format(id=999, entry=entry), sent).status_code == (
            404 if "{id}" in path else wanted
        )
    fields = seen_of(actions.get(site.state, person(site, "marketer"), number))
    answer = send(client, f"/plan/actions/{number}", fields | {"seen": fields, "title": "New"})
    assert answer.status_code == (200 if person(site, role).may(Action.PLAN) else 403)


def test_executives_read_the_plan_and_change_nothing(site: Site, signed_in: Clients) -> None:
    number = made(site, problem="Only 10 of 100 go on")
    action_entries.add_entry(
        site.state, person(site, "marketer"), number, "link", "Brief", "https://disk.example/x"
    )
    client = signed_in("executive")
    search = f"?e={OWN}&action={number}"
    for name in ("plan-body.children", "plan-panel.children"):
        text = call(client, site, name, place(site, name, search)).get_data(as_text=True)
        assert "Call back in 5 minutes" in text
        for sign in ("data-post", "data-form", "data-choice"):
            assert sign not in text
    assert "Only 10 of 100 go on" in text
    assert '"rel":"noopener noreferrer"' in text
    new = call(client, site, "plan-panel.children", place(site, "plan-panel.children", f"?e={OWN}&new=blank"))
    assert "data-form" not in new.get_data(as_text=True)


def test_an_action_of_another_engagement_is_as_unknown_as_none(site: Site, signed_in: Clients) -> None:
    foreign = actions.add(site.state, person(site, "admin"), FOREIGN, {"title": "Secret of the rival"})
    client = signed_in("marketer")
    name = "plan-panel.children"
    answers = {
        call(client, site, name, place(site, name, f"?e={OWN}&action={number}")).get_data(as_text=True)
        for number in (foreign, 999_999)
    }
    assert len(answers) == 1
    assert "Secret" not in answers.pop()
    assert (
        send(client, f"/plan/actions/{foreign}/move", {"seen": "idea", "status": "live"}).status_code == 404
    )


def test_a_conflict_names_the_field_the_person_and_both_values(site: Site, signed_in: Clients) -> None:
    number = made(site)
    anna, ivan = signed_in("consultant"), signed_in("marketer")
    seen = seen_of(actions.get(site.state, person(site, "marketer"), number))
    path = f"/plan/actions/{number}"
    assert send(anna, path, seen | {"seen": seen, "due_on": "2026-08-12"}).status_code == 200
    mine = seen | {"seen": seen, "due_on": "2026-08-15"}
    refused = send(ivan, path, mine)
    told = refused.get_json()
    assert refused.status_code == 409
    assert told["problem"].replace("\u00a0", " ") == (
        "Anna Kovaleva changed “Due” meanwhile: it says “12 Aug 2026” now, you want “15 Aug 2026”. Do it again to keep "
        "yours."
    )
    assert told["seen"] == {"due_on": "2026-08-12"}
    again = send(ivan, path, mine | {"seen": seen | told["seen"]})
    assert again.status_code == 200
    assert str(actions.get(site.state, person(site, "marketer"), number).due_on) == "2026-08-15"
    moved = {"seen": "idea", "status": "in_progress"}
    assert send(anna, f"{path}/move", moved).status_code == 200
    late = send(ivan, f"{path}/move", {"seen": "idea", "status": "dropped"})
    assert late.status_code == 409
    assert "“In progress” now" in late.get_json()["problem"]


def test_filters_of_the_board_stand_in_the_address(site: Site, signed_in: Clients) -> None:
    me = person(site, "marketer").id
    made(site, title="Mine, Business", owner_id=me, segment="Business", status="live")
    made(site, title="Nobody's, everybody", channel="site")
    made(site, title="Mine, gift", owner_id=me, segment="Gift, fast")
    client = signed_in("marketer")

    def shown(more: str) -> set[str]:
        rows = csv.DictReader(io.StringIO(export(client, more)))
        return {row["Action"] for row in rows if row["Action"]}

    assert len(shown("")) == 3
    assert shown(f"&owner={me}") == {"Mine, Business", "Mine, gift"}
    assert shown("&owner=nobody") == {"Nobody's, everybody"}
    assert shown("&s=Business") == {"Mine, Business", "Nobody's, everybody"}
    assert shown("&ch=site") == {"Nobody's, everybody"}
    live = call(client, site, "plan-body.children", {"path": "/plan", "search": f"?e={OWN}&status=live"})
    assert "Mine, Business" in live.get_data(as_text=True)
    assert "Mine, gift" not in live.get_data(as_text=True)


def test_the_finder_knows_actions_for_who_may_read_the_plan(site: Site, signed_in: Clients) -> None:
    number = made(site, title="Call back at once")
    made(site, title="Given up", status="dropped")

    def found(role: Role) -> list[tuple[str, dict[str, str]]]:
        finds = signed_in(role).get(f"/finder?e={OWN}").get_json()
        return [(find["ru"], find["set"]) for find in finds if find["kind"] == "action"]

    assert found(Role.EXECUTIVE) == [("Call back at once", {"action": str(number)})]
    assert found(Role.DISPLAY) == []


def export(client: FlaskClient, more: str = "") -> str:
    """The rows of the board's file, without what is said above them."""
    text = client.get(f"/export/plan-board.csv?e={OWN}{more}").get_data(as_text=True)
    return text[text.index("Number,") :]


def test_a_file_of_the_board_runs_no_formula(site: Site, signed_in: Clients) -> None:
    made(
        site,
        title="=cmd|'/c calc'!A1",
        due_on=read_fields({"due_on": "2020-01-01"})["due_on"],
        cost=Decimal("1.5"),
    )
    (row,) = csv.DictReader(io.StringIO(export(signed_in("marketer"))))
    assert row["Action"].startswith("'=")
    assert int(row["Days overdue"]) > 2000
    assert row["Cost"] == "1.5"


def test_chains_break_where_somebody_has_to_act(site: Site, signed_in: Clients) -> None:
    services = services_of(site)
    _, row = worst_of(services, f"?e={OWN}&{PERIOD}")
    target = plan_address(Address.parse(f"?e={OWN}&{PERIOD}"), row.segment, row.from_stage)
    (found,) = proposals(services, ask_of(services, "/plan", target, Action.PLAN))
    assert found.step == (row.from_stage, row.to_stage)
    client = signed_in("marketer")
    number = int(send(client, "/plan/actions", FORM | {"search": target.search()}).get_json()["go"]["action"])
    search = f"?e={OWN}&{PERIOD}&tab=chains"

    def text() -> str:
        answer = call(client, site, "plan-body.children", {"path": "/plan", "search": search})
        return json.dumps(answer.get_json(), ensure_ascii=False)

    assert "nobody owns it" in text()
    assert "not measured yet" in text()
    actions.change(
        site.state,
        person(site, "marketer"),
        number,
        {"owner_id": None, "status": "idea"},
        {"owner_id": person(site, "executive").id, "status": Status.LIVE},
        read_fields({"due_on": "2026-09-01"})["due_on"],
    )
    assert "nobody owns it" not in text()
    assert "nobody has said how its effect is measured" in text()
