"""The tab Budget of the plan, as a browser gets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from data_access.scope import Role
from data_access.state import actions, engagements, users
from tests.http.conftest import UPDATE, body, token_header
from tests.web import OWN, ManyFacts, Site, make_site

PLACE = f"?e={OWN}&p=2026-01-01..2026-05-01&tab=budget"
SOURCE = {"kind": "bottleneck", "period": "2026-01-01..2026-05-01", "low": 50_000.0, "high": 150_000.0}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, facts: ManyFacts) -> Site:
    """A product whose plan has actions of its own."""
    return make_site(tmp_path_factory.mktemp("budget"), facts)


@pytest.fixture(scope="module")
def tab(own: Site) -> Callable[..., str]:
    client: FlaskClient = own.client(Role.CONSULTANT)
    client.get(f"/plan{PLACE}")

    def shown(more: str = "", language: str = "en") -> str:
        place = {"path": "/plan", "search": f"{PLACE}{more}&lang={language}", "turn": 0}
        answer = client.post(
            UPDATE, json=body(own, "plan-body.children", place), headers=token_header(client)
        )
        assert answer.status_code == 200
        return json.dumps(answer.get_json(), ensure_ascii=False).replace("\u00a0", " ")

    return shown


def _add(site: Site, title: str, cost: int | None, value: int | None, **fields: Any) -> None:
    records = (users.record(site.state, number) for number in range(1, 7))
    who = next(one for one in records if one.login == "consultant")
    values = {
        "title": title,
        "stage": "active_evaluation",
        "segment": "Business",
        "due_on": date(2026, 12, 1),
    }
    values |= {"cost": None if cost is None else Decimal(cost)} | fields
    of = {"value": None if value is None else Decimal(value), "source": SOURCE}
    actions.add(site.state, who, OWN, values, value_of=of)


def test_says_what_is_missing_then_chooses_and_says_what_each_action_returns(
    own: Site, tab: Callable[..., str]
) -> None:
    assert "No action has a cost" in tab()
    assert "На доску" in tab("", "ru")
    _add(own, "Call back sooner", 40_000, 100_000)
    _add(own, "A twin of it", 30_000, 90_000)
    _add(own, "Mend the form", 50_000, 60_000, stage="initial_consideration", segment="Protection")
    _add(own, "No cost yet", None, 60_000)
    _add(own, "Dropped", 1_000, 60_000, status="dropped")
    text = tab()
    assert "All 3 actions would cost ₽120,000" in text
    assert "1 more action has no cost" in text
    assert "Dropped" not in text
    assert "stand on revenue" in text
    text = tab("&budget=85000")
    assert "The best set is 2 actions for" in text
    assert "✓ yes" in text
    assert "Лучший набор" in tab("&budget=120000", "ru")
    assert "Nothing can be paid for" in tab("&budget=5")
    for nonsense in ("nan", "-5", "x"):
        assert "All 3 actions would cost" in tab(f"&budget={nonsense}")
    engagements.set_margin(own.state, OWN, 0.25)
    assert "stand on a margin of 25%" in tab()
    _file(own)


def _file(own: Site) -> None:
    client = own.client(Role.EXECUTIVE)
    lines = client.get(f"/export/plan-budget.csv{PLACE}&budget=85000").text.splitlines()
    rows = [line for line in lines if "Call back sooner" in line or "Mend the form" in line]
    assert len(rows) == 2
    # 100 000 in 118 days of entries (the data begin on 3 January) are 309 534 a year
    assert "309533.89" in rows[0] + rows[1]
    assert own.client(Role.DISPLAY).get(f"/export/plan-budget.csv{PLACE}").status_code == 403
