"""Saved views, the finder and one's own password: whose they are, and what others learn of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from data_access.state import engagements, users
from data_access.state.schema import session, sign_in_failure
from tests.http.conftest import call, server_callbacks, token_header
from tests.web import EMPTY, FOREIGN, OWN, PASSWORD, SEGMENTS, Site, sign_in

VIEW = {
    "engagement": OWN,
    "name": "  Business,   spring ",
    "path": "/funnel",
    "search": f"?e={FOREIGN}&s=Business&lang=ru&theme=dark",
    "shared": False,
}
NEW = "quite another password"


def send(client: FlaskClient, path: str, wish: Any) -> Any:
    """Post as our scripts do."""
    client.get(f"/overview?e={OWN}")
    return client.post(path, json=wish, headers=token_header(client))


def names(client: FlaskClient, engagement: str = OWN) -> list[str]:
    return [view["name"] for view in client.get(f"/views?e={engagement}").get_json()["views"]]


def test_a_view_is_kept_renamed_shared_and_deleted(fresh: Site) -> None:
    mine, other = fresh.client("marketer"), fresh.client("executive")
    view_id = send(mine, "/views", VIEW).get_json()["id"]
    kept = mine.get(f"/views?e={OWN}").get_json()["views"][0]
    assert (kept["name"], kept["search"], kept["own"]) == ("Business, spring", f"?e={OWN}&s=Business", True)
    assert names(other) == []
    assert send(mine, f"/views/{view_id}", {"name": "Spring", "shared": True}).status_code == 200
    theirs = other.get(f"/views?e={OWN}").get_json()["views"][0]
    assert (theirs["name"], theirs["owner"], theirs["own"]) == ("Spring", "Ivan Belov", False)
    found = [find for find in other.get(f"/finder?e={OWN}").get_json() if find["kind"] == "view"]
    assert [(find["en"], find["search"]) for find in found] == [("Spring", f"?e={OWN}&s=Business")]
    for path, wish in (
        (f"/views/{view_id}", {"name": "x", "shared": False}),
        (f"/views/{view_id}/delete", {}),
    ):
        assert send(other, path, wish).status_code == 404
    assert send(mine, f"/views/{view_id}/delete", {}).status_code == 200
    assert names(mine) == []


def test_a_view_of_a_page_beyond_the_role_is_not_shown(fresh: Site) -> None:
    send(fresh.client("marketer"), "/views", VIEW | {"path": "/whatif", "shared": True, "name": "Scenario"})
    assert names(fresh.client("executive")) == ["Scenario"]
    assert names(fresh.client("display")) == []


def test_a_list_of_customers_is_kept_with_its_keys_for_who_may_see_customers(fresh: Site) -> None:
    listed = f"?e={OWN}&s=Business&seg=Business&sort=-last&step=active_evaluation&went=stopped"
    wish = VIEW | {"path": "/customers", "name": "Stopped", "shared": True}
    mine = fresh.client("marketer")
    view_id = send(mine, "/views", wish | {"search": f"{listed}&q=%2B79161234567&lang=ru"}).get_json()["id"]
    for role, may in (("marketer", True), ("consultant", True), ("executive", False), ("display", False)):
        client = fresh.client(role)
        assert names(client) == (["Stopped"] if may else []), role
        found = [find for find in client.get(f"/finder?e={OWN}").get_json() if find["kind"] == "view"]
        assert [(find["path"], find["search"]) for find in found] == ([("/customers", listed)] if may else [])
        assert client.get(f"/customers{listed}").status_code == (200 if may else 403)
        assert ("/customers" in offered(client)) is may, role
    refused = send(fresh.client("executive"), "/views", wish)
    assert (refused.status_code, "problem" in refused.get_json()) == (403, True)
    users.set_role(fresh.state, users.find(fresh.state, "marketer").record.id, "executive")
    assert names(mine) == []  # one's own too, from the next request on
    assert send(mine, f"/views/{view_id}/delete", {}).status_code == 200


def offered(client: FlaskClient) -> list[str]:
    """Paths that the dialog of saved views offers to keep."""
    client.get(f"/overview?e={OWN}")
    setups: list[dict[str, Any]] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("data-setup"), str):
                setups.append(json.loads(node["data-setup"]))
            node = list(node.values())
        for inner in node if isinstance(node, list) else ():
            walk(inner)

    walk(client.get("/_dash-layout").get_json())
    return setups[0]["pages"]


@pytest.mark.parametrize(
    ("role", "wrong", "status"),
    [
        ("display", {"path": "/whatif"}, 403),
        ("executive", {"path": "/customer"}, 403),
        ("marketer", {"engagement": FOREIGN}, 404),
        ("marketer", {"engagement": "nowhere"}, 404),
        ("marketer", {"path": "//evil.example"}, 404),
        ("marketer", {"path": "/settings"}, 404),
        ("marketer", {"name": " \n "}, 400),
        ("marketer", {"search": "?s=" + "x" * 7000}, 400),
        ("marketer", {"shared": "yes"}, 400),
        ("display", {"shared": True}, 403),
    ],
)
def test_what_cannot_be_saved(role: str, wrong: dict[str, Any], status: int, site: Site) -> None:
    client = site.client(role)
    assert send(client, "/views", VIEW | wrong).status_code == status
    assert names(client) == []


def test_a_view_is_gone_with_the_engagement_and_needs_a_token(fresh: Site) -> None:
    client = fresh.client("marketer")
    view_id = send(client, "/views", VIEW).get_json()["id"]
    assert client.post("/views", json=VIEW).status_code == 400
    engagements.revoke(fresh.state, users.find(fresh.state, "marketer").record.id, OWN)
    assert client.get(f"/views?e={OWN}").status_code == 404
    for path, wish in (
        (f"/views/{view_id}", {"name": "x", "shared": False}),
        (f"/views/{view_id}/delete", {}),
    ):
        assert client.post(path, json=wish, headers=token_header(client)).status_code == 404


def test_the_finder_knows_both_languages_and_only_what_is_theirs(site: Site) -> None:
    finds = site.client("executive").get(f"/finder?e={OWN}").get_json()
    told = {(find["kind"], find["en"], find["ru"]) for find in finds}
    assert ("page", "Overview", "Обзор") in told
    assert ("stage", "Active evaluation", "Активная оценка") in told
    assert ("term", "Bottleneck", "Узкое место") in told
    assert ("channel", "Site", "Сайт") in told
    assert {find["en"] for find in finds if find["kind"] == "segment"} == set(SEGMENTS)
    assert {find["en"] for find in finds if find["kind"] == "engagement"} == {
        "Demo: «Electron» chain",
        "Bakery before its first import",
    }
    assert not {"/settings", "/customers"} & {find["path"] for find in finds}
    wall = site.client("display").get(f"/finder?e={OWN}").get_json()
    assert "/whatif" not in {find["path"] for find in wall}
    assert site.client("executive").get(f"/finder?e={FOREIGN}").status_code == 404
    assert site.client("executive").get(f"/finder?e={EMPTY}").status_code == 200


def test_the_own_password_changes_and_every_other_session_ends(fresh: Site) -> None:
    here, there = fresh.client("executive"), fresh.client("executive")
    before = here.get_cookie("journey_session")
    wish = {"current": PASSWORD, "new": NEW, "again": NEW}
    assert send(here, "/me/password", wish).status_code == 200
    after = here.get_cookie("journey_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert there.get(f"/overview?e={OWN}").status_code == 302
    assert here.get("/me").status_code == 302  # to the same page with an engagement
    card = next(name for name in server_callbacks(fresh) if "me-profile" in name)
    shown = call(here, fresh, card, {"path": "/me", "search": f"?e={OWN}"})  # the token goes on working
    assert "Vera Orlova" in shown.get_data(as_text=True)
    old = sign_in(fresh.app.server.test_client(), "executive", PASSWORD)
    assert old.status_code == 401
    assert sign_in(fresh.app.server.test_client(), "executive", NEW).status_code == 303


def test_a_wrong_current_password_changes_nothing_and_slows_down(fresh: Site) -> None:
    client = fresh.client("executive")
    wish = {"current": "wrong", "new": NEW, "again": NEW}
    answers = [send(client, "/me/password", wish) for _ in range(8)]
    assert answers[0].status_code == 400
    assert answers[0].get_json()["problem"] == "The current password is not right."
    assert answers[-1].status_code == 429
    with fresh.state.begin() as connection:
        connection.execute(sa.delete(sign_in_failure))
        assert connection.scalar(sa.select(sa.func.count()).select_from(session)) == 1
    for more in ({"again": "something else"}, {"new": "short", "again": "short"}):
        assert (
            send(client, "/me/password", {"current": PASSWORD, "new": NEW, "again": NEW} | more).status_code
            == 400
        )
    assert client.get(f"/overview?e={OWN}").status_code == 200
