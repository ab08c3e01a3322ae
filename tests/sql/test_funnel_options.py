"""Optional steps, step windows and exclusions on hand-made facts: the goldens of DOMAIN section 4 and their edges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.funnel_options import Exclusion, StepWindow
from dashboard.journey.query import Entry, Mode, Split
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel, fetch_priced_funnel
from tests.facts import SCOPE, Event, Sale, load, model_of, question, walk
from tests.sql.test_funnel import GOLDEN, STEPS, ask, customers

EVERY_FIVE = (StepWindow("B", 5), StepWindow("C", 5))


def exclude(*texts: str) -> tuple[Exclusion, ...]:
    return tuple(Exclusion.parse(text) for text in texts)


def each(
    engine: sa.Engine, walks: Mapping[str, str], keys: str = "ABC", **fields: Any
) -> dict[str, list[int]]:
    """Counts of each named walk, all in one load."""
    events = [Event(name, step[0], float(step[1:])) for name, text in walks.items() for step in text.split()]
    events += walk(
        " ".join(["everybody", *(f"{key}-999" for key in reversed(keys))])
    )  # no stage without data
    segments = {name: name for name in walks}
    facts = load(engine, events, model=model_of(keys, deal="C"), segments=segments)
    found = ask(facts, by=(Split.SEGMENT,), segments=tuple(walks), **fields)
    return {str(group.segment): [step.customers for step in group.steps] for group in found.segments}


def golden(engine: sa.Engine) -> EngineFacts:
    return load(engine, [event for line in GOLDEN for event in walk(line)], model=model_of("ABCX", deal="C"))


def test_domain_4_golden_exclusions_and_optional(engine: sa.Engine) -> None:
    facts = golden(engine)
    asked: dict[str, Any] = {"stages": STEPS, "window_days": 7}
    assert customers(facts, **asked, exclusions=exclude("X:A>B")) == [7, 4, 4]
    removed = ask(facts, **asked, exclusions=exclude("X:A>B:remove")).total
    assert ([step.customers for step in removed.steps], removed.removed) == ([6, 4, 4], 1)
    optional = ask(facts, **asked, optional=("B",)).total.steps
    assert [step.customers for step in optional] == [7, 5, 5]
    assert [step.from_previous for step in optional] == [None, 5 / 7, 5 / 7]


def test_domain_4_golden_step_window_takes_the_later_step(engine: sa.Engine) -> None:
    walks = {"later B": "A0 B1 B5 C8", "a day late": "A0 B1 B5 C11", "B too late": "A0 B6 C7"}
    expected = {"later B": [1, 1, 1], "a day late": [1, 1, 0], "B too late": [1, 0, 0]}
    for mode in (Mode.ORDERED, Mode.STRICT):
        assert each(engine, walks, step_windows=EVERY_FIVE, window_days=10, mode=mode) == expected


def test_step_window_beside_the_whole_window(duck: sa.Engine) -> None:
    walks = {"both hold": "A0 B4 C7", "whole one over": "A0 B5 C8"}
    found = each(duck, walks, step_windows=EVERY_FIVE, window_days=7)
    assert found == {"both hold": [1, 1, 1], "whole one over": [1, 1, 0]}
    # of one step alone: the whole window holds for the others
    assert each(duck, {"u": "A0 B2 C90"}, step_windows=(StepWindow("B", 5),)) == {"u": [1, 1, 1]}


def test_step_windows_after_each_other_bind_alone(duck: sa.Engine) -> None:
    facts = load(duck, walk("u A0 B5 C10 D30"), model=model_of("ABCD", deal="D"))
    windows = (*EVERY_FIVE, StepWindow("D", 20))
    found = ask(facts, step_windows=windows, window_days=30).total.steps
    assert [(step.customers, step.immature) for step in found] == [(1, 0)] * 4
    # immature by the whole window, which is the sum where none was given
    assert ask(facts, step_windows=windows, window_days=31).total.steps[0].immature == 1


class TestOptional:
    def test_met_where_possible_then_earliest(self, duck: sa.Engine) -> None:
        walks = {"met": "A0 C1 B2 C3", "missed": "A0 C1", "met, not deeper": "A0 B1"}
        found = each(duck, walks, optional=("B",))
        assert found == {"met": [1, 1, 1], "missed": [1, 0, 1], "met, not deeper": [1, 1, 0]}

    def test_time_runs_from_the_last_step_that_must_be_met(self, duck: sa.Engine) -> None:
        facts = load(duck, walk("u A0 B2 C3"), model=model_of("ABC", deal="C"))
        steps = ask(facts, optional=("B",)).total.steps
        assert [step.median_days for step in steps] == [None, 2, 3]

    def test_strict_goes_on_behind_it(self, engine: sa.Engine) -> None:
        walks = {
            "over it": "A0 C1",
            "through it": "A0 B1 C2",
            "another stage": "A0 D1 C2",
            "back": "A0 B1 A2 C3",
        }
        found = each(
            engine, walks, keys="ABCD", stages=STEPS, optional=("B",), mode=Mode.STRICT, entry=Entry.FIRST
        )
        assert found == {
            "over it": [1, 0, 1],
            "through it": [1, 1, 1],
            "another stage": [1, 0, 0],
            "back": [1, 1, 0],
        }

    def test_reached_counts_it_where_it_was_met(self, engine: sa.Engine) -> None:
        walks = {"missed": "A0 C1", "met": "A0 C1 B2", "not deeper": "A0 B1"}
        found = each(engine, walks, optional=("B",), mode=Mode.REACHED)
        assert found == {"missed": [1, 0, 1], "met": [1, 1, 1], "not deeper": [1, 1, 0]}

    def test_it_is_no_transition_of_the_priced_funnel(self, duck: sa.Engine) -> None:
        facts = load(
            duck, [*walk("u A0 B1"), *walk("v A0")], [Sale("v", 1, 10)], model=model_of("ABC", deal="C")
        )
        row = fetch_priced_funnel(facts, SCOPE, question(optional=("B",), window_days=0, horizon_days=0))
        assert row[["n1", "n2"]].to_numpy().tolist() == [[2, 0]]
        with pytest.raises(JourneyError, match="deal_step_optional"):
            fetch_priced_funnel(facts, SCOPE, question(optional=("C",)))


class TestExclusion:
    def test_between_means_the_order_of_the_journey(self, engine: sa.Engine) -> None:
        walks = {"before": "X0 A1 B2", "between": "A0 X1 B2", "after": "A0 B1 X2", "one instant": "A0 X0 B0"}
        found = each(engine, walks, keys="ABCX", stages=("A", "B"), exclusions=exclude("X:A>B"))
        # within one instant the stages' order tells: A, B, X
        assert found == {"before": [1, 1], "between": [1, 0], "after": [1, 1], "one instant": [1, 1]}

    def test_without_the_later_step_up_to_the_windows_end(self, engine: sa.Engine) -> None:
        walks = {"inside": "A0 B1 X7", "too late": "A0 B1 X8"}
        asked: dict[str, Any] = {"keys": "ABCX", "stages": STEPS, "window_days": 7}
        found = each(engine, walks, **asked, exclusions=exclude("X:A>C"))
        assert found == {"inside": [1, 0, 0], "too late": [1, 1, 0]}
        gone = each(engine, walks, **asked, exclusions=exclude("X:A>C:remove"))
        assert gone == {"inside": [0, 0, 0], "too late": [1, 1, 0]}

    def test_the_attempts_own_chain_alone_is_tested(self, duck: sa.Engine) -> None:
        # the chain is A0 B3; that of the later entry, A2 B3, is not met by X
        best = each(duck, {"u": "A0 X1 A2 B3"}, keys="ABCX", stages=("A", "B"), exclusions=exclude("X:A>B"))
        assert best == {"u": [1, 1]}
        first = each(
            duck,
            {"u": "A0 X1 A2 B3"},
            keys="ABCX",
            stages=("A", "B"),
            exclusions=exclude("X:A>B"),
            entry=Entry.FIRST,
        )
        assert first == {"u": [1, 0]}

    def test_a_step_that_comes_again(self, duck: sa.Engine) -> None:
        walks = {"again": "A0 A1 B2", "once": "A0 B2"}
        found = each(duck, walks, stages=("A", "B"), exclusions=exclude("A:A>B:remove"), entry=Entry.FIRST)
        assert found == {"again": [0, 0], "once": [1, 1]}


def test_a_stage_without_data_is_optional_and_reported(duck: sa.Engine) -> None:
    facts = load(duck, [*walk("u A0 C2"), *walk("v A0")], model=model_of("ABC", deal="C"))
    for mode in (Mode.ORDERED, Mode.STRICT, Mode.REACHED):
        steps = ask(facts, mode=mode).total.steps
        assert [step.customers for step in steps] == [2, 0, 1]
        assert [step.from_previous for step in steps] == [None, None, 0.5]
        assert steps[1].reasons["from_previous"] == "no_data"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"optional": ("X",)}, "unknown_step"),
        ({"optional": ("A",)}, "first_step_optional"),
        ({"step_windows": (StepWindow("X", 1),)}, "unknown_step"),
        ({"step_windows": (StepWindow("A", 1),)}, "first_step_window"),
        ({"exclusions": exclude("Y:A>B")}, "unknown_stage"),
        ({"exclusions": exclude("X:A>X")}, "unknown_step"),
        ({"exclusions": exclude("X:B>A")}, "exclusion_order"),
        ({"exclusions": exclude("B:A>C")}, "exclusion_inside"),
    ],
)
def test_wrong_options_are_refused(duck: sa.Engine, fields: dict[str, Any], code: str) -> None:
    facts = load(duck, walk("u A0 B1 C2 X3"), model=model_of("ABCX", deal="C"))
    with pytest.raises(JourneyError, match=code):
        fetch_funnel(facts, SCOPE, question(stages=STEPS, **fields))


@pytest.mark.parametrize("text", ["B", "B=", "B=x", "=5", "B=9999", "B=-1"])
def test_a_step_window_that_cannot_be_read(text: str) -> None:
    with pytest.raises(JourneyError, match="bad_step_window"):
        StepWindow.parse(text)


@pytest.mark.parametrize("text", ["X", "X:A", "X:A>", "X:A>B:cut", ":A>B"])
def test_an_exclusion_that_cannot_be_read(text: str) -> None:
    with pytest.raises(JourneyError, match="bad_exclusion"):
        Exclusion.parse(text)


def test_options_read_what_they_write() -> None:
    for text in ("X:A>B", "X:A>B:remove"):
        assert str(Exclusion.parse(text)) == text
    assert str(StepWindow.parse("B=5")) == "B=5"
