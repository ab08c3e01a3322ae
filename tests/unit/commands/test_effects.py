"""`journey effects`: what came of the actions, for scripts and as a table."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from callbacks.answers import Answers
from commands import pages as command
from commands.context import ConsoleServices
from dashboard.journey.intervention import Promise
from data_access.scope import Action, Scope, UserRecord
from data_access.state import actions, interventions, users
from tests.unit.commands.conftest import Journey
from tests.web import OWN, Site, make_site, small_facts


@pytest.fixture
def site(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A product with one registered action; the console looks into it."""
    made = make_site(tmp_path / "site")
    facts = small_facts()
    monkeypatch.setattr(command, "console_services", lambda: ConsoleServices(Answers(facts), made.state))
    monkeypatch.setattr(command.Settings, "load", lambda: made.settings)
    who: UserRecord = users.find(made.state, "consultant").record
    place = actions.Bottleneck("Business", "active_evaluation", "purchase")
    number = actions.add(made.state, who, OWN, {"title": "Call back"}, bottleneck=place)
    promise = Promise(
        "active_evaluation", "purchase", "Business", "", date(2026, 5, 1), 0.1, ("Protection",), 8
    )
    info = facts.info(Scope(OWN, Action.SIMULATE, who.id))
    interventions.register(made.state, who, info, number, promise, datetime(2026, 4, 20, 9))
    return made


def test_effects_as_json_and_as_a_table(site: Site, journey: Journey) -> None:
    (told,) = json.loads(journey("effects", OWN, "--json").out)["effects"]
    assert (told["plan"]["title"], told["plan"]["starts_on"]) == ("Call back", "2026-05-01")
    assert told["verdict"] in ("confirmed", "likely", "cannot_tell", "no_effect", "harmful")
    assert [look["week"] for look in told["looks"]] == [*range(1, 9)]
    assert told["look"] == 8
    assert told["actions"] == [told["plan"]["action_id"]]
    table = journey("effects", OWN)
    assert table.code == 0
    assert "Call back" in table.out


def test_an_engagement_that_nobody_knows(site: Site, journey: Journey) -> None:
    answer = journey("effects", "nowhere")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err
