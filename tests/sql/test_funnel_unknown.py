"""Deals lost nobody knows where: transitions that more than 5 % of them may have made read unknown (DOMAIN 4)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from data_access.facts import EngineFacts
from tests.facts import SCOPE, Ending, Event, Sale, load, model_of, question
from tests.sql.test_funnel import ask

MODEL = model_of("ABC", deal="C")


def crm(engine: sa.Engine, lost: int, kept: int, sales: tuple[Sale, ...] = (), **ending: Any) -> EngineFacts:
    """`kept` customers of whom each second goes on to B, and `lost` whose one stage is A."""
    events = [Event(f"k{n}", "A", n / 100, deal_ref=f"k{n}", label="a") for n in range(kept)]
    events += [Event(f"k{n}", "B", 5, deal_ref=f"k{n}", label="b") for n in range(0, kept, 2)]
    events += [Event("c", "B", 1, deal_ref="c", label="b"), Event("c", "C", 2, deal_ref="c", label="c")]
    events += [Event(f"l{n}", "A", 1, deal_ref=f"l{n}", source="snapshot") for n in range(lost)]
    endings = [Ending(f"l{n}", "lost", 9, deal_ref=f"l{n}", **ending) for n in range(lost)]
    return load(engine, events, sales, model=MODEL, endings=endings)


def test_domain_4_more_than_5_percent_read_unknown_with_bounds(engine: sa.Engine) -> None:
    second = ask(crm(engine, lost=10, kept=90)).total.steps[1]
    assert (second.customers, second.from_previous, second.from_first) == (45, None, None)
    assert second.reasons["from_previous"] == "unknown_transition"
    assert (second.bound_low, second.bound_high) == (45 / 100, 55 / 100)


def test_domain_4_5_percent_are_still_a_rate(duck: sa.Engine) -> None:
    second = ask(crm(duck, lost=5, kept=95)).total.steps[1]
    assert (second.from_previous, second.bound_low) == (pytest.approx(48 / 100), None)


def test_a_known_stage_when_lost_hides_nothing(duck: sa.Engine) -> None:
    second = ask(crm(duck, lost=10, kept=90, stage_when_lost="A")).total.steps[1]
    assert second.from_previous == 45 / 100


def test_an_unknown_transition_is_not_ranked(engine: sa.Engine) -> None:
    answers = Answers(crm(engine, lost=10, kept=90, sales=(Sale("k0", 6, 100),)))
    first, second = answers.bottlenecks(
        SCOPE, question(window_days=0, horizon_days=0, stages=("A", "B", "C"))
    )
    assert {first.reasons.get("recoverable"), second.reasons.get("recoverable")} >= {"unknown_transition"}
    unknown = next(row for row in (first, second) if row.from_stage == "A")
    assert (unknown.customers, unknown.recoverable, unknown.conversion) == (100, None, None)
    assert unknown.reasons["conversion"] == "unknown_transition"
