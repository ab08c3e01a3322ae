"""Every route and every callback against everybody: what opens for whom stands in the two tables below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from callbacks.services import ACTION
from data_access.scope import RIGHTS, Action, Role
from tests.http.conftest import call, place, server_callbacks, token_header
from tests.web import EMPTY, FOREIGN, OWN, ROLES, Site

VISITORS = (None, *ROLES)
CANARY = "Rival of the house"
Clients = Callable[[str | None], FlaskClient]
STRANGE = (
    FOREIGN, "nowhere", "../acme", "acme/../rival", "acme'--", "ACME", " acme", "acme\0", "acme,rival", "rival#", "*",
    "%", "__class__", "\u0430cme", "acme" * 500,
)  # fmt: skip
SUITE = "/_dash-component-suites/dash/dash-renderer/build/dash_renderer.min.js"


@dataclass(frozen=True)
class Route:
    """How a route answers nobody, and everybody who has signed in; where `others` stands, an admin alone.

    Where `right` stands, who lacks it reads 403.
    """

    method: str
    path: str
    nobody: int
    signed_in: int
    others: int | None = None
    right: Action | None = None

    def answers(self, visitor: Role | None) -> int:
        if visitor is None:
            return self.nobody
        if self.right is not None and self.right not in RIGHTS[visitor]:
            return 403
        return self.signed_in if self.others is None or visitor is Role.ADMIN else self.others


ROUTES = {  # endpoint -> what it answers
    "metrics": Route("GET", "/metrics", 404, 404),  # no token is set: see test_metrics.py
    "login.form": Route("GET", "/login", 200, 302),
    "login.submit": Route("POST", "/login", 400, 401),  # 400: no token without a page; 401: no such login
    "login.logout": Route("POST", "/logout", 401, 303),
    "login.style": Route("GET", "/login/style.css", 200, 200),
    "login.icon": Route("GET", "/login/icon.svg", 200, 200),
    "customers.file": Route("GET", f"/export/customers.csv?e={OWN}", 401, 200, right=Action.PEOPLE),
    "measures.add": Route("POST", "/plan/measures", 401, 400),
    "measures.change": Route("POST", "/plan/measures/call_back_5", 401, 400),
    "measures.hide": Route("POST", "/plan/measures/call_back_5/hide", 401, 400),
    "plan.file": Route("GET", f"/export/plan.xlsx?e={OWN}", 401, 200, right=Action.SIMULATE),
    "scenario.file": Route("GET", f"/export/scenario.xlsx?e={OWN}", 401, 200, right=Action.SIMULATE),
    "finder": Route("GET", f"/finder?e={OWN}", 401, 200),
    # 200: the list of nobody's views; 400: a wish without its fields
    "views.list": Route("GET", f"/views?e={OWN}", 401, 200),
    "views.save": Route("POST", "/views", 401, 400),
    "views.change": Route("POST", "/views/1", 401, 400),
    "views.remove": Route("POST", "/views/1/delete", 401, 400),
    "scenarios.save": Route("POST", "/scenarios", 401, 400),
    "scenarios.change": Route("POST", "/scenarios/1", 401, 400),
    "scenarios.remove": Route("POST", "/scenarios/1/delete", 401, 400),
    "scenarios.approve": Route("POST", "/scenarios/1/approve", 401, 400),
    "shares.make": Route("POST", "/shares", 401, 400),
    "shares.revoke": Route("POST", "/shares/1/revoke", 401, 400),
    "shares.open": Route("GET", "/s/nothing", 404, 404),
    "settings.person": Route("POST", "/settings/people", 401, 400, others=403),
    "settings.password": Route("POST", "/settings/people/99/password", 401, 400, others=403),
    "settings.disable": Route("POST", "/settings/people/99/disable", 401, 400, others=403),
    "settings.enable": Route("POST", "/settings/people/99/enable", 401, 400, others=403),
    "settings.role": Route("POST", "/settings/people/99/role", 401, 400, others=403),
    "settings.email": Route("POST", "/settings/people/99/email", 401, 400, others=403),
    "settings.grants": Route("POST", "/settings/people/99/engagements", 401, 400, others=403),
    "settings.engagement": Route("POST", "/settings/engagements", 401, 400, others=403),
    "endpoints.add": Route("POST", "/settings/endpoints", 401, 400, right=Action.APPROVE),
    "endpoints.switch": Route("POST", "/settings/endpoints/99/switch", 401, 400, right=Action.APPROVE),
    # 400: a wish without a body, even an empty one
    "endpoints.remove": Route("POST", "/settings/endpoints/99/delete", 401, 400, right=Action.APPROVE),
    "delivery.test": Route("POST", "/settings/delivery/test", 401, 400, right=Action.APPROVE),
    "delivery.again": Route("POST", "/settings/delivery/99/again", 401, 400, right=Action.APPROVE),
    "me.email": Route("POST", "/me/email", 401, 400, right=Action.SIMULATE),
    "targets.put": Route("POST", "/settings/targets", 401, 400, right=Action.APPROVE),
    "targets.take": Route("POST", "/settings/targets/take", 401, 400, right=Action.APPROVE),
    "targets.undo": Route("POST", "/settings/targets/undo", 401, 400, right=Action.APPROVE),
    # 404: a draft or an engagement of nobody; 400: a wish without its fields
    "data.begin": Route("POST", "/data/drafts", 401, 400),
    "data.upload": Route("POST", "/data/drafts/99/files", 401, 404),
    "data.look": Route("POST", "/data/drafts/99/look", 401, 400),
    "data.check": Route("POST", "/data/drafts/99/check", 401, 400),
    "data.import": Route("POST", "/data/drafts/99/import", 401, 400),
    "data.cancel": Route("POST", "/data/drafts/99/cancel", 401, 400),
    "data.remove": Route("POST", "/data/drafts/99/remove", 401, 400),
    "data.plain": Route("POST", "/data/drafts/99/plain", 401, 400),
    "data.take": Route("POST", "/data/drafts/99/take", 401, 400),
    "data.kind": Route("POST", "/data/drafts/99/kind", 401, 400),
    "data.column": Route("POST", "/data/drafts/99/column", 401, 400),
    "data.dates": Route("POST", "/data/drafts/99/dates", 401, 400),
    "data.decimal": Route("POST", "/data/drafts/99/decimal", 401, 400),
    "data.stage": Route("POST", "/data/drafts/99/stage", 401, 400),
    "data.channel": Route("POST", "/data/drafts/99/channel", 401, 400),
    "data.ends": Route("POST", "/data/drafts/99/ends", 401, 400),
    "data.progress": Route("GET", "/data/drafts/99/progress", 401, 404),
    "data.template": Route("GET", "/data/drafts/99/template.yaml", 401, 404),
    "data.people": Route("POST", "/data/people", 401, 400),
    "data.running": Route("GET", f"/data/running?e={OWN}", 401, 200, right=Action.IMPORT),
    "data.undo": Route("POST", "/data/undo", 401, 400),
    "data.redo": Route("POST", "/data/redo", 401, 400),
    "data.rejected": Route("GET", f"/data/{OWN}/rejected-99.csv", 401, 404, right=Action.IMPORT),
    # 400: a wish without its fields
    "plan.add": Route("POST", "/plan/actions", 401, 400),
    "plan.add_levers": Route("POST", "/plan/actions/levers", 401, 400),
    "plan.change": Route("POST", "/plan/actions/99", 401, 400),
    "plan.move": Route("POST", "/plan/actions/99/move", 401, 400),
    "plan.check": Route("POST", "/plan/actions/99/checks", 401, 400),
    "plan.comment": Route("POST", "/plan/actions/99/comments", 401, 400),
    "plan.link": Route("POST", "/plan/actions/99/links", 401, 400),
    "plan.need": Route("POST", "/plan/actions/99/needs", 401, 400),
    "plan.tick": Route("POST", "/plan/actions/99/entries/9/tick", 401, 400),
    "effects.register": Route("POST", "/monitor/effects", 401, 400),
    "effects.change": Route("POST", "/monitor/effects/9", 401, 400),
    "effects.withdraw": Route("POST", "/monitor/effects/9/withdraw", 401, 400),
    "effects.decide": Route("POST", "/monitor/decisions", 401, 400),
    "plan.remove": Route("POST", "/plan/actions/99/entries/9/remove", 401, 400),
    "alerts.add": Route("POST", "/monitor/rules", 401, 400),
    "alerts.change": Route("POST", "/monitor/rules/99", 401, 400),
    "alerts.enable": Route("POST", "/monitor/rules/99/enable", 401, 400),
    "alerts.delete": Route("POST", "/monitor/rules/99/delete", 401, 400),
    "incidents.acknowledge": Route("POST", "/monitor/incidents/99/acknowledge", 401, 400),
    "incidents.snooze": Route("POST", "/monitor/incidents/99/snooze", 401, 400),
    "incidents.wake": Route("POST", "/monitor/incidents/99/wake", 401, 400),
    "incidents.owner": Route("POST", "/monitor/incidents/99/owner", 401, 400),
    "incidents.resolve": Route("POST", "/monitor/incidents/99/resolve", 401, 400),
    "incidents.comment": Route("POST", "/monitor/incidents/99/comment", 401, 400),
    "notes.add": Route("POST", "/monitor/notes", 401, 400),
    "notes.change": Route("POST", "/monitor/notes/99", 401, 400),
    "notes.remove": Route("POST", "/monitor/notes/99/remove", 401, 400),
    "digests.add": Route("POST", "/monitor/digests", 401, 400),
    "digests.change": Route("POST", "/monitor/digests/99", 401, 400),
    "digests.switch": Route("POST", "/monitor/digests/99/switch", 401, 400),
    "digests.remove": Route("POST", "/monitor/digests/99/remove", 401, 400),
    "digests.send": Route("POST", "/monitor/digests/99/send", 401, 400),
    "digests.file": Route("GET", f"/export/digest.pdf?e={OWN}", 401, 200, right=Action.SIMULATE),
    # without a sign-in, and the same for a token of nobody
    "leave.form": Route("GET", "/digest/leave/nothing", 200, 200),
    "leave.submit": Route("POST", "/digest/leave/nothing", 200, 200),
    "support.add": Route("POST", "/monitor/support", 401, 400),
    "support.change": Route("POST", "/monitor/support/99", 401, 400),
    "support.tick": Route("POST", "/monitor/support/99/tick", 401, 400),
    "support.remove": Route("POST", "/monitor/support/99/remove", 401, 400),
    "preferences.password": Route("POST", "/me/password", 401, 400),
    "preferences.save": Route("POST", "/preferences", 401, 400),  # 400: an empty wish
    "live.status": Route("GET", f"/live?e={OWN}", 401, 200),
    "health.alive": Route("GET", "/healthz", 200, 200),
    "health.ready": Route("GET", "/readyz", 200, 200),
    "_dash_assets.static": Route("GET", "/assets/css/00-tokens.css", 401, 200),
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": Route("GET", SUITE, 401, 200),
    "/_dash-layout": Route("GET", "/_dash-layout", 401, 200),
    "/_dash-dependencies": Route("GET", "/_dash-dependencies", 401, 200),
    "/_dash-update-component": Route("POST", "/_dash-update-component", 401, 415),
    "/_reload-hash": Route("GET", "/_reload-hash", 401, 200),
    "/_favicon.ico": Route("GET", "/_favicon.ico", 401, 200),
    "export": Route("GET", f"/export/overview-segments.csv?e={OWN}", 401, 200),
    "/": Route("GET", "/", 302, 302),
    "/<path:path>": Route("GET", f"/overview?e={OWN}", 302, 200),
}

CALLBACKS = {  # what a callback shows -> the right it needs
    "shell-page": Action.READ,
    "shell-switcher": Action.READ,
    "shell-filters": Action.READ,
    "help-stages": Action.READ,
    "me-profile": Action.READ,
    "me-links": Action.READ,
    "data-title": Action.IMPORT,
    "data-tabs": Action.IMPORT,
    "data-body": Action.IMPORT,
    "settings-tabs": Action.APPROVE,
    "settings-list": Action.APPROVE,
    "settings-add": Action.APPROVE,
    "shell-how": Action.READ,
    "shell-alerts": Action.READ,  # a number for who may see the monitoring, none for the others
    "overview-alerts": Action.READ,  # likewise
    "overview-subtitle": Action.READ,
    "overview-hero": Action.READ,
    "overview-equation": Action.READ,
    "overview-visit": Action.READ,
    "overview-bridge": Action.READ,
    "overview-way": Action.READ,
    "overview-trend": Action.READ,
    "overview-ranking": Action.READ,
    "overview-segments": Action.READ,
    "overview-plan": Action.READ,
    "report-subtitle": Action.SIMULATE,
    "report-hero": Action.SIMULATE,
    "report-equation": Action.SIMULATE,
    "report-funnel": Action.SIMULATE,
    "report-heatmap": Action.SIMULATE,
    "report-bridge": Action.SIMULATE,
    "report-ranking": Action.SIMULATE,
    "report-segments": Action.SIMULATE,
    "report-months": Action.SIMULATE,
    "report-actions": Action.SIMULATE,
    "report-effects": Action.SIMULATE,
    "report-effect": Action.SIMULATE,
    "overview-wall": Action.READ,
    "wall-title": Action.READ,
    "wall-controls": Action.READ,
    "wall-equation": Action.READ,
    "wall-leak": Action.READ,
    "wall-segments": Action.READ,
    "wall-months": Action.READ,
    "funnel-subtitle": Action.READ,
    "funnel-steps": Action.READ,
    "funnel-drill": Action.READ,
    "touchpoints-subtitle": Action.READ,
    "touchpoints-map": Action.READ,
    "touchpoints-detail": Action.READ,
    "touchpoints-next": Action.READ,
    "whatif-body": Action.SIMULATE,
    "whatif-tornado": Action.SIMULATE,
    "whatif-no-draws": Action.SIMULATE,
    "whatif-no-own": Action.SIMULATE,
    "whatif-time": Action.SIMULATE,
    "whatif-answer": Action.SIMULATE,
    "scenarios": Action.SIMULATE,
    "scenarios-ledger": Action.SIMULATE,
    "plan-tabs": Action.SIMULATE,
    "plan-panel": Action.SIMULATE,
    "plan-body": Action.SIMULATE,
    "monitor-tabs": Action.SIMULATE,
    "monitor-body": Action.SIMULATE,
    "monitor-below": Action.SIMULATE,
    "monitor-panel": Action.SIMULATE,
    "customers-head": Action.PEOPLE,
    "customers-list": Action.PEOPLE,
    "customer-head": Action.PEOPLE,
    "customer-story": Action.PEOPLE,
}


def shown(name: str) -> str:
    """The first thing that a callback fills."""
    return name.strip(".").split(".", 1)[0]


def test_every_route_and_callback_stands_in_the_tables(site: Site) -> None:
    assert {rule.endpoint for rule in site.app.server.url_map.iter_rules()} == set(ROUTES)
    registered = {shown(name): site.app.callback_map[name]["callback"] for name in server_callbacks(site)}
    assert {name: getattr(run, ACTION) for name, run in registered.items()} == CALLBACKS


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("endpoint", ROUTES)
def test_route(endpoint: str, visitor: Role | None, site: Site, signed_in: Clients) -> None:
    route = ROUTES[endpoint]
    client = site.client(visitor) if endpoint == "login.logout" else signed_in(visitor)
    if visitor:
        client.get(f"/overview?e={OWN}")
    answer = client.open(route.path, method=route.method, headers=token_header(client))
    assert answer.status_code == route.answers(visitor)
    if visitor is None and endpoint in ("/", "/<path:path>"):
        assert answer.headers["Location"].startswith("/login")


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("name", CALLBACKS)
def test_callback(name: str, visitor: Role | None, site: Site, signed_in: Clients) -> None:
    callback = next(one for one in server_callbacks(site) if shown(one) == name)
    client = signed_in(visitor)
    for engagement in (OWN, EMPTY, *STRANGE):
        answer = call(client, site, callback, place(site, callback, f"?e={quote(engagement)}"))
        assert answer.status_code == expected(name, visitor, engagement), engagement
        assert visitor is Role.ADMIN or CANARY not in answer.get_data(as_text=True)


def expected(name: str, visitor: Role | None, engagement: str) -> int:
    """Nobody 401; of others' engagements 404 (an admin has every one); without the right 403.

    The shell itself answers with a page of words.
    """
    if visitor is None:
        return 401
    if name.startswith("shell-"):
        return 200
    if engagement not in (OWN, EMPTY) and not (visitor is Role.ADMIN and engagement == FOREIGN):
        return 404
    return 200 if CALLBACKS[name] in RIGHTS[visitor] else 403


@pytest.mark.parametrize("visitor", [role for role in ROLES if role is not Role.ADMIN])
def test_page_of_a_foreign_engagement_says_what_an_unknown_one_says(
    visitor: Role, site: Site, signed_in: Clients
) -> None:
    client = signed_in(visitor)
    answers = []
    for engagement in (FOREIGN, "nowhere"):
        page = {"path": "/overview", "search": f"?e={engagement}"}
        answers.append(call(client, site, "shell-page.children", page).get_json())
        assert client.get(f"/overview?e={engagement}").status_code == 404
    assert answers[0] == answers[1]
    assert "There is no such page" in str(answers[0])


def test_page_without_the_right_is_a_403_and_absent_from_the_menu(site: Site, signed_in: Clients) -> None:
    wall = signed_in(Role.DISPLAY)
    assert wall.get(f"/whatif?e={OWN}").status_code == 403
    shown_page = call(wall, site, "shell-page.children", {"path": "/whatif", "search": f"?e={OWN}"})
    assert "No access" in shown_page.get_data(as_text=True)
    assert "whatif" not in wall.get("/_dash-layout").get_data(as_text=True)
    assert "whatif" in signed_in(Role.EXECUTIVE).get("/_dash-layout").get_data(as_text=True)


def test_a_right_taken_away_is_gone_at_the_next_request(fresh: Site) -> None:
    from data_access.state import engagements, users

    client = fresh.client("marketer")
    assert client.get(f"/overview?e={OWN}").status_code == 200
    engagements.revoke(fresh.state, users.find(fresh.state, "marketer").record.id, OWN)
    assert client.get(f"/overview?e={OWN}").status_code == 404
