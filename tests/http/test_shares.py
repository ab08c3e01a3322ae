"""Links for outsiders: one view, read only, until it ends; every other door stays shut."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from dashboard.server import logs
from data_access.clock import utc_now
from data_access.state import engagements, users
from data_access.state.schema import audit, share_link, share_session
from tests.http.conftest import UPDATE, body, call, place, server_callbacks, token_header
from tests.web import FOREIGN, OWN, SEGMENTS, Site

VIEW = {"engagement": OWN, "path": "/funnel", "search": f"?e={OWN}&s=Business&lang=ru", "days": "14"}
SHOWN = f"/funnel?e={OWN}&s=Business"
CARD = "funnel-subtitle"


def send(client: FlaskClient, path: str, wish: Any) -> Any:
    """Post as our scripts do."""
    client.get(f"/overview?e={OWN}")
    return client.post(path, json=wish, headers=token_header(client))


def make(site: Site, role: str = "consultant", **more: Any) -> str:
    answer = send(site.client(role), "/shares", VIEW | more)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return urlsplit(answer.get_json()["secret"]).path


def guest(site: Site, path: str) -> FlaskClient:
    client = site.client()
    answer = client.get(path)
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200  # brings the CSRF token
    return client


def named(site: Site, card: str) -> str:
    return next(name for name in server_callbacks(site) if name.strip(".").startswith(card + "."))


def test_whoever_has_the_link_sees_the_view_and_nothing_stored_opens_it(fresh: Site) -> None:
    link = make(fresh)
    client = fresh.client()
    answer = client.get(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, SHOWN)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert client.get(SHOWN).status_code == 200
    shown = call(client, fresh, named(fresh, CARD), {"path": "/funnel", "search": f"?e={OWN}&s=Business"})
    assert "Business" in shown.get_data(as_text=True)
    with fresh.state.connect() as connection:
        stored = [str(connection.execute(sa.select(table)).all()) for table in (share_link, share_session)]
        deeds = list(connection.scalars(sa.select(audit.c.action)))
    assert link.removeprefix("/s/") not in "".join(stored)
    assert {"share.make", "share.open"} <= set(deeds)


def test_a_guest_reaches_nothing_else(fresh: Site) -> None:
    client = guest(fresh, make(fresh))
    for path in (
        f"/overview?e={OWN}",
        f"/whatif?e={OWN}",
        f"/funnel?e={FOREIGN}",
        "/help",
        "/me",
        "/settings",
        "/customers",
    ):
        assert client.get(path).status_code == 404, path
    assert client.get("/").headers["Location"] == SHOWN
    for path in (f"/finder?e={OWN}", f"/views?e={OWN}", "/export/overview-segments.csv?e=acme"):
        assert client.get(path).status_code == 403, path
    posts = {
        "/shares": VIEW,
        "/views": {"engagement": OWN, "name": "x", "path": "/funnel", "search": "", "shared": False},
        "/me/password": {"current": "x", "new": "a new long password", "again": "a new long password"},
    }
    for path, wish in posts.items():
        assert client.post(path, json=wish, headers=token_header(client)).status_code == 403, path


def test_every_callback_of_another_page_or_engagement_is_shut_to_a_guest(fresh: Site) -> None:
    client = guest(fresh, make(fresh))
    for name in server_callbacks(fresh):
        if name.strip(".").startswith("shell-"):
            continue
        page = place(fresh, name, "")["path"]
        for path in ("/funnel", page):  # the browser may lie about its page
            for engagement in (OWN, FOREIGN, "nowhere"):
                answer = call(client, fresh, name, {"path": path, "search": f"?e={engagement}", "turn": 0})
                allowed = page == "/funnel" and engagement == OWN
                assert (answer.status_code == 200) is allowed, (name, path, engagement)


def test_the_segments_of_the_view_stand_fast(fresh: Site) -> None:
    client = guest(fresh, make(fresh))
    for search in (
        f"?e={OWN}",
        f"?e={OWN}&s=Protection",
        f"?e={OWN}&seg=Protection&step=initial_consideration&by=segment",
    ):
        for name in server_callbacks(fresh):
            if place(fresh, name, "")["path"] != "/funnel" and not name.strip(".").startswith(
                "shell-filters"
            ):
                continue
            told = call(client, fresh, name, {"path": "/funnel", "search": search, "turn": 0}).get_data(
                as_text=True
            )
            told = told.replace("seg=Protection", "")  # links repeat what the guest wrote
            for segment in SEGMENTS:
                assert segment == "Business" or segment not in told, (name, search, segment)


def test_the_panel_of_a_number_is_not_for_guests(fresh: Site) -> None:
    client = guest(fresh, make(fresh))
    how = next(name for name in server_callbacks(fresh) if name.startswith("shell-how"))
    for card in ("funnel-steps", "overview-segments"):
        question = body(fresh, how, {"path": "/funnel", "search": f"?e={OWN}"})
        question["state"][0]["value"] = {"card": card}
        answer = client.post(UPDATE, json=question, headers=token_header(client))
        assert answer.status_code in (200, 403), card
        assert "SELECT" not in answer.get_data(as_text=True)


def test_two_segments_are_not_compared_behind_a_link(fresh: Site) -> None:
    client = guest(fresh, make(fresh, path="/touchpoints"))
    for name in server_callbacks(fresh):
        if place(fresh, name, "")["path"] == "/touchpoints":
            search = f"?e={OWN}&s=Protection&vs=Newest%20model&seg=Newest%20model"
            told = call(client, fresh, name, {"path": "/touchpoints", "search": search, "turn": 0}).get_data(
                as_text=True
            )
            told = told.replace("vs=Newest", "").replace("seg=Newest", "")
            assert "Protection" not in told, name
            assert "Newest model" not in told, name


def test_a_label_that_is_gone_shows_nothing_instead_of_everybody(fresh: Site) -> None:
    client = guest(fresh, make(fresh, search=f"?e={OWN}&s=Nobody"))
    answer = call(client, fresh, named(fresh, CARD), {"path": "/funnel", "search": f"?e={OWN}"})
    assert answer.status_code == 404


@pytest.mark.parametrize("end", ["revoke", "expire", "disable", "ungrant", "role", "visit"])
def test_the_end_comes_at_once(end: str, fresh: Site) -> None:
    link = make(fresh)
    client = guest(fresh, link)
    maker = users.find(fresh.state, "consultant").record.id
    now = utc_now()
    with fresh.state.begin() as connection:
        link_id = connection.scalar(sa.select(share_link.c.id))
        if end == "expire":
            connection.execute(sa.update(share_link).values(expires_at=now))
        if end == "visit":
            connection.execute(sa.update(share_session).values(created_at=now - timedelta(hours=13)))
    if end == "revoke":
        assert send(fresh.client("consultant"), f"/shares/{link_id}/revoke", {}).status_code == 200
    if end == "disable":
        users.disable(fresh.state, maker)
    if end == "ungrant":
        engagements.revoke(fresh.state, maker, OWN)
    if end == "role":
        with fresh.state.begin() as connection:
            from data_access.state.schema import user

            connection.execute(sa.update(user).where(user.c.id == maker).values(role="executive"))
    assert client.get(SHOWN).headers["Location"].startswith("/login")
    assert (
        call(client, fresh, named(fresh, CARD), {"path": "/funnel", "search": f"?e={OWN}"}).status_code == 401
    )
    assert fresh.client().get(link).status_code == (303 if end == "visit" else 404)


def test_who_may_make_a_link_and_for_what(fresh: Site) -> None:
    expected = {"display": 403, "executive": 403, "marketer": 200, "consultant": 200, "admin": 200}
    for role, status in expected.items():
        assert send(fresh.client(role), "/shares", VIEW).status_code == status, role
    maker = fresh.client("marketer")
    assert send(maker, "/shares", VIEW | {"engagement": FOREIGN}).status_code == 404
    for wrong in (
        {"path": "/whatif"},
        {"path": "/customers"},
        {"path": "/me"},
        {"path": "//evil"},
        {"days": "15"},
        {"days": "-1"},
    ):
        assert send(maker, "/shares", VIEW | wrong).status_code == 400, wrong
    assert send(maker, "/shares", {**VIEW, "more": 1}).status_code == 400
    assert maker.post("/shares", json=VIEW).status_code == 400  # no token


def test_links_of_others_are_ended_by_an_admin_alone(fresh: Site) -> None:
    make(fresh)
    assert send(fresh.client("marketer"), "/shares/1/revoke", {}).status_code == 404
    assert send(fresh.client("admin"), "/shares/1/revoke", {}).status_code == 200
    assert send(fresh.client("admin"), "/shares/1/revoke", {}).status_code == 404


def test_guessing_links_makes_the_guesser_wait(fresh: Site) -> None:
    client = fresh.client()
    statuses = [client.get(f"/s/guess{number}").status_code for number in range(34)]
    assert set(statuses[:20]) == {404}
    assert statuses[-1] == 429


def test_the_log_does_not_keep_the_key(fresh: Site) -> None:
    with fresh.app.server.test_request_context("/s/abc"):
        assert logs._path() == "/s/..."


def test_somebody_with_an_account_keeps_their_own_session(fresh: Site) -> None:
    link = make(fresh)
    client = fresh.client("executive")
    assert client.get(link).headers["Location"] == SHOWN
    assert client.get(f"/overview?e={OWN}").status_code == 200


def test_a_guest_may_sign_in(fresh: Site) -> None:
    from tests.web import sign_in

    client = guest(fresh, make(fresh))
    assert client.get("/login").status_code == 200
    sign_in(client, "executive")
    assert client.get(f"/overview?e={OWN}").status_code == 200
