"""Attacks on sessions: fixation, replay, forged requests, open redirects, doors that look open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from dashboard.server.headers import CSRF_HEADER
from data_access.clock import utc_now
from data_access.state import users
from data_access.state.schema import session as stored
from tests.http.conftest import UPDATE, body, place, seen_statements, token_header
from tests.web import OWN, PASSWORD, Site, field, sign_in

pytestmark = pytest.mark.usefixtures("no_waits")
CARD = "overview-subtitle.children"
HOME = f"/overview?e={OWN}"
OUTSIDE = (
    "https://evil.example/overview",
    "//evil.example/overview",
    "///evil.example/overview",
    "/\\evil.example/overview",
    "\\\\evil.example",
    "/%5Cevil.example",
    "javascript:alert(1)",
    "/overview\r\nSet-Cookie: a=b",
    "/\t/evil.example",
    "http:/overview",
    "@evil.example",
    "/logout",
    "/_dash-layout",
    "/overview/../../evil",
)


def session_cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("journey_session")
    assert cookie is not None
    return cookie.value


def replay(site: Site, value: str) -> FlaskClient:
    client = site.app.server.test_client()
    client.set_cookie("journey_session", value)
    return client


def test_sign_in_opens_the_home_of_the_role_and_back_out_again(site: Site) -> None:
    client = site.app.server.test_client()
    assert sign_in(client, "executive").headers["Location"] == "/"
    assert client.get("/").headers["Location"] == HOME
    assert client.get(HOME).status_code == 200
    assert client.post("/logout", headers=token_header(client)).headers["Location"] == "/login"
    assert client.get(HOME).headers["Location"].startswith("/login?next=")


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("executive", "wrong password"),
        ("nobody", PASSWORD),
        ("", ""),
        ("executive", ""),
        ("x" * 5000, "y" * 5000),
    ],
)
def test_wrong_sign_in_says_the_same_to_everybody(login: str, password: str, site: Site) -> None:
    client = site.app.server.test_client()
    answer = sign_in(client, login, password, lang="en")
    assert answer.status_code == 401
    assert "Login and password do not match." in answer.get_data(as_text=True)
    assert client.get(HOME).status_code == 302


def test_a_login_typed_into_the_form_comes_back_escaped(site: Site) -> None:
    page = sign_in(site.app.server.test_client(), '"><script>x</script>', "wrong").get_data(as_text=True)
    assert "<script>x" not in page
    assert "&lt;script&gt;" in page


def test_guessing_makes_the_guesser_wait(fresh: Site) -> None:
    client = fresh.app.server.test_client()
    statuses = [sign_in(client, "executive", f"guess {number}").status_code for number in range(8)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_the_cookie_of_before_the_sign_in_is_worth_nothing(site: Site) -> None:
    client = site.app.server.test_client()
    client.get("/login")
    planted = session_cookie(client)
    sign_in(client, "executive")
    assert session_cookie(client) != planted
    assert replay(site, planted).get(HOME).status_code == 302


def test_a_copied_cookie_is_dead_after_sign_out(site: Site) -> None:
    client = site.client("executive")
    client.get(HOME)
    copied = session_cookie(client)
    assert replay(site, copied).get(HOME).status_code == 200
    client.post("/logout", headers=token_header(client))
    assert replay(site, copied).get(HOME).status_code == 302
    assert replay(site, copied).get("/_dash-layout").status_code == 401


@pytest.mark.parametrize("change", ["password", "disable"])
def test_a_cookie_is_dead_after(change: str, fresh: Site) -> None:
    client = fresh.client("executive")
    user_id = users.find(fresh.state, "executive").record.id
    if change == "password":
        users.set_password(fresh.state, user_id, "another long password")
    else:
        users.disable(fresh.state, user_id)
    assert client.get(HOME).status_code == 302


def test_a_forged_cookie_opens_nothing(site: Site) -> None:
    client = site.client("executive")
    value = session_cookie(client)
    for forged in (value[:-2] + "xx", value.split(".")[0], "eyJfdXNlcl9pZCI6IjEifQ.x.y", ""):
        assert replay(site, forged).get(HOME).status_code == 302


def test_idle_and_absolute_ends(fresh: Site) -> None:
    now = utc_now()
    for opened, seen, alive in ((0, 0, True), (0, 13, False), (8 * 24, 0, False)):
        client = fresh.client("executive")
        values = {"created_at": now - timedelta(hours=opened), "seen_at": now - timedelta(hours=seen)}
        with fresh.state.begin() as connection:
            connection.execute(sa.update(stored).values(values))
        assert (client.get(HOME).status_code == 200) is alive


def test_a_poll_does_not_keep_a_session_alive(fresh: Site) -> None:
    client = fresh.client("executive")
    client.get(HOME)
    seen = utc_now() - timedelta(hours=2)
    with fresh.state.begin() as connection:
        connection.execute(sa.update(stored).values(seen_at=seen))
    question = body(fresh, CARD, place(fresh, CARD, f"?e={OWN}"))
    poll = {**question, "changedPropIds": ["freshness-clock.n_intervals"]}
    assert client.post(UPDATE, json=poll, headers=token_header(client)).status_code == 200
    assert last_seen(fresh) == seen
    assert client.post(UPDATE, json=question, headers=token_header(client)).status_code == 200
    assert last_seen(fresh) > seen


def test_a_request_asks_once_who_it_is_and_an_open_one_not_at_all(site: Site) -> None:
    client = site.client("executive")
    client.get(HOME)
    question, headers = body(site, CARD, place(site, CARD, f"?e={OWN}")), token_header(client)

    def asked(request: Callable[[], Any]) -> tuple[int, int]:
        request()  # what is made once has been made
        statements: list[str] = []
        with seen_statements(site.state, statements):
            assert request().status_code in (200, 302)
        return len(statements), sum("FROM user_account JOIN session" in one for one in statements)

    assert asked(lambda: client.post(UPDATE, json=question, headers=headers)) == (1, 1)
    assert {
        path: asked(lambda path=path: client.get(path)) for path in (HOME, f"/live?e={OWN}", "/_dash-layout")
    } == {
        HOME: (1, 1),
        f"/live?e={OWN}": (1, 1),
        "/_dash-layout": (1, 1),
    }
    assert asked(lambda: client.get("/login")) == (1, 1)  # whoever is in already goes on
    assert asked(lambda: client.get("/healthz")) == asked(lambda: client.get("/login/style.css")) == (0, 0)
    assert asked(lambda: site.client().get("/login")) == (0, 0)


def last_seen(site: Site) -> datetime:
    with site.state.connect() as connection:
        return connection.execute(sa.select(stored.c.seen_at)).scalar_one()


def test_the_cookie_is_closed_to_scripts_and_other_sites(site: Site) -> None:
    client = site.app.server.test_client()
    token = field(client.get("/login", base_url="https://localhost").get_data(as_text=True), "csrf_token")
    form = {"login": "executive", "password": PASSWORD, "csrf_token": token}
    headers = {"Referer": "https://localhost/login"}
    answer = client.post("/login", data=form, base_url="https://localhost", headers=headers)
    cookie = next(
        line for line in answer.headers.getlist("Set-Cookie") if line.startswith("journey_session=")
    )
    assert answer.status_code == 303
    assert all(mark in cookie for mark in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/"))


@pytest.mark.parametrize("path", ["/login", "/logout", "/preferences", UPDATE])
def test_a_request_without_the_token_does_nothing(path: str, site: Site) -> None:
    client = site.client("executive")
    client.get(HOME)
    question = body(site, CARD, place(site, CARD, f"?e={OWN}"))
    for headers in ({}, {CSRF_HEADER: "wrong"}):
        assert client.post(path, json=question, headers=headers).status_code == 400
        assert client.post(path, data={"login": "x"}, headers=headers).status_code == 400
    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_is_refused_even_with_the_token(headers: dict[str, str], site: Site) -> None:
    client = site.client("executive")
    client.get(HOME)
    for path in ("/logout", "/preferences", "/login", UPDATE):
        assert client.post(path, headers={**token_header(client), **headers}).status_code == 403
    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize("target", OUTSIDE)
def test_sign_in_leads_to_no_foreign_place(target: str, site: Site) -> None:
    client = site.app.server.test_client()
    assert sign_in(client, "executive", next=target).headers["Location"] == "/"
    assert client.get("/login", query_string={"next": target}).headers["Location"] == "/"


def test_sign_in_leads_back_to_the_page_that_was_asked_for(site: Site) -> None:
    client = site.app.server.test_client()
    wanted = f"/funnel?e={OWN}&p=2026Q2&s=Newest%20model"
    refused = client.get(wanted)
    page = client.get(refused.headers["Location"]).get_data(as_text=True)
    back = field(page, "next").replace("&amp;", "&")
    assert sign_in(client, "marketer", next=back).headers["Location"] == wanted


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    [
        "/login/../_dash-layout",
        "/%2e%2e/_dash-layout",
        "//_dash-layout",
        "/healthz/../_dash-dependencies",
        "/_dash-layout/",
        "/_DASH-LAYOUT",
        "/login/style.css/../../assets/css/00-tokens.css",
        "/assets/../app.py",
        "/assets/..%2fapp.py",
        "/_dash-component-suites/dash/../../../etc/passwd",
        "/static/x",
        "/overview;jsessionid=1",
    ],
)
def test_no_path_or_method_opens_a_door_for_nobody(method: str, path: str, site: Site) -> None:
    headers = {"X-Original-URL": "/login", "X-Forwarded-For": "127.0.0.1", "X-HTTP-Method-Override": "GET"}
    answer = site.app.server.test_client().open(path, method=method, headers=headers)
    assert answer.status_code in (302, 308, 401, 405)
    assert b"components" not in answer.data
    assert b"--surface" not in answer.data
    if answer.status_code in (302, 308):
        assert answer.headers["Location"].startswith(("/login?next=", "http://localhost/"))
