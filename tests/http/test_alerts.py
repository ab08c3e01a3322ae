"""Alerts over HTTP: rules as an address says them, their back-test, incidents under people's hands, who may what."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callbacks.alerting import back_test, look
from callbacks.answers import Answers
from callbacks.monitor.alert_rule import asked_rule, blank
from callbacks.monitor.alerts import show_alerts, show_suggested
from callbacks.monitor.badge import show_count
from callbacks.overview.alerts import show_alerts as show_notice
from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.journey.alert_check import RuleDraft, limits_json
from dashboard.journey.alerts import AlertKind, AlertRule, Base, Side
from dashboard.journey.incidents import Incident, IncidentStatus
from dashboard.journey.targets import Kpi
from data_access.scope import Action, Guest, Role, UserRecord, authorize, operator
from data_access.state import alert_rules, incidents, users
from data_access.state.engine import writing
from data_access.state.schema_watch import alert_rule, incident
from tests.alert_stage import GIFT, HOME, NOW, STEP, falling_facts
from tests.http.conftest import Clients, clients_of, token_header
from tests.web import FOREIGN, OWN, Site, make_site

TAB = f"?e={OWN}&tab=alerts"
GIFT_STEP = f"&step={STEP}&seg={GIFT}"
FORM = {"name": "Gift falls", "owner_id": "", "users": [], "endpoints": [], "seen": {}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A product of this module's own: its tests write."""
    return make_site(tmp_path_factory.mktemp("alerts"), falling_facts())


@pytest.fixture(scope="module")
def signed_in(site: Site) -> Clients:
    """A client for a role, signed in once."""
    return clients_of(site)


@pytest.fixture(autouse=True)
def empty(site: Site) -> None:
    """No rule is left of the test before."""
    with writing(site.state) as connection:
        for table in (incident, alert_rule):
            connection.execute(sa.delete(table))


def person(site: Site, login: str) -> UserRecord:
    return users.find(site.state, login).record


def services_of(site: Site, who: UserRecord, now: datetime = NOW) -> Services:
    facts = falling_facts()
    return Services(site.settings, lambda: site.state, facts, Answers(facts), lambda: now, lambda: who)


def ask_of(services: Services, search: str) -> Ask:
    return services.ask(services.visit("/monitor", search), Action.SIMULATE)


def shown(site: Site, search: str, login: str = "marketer", now: datetime = NOW) -> str:
    """The tab as text."""
    services = services_of(site, person(site, login), now)
    return drawn(show_alerts(services, ask_of(services, search)))


def drawn(part: Any) -> str:
    """A component with everything in it as text."""
    return json.dumps(part, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def send(client: FlaskClient, path: str, wish: Any) -> Any:
    return client.post(path, json=wish, headers=token_header(client))


def made(site: Site, segment: str = GIFT, **more: Any) -> AlertRule:
    """A rule of the planted step."""
    who, info = person(site, "marketer"), services_of(site, person(site, "marketer")).facts
    draft = RuleDraft(f"{segment} falls", "limits", "conversion", STEP, segment, **more)
    scope = authorize(who, OWN, Action.SIMULATE)
    return alert_rules.get(site.state, who, alert_rules.add(site.state, who, OWN, draft, info.info(scope)))


def found(site: Site, now: datetime = NOW) -> Incident:
    """The incident of the planted fall, by a look of the worker."""
    made(site)
    scope = authorize(operator(frozenset({OWN})), OWN, Action.SIMULATE)
    assert look(Answers(falling_facts()), site.state, scope, now).opened == 1
    return incidents.listed(site.state, person(site, "marketer"), OWN)[0]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("", {"kind": AlertKind.LIMITS, "kpi": Kpi.CONVERSION, "stage": "", "segment": ""}),
        (GIFT_STEP, {"stage": STEP, "segment": GIFT}),
        ("&seg=nobody&step=__class__&channel=moon", {"stage": "", "segment": "", "channel": ""}),
        ("&kind=what&kpi=rich", {"kind": AlertKind.LIMITS, "kpi": Kpi.CONVERSION}),
        ("&kind=pace&kpi=deals_per_buyer", {"kind": AlertKind.PACE, "kpi": Kpi.CONVERSION}),
        ("&kind=data&kpi=leads&seg=Gift", {"kind": AlertKind.DATA, "kpi": None, "segment": ""}),
        ("&kind=forecast&channel=site", {"kind": AlertKind.FORECAST, "channel": ""}),
        (f"&kpi=revenue&step={STEP}", {"kpi": Kpi.REVENUE, "stage": ""}),
    ],
)
def test_an_address_says_only_rules_that_can_be(said: str, wanted: dict[str, Any], site: Site) -> None:
    ask = ask_of(services_of(site, person(site, "marketer")), f"{TAB}&rule=new{said}")
    rule = asked_rule(ask, blank(OWN))
    assert {name: getattr(rule, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("&change=35&base=mean&periods=6", "change", 0.35),
        ("&change=35&base=mean&periods=6", "base", Base.MEAN),
        ("&change=0.001", "change", 0.2),
        ("&change=nan", "change", 0.2),
        ("&change=1e999", "change", 0.2),
        ("&least=29", "least", 100),
        ("&least=31.5", "least", 31),
        ("&side=sideways", "side", Side.BELOW),
        ("&window=7", "window", 28),  # only a step has one
        (f"&window=7&step={STEP}", "window", 7),
    ],
)
def test_fields_out_of_their_bounds_are_left_as_they_are(
    said: str, field: str, value: Any, site: Site
) -> None:
    ask = ask_of(services_of(site, person(site, "marketer")), f"{TAB}&rule=new&kind=relative{said}")
    assert getattr(asked_rule(ask, blank(OWN)).limits, field) == value


def test_a_level_is_typed_in_the_unit_of_its_figure(site: Site) -> None:
    services = services_of(site, person(site, "marketer"))
    share = ask_of(services, f"{TAB}&rule=new&kind=absolute&threshold=35{GIFT_STEP}")
    money = ask_of(services, f"{TAB}&rule=new&kind=absolute&kpi=revenue&threshold=35")
    assert asked_rule(share, blank(OWN)).limits.threshold == pytest.approx(0.35)
    assert asked_rule(money, blank(OWN)).limits.threshold == 35
    none = shown(site, f"{TAB}&rule=new&kind=absolute{GIFT_STEP}")
    assert "Type a level: then its last year stands here." in none


def test_the_editor_tells_the_last_year_before_anything_is_kept(site: Site) -> None:
    services = services_of(site, person(site, "marketer"))
    ask = ask_of(services, f"{TAB}&rule=new{GIFT_STEP}")
    tested = back_test(services.answers, site.state, ask.scope, asked_rule(ask, blank(OWN)), NOW)
    assert [one.opened.since.isoformat() for one in tested.episodes] == ["2026-08-03"]
    text = shown(site, f"{TAB}&rule=new{GIFT_STEP}")
    assert "This rule would have fired 1\u00a0time in the last year." in text
    assert "3–9\u00a0Aug" in text
    assert "28.0%" in text
    quiet = shown(site, f"{TAB}&rule=new&step={STEP}&seg={HOME}")
    assert "would not have fired in the last year: 22\u00a0periods were judged" in quiet
    assert alert_rules.listed(site.state, person(site, "marketer"), OWN) == ()


def test_the_rule_that_is_kept_is_the_one_of_the_address(site: Site, signed_in: Clients) -> None:
    client, ivan = signed_in("marketer"), person(site, "marketer")
    search = f"{TAB}&rule=new&kind=relative&change=35&least=50{GIFT_STEP}"
    wish = FORM | {"search": search, "owner_id": str(ivan.id), "users": [str(ivan.id)]}
    answer = send(client, "/monitor/rules", wish)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert set(answer.get_json()["go"]) == {"rule", "kind", "change", "least", "step", "seg"}
    (kept,) = alert_rules.listed(site.state, ivan, OWN)
    ask = ask_of(services_of(site, ivan), search)
    rule = asked_rule(ask, blank(OWN))
    mine = (kept.kind, kept.kpi, kept.stage, kept.segment, limits_json(kept.kind, kept.limits))
    assert mine == (rule.kind, rule.kpi, STEP, GIFT, limits_json(rule.kind, rule.limits))
    assert (kept.limits.change, kept.limits.least, kept.owner_id, kept.users) == (
        0.35,
        50,
        ivan.id,
        (ivan.id,),
    )
    text = shown(site, TAB)
    assert "falls by 35% or more against the previous period" in text
    for wrong in ({"limits": {}}, {"users": [1]}, {"owner_id": "x"}, {"users": ["1;"]}):
        assert send(client, "/monitor/rules", wish | wrong).status_code == 400


def test_of_two_who_change_a_rule_the_second_is_told(site: Site, signed_in: Clients) -> None:
    rule = made(site)
    wish = FORM | {"search": f"{TAB}&rule={rule.id}&seg=*", "version": rule.version, "name": "All of them"}
    assert send(signed_in("consultant"), f"/monitor/rules/{rule.id}", wish).status_code == 200
    kept = alert_rules.get(site.state, person(site, "marketer"), rule.id)
    assert (kept.name, kept.segment, kept.stage) == ("All of them", "", STEP)
    late = send(signed_in("marketer"), f"/monitor/rules/{rule.id}", wish)
    assert late.status_code == 409
    assert late.get_json()["problem"]
    switched = {"version": kept.version, "enabled": False}
    assert send(signed_in("marketer"), f"/monitor/rules/{rule.id}/enable", switched).status_code == 200
    assert "paused" in shown(site, TAB)
    stale = send(signed_in("marketer"), f"/monitor/rules/{rule.id}/delete", {"version": kept.version})
    assert stale.status_code == 409


def test_suggested_rules_are_taken_over_as_they_stand(site: Site, signed_in: Clients) -> None:
    text = proposed(site)
    assert "Suggested rules" in text
    posts = [part["props"]["data-post"] for part in parts(json.loads(text)) if "data-post" in part["props"]]
    wishes = [json.loads(one)["body"] for one in posts if json.loads(one)["action"] == "/monitor/rules"]
    assert wishes
    for wish in wishes:
        assert send(signed_in("marketer"), "/monitor/rules", wish).status_code == 200
    kept = alert_rules.listed(site.state, person(site, "marketer"), OWN)
    assert len({one.cause for one in kept}) == len(wishes)
    assert AlertKind.DATA in {one.kind for one in kept}
    assert proposed(site) == proposed(site, "executive") == "[]"


def proposed(site: Site, login: str = "marketer") -> str:
    """The suggested rules as text."""
    services = services_of(site, person(site, login))
    return drawn(show_suggested(services, ask_of(services, TAB)))


def parts(tree: Any) -> list[Any]:
    """Every element of a drawn answer."""
    if isinstance(tree, list):
        return [part for one in tree for part in parts(one)]
    if not isinstance(tree, dict) or "props" not in tree:
        return []
    return [tree, *parts(tree["props"].get("children"))]


def test_an_incident_says_what_where_how_much_and_who_made_it(site: Site) -> None:
    one = found(site)
    text = shown(site, f"{TAB}&incident={one.id}")
    assert "Conversion “Evaluate → Purchase”, Gift: 24.0% (16.7–33.2%) against the usual 41.6%" in text
    assert "What made the change of −17.6\u00a0pp" in text
    assert [part in text for part in ("−16.8\u00a0pp", "−0.8\u00a0pp", "95%", "5%")] == [True] * 4
    assert f"/funnel?e={OWN}&p=2026-08-17..2026-08-24&s={GIFT}" in text
    assert f"/plan?e={OWN}&new=bottleneck&seg={GIFT}&step={STEP}" in text
    figures = one.figures
    parts_of_change = sum(part.effect for part in figures.slices) + (figures.rest or 0)
    assert parts_of_change == pytest.approx((figures.value or 0) - (figures.usual or 0))
    russian = shown(site, f"{TAB}&incident={one.id}&lang=ru")
    assert (
        "Конверсия «Оценка → Сделка», Gift: 24,0\u00a0% (16,7–33,2\u00a0%) против обычных 41,6\u00a0%"
        in russian
    )


def test_incidents_of_others_are_none(site: Site) -> None:
    one = found(site)
    for search in (f"{TAB}&incident=999", f"{TAB}&incident=x", f"?e={FOREIGN}&tab=alerts&incident={one.id}"):
        with pytest.raises(JourneyError) as error:
            shown(site, search)
        assert error.value.status == 404
    with pytest.raises(JourneyError) as refused:
        shown(site, f"{TAB}&rule=new", "executive")
    assert refused.value.status == 403


def test_who_only_reads_sees_no_button_and_guests_no_names(site: Site) -> None:
    one = found(site)
    reads = shown(site, f"{TAB}&incident={one.id}", "executive")
    assert "/monitor/incidents" not in reads
    assert "/monitor/rules" not in reads
    assert "Olga Admin" not in reads  # who is not concerned
    guest = replace(
        person(site, "consultant"), id=-1, guest=Guest("/monitor", f"{TAB}&incident={one.id}", NOW)
    )
    services = services_of(site, guest)
    text = drawn(show_alerts(services, ask_of(services, f"{TAB}&incident={one.id}")))
    assert "24.0%" in text
    assert not [
        name for name in ("Belov", "Kovaleva", "data-post", "data-form", "nobody is told") if name in text
    ]


WRITES: dict[str, dict[str, Any]] = {
    "/monitor/rules": FORM | {"search": f"{TAB}&rule=new{GIFT_STEP}"},
    "/monitor/rules/{rule}": FORM | {"search": TAB, "version": 0},
    "/monitor/rules/{rule}/enable": {"version": 1, "enabled": True},
    "/monitor/incidents/{incident}/acknowledge": {"version": 0},
    "/monitor/incidents/{incident}/snooze": {"version": 1, "until": "2099-01-01"},
    "/monitor/incidents/{incident}/wake": {"version": 2},
    "/monitor/incidents/{incident}/owner": {"version": 3, "owner_id": ""},
    "/monitor/incidents/{incident}/comment": {"text": "Two of five were ill"},
    "/monitor/incidents/{incident}/resolve": {"version": 4, "reason": ""},
    "/monitor/rules/{rule}/delete": {"version": 2},
}


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.MARKETER, Role.DISPLAY])
def test_who_may_change_rules_and_handle_incidents(role: Role, site: Site, signed_in: Clients) -> None:
    one, client = found(site), signed_in(role)
    wanted = 200 if person(site, role).may(Action.PLAN) else 403
    for path, wish in WRITES.items():
        answer = send(client, path.format(rule=one.rule.id, incident=one.id), wish)
        assert answer.status_code == wanted, (path, answer.get_data(as_text=True))
        if "{" in path:
            assert send(client, path.format(rule=999, incident=999), wish).status_code == 404


def test_an_incident_goes_from_open_to_resolved(site: Site, signed_in: Clients) -> None:
    one, client, ivan = found(site), signed_in("marketer"), person(site, "marketer")
    place = f"/monitor/incidents/{one.id}"
    assert send(client, f"{place}/acknowledge", {"version": 0}).status_code == 200
    late = send(client, f"{place}/acknowledge", {"version": 0})
    assert late.status_code == 409
    assert late.get_json()["problem"]
    assert send(client, f"{place}/snooze", {"version": 1, "until": "soon"}).status_code == 400
    assert send(client, f"{place}/snooze", {"version": 1, "until": "2099-01-05"}).status_code == 200
    snoozed = incidents.get(site.state, ivan, one.id)
    assert snoozed.snoozed_until == datetime(2099, 1, 4, 21)  # midnight in Moscow
    assert (snoozed.status, snoozed.owner_id) == (IncidentStatus.ACKNOWLEDGED, ivan.id)
    assert "snoozed until 5\u00a0Jan\u00a02099, 00:00" in shown(site, f"{TAB}&incident={one.id}")
    assert send(client, f"{place}/resolve", {"version": 2, "reason": "Staff is back"}).status_code == 200
    text = shown(site, f"{TAB}&incident={one.id}")
    assert "Resolved: 1" in text
    assert "Staff is back" in text
    assert send(client, f"{place}/owner", {"version": 3, "owner_id": ""}).status_code == 409


def test_the_tab_says_who_looked_and_when(site: Site) -> None:
    assert "No rule watches yet." in shown(site, TAB, "executive")
    rule = made(site, HOME)
    assert "Nobody has looked yet" in shown(site, TAB)
    scope = authorize(operator(frozenset({OWN})), OWN, Action.SIMULATE)
    look(Answers(falling_facts()), site.state, scope, NOW)
    calm = shown(site, TAB, now=NOW + timedelta(minutes=20))
    assert "Looked: today 08:00. All within limits, 1\u00a0rule." in calm
    assert "No look since 21\u00a0Sep, 08:00" in shown(site, TAB, now=NOW + timedelta(days=2))
    alert_rules.enable(site.state, person(site, "marketer"), rule.id, rule.version, enabled=False)
    assert "Every rule is paused" in shown(site, TAB)


def test_the_menu_and_the_overview_tell_of_open_incidents_alone(site: Site) -> None:
    one, ivan = found(site), person(site, "marketer")

    def told(who: UserRecord, engagement: str = OWN) -> tuple[str, str]:
        services = services_of(site, who)
        visit = services.visit("/overview", f"?e={engagement}")
        notice = drawn(show_notice(services, services.ask(visit, Action.READ))) if engagement == OWN else ""
        return drawn(show_count(services, visit)), notice

    count, notice = told(ivan)
    assert '"data-open-alerts": "1"' in count
    assert "24.0%" in notice
    assert f"tab=alerts&incident={one.id}" in notice or f"incident={one.id}&tab=alerts" in notice
    guest = replace(ivan, id=-1, guest=Guest("/overview", f"?e={OWN}", NOW))
    for who in (person(site, "display"), guest):
        assert told(who) == (
            drawn(show_count(services_of(site, who), services_of(site, who).visit("/x", ""))),
            "[]",
        )
        assert '"0"' in told(who)[0]
    assert '"0"' in told(ivan, FOREIGN)[0]
    incidents.acknowledge(site.state, ivan, one.id, 0, NOW)
    assert ('"0"' in told(ivan)[0], told(ivan)[1]) == (True, "[]")
