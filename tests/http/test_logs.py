"""Every line of the log says which request and whose it is, and people can tell support its number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from app import create_app
from dashboard.server import errors
from dashboard.server.logs import REQUEST_ID_HEADER
from data_access.state import users
from tests.http.conftest import call, place
from tests.web import OWN, Site, make_site


@pytest.fixture
def lines(fresh: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What the fresh product logs while a test runs, with what is bound to each request."""
    assert fresh  # made before: each new product says anew where lines go
    # a logger that has spoken before keeps to where its lines went then
    monkeypatch.setattr(errors, "_log", structlog.get_logger(errors.__name__))
    with capture_logs(processors=[merge_contextvars]) as found:
        yield found


def test_lines_of_a_request_say_which_and_whose(fresh: Site, lines: list[Any]) -> None:
    client = fresh.client("marketer")
    lines.clear()
    numbers = [client.get("/me").headers[REQUEST_ID_HEADER] for _ in range(2)]
    assert [line["request"] for line in lines if line["event"] == "request"] == numbers
    assert len(set(numbers)) == 2
    assert {line["user"] for line in lines} == {users.find(fresh.state, "marketer").record.id}
    fresh.client().get("/me")
    assert "user" not in lines[-1]  # nobody, whoever came before in this thread


def test_a_strangers_number_is_not_believed(site: Site) -> None:
    given = site.client().get("/healthz", headers={REQUEST_ID_HEADER: "abcdefgh12345678"})
    assert given.headers[REQUEST_ID_HEADER] != "abcdefgh12345678"


def test_a_trusted_proxys_number_is_kept_where_it_is_one(tmp_path: Path) -> None:
    made = make_site(tmp_path)
    behind = create_app(made.settings.model_copy(update={"trusted_proxies": 1})).server.test_client()
    for given, kept in (
        ("7f9c2ba4-e88f-4277-8c0f-0123456789ab", True),
        ("short", False),
        ('x" user="1', False),
        ("a" * 65, False),
    ):
        answer = behind.get("/healthz", headers={REQUEST_ID_HEADER: given}).headers[REQUEST_ID_HEADER]
        assert (answer == given) is kept, given


def test_what_went_wrong_shows_the_number_of_its_request(
    fresh: Site, lines: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr("callbacks.settings.users.list_users", broken)
    client, name = fresh.client("admin"), "settings-list.children"
    client.get(f"/settings?e={OWN}")  # brings the CSRF cookie
    answer = call(client, fresh, name, place(fresh, name, f"?e={OWN}"))
    number = answer.headers[REQUEST_ID_HEADER]
    assert number in json.dumps(answer.get_json())
    (told,) = [line for line in lines if line["event"] == "unexpected_error"]
    assert (told["request"], told["where"]) == (number, "callbacks.settings.listed")


def test_a_state_database_that_does_not_answer_is_no_fault_of_the_request(
    fresh: Site, lines: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, name = fresh.client("admin"), "settings-list.children"
    client.get(f"/settings?e={OWN}")

    def busy(*_: object, **__: object) -> None:
        raise PoolTimeoutError("all connections are taken")

    monkeypatch.setattr("app.stored_sessions.user_of", busy)
    answer = call(client, fresh, name, place(fresh, name, f"?e={OWN}"))
    assert answer.status_code == 500
    assert "taken" not in answer.get_data(as_text=True)
    assert [line["where"] for line in lines if line["event"] == "unexpected_error"] == [
        "/_dash-update-component"
    ]


def test_tokens_that_open_something_are_not_logged(fresh: Site, lines: list[Any]) -> None:
    for path, told in (
        ("/s/a-secret-token", "/s/..."),
        ("/digest/leave/a-secret-token", "/digest/leave/..."),
    ):
        fresh.client().get(path)
        assert lines[-1]["path"] == told
    assert "a-secret-token" not in json.dumps(lines, default=str)
