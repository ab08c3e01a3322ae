"""The administrator's acts: each needs the right, is written down, and shows a password once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from data_access.scope import Role
from data_access.state import engagements, users
from data_access.state.schema import audit
from tests.http.conftest import call, server_callbacks, token_header
from tests.web import EMPTY, FOREIGN, OWN, ROLES, Site, sign_in

NINA = {
    "name": "Nina",
    "login": "nina",
    "email": "",
    "role": "marketer",
    "language": "ru",
    "engagements": [OWN],
}
BAKERY = {"name": "Bakery two", "key": "bakery2", "currency": "EUR", "zone": "Europe/Berlin"}


def send(client: FlaskClient, path: str, wish: Any) -> Any:
    """Post as our scripts do."""
    client.get(f"/overview?e={OWN}")
    return client.post(path, json=wish, headers=token_header(client))


def seen(site: Site, login: str) -> set[str]:
    return set(users.find(site.state, login).record.engagements)


def deeds(site: Site) -> list[tuple[str, str]]:
    with site.state.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(audit.c.actor, audit.c.action))]


def test_an_admin_adds_somebody_who_signs_in(fresh: Site) -> None:
    answer = send(fresh.client("admin"), "/settings/people", NINA)
    secret = answer.get_json()["secret"]
    assert answer.headers["Cache-Control"] == "no-store"
    client = fresh.app.server.test_client()
    assert sign_in(client, "nina", secret).status_code == 303
    assert client.get(f"/funnel?e={OWN}").status_code == 200
    assert client.get(f"/funnel?e={FOREIGN}").status_code == 404
    assert ("admin", "user.add") in deeds(fresh)
    with fresh.state.connect() as connection:
        assert secret not in str(connection.execute(sa.select(audit.c.detail)).all())


def test_rights_passwords_and_the_door(fresh: Site) -> None:
    admin, person = fresh.client("admin"), users.find(fresh.state, "marketer").record.id
    place = f"/settings/people/{person}"
    inside = fresh.client("marketer")
    assert send(admin, f"{place}/engagements", {"engagements": [FOREIGN, EMPTY]}).status_code == 200
    assert seen(fresh, "marketer") == {FOREIGN, EMPTY}
    assert send(admin, f"{place}/engagements", {"engagements": [OWN, "nowhere"]}).status_code == 404
    assert seen(fresh, "marketer") == {FOREIGN, EMPTY}  # all of it, or nothing
    assert inside.get(f"/overview?e={FOREIGN}").status_code == 200
    secret = send(admin, f"{place}/password", {}).get_json()["secret"]
    assert inside.get(f"/overview?e={FOREIGN}").status_code == 302
    assert sign_in(fresh.app.server.test_client(), "marketer", secret).status_code == 303
    assert send(admin, f"{place}/disable", {}).status_code == 200
    assert sign_in(fresh.app.server.test_client(), "marketer", secret).status_code == 401
    assert send(admin, f"{place}/enable", {}).status_code == 200
    assert sign_in(fresh.app.server.test_client(), "marketer", secret).status_code == 303
    assert {"grant", "revoke", "user.password", "user.disable", "user.enable"} <= {
        action for actor, action in deeds(fresh) if actor == "admin"
    }


def test_the_last_admin_stays(fresh: Site) -> None:
    admin, own = fresh.client("admin"), users.find(fresh.state, "admin").record.id
    refused = send(admin, f"/settings/people/{own}/disable", {})
    assert (refused.status_code, "last administrator" in refused.get_json()["problem"]) == (400, True)
    assert send(admin, "/settings/people", NINA | {"role": "admin"}).status_code == 200
    assert send(admin, f"/settings/people/{own}/disable", {}).status_code == 200
    assert admin.get("/settings").status_code == 302


def test_a_role_changes_in_open_sessions_at_once(fresh: Site) -> None:
    admin, inside = fresh.client("admin"), fresh.client("executive")
    there = users.find(fresh.state, "executive").record.id
    place, people = f"/settings/people/{there}/role", f"/customers?e={OWN}"
    assert inside.get(people).status_code == 403
    assert send(admin, place, {"role": "marketer"}).status_code == 200
    assert inside.get(people).status_code == 200  # the same session
    assert send(admin, place, {"role": "marketer"}).status_code == 200  # the second time changes nothing
    assert send(admin, place, {"role": "display"}).status_code == 200
    assert inside.get(people).status_code == 403
    assert inside.get(f"/overview?e={OWN}").status_code == 200
    with fresh.state.connect() as connection:
        rows = connection.execute(
            sa.select(audit).where(audit.c.action == "user.role").order_by(audit.c.id)
        ).all()
    assert [(row.actor, row.detail) for row in rows] == [
        ("admin", {"login": "executive", "before": "executive", "role": "marketer"}),
        ("admin", {"login": "executive", "before": "marketer", "role": "display"}),
    ]
    for role in ("root", "guest", "", "ADMIN"):
        assert send(admin, place, {"role": role}).status_code == 400, role
    assert send(admin, "/settings/people/9999/role", {"role": "admin"}).status_code == 404
    assert users.record(fresh.state, there).role == "display"


def test_nobody_loses_the_last_admin_nor_gives_up_their_own_right(fresh: Site) -> None:
    admin, own = fresh.client("admin"), users.find(fresh.state, "admin").record.id
    place = f"/settings/people/{own}/role"
    assert "from yourself" in send(admin, place, {"role": "marketer"}).get_json()["problem"]
    assert send(admin, place, {"role": "admin"}).status_code == 200
    other = users.find(fresh.state, "marketer").record.id
    assert send(admin, f"/settings/people/{other}/role", {"role": "admin"}).status_code == 200
    assert send(admin, place, {"role": "marketer"}).status_code == 400  # another admin does it, not oneself
    second = fresh.client("marketer")
    assert second.get("/settings").status_code == 302
    assert second.get(f"/settings?e={FOREIGN}").status_code == 200  # an admin sees every engagement
    assert send(second, place, {"role": "marketer"}).status_code == 200
    assert admin.get(f"/settings?e={OWN}").status_code == 403
    assert send(admin, f"/settings/people/{other}/role", {"role": "marketer"}).status_code == 403
    assert users.record(fresh.state, other).role == "admin"


@pytest.mark.parametrize(("language", "title"), [("en", "Change role"), ("ru", "Изменить роль")])
def test_everybody_but_oneself_has_a_form_for_the_role(language: str, title: str, site: Site) -> None:
    client = site.client("admin")
    card = next(name for name in server_callbacks(site) if "settings-list" in name)
    where = {"path": "/settings", "search": f"?e={OWN}&lang={language}"}
    client.get(f"/overview?e={OWN}")
    told = str(call(client, site, card, where).get_json())
    ids = {role: users.find(site.state, role).record.id for role in ROLES}
    offered = {role for role, number in ids.items() if f"/settings/people/{number}/role" in told}
    assert offered == set(ROLES) - {Role.ADMIN}
    assert f"{title}: Ivan Belov" in told


def test_an_engagement_is_added_and_the_list_says_how_it_is_read(fresh: Site) -> None:
    admin = fresh.client("admin")
    assert send(admin, "/settings/engagements", BAKERY).status_code == 200
    made = engagements.get(fresh.state, "bakery2")
    assert (made.name, made.currency, made.zone) == ("Bakery two", "EUR", "Europe/Berlin")
    card = next(name for name in server_callbacks(fresh) if "settings-list" in name)
    place = {"path": "/settings", "search": f"?e={OWN}&tab=engagements"}
    told = str(call(admin, fresh, card, place).get_json())
    assert "Bakery two" in told
    assert "Europe/Berlin" in told
    for wrong in ({"key": "../x"}, {"zone": "Nowhere"}, {"currency": "euro"}, {"key": OWN}):
        assert send(admin, "/settings/engagements", BAKERY | wrong).status_code == 400, wrong


@pytest.mark.parametrize("role", ["display", "executive", "marketer", "consultant"])
def test_nobody_else_may(role: str, site: Site) -> None:
    client = site.client(role)
    acts = {
        "/settings/people": NINA,
        "/settings/engagements": BAKERY,
        "/settings/people/1/password": {},
        "/settings/people/1/disable": {},
        "/settings/people/1/enable": {},
        "/settings/people/1/engagements": {"engagements": []},
        "/settings/people/1/role": {"role": "admin"},
    }
    before = deeds(site)
    for path, wish in acts.items():
        assert send(client, path, wish).status_code == 403, path
    assert deeds(site) == before
    sets_targets = role == "consultant"  # who finds that tab alone
    assert client.get(f"/settings?e={OWN}").status_code == (200 if sets_targets else 403)
    assert ('"settings"' in client.get("/_dash-layout").get_data(as_text=True)) is sets_targets
    for card in ("settings-tabs", "settings-list", "settings-add"):
        name = next(one for one in server_callbacks(site) if card in one)
        for tab in ("", "&tab=people", "&tab=nothing"):
            answer = call(client, site, name, {"path": "/settings", "search": f"?e={OWN}{tab}"})
            assert answer.status_code == (200 if sets_targets else 403)
            assert "Ivan Belov" not in answer.get_data(as_text=True)
        assert (
            call(client, site, name, {"path": "/settings", "search": "?tab=engagements"}).status_code == 403
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "guest"},
        {"role": "root"},
        {"login": "a b"},
        {"name": " "},
        {"language": "de"},
        {"login": "marketer"},
    ],
)
def test_what_cannot_be_added(wrong: dict[str, str], site: Site) -> None:
    answer = send(site.client("admin"), "/settings/people", NINA | wrong)
    assert answer.status_code == 400
    assert answer.get_json()["problem"]
