"""The administrator's acts: each needs the right, is written down, and shows a password once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from data_access.state import engagements, users
from data_access.state.schema import audit
from tests.http.conftest import call, server_callbacks, token_header
from tests.web import EMPTY, FOREIGN, OWN, Site, sign_in

NINA = {"name": "Nina", "login": "nina", "role": "marketer", "language": "ru", "engagements": [OWN]}
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
    }
    before = deeds(site)
    for path, wish in acts.items():
        assert send(client, path, wish).status_code == 403, path
    assert deeds(site) == before
    assert client.get(f"/settings?e={OWN}").status_code == 403
    assert '"settings"' not in client.get("/_dash-layout").get_data(as_text=True)


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
