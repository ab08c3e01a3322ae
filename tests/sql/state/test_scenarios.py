"""Scenarios and the plan's versions on each kind of state database: two editors, two approvers, others' engagements."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.scope import Guest, UserRecord
from data_access.state import engagements, forecasts, scenarios, users
from data_access.state.schema import audit
from tests.sql.state.conftest import NOW, PASSWORD

LEVERS = "?e=rival&p=2026Q1&dC.active_evaluation=2pp&q=%2B7916&lang=ru&theme=dark"
KEPT = "?e=acme&p=2026Q1&dC.active_evaluation=2pp"


@pytest.fixture
def people(state: sa.Engine) -> dict[str, UserRecord]:
    """One of each role in `acme`, two consultants, and a consultant of `rival` alone."""
    engagements.add(state, "acme")
    engagements.add(state, "rival")
    told = {name: name for name in ("executive", "marketer", "consultant", "admin", "display")}
    made: dict[str, UserRecord] = {}
    for login, role in {**told, "second": "consultant", "foreign": "consultant"}.items():
        key = "rival" if login == "foreign" else "acme"
        made[login] = users.record(
            state, users.add_user(state, login, login.title(), role, PASSWORD, engagements=[key])
        )
    return made


def save(state: sa.Engine, who: UserRecord, name: str = "  Call   back ") -> scenarios.Scenario:
    number = scenarios.save(state, who, "acme", name, " sooner \n\x00", LEVERS)
    return scenarios.get(state, who, number)


def refused(code: str, status: int, act: object, *arguments: object) -> None:
    with pytest.raises(JourneyError) as caught:
        act(*arguments)  # type: ignore[operator]
    assert (caught.value.code, caught.value.status) == (code, status)


def test_a_scenario_is_kept_for_everybody_who_plays(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    kept = save(state, people["executive"])
    assert (kept.name, kept.notes, kept.search, kept.version) == ("Call back", "sooner", KEPT, 0)
    for login, own, editable in (
        ("executive", True, True),
        ("marketer", False, False),
        ("consultant", False, True),
        ("admin", False, True),
    ):
        (seen,) = scenarios.list_scenarios(state, people[login], "acme")
        assert (seen.id, seen.author, seen.own, seen.editable) == (kept.id, "Executive", own, editable)
    refused("no_right", 403, scenarios.list_scenarios, state, people["display"], "acme")
    refused("unknown_engagement", 404, scenarios.list_scenarios, state, people["foreign"], "acme")
    refused("scenario_name_missing", 400, scenarios.save, state, people["admin"], "acme", " \n", "", "")


def test_scenarios_of_others_do_not_exist(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    kept, foreign = save(state, people["marketer"]), people["foreign"]
    for act, arguments in (
        (scenarios.get, ()),
        (scenarios.change, (0, "x", "")),
        (scenarios.remove, (0,)),
    ):
        refused("unknown_scenario", 404, act, state, foreign, kept.id, *arguments)
        refused("unknown_scenario", 404, act, state, people["admin"], kept.id + 9, *arguments)
    refused("unknown_engagement", 404, forecasts.approve, state, foreign, kept, {})
    refused("unknown_engagement", 404, forecasts.list_forecasts, state, foreign, "acme")


def test_the_second_of_two_editors_is_told(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    author, consultant = people["marketer"], people["consultant"]
    kept = save(state, author)
    refused("no_right", 403, scenarios.change, state, people["executive"], kept.id, 0, "Mine", "")
    refused("no_right", 403, scenarios.remove, state, people["executive"], kept.id, 0)
    scenarios.change(state, consultant, kept.id, 0, "Ours", "why", "?e=acme&dP=5")
    refused("scenario_changed", 409, scenarios.change, state, author, kept.id, 0, "Mine", "")
    refused("scenario_changed", 409, scenarios.remove, state, author, kept.id, 0)
    refused("scenario_changed", 409, forecasts.approve, state, consultant, kept, {})
    now = scenarios.get(state, author, kept.id)
    assert (now.name, now.notes, now.search, now.version) == ("Ours", "why", "?e=acme&dP=5", 1)
    scenarios.change(state, author, kept.id, 1, "Mine", "")
    assert scenarios.get(state, author, kept.id).search == "?e=acme&dP=5"
    scenarios.remove(state, author, kept.id, 2)
    assert scenarios.list_scenarios(state, author, "acme") == ()


def test_approving_is_for_who_may_and_outlives_the_scenario(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    kept, consultant = save(state, people["executive"]), people["consultant"]
    for login in ("executive", "marketer", "display"):
        refused("no_right", 403, forecasts.approve, state, people[login], kept, {})
    assert forecasts.approve(state, consultant, kept, {"gain": 650.25, "steps": [{"after": 0.25}]}) == 1
    assert forecasts.approve(state, people["admin"], kept, {}) == 2
    scenarios.remove(state, consultant, kept.id, 0)
    last, first = forecasts.list_forecasts(state, people["executive"], "acme")
    assert (last.number, last.approved_by, last.scenario_id) == (2, "Admin", None)
    assert (first.number, first.name, first.notes, first.search) == (1, "Call back", "sooner", KEPT)
    assert (first.made_by, first.approved_by) == ("Executive", "Consultant")
    assert first.figures == {"gain": 650.25, "steps": [{"after": 0.25}]}
    refused("unknown_scenario", 404, forecasts.approve, state, consultant, kept, {})
    refused("no_right", 403, forecasts.list_forecasts, state, people["display"], "acme")
    with state.connect() as connection:
        told = connection.scalars(sa.select(audit.c.action).where(audit.c.engagement == "acme")).all()
    assert [one for one in told if one.startswith(("scenario", "plan"))] == [
        "scenario.save",
        "plan.approve",
        "plan.approve",
        "scenario.remove",
    ]


def test_two_approvers_at_once_make_two_versions(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    kept = save(state, people["executive"])
    approvers = [people["consultant"], people["second"]] * 3
    with ThreadPoolExecutor(len(approvers)) as pool:
        numbers = list(
            pool.map(lambda who: forecasts.approve(state, who, kept, {"by": who.login}), approvers)
        )
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    found = forecasts.list_forecasts(state, people["admin"], "acme")
    assert {one.number: one.figures["by"] for one in found} == {
        number: who.login for number, who in zip(numbers, approvers, strict=True)
    }


def test_a_guest_keeps_no_scenario(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    guest = UserRecord(
        -1, "guest", "Guest", people["admin"].role, frozenset({"acme"}), guest=Guest("/overview", "", NOW)
    )
    kept = save(state, people["executive"])
    refused("no_right", 403, scenarios.save, state, guest, "acme", "x", "", "")
    refused("no_right", 403, scenarios.get, state, guest, kept.id)
    refused("no_right", 403, forecasts.approve, state, guest, kept, {})


def test_an_engagement_does_not_keep_them_without_end(
    state: sa.Engine, people: dict[str, UserRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenarios, "MOST_SCENARIOS", 1)
    save(state, people["executive"])
    refused("too_many_scenarios", 400, scenarios.save, state, people["marketer"], "acme", "One more", "", "")
