"""Registered effects and the decision log: promises stay as they were said, and nobody overwrites another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.intervention import DecisionKind, Promise
from dashboard.journey.plan import Status
from dashboard.journey.stages import preset
from data_access.scope import Guest, Role, UserRecord
from data_access.state import action_entries, actions, decisions, engagements, interventions, passwords, users
from data_access.state.schema import audit
from tests.sql.state.conftest import PASSWORD

NOW = datetime(2026, 6, 1, 22, 30)  # 2 June in Moscow
TODAY = date(2026, 6, 2)
INFO = GenerationInfo(
    "acme", 1, NOW, "Europe/Moscow", "RUB", preset("loop6"), NOW, TODAY, False, date(2025, 1, 1), TODAY, True,
    ("new", "gift"), ("site",), (), {},
)  # fmt: skip
PROMISE = Promise("active_evaluation", "purchase", "gift", "", date(2026, 6, 10), 0.031, ("new",), 8)


@pytest.fixture
def people(state: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, UserRecord]:
    """One person of each role with the engagement `acme`; `rita` is a marketer of `rival` alone."""
    monkeypatch.setattr(passwords, "hashed", lambda *_: "nobody signs in here")
    engagements.add(state, "acme")
    engagements.add(state, "rival")
    for role in Role:
        users.add_user(state, role, role.title(), role, PASSWORD, engagements=["acme"])
    users.add_user(state, "rita", "Rita", "marketer", PASSWORD, engagements=["rival"])
    return {one.record.login: one.record for one in users.list_users(state)}


@pytest.fixture
def action_id(state: sa.Engine, people: dict[str, UserRecord]) -> int:
    return actions.add(state, people["marketer"], "acme", {"title": "Call back"})


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(JourneyError) as caught:
        act()
    return caught.value.code


def test_a_promise_is_kept_changed_and_withdrawn_with_a_trail(
    state: sa.Engine, people: dict[str, UserRecord], action_id: int
) -> None:
    ivan, anna = people["marketer"], people["consultant"]
    number = interventions.register(state, ivan, INFO, action_id, PROMISE, NOW, detectable=0.027)
    (kept,) = interventions.listed(state, people["executive"], "acme")
    assert (kept.promise, kept.detectable, kept.author) == (PROMISE, 0.027, "Marketer")
    assert (kept.title, kept.registered_at, kept.version) == ("Call back", NOW, 0)
    assert (
        code_of(lambda: interventions.register(state, anna, INFO, action_id, PROMISE, NOW))
        == "effect_registered"
    )
    other = replace(PROMISE, expected=0.02, comparison=())
    interventions.change(state, anna, INFO, number, 0, other, NOW, detectable=0.01)
    (kept,) = interventions.listed(state, ivan, "acme")
    assert (kept.promise, kept.version, kept.author, kept.registered_at) == (other, 1, "Marketer", NOW)
    assert code_of(lambda: interventions.withdraw(state, ivan, number, 0)) == "effect_changed"
    interventions.withdraw(state, ivan, number, 1)
    assert interventions.listed(state, ivan, "acme") == ()
    with state.connect() as connection:
        lines = connection.execute(sa.select(audit).where(audit.c.action.like("effect.%"))).all()
    told = [(line.actor, line.action, line.detail["expected"]) for line in lines]
    assert told == [
        ("marketer", "effect.register", 0.031),
        ("consultant", "effect.change", 0.02),
        ("marketer", "effect.withdraw", 0.02),
    ]
    assert interventions.register(state, ivan, INFO, action_id, PROMISE, NOW) > 0, "free again"


def test_a_promise_cannot_be_changed_once_the_action_has_begun(
    state: sa.Engine, people: dict[str, UserRecord], action_id: int
) -> None:
    ivan = people["marketer"]
    number = interventions.register(state, ivan, INFO, action_id, PROMISE, NOW)

    def at(now: datetime, start: date = PROMISE.starts_on) -> Callable[[], Any]:
        wish = replace(PROMISE, expected=0.01, starts_on=start)
        return lambda: interventions.change(state, ivan, INFO, number, 0, wish, now)

    first_minute = datetime(2026, 6, 9, 21)  # 10 June, 0:00 in Moscow
    assert code_of(at(first_minute)) == "effect_started"
    assert code_of(at(NOW, TODAY - timedelta(days=1))) == "effect_start_past"
    at(first_minute - timedelta(minutes=1))()
    assert interventions.listed(state, ivan, "acme")[0].promise.expected == 0.01


def test_senseless_promises_are_refused(
    state: sa.Engine, people: dict[str, UserRecord], action_id: int
) -> None:
    wrong: dict[str, Promise] = {
        "effect_step": replace(PROMISE, from_stage="purchase", to_stage="active_evaluation"),
        "effect_segment": replace(PROMISE, segment="rich"),
        "effect_channel": replace(PROMISE, channel="radio"),
        "effect_expected": replace(PROMISE, expected=0.0),
        "effect_weeks": replace(PROMISE, weeks=13),
        "effect_comparison": replace(PROMISE, comparison=("gift",)),
        "effect_day": replace(PROMISE, starts_on=date(2024, 12, 31)),
    }
    wrong_again = [
        replace(PROMISE, segment="", comparison=("new",)),
        replace(PROMISE, comparison=("rich",)),
    ]
    for code, promise in wrong.items():
        assert code_of(lambda promise=promise: interventions.checked(promise, INFO)) == code
    for promise in wrong_again:
        assert code_of(lambda promise=promise: interventions.checked(promise, INFO)) == "effect_comparison"
    ivan = people["marketer"]
    actions.change(state, ivan, action_id, {"status": "idea"}, {"status": "dropped"}, TODAY)
    assert (
        code_of(lambda: interventions.register(state, ivan, INFO, action_id, PROMISE, NOW))
        == "action_dropped"
    )


def test_of_many_at_once_one_registers_and_one_changes(
    state: sa.Engine, people: dict[str, UserRecord], action_id: int
) -> None:
    ivan = people["marketer"]

    def tried(act: Callable[[], Any]) -> str:
        try:
            act()
        except JourneyError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(4) as pool:
        told = list(
            pool.map(
                lambda _: tried(lambda: interventions.register(state, ivan, INFO, action_id, PROMISE, NOW)),
                range(4),
            )
        )
        assert sorted(told) == ["done", *["effect_registered"] * 3]
        (kept,) = interventions.listed(state, ivan, "acme")
        wishes = [replace(PROMISE, expected=0.01 * (one + 1)) for one in range(4)]
        told = list(
            pool.map(
                lambda wish: tried(lambda: interventions.change(state, ivan, INFO, kept.id, 0, wish, NOW)),
                wishes,
            )
        )
    assert sorted(told) == ["done", *["effect_changed"] * 3]


def test_rights_and_foreign_ids(state: sa.Engine, people: dict[str, UserRecord], action_id: int) -> None:
    number = interventions.register(state, people["marketer"], INFO, action_id, PROMISE, NOW)
    other = actions.add(state, people["rita"], "rival", {"title": "Theirs"})
    rival = replace(INFO, engagement="rival")
    acts: list[Callable[[UserRecord], Any]] = [
        lambda who: interventions.change(state, who, INFO, number, 0, PROMISE, NOW),
        lambda who: interventions.withdraw(state, who, number, 0),
        lambda who: interventions.register(state, who, INFO, action_id, PROMISE, NOW),
        lambda who: decisions.decide(state, who, action_id, "keep", "Why", NOW, figures={}),
    ]
    guest = replace(people["marketer"], guest=Guest("/monitor", "", NOW))
    for act in acts:
        assert code_of(lambda act=act: act(people["rita"])) in ("unknown_effect", "unknown_action")
        for login in ("executive", "display"):
            assert code_of(lambda act=act, login=login: act(people[login])) == "no_right"
        assert code_of(lambda act=act: act(guest)) == "no_right"
    for listed in (interventions.listed, decisions.listed):
        assert code_of(lambda listed=listed: listed(state, people["display"], "acme")) == "no_right"
        assert code_of(lambda listed=listed: listed(state, people["rita"], "acme")) == "unknown_engagement"
    ivan = people["marketer"]
    assert code_of(lambda: interventions.register(state, ivan, rival, action_id, PROMISE, NOW)) == (
        "unknown_action"
    ), "checked against the stages of its own engagement"
    assert code_of(lambda: interventions.register(state, ivan, INFO, other, PROMISE, NOW)) == "unknown_action"


def test_a_decision_is_only_added_and_moves_the_action(
    state: sa.Engine, people: dict[str, UserRecord], action_id: int
) -> None:
    anna = people["consultant"]
    figures = {"verdict": "confirmed", "points": {"actual": 0.031, "low": 0.019, "high": 0.043}}
    kinds = [
        (DecisionKind.ADJUST, Status.IN_PROGRESS),
        (DecisionKind.STOP, Status.DROPPED),
        (DecisionKind.KEEP, Status.MEASURED),
    ]
    for step, (kind, status) in enumerate(kinds):
        at = NOW + timedelta(days=step)
        decisions.decide(
            state, anna, action_id, kind, f" Look  {step} ", at, figures=figures, search="?e=acme&a=1"
        )
        kept = actions.get(state, anna, action_id)
        assert (kept.status, kept.decision) == (status, f"Look {step}")
    log = decisions.listed(state, people["executive"], "acme")
    assert [one.reason for one in log] == ["Look 2", "Look 1", "Look 0"]
    assert (log[0].figures, log[0].search, log[0].author, log[0].title) == (
        figures,
        "?e=acme&a=1",
        "Consultant",
        "Call back",
    )
    history = [one.field for one in action_entries.below(state, anna, action_id).changes]
    assert history.count("status") == 3
    assert history.count("decision") == 3

    def said(kind: str, reason: str) -> Callable[[], Any]:
        return lambda: decisions.decide(state, anna, action_id, kind, reason, NOW, figures={})

    assert code_of(said("wait", "Why")) == "unknown_decision"
    assert code_of(said("keep", " \n ")) == "decision_reason_missing"
    assert code_of(said("keep", "x" * 1501)) == "decision_long"
    assert len(decisions.listed(state, anna, "acme")) == 3
