"""`journey scenarios`, `journey ledger` and `journey plan`: /whatif and /plan for scripts, and as tables."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from callbacks.answers import Answers
from commands import pages as command
from commands.context import ConsoleServices
from data_access.scope import UserRecord, operator
from data_access.state import actions, forecasts, scenarios, users
from tests.unit.commands.conftest import Journey
from tests.web import FOREIGN, OWN, Site, make_site, small_facts

SEARCH = f"?e={OWN}&p=2026-01-01..2026-05-01&dC.active_evaluation=2pp"
FIGURES = {
    "gain": 1.0,
    "low": 0.5,
    "high": 1.5,
    "start": "2026-01-10",
    "ramp_days": 0,
    "daily": 1000.0,
    "definition": {"segments": ["Business"]},
    "months": [{"month": "2026-01-01", "days": 22, "gain": 500.0, "low": 0.0, "high": 900.0}],
    "steps": [
        {
            "segment": "Business",
            "transition": "active_evaluation>purchase",
            "customers": 400,
            "passed": 100,
            "expected": 0.3,
        }
    ],
    "money": [],
}


@pytest.fixture
def site(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A product with one scenario that was approved; the console looks into it."""
    made = make_site(tmp_path / "site")
    keys = frozenset({OWN, FOREIGN})
    monkeypatch.setattr(
        command, "console_services", lambda: ConsoleServices(Answers(small_facts()), made.state)
    )
    monkeypatch.setattr(command.Settings, "load", lambda: made.settings)
    who: UserRecord = users.find(made.state, "consultant").record
    number = scenarios.save(made.state, who, OWN, "Call back", "soon", SEARCH)
    forecasts.approve(made.state, who, scenarios.get(made.state, operator(keys), number), FIGURES)
    return made


def test_scenarios_as_json_and_as_a_table(site: Site, journey: Journey) -> None:
    (told,) = json.loads(journey("scenarios", OWN, "--json").out)
    assert (told["name"], told["author"], told["period"]) == (
        "Call back",
        "Anna Kovaleva",
        "2026-01-01..2026-05-01",
    )
    assert told["gain"] == pytest.approx(told["scenario"]["revenue"] - told["baseline"]["revenue"])
    assert told["levers"][0]["target"] == "active_evaluation>purchase"
    table = journey("scenarios", OWN)
    assert table.code == 0
    assert "Call back" in table.out
    assert "Evaluate → Purchase +2.00\u00a0pp" in table.out


def test_the_ledger_as_json_and_as_a_table(site: Site, journey: Journey) -> None:
    told = json.loads(journey("ledger", OWN, "--json").out)
    (forecast,) = told["forecasts"]
    assert (forecast["number"], forecast["approved_by"], forecast["counts_from"]) == (
        1,
        "Anna Kovaleva",
        "2026-01-10",
    )
    (month,) = forecast["months"]
    assert (month["since"], month["before"], month["expected"]) == ("2026-01-10", 22_000, 22_500)
    (step,) = forecast["steps"]
    assert step["lift"] == pytest.approx(step["actual"] - 0.25)
    assert told["track_record"]["forecasts"] == 1
    table = journey("ledger", OWN)
    assert table.code == 0
    assert "Business" in table.out
    assert json.loads(journey("ledger", FOREIGN, "--json").out) == {"forecasts": [], "track_record": None}


def test_the_plan_as_json_and_as_a_table(site: Site, journey: Journey) -> None:
    who: UserRecord = users.find(site.state, "consultant").record
    place = actions.Bottleneck("Business", "active_evaluation", "purchase")
    values = {"title": "Call back", "status": "live", "live_on": date(2026, 5, 1), "cost": Decimal("10.5")}
    number = actions.add(site.state, who, OWN, values, bottleneck=place)
    told = json.loads(journey("plan", OWN, "--json").out)
    (action,) = told["actions"]
    assert (action["id"], action["status"], action["live_on"]) == (number, "live", "2026-05-01")
    assert (action["cost"], action["value"], action["owner"]) == (10.5, None, None)
    chain = next(one for one in told["chains"] if one["id"] == action["chain"])
    assert (chain["segment"], chain["actions"]) == ("Business", [number])
    assert {"why": "no_owner", "action": number} in chain["breaks"]
    assert told["completeness"] == sum(not one["breaks"] for one in told["chains"]) / len(told["chains"])
    table = journey("plan", OWN)
    assert table.code == 0
    assert "Call back" in table.out


def test_an_engagement_that_nobody_knows(site: Site, journey: Journey) -> None:
    for name in ("scenarios", "ledger", "plan"):
        answer = journey(name, "nowhere")
        assert (answer.code, answer.out) == (1, "")
        assert answer.err
