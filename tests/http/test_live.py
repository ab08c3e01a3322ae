"""An open page's look for new figures: cheap, private, and no way to stay signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callbacks.live import show_live
from data_access.clock import utc_now
from data_access.facts import Current
from data_access.scope import Role
from data_access.state.schema import session as stored
from tests.http.conftest import UPDATE, body, call, place, server_callbacks, token_header
from tests.web import FOREIGN, OWN, Site

Clients = Callable[[str | None], FlaskClient]
NOW = datetime(2026, 11, 22, 5, 0, 0)
CARD = "overview-subtitle.children"


def test_says_which_generation_and_since_when(site: Site, signed_in: Clients) -> None:
    answer = signed_in(Role.DISPLAY).get(f"/live?e={OWN}")
    assert answer.get_json()["generation"] == 1
    assert answer.get_json()["switched"] > 0
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.data) < 100


def test_says_the_rest_only_once(site: Site, signed_in: Clients) -> None:
    client = signed_in(Role.MARKETER)
    tag = client.get(f"/live?e={OWN}").headers["ETag"]
    again = client.get(f"/live?e={OWN}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"/live?e={OWN}", headers={"If-None-Match": '"1.0"'}).status_code == 200


@pytest.mark.parametrize(
    ("number", "age", "same"),
    [(7, 12.34, True), (8, 0.0, False), (7, -5.0, False)],  # another one, and a clock that runs ahead
)
def test_age_is_the_servers_and_another_switch_is_another_answer(
    site: Site, number: int, age: float, same: bool
) -> None:
    switched = NOW - timedelta(seconds=12.34)
    with site.app.server.test_request_context("/live"):
        tag = show_live(Current(7, switched), NOW).headers["ETag"]
        answer = show_live(Current(number, NOW - timedelta(seconds=age)), NOW)
    assert answer.get_json()["age"] == (12.3 if same else 0)
    assert (answer.headers["ETag"] == tag) is same


def test_before_the_first_import_there_is_generation_0(site: Site) -> None:
    with site.app.server.test_request_context("/live"):
        assert show_live(None, NOW).get_json() == {"generation": 0, "switched": 0, "age": 0}


@pytest.mark.parametrize("key", [FOREIGN, "nowhere", "", "acme'--", "../acme"])
def test_of_others_it_says_nothing(key: str, signed_in: Clients) -> None:
    assert signed_in(Role.CONSULTANT).get("/live", query_string={"e": key}).status_code == 404
    assert signed_in(None).get(f"/live?e={OWN}").status_code == 401


@pytest.mark.parametrize(("language", "said"), [("en", "updated"), ("ru", "обновлено")])
def test_bar_and_phone_sheet_say_how_old_the_figures_are(
    language: str, said: str, site: Site, signed_in: Clients
) -> None:
    where = {"path": "/overview", "search": f"?e={OWN}&lang={language}"}
    name = next(one for one in server_callbacks(site) if "shell-filters" in one)
    shown = call(signed_in(Role.EXECUTIVE), site, name, where).get_json()["response"]
    for place_of_age in ("shell-freshness", "shell-sheet-filters"):
        assert "data-age" in str(shown[place_of_age]), place_of_age
        assert said in str(shown[place_of_age]), place_of_age


def _seen(site: Site) -> datetime:
    with site.state.connect() as connection:
        return connection.execute(sa.select(sa.func.max(stored.c.seen_at))).scalar_one()


def _asked(client: FlaskClient, site: Site, value: dict[str, Any], changed: list[str] | None = None) -> int:
    question = body(site, CARD, value)
    question["changedPropIds"] = changed or question["changedPropIds"]
    return client.post(UPDATE, json=question, headers=token_header(client)).status_code


def test_a_page_that_only_stays_open_does_not_prolong_the_session(fresh: Site) -> None:
    client = fresh.client("executive")
    client.get(f"/overview?e={OWN}")
    earlier = utc_now() - timedelta(minutes=30)
    with fresh.state.begin() as connection:
        connection.execute(sa.update(stored).values(seen_at=earlier))
    here = place(fresh, CARD, f"?e={OWN}")
    assert client.get(f"/live?e={OWN}").status_code == 200
    assert _asked(client, fresh, here | {"live": True}) == 200
    assert _seen(fresh) == earlier
    assert _asked(client, fresh, here | {"live": True}, ["overview-other.n_clicks"]) == 200  # a hand did this
    assert _seen(fresh) > earlier


@pytest.mark.parametrize("live", ["yes", 1, [True], None])
def test_only_the_pages_own_mark_counts(fresh: Site, live: Any) -> None:
    client = fresh.client("executive")
    client.get(f"/overview?e={OWN}")
    earlier = utc_now() - timedelta(minutes=30)
    with fresh.state.begin() as connection:
        connection.execute(sa.update(stored).values(seen_at=earlier))
    assert _asked(client, fresh, place(fresh, CARD, f"?e={OWN}") | {"live": live}) == 200
    assert _seen(fresh) > earlier
