"""The tab "Delivery": who may, what is kept, what is told; people's addresses in settings and profile."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pydantic import SecretStr

from app import create_app
from dashboard.settings import Settings
from data_access.state import endpoints, outbox_list, users
from data_access.state.engine import state_engine
from data_access.state.migrate import migrate
from data_access.state.schema import audit
from data_access.state.schema_watch import endpoint, outbox
from tests.http.conftest import call, server_callbacks, token_header
from tests.web import EMPTY, FOREIGN, OWN, PASSWORD, ROLES, ManyFacts, Site, make_site

HOOK = {"engagement": OWN, "kind": "webhook", "name": "CRM", "address": "https://hooks.example.com/crm-9"}
CHAT = {"engagement": OWN, "kind": "telegram", "name": "Sales", "address": "-1001"}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, facts: ManyFacts) -> Site:
    """A product whose settings open every way."""
    bare = make_site(tmp_path_factory.mktemp("delivery"), facts)
    more = {
        "smtp_host": "mail.example.com",
        "smtp_from": "reports@example.com",
        "webhook_hosts": "hooks.example.com",
        "telegram_token": SecretStr("42:token"),
    }
    settings = bare.settings.model_copy(update=more)
    return Site(create_app(settings, facts), settings, bare.state)


@pytest.fixture
def clean(opened: Site) -> Site:
    with opened.state.begin() as connection:
        for table in (outbox, endpoint, audit):
            connection.execute(sa.delete(table))
    return opened


@pytest.fixture(scope="module")
def clients(opened: Site) -> dict[str, FlaskClient]:
    found = {str(role): opened.client(role) for role in ROLES}
    for client in found.values():
        client.get(f"/overview?e={OWN}")
    return found


def send(client: FlaskClient, path: str, wish: Any) -> Any:
    return client.post(path, json=wish, headers=token_header(client))


def told(
    client: FlaskClient,
    site: Site,
    card: str = "settings-list",
    search: str = "&tab=delivery",
    key: str = OWN,
) -> str:
    name = next(one for one in server_callbacks(site) if card in one)
    path = "/me" if card.startswith("me-") else "/settings"
    client.get(f"/overview?e={OWN}")
    return str(call(client, site, name, {"path": path, "search": f"?e={key}{search}"}).get_json())


def deeds(site: Site) -> list[str]:
    with site.state.connect() as connection:
        return list(connection.scalars(sa.select(audit.c.action).order_by(audit.c.id)))


def test_an_endpoint_from_its_form_to_its_end(clean: Site, clients: dict[str, FlaskClient]) -> None:
    anna = clients["consultant"]
    answer = send(anna, "/settings/endpoints", HOOK)
    secret = answer.get_json()["secret"]
    assert (answer.status_code, len(secret) > 40) == (200, True)
    assert send(anna, "/settings/endpoints", CHAT).get_json() == {}
    page = told(anna, clean)
    assert "https://hooks.example.com/crm-9" in page
    assert secret not in page  # it was shown once
    with clean.state.connect() as connection:
        assert secret not in str(connection.execute(sa.select(audit.c.detail)).all())
    hook = next(one for one in endpoints.listed(clean.state, person(clean), OWN) if one.name == "CRM")
    place = f"/settings/endpoints/{hook.id}"
    assert send(anna, f"{place}/switch", {"version": 0, "enabled": False}).status_code == 200
    slower = send(anna, f"{place}/switch", {"version": 0, "enabled": True})
    assert (slower.status_code, "meanwhile" in slower.get_json()["problem"]) == (409, True)
    assert send(anna, f"{place}/delete", {}).status_code == 200
    assert send(anna, f"{place}/delete", {}).status_code == 404
    assert deeds(clean) == ["endpoint.add", "endpoint.add", "endpoint.off", "endpoint.remove"]


def person(site: Site, login: str = "consultant") -> users.UserRecord:
    return users.find(site.state, login).record


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"address": "https://evil.example.com/"}, 400), ({"address": "http://hooks.example.com/"}, 400),
        ({"address": "https://127.0.0.1/"}, 400), ({"address": "javascript:alert(1)"}, 400), ({"name": " "}, 400),
        ({"kind": "mail"}, 400), ({"kind": "telegram"}, 400), ({"engagement": FOREIGN}, 404), ({"extra": 1}, 400),
    ],
)  # fmt: skip
def test_what_is_not_kept(
    clean: Site, clients: dict[str, FlaskClient], change: dict[str, Any], status: int
) -> None:
    assert send(clients["consultant"], "/settings/endpoints", HOOK | change).status_code == status
    with clean.state.connect() as connection:
        assert connection.execute(sa.select(endpoint)).all() == []


def test_nobody_else_sees_or_makes_one(clean: Site, clients: dict[str, FlaskClient]) -> None:
    send(clients["consultant"], "/settings/endpoints", HOOK)
    number = endpoints.listed(clean.state, person(clean), OWN)[0].id
    for role in ("marketer", "display"):
        for path, wish in (
            ("/settings/endpoints", HOOK),
            (f"/settings/endpoints/{number}/delete", {}),
            ("/settings/delivery/test", {"engagement": OWN, "number": number}),
            ("/settings/delivery/1/again", {}),
        ):
            assert send(clients[role], path, wish).status_code == 403
    assert len(endpoints.listed(clean.state, person(clean), OWN)) == 1
    assert "https://hooks.example.com/crm-9" not in told(clients["consultant"], clean, key=EMPTY)


def test_a_test_message_waits_in_the_list_and_goes_once_a_minute(
    clean: Site, clients: dict[str, FlaskClient]
) -> None:
    anna = clients["consultant"]
    users.set_email(clean.state, person(clean).id, "")
    wish = {"engagement": OWN, "number": 0}
    refused = send(anna, "/settings/delivery/test", wish)
    assert (refused.status_code, "no e-mail address" in refused.get_json()["problem"]) == (400, True)
    assert "Add your e-mail address" in told(anna, clean)
    users.set_email(clean.state, person(clean).id, "anna@example.com")
    assert send(anna, "/settings/delivery/test", wish).status_code == 200
    assert send(anna, "/settings/delivery/test", wish).status_code in (
        409,
        200,
    )  # 200 on the turn of a minute
    (line, *_) = outbox_list.last(clean.state, person(clean), OWN)
    assert (line.kind, line.receiver, line.status) == ("test", "Anna Kovaleva", "waiting")
    below = told(anna, clean, "settings-add")
    assert "Test message of Journey BI" in below
    assert send(anna, f"/settings/delivery/{line.id}/again", {}).status_code == 404  # it was not given up
    with clean.state.begin() as connection:
        connection.execute(
            sa.update(outbox).values(status="failed", error={"code": "mail_login", "facts": {"reply": "535"}})
        )
    assert "does not accept our login: 535" in told(anna, clean, "settings-add")
    assert send(anna, f"/settings/delivery/{line.id}/again", {}).status_code == 200


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "No mail server is configured: letters wait"),
        ("ru", "Почтовый сервер не настроен: письма ждут"),
    ],
)
def test_the_tab_says_that_nothing_is_configured(site: Site, language: str, said: str) -> None:
    page = told(site.client("consultant"), site, search=f"&tab=delivery&lang={language}")
    assert said in page
    assert "JOURNEY_TELEGRAM_TOKEN" in page
    assert "/settings/endpoints" not in page  # no form for what would go nowhere


def test_who_reads_letters_says_where_they_go(clean: Site, clients: dict[str, FlaskClient]) -> None:
    for login, status in (("executive", 200), ("marketer", 200), ("display", 403)):
        sent = send(clients[login], "/me/email", {"email": f" {login}@Example.com "})
        assert sent.status_code == status
        assert users.find(clean.state, login).email == (f"{login}@example.com" if status == 200 else "")
        assert ("/me/email" in told(clients[login], clean, "me-profile", "")) is (status == 200)
    for wrong in ("executive", "a@b.ru\r\nBcc: c@d.ru", "a@b.ru,c@d.ru"):
        assert send(clients["executive"], "/me/email", {"email": wrong}).status_code == 400
    assert users.find(clean.state, "executive").email == "executive@example.com"
    assert deeds(clean) == ["user.email", "user.email"]


def test_an_admin_says_where_letters_of_others_go(clean: Site, clients: dict[str, FlaskClient]) -> None:
    admin, number = clients["admin"], users.find(clean.state, "marketer").record.id
    assert send(admin, f"/settings/people/{number}/email", {"email": "ivan@почта.рф"}).status_code == 200
    assert "ivan@почта.рф" in told(admin, clean, search="")
    assert send(admin, f"/settings/people/{number}/email", {"email": "x"}).status_code == 400
    assert send(admin, f"/settings/people/{number}/email", {"email": ""}).status_code == 200
    assert users.find(clean.state, "marketer").email == ""
    assert send(admin, "/settings/people/9999/email", {"email": "a@b.ru"}).status_code == 404


def test_a_refusal_in_another_engagement_is_told_to_managers_alone(
    clean: Site, clients: dict[str, FlaskClient]
) -> None:
    users.set_email(clean.state, person(clean).id, "anna@example.com")
    send(clients["consultant"], "/settings/delivery/test", {"engagement": OWN, "number": 0})
    why = {"code": "mail_refused", "facts": {"reply": "550 vera@rival.example unknown"}}
    with clean.state.begin() as connection:
        foreign = {"engagement": FOREIGN, "attempts": 1, "tried_at": datetime(2026, 11, 16), "error": why}
        connection.execute(sa.update(outbox).values(foreign))
    assert "vera@rival.example" not in told(clients["consultant"], clean)
    assert "vera@rival.example" in told(clients["admin"], clean)


def test_an_admin_of_an_empty_product_sees_how_mail_does(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, secret_key=SecretStr("only-for-tests-0123-abcd-9876-zyxw-q"))
    state = state_engine(settings)
    migrate(state)
    users.add_user(state, "admin", "Olga", "admin", PASSWORD, language="en")
    empty = Site(create_app(settings), settings, state)
    name = next(one for one in server_callbacks(empty) if "settings-list" in one)
    client = empty.client("admin")
    client.get("/settings")
    answer = call(client, empty, name, {"path": "/settings", "search": "?tab=delivery"})
    assert "No mail server is configured" in str(answer.get_json())


def test_secrets_of_the_server_are_on_no_screen(clean: Site, clients: dict[str, FlaskClient]) -> None:
    assert "42:token" not in told(clients["consultant"], clean) + repr(clean.settings)
