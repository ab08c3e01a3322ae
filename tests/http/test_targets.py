"""Targets over HTTP: what is typed is kept whole or not at all, and the overview says how figures stand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callbacks.answers import Answers
from dashboard.analytics.lever_link import levers_of
from dashboard.analytics.levers import Unit
from dashboard.journey.address import Address
from dashboard.journey.period import Period
from dashboard.journey.query import Against, JourneyQuery
from dashboard.journey.targets import Kpi, TargetKey
from data_access.clock import utc_now
from data_access.scope import Action, Scope
from data_access.state import scenarios, shares, targets, users
from data_access.state.schema import audit, scenario, share_link, share_session, target
from layouts.components.scenario import scenario_address
from tests.http.conftest import call, place, server_callbacks, token_header
from tests.web import EMPTY, FOREIGN, OWN, Site, small_facts

JULY = "2026-07"
Clients = Callable[[str | None], FlaskClient]


@pytest.fixture
def own(site: Site) -> Iterator[Site]:
    """The product that all tests share; what a test keeps in it is gone afterwards."""
    yield site
    with site.state.begin() as connection:
        for table in (target, scenario, share_session, share_link):
            connection.execute(sa.delete(table))
        connection.execute(sa.delete(audit).where(audit.c.action == "target.put"))


def send(client: FlaskClient, path: str, wish: Any) -> Any:
    client.get(f"/overview?e={OWN}")
    return client.post(path, json=wish, headers=token_header(client))


def cell(kpi: str, text: str, month: str = JULY, segment: str = "", stage: str = "", version: int = 0) -> Any:
    return {"kpi": kpi, "stage": stage, "segment": segment, "month": month, "text": text, "version": version}


def put(client: FlaskClient, *cells: Any, engagement: str = OWN, language: str = "en") -> Any:
    return send(
        client, "/settings/targets", {"engagement": engagement, "language": language, "cells": list(cells)}
    )


def shown(client: FlaskClient, site: Site, card: str, search: str) -> str:
    name = next(one for one in server_callbacks(site) if card in one)
    answer = call(client, site, name, place(site, name, search))
    assert answer.status_code == 200
    return json.dumps(answer.get_json(), ensure_ascii=False).replace("\u00a0", " ")


def stored(site: Site) -> dict[TargetKey, Any]:
    return dict(targets.values(site.state, users.find(site.state, "admin").record, OWN))


def test_from_the_grid_to_the_tile_and_back(own: Site, signed_in: Clients) -> None:
    anna = signed_in("consultant")
    assert "goal" not in shown(anna, own, "overview-equation", f"?e={OWN}&p={JULY}")
    answer = put(
        anna,
        cell("revenue", "$1,900,000.50"),
        cell("average_check", "25 000"),
        cell("leads", "60"),
        cell("conversion", "30%"),
        cell("conversion", "60%", stage="purchase", segment="Gift, fast"),
    )
    assert (answer.status_code, answer.get_json()) == (200, {"said": "Saved: 5\u00a0targets."})
    assert str(stored(own)[TargetKey(Kpi.REVENUE, "", "", JULY)]) == "1900000.50"
    tile = shown(anna, own, "overview-equation", f"?e={OWN}&p={JULY}")
    assert tile.count('"className": "goal"') == 4
    assert "behind target" in tile
    assert "target ₽1.90M" in tile
    quarter = shown(anna, own, "overview-equation", f"?e={OWN}&p=2026Q3")
    assert "Some months of the period have no target." in quarter
    narrowed = shown(anna, own, "overview-equation", f"?e={OWN}&p={JULY}&ch=site")
    assert "Targets are of all channels" in narrowed
    body = shown(anna, own, "settings-list", f"?e={OWN}&tab=targets&year=2026")
    assert "1,900,000.50" in body
    assert "30%" in body
    gift = shown(anna, own, "settings-list", f"?e={OWN}&tab=targets&year=2026&seg=Gift, fast")
    assert "60%" in gift
    assert "consultant" in shown(anna, own, "settings-add", f"?e={OWN}&tab=targets")
    assert send(anna, "/settings/targets/undo", {"engagement": OWN}).status_code == 200
    assert stored(own) == {}
    sheet = anna.get(f"/export/overview-equation.csv?e={OWN}&p={JULY}").get_data(as_text=True)
    assert "Target" not in sheet


def test_a_running_month_has_pace_and_forecast_and_leaves_as_a_file(own: Site, signed_in: Clients) -> None:
    anna = signed_in("consultant")
    put(anna, cell("revenue", "100000", "2026-09"), cell("deals_per_buyer", "1.2", "2026-09"))
    for client in (anna, signed_in("executive"), signed_in("display")):
        tile = shown(client, own, "overview-equation", f"?e={OWN}&p=2026-09")
        assert "forecast ₽" in tile
        assert "by the same days of the period before" in tile or "by days" in tile
        assert "Known once the period is over" in tile
    sheet = anna.get(f"/export/overview-equation.csv?e={OWN}&p=2026-09").get_data(as_text=True)
    assert "Pace to date," in sheet
    assert "Status,ahead of target" in sheet or "Status,behind target" in sheet
    russian = shown(anna, own, "overview-equation", f"?e={OWN}&p=2026-09&lang=ru")
    assert "прогноз" in russian
    going = shown(anna, own, "settings-list", f"?e={OWN}&tab=targets")
    assert "How September 2026 goes" in going


def test_bad_cells_are_named_and_nothing_is_kept(own: Site, signed_in: Clients) -> None:
    anna = signed_in("consultant")
    good, bad = (
        cell("leads", "5"),
        [cell("revenue", "much"), cell("conversion", "0.5"), cell("conversion", "101%")],
    )
    answer = put(anna, good, *bad).get_json()
    assert answer["said"].replace("\u00a0", " ") == "3 cells cannot be read; nothing was saved."
    said = [one["said"] for one in answer["bad"]]
    assert said[0].replace("\u00a0", " ").startswith("Revenue, July 2026: “much” is no number.")
    assert "12.5%" in said[1]
    assert "between 0 and 100 %" in said[2]
    assert answer["bad"][0]["cell"] == ["revenue", "", "", JULY]
    russian = put(anna, cell("revenue", "1,234", segment="Business"), language="ru").get_json()["bad"][0][
        "said"
    ]
    assert russian.replace("\u00a0", " ").startswith("Выручка, Business, июль 2026: «1,234»")
    assert stored(own) == {}


def test_who_was_slower_reads_the_cell(own: Site, signed_in: Clients) -> None:
    anna, olga = signed_in("consultant"), signed_in("admin")
    put(anna, cell("revenue", "5"))
    put(anna, cell("revenue", "6", version=1))
    answer = put(olga, cell("revenue", "7", version=1), cell("leads", "1"))
    assert answer.status_code == 409
    assert "Revenue, July\u00a02026 (Anna Kovaleva)" in answer.get_json()["problem"]
    assert len(stored(own)) == 1
    assert put(olga, cell("leads", "1")).status_code == 200


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"engagement": FOREIGN}, 404),
        ({"engagement": "nowhere"}, 404),
        ({"engagement": EMPTY}, 409),
        ({"language": "de"}, 400),
        ({"cells": [1]}, 400),
        ({"cells": [{}]}, 400),
        ({"cells": [cell("revenue", "1") | {"version": "1"}]}, 400),
        ({"cells": [cell("revenue", "1") | {"more": 1}]}, 400),
        ({"cells": [cell("profit", "1")]}, 400),
        ({"cells": [cell("revenue", "1", segment="Nobody")]}, 400),
        ({"cells": [cell("revenue", "1", stage="purchase")]}, 400),
        ({"cells": [cell("revenue", "1", month="2026-7")]}, 400),
        ({"cells": [cell("revenue", "1" * 300)]}, 400),
        ({"cells": [cell("revenue", "1"), cell("revenue", "2")]}, 400),
        ({"cells": [cell("revenue", "1", version=3)]}, 409),
    ],
)
def test_what_no_page_sends_is_refused(wish: Any, status: int, site: Site, signed_in: Clients) -> None:
    whole = {"engagement": OWN, "language": "en", "cells": [cell("revenue", "1")]} | wish
    assert send(signed_in("consultant"), "/settings/targets", whole).status_code == status
    assert stored(site) == {}


@pytest.mark.parametrize("role", ["display", "executive", "marketer"])
def test_nobody_else_sets_targets(role: str, site: Site, signed_in: Clients) -> None:
    client = signed_in(role)
    assert put(client, cell("revenue", "1")).status_code == 403
    assert send(client, "/settings/targets/undo", {"engagement": OWN}).status_code == 403
    assert stored(site) == {}


def test_steps_are_held_against_targets_where_somebody_chose_that(own: Site, signed_in: Clients) -> None:
    anna, period = signed_in("consultant"), "2026-02-01..2026-04-01"
    put(anna, cell("conversion", "90%", "2026-03", stage="active_evaluation"))
    put(anna, cell("conversion", "95%", "2026-02", "Business", "active_evaluation"))
    held = shown(
        anna,
        own,
        "funnel-drill",
        f"?e={OWN}&p={period}&bm=target&seg=Gift, fast&step=initial_consideration",
    )
    assert "90.0%" in held
    of_business = shown(
        anna, own, "funnel-drill", f"?e={OWN}&p={period}&bm=target&seg=Business&step=initial_consideration"
    )
    assert "95.0%" in of_business
    grid = shown(anna, own, "funnel-steps", f"?e={OWN}&p={period}&bm=target")
    assert "if the step reached its target" in grid
    assert "bm=own_best" in grid
    assert "to90" in shown(anna, own, "overview-hero", f"?e={OWN}&p={period}&bm=target&s=Gift, fast")
    bar = shown(anna, own, "shell-filters", f"?e={OWN}&p=2026-05&bm=target")
    assert "No target of a conversion lies in this period" in bar


def test_a_scenario_fills_cells_in_and_keeps_nothing(own: Site, signed_in: Clients) -> None:
    anna, who = signed_in("consultant"), users.find(own.state, "consultant").record
    search = "?p=2026-02-01..2026-04-01&dC.active_evaluation=10"
    number = scenarios.save(own.state, who, OWN, "Call back at once", "", search)
    put(anna, cell("revenue", "5", "2026-12"))
    page = shown(anna, own, "settings-list", f"?e={OWN}&tab=targets")
    assert f"scenario:{number}" in page
    wish = {"engagement": OWN, "language": "en", "source": f"scenario:{number}", "year": 2026}
    answer = send(anna, "/settings/targets/take", wish).get_json()
    cells = {(*one["cell"].values(),): one for one in answer["cells"]}
    assert cells["revenue", "", "", "2026-12"]["base"] == "5"
    assert cells["revenue", "", "", "2026-12"]["version"] == 1
    assert cells["conversion", "purchase", "Business", "2026-10"]["text"].endswith("%")
    assert {month for *_, month in cells} == {"2026-09", "2026-10", "2026-11", "2026-12"}
    assert len(stored(own)) == 1
    back = [{**one["cell"], "text": one["text"], "version": one["version"]} for one in answer["cells"]]
    assert put(anna, *back).status_code == 200  # what is filled in can be saved as it is
    for wrong, status in (
        ({"source": "plan"}, 404),
        ({"source": "scenario:99"}, 404),
        ({"source": "scenario:x"}, 404),
        ({"year": 2025}, 400),
        ({"year": 99999}, 400),
        ({"engagement": FOREIGN}, 404),
    ):
        assert send(anna, "/settings/targets/take", wish | wrong).status_code == status, wrong


def test_a_guest_of_a_link_sees_no_target(own: Site, signed_in: Clients) -> None:
    anna, who = signed_in("consultant"), users.find(own.state, "consultant").record
    put(anna, cell("revenue", "5"), cell("conversion", "90%", stage="active_evaluation"))
    search = f"?e={OWN}&p={JULY}&bm=target"
    token = shares.make(own.state, who, OWN, "/overview", search, 1, utc_now())
    visitor = own.client()
    visitor.get(visitor.get(f"/s/{token}").headers["Location"])
    for card in ("overview-equation", "overview-hero", "overview-ranking"):
        name = next(one for one in server_callbacks(own) if card in one)
        told = call(visitor, own, name, place(own, name, search)).get_data(as_text=True)
        assert "state--error" not in told
        assert '"goal' not in told
        assert "90%" not in told


def test_model_it_is_worth_what_the_step_loses_against_its_target() -> None:
    answers, scope = Answers(small_facts()), Scope(OWN, Action.READ, 0)
    aims = (
        ("initial_consideration>active_evaluation", 0.951234),
        ("active_evaluation>purchase@Business", 0.8),
    )
    query = JourneyQuery(OWN, Period.parse("2026-02-01..2026-04-01"), against=Against.TARGET, targets=aims)
    rows = [row for row in answers.bottlenecks(scope, query) if row.recoverable]
    assert {(row.to_stage, row.segment) for row in rows} >= {
        ("purchase", "Business"),
        ("active_evaluation", "Business"),
    }
    for row in rows:
        levers = levers_of(scenario_address(Address(), row).extras, answers.priced(scope, query))
        assert [lever.unit for lever in levers] == [Unit.TARGET]
        assert answers.whatif(scope, query, levers).gain == pytest.approx(row.recoverable, abs=0.005)
