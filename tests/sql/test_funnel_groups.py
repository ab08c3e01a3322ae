"""Breakdowns and filters of the funnel on hand-made facts: each customer in exactly one group."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.analytics.funnel import amount_basis, funnel
from dashboard.errors import JourneyError
from dashboard.journey.funnel_options import Filter, StepWindow
from dashboard.journey.period import Period
from dashboard.journey.query import Mode, Split
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel
from tests.facts import SCOPE, Event, Known, Sale, load, model_of, question
from tests.sql.test_funnel import ask, customers

MODEL = model_of("ABC", deal="C")
EVENTS = (
    # u comes from the site twice, the second time all the way; v from an advertisement; w alone
    Event("u", "A", 0, channel="site", touchpoint="home", manager="Ann"),
    Event("u", "A", 20, channel="ads", touchpoint="banner", manager="Bob"),
    Event("u", "B", 21, channel="store", product="sofa"),
    Event("v", "A", 40, channel="ads", touchpoint="banner", segment="new"),
    Event("v", "B", 41),
    Event("w", "A", 41, channel="site", touchpoint="home"),
)
SALES = (Sale("u", 22, 100, channel="shop"), Sale("w", -5, 10))
KNOWN = (
    Known("u", "city", "Omsk"),
    Known("u", "city", "Perm", since=21),
    Known("v", "city", "Perm"),
    Known("v", "age", "18-24"),
)


@pytest.fixture
def shop(engine: sa.Engine) -> EngineFacts:
    return load(engine, EVENTS, SALES, model=MODEL, known=KNOWN)


def groups(facts: EngineFacts, *by: Split, **fields: Any) -> dict[Any, list[int]]:
    """Counts by value, or by both values of two levels."""
    found = ask(facts, by=by, **{"window_days": 7, **fields})
    counts = {
        tuple(group.values.values()): [step.customers for step in group.steps] for group in found.segments
    }
    total = [step.customers for step in found.total.steps]
    assert [sum(column) for column in zip(*counts.values(), strict=True)] == total
    return {key[0] if len(key) == 1 else key: count for key, count in counts.items()}


def test_breakdowns_take_the_first_the_last_or_a_chosen_step(shop: EngineFacts) -> None:
    assert groups(shop, Split.CHANNEL) == {"ads": [2, 2, 1], "site": [1, 0, 0]}
    assert groups(shop, Split.CHANNEL, value_at="last") == {
        "shop": [1, 1, 1],
        "(none)": [1, 1, 0],
        "site": [1, 0, 0],
    }
    assert groups(shop, Split.CHANNEL, value_at="B") == {
        "store": [1, 1, 1],
        "(none)": [1, 1, 0],
        "(not reached)": [1, 0, 0],
    }
    assert groups(shop, Split.TOUCHPOINT) == {"banner": [2, 2, 1], "home": [1, 0, 0]}
    assert groups(shop, Split.MANAGER) == {"Bob": [1, 1, 1], "(none)": [2, 1, 0]}
    assert groups(shop, Split.PRODUCT, value_at="B") == {
        "sofa": [1, 1, 1],
        "(none)": [1, 1, 0],
        "(not reached)": [1, 0, 0],
    }
    assert groups(shop, Split.MONTH) == {"2026-01": [1, 1, 1], "2026-02": [2, 1, 0]}


def test_new_and_returning_as_of_the_periods_start(shop: EngineFacts) -> None:
    assert groups(shop, Split.CUSTOMER_TYPE) == {"new": [3, 2, 1]}
    period = Period(date(2026, 1, 1))
    assert groups(shop, Split.CUSTOMER_TYPE, period=period) == {"new": [2, 2, 1], "returning": [1, 0, 0]}


def test_attributes_as_of_the_chosen_event(shop: EngineFacts) -> None:
    by_city: dict[str, Any] = {"attributes": ("city",)}
    assert groups(shop, **by_city) == {"Omsk": [1, 1, 1], "Perm": [1, 1, 0], "(none)": [1, 0, 0]}
    assert groups(shop, **by_city, value_at="B") == {"Perm": [2, 2, 1], "(not reached)": [1, 0, 0]}


def test_two_levels(shop: EngineFacts) -> None:
    assert groups(shop, Split.SEGMENT, Split.CHANNEL) == {
        ("(none)", "ads"): [1, 1, 1],
        ("(none)", "site"): [1, 0, 0],
        ("new", "ads"): [1, 1, 0],
    }
    found = groups(shop, Split.CHANNEL, attributes=("city",))
    assert found == {("ads", "Omsk"): [1, 1, 1], ("ads", "Perm"): [1, 1, 0], ("site", "(none)"): [1, 0, 0]}


@pytest.mark.parametrize("mode", [Mode.STRICT, Mode.ANY, Mode.REACHED])
def test_every_mode_can_be_broken_down(shop: EngineFacts, mode: Mode) -> None:
    entries = {
        Mode.STRICT: {"ads": [2, 2, 1], "site": [1, 0, 0]},
        Mode.ANY: {"ads": [2, 2, 1], "(none)": [1, 0, 0]},  # w's first window begins with the early deal
        Mode.REACHED: {"ads": [1, 1, 0], "site": [1, 1, 1], "(none)": [1, 1, 1]},
    }
    assert groups(shop, Split.CHANNEL, mode=mode) == entries[mode]
    assert sum(count[0] for count in groups(shop, Split.CHANNEL, mode=mode, value_at="last").values()) == 3


def test_filters_after_matching_keep_customers_by_their_attempt(shop: EngineFacts) -> None:
    asked: dict[str, Any] = {"window_days": 7}
    assert customers(shop, **asked, filters=(Filter("channel", ("ads",)),)) == [2, 2, 1]
    assert customers(shop, **asked, filters=(Filter("channel", ("ads", "site")),)) == [3, 2, 1]
    both = (Filter("channel", ("ads",)), Filter("attribute:city", ("Perm",)))
    assert customers(shop, **asked, filters=both) == [1, 1, 0]
    assert customers(shop, **asked, filters=(Filter("month", ("2026-01",)),)) == [1, 1, 1]


def test_step_filters_before_matching_choose_the_events(shop: EngineFacts) -> None:
    asked: dict[str, Any] = {"window_days": 7}
    # u's entry by the site leads nowhere
    assert customers(shop, **asked, step_filters=(Filter("channel", ("site",), "A"),)) == [2, 0, 0]
    assert customers(shop, **asked, step_filters=(Filter("channel", ("store",), "B"),)) == [3, 1, 1]
    assert customers(shop, **asked, step_filters=(Filter("channel", ("shop",), "C"),)) == [3, 2, 1]
    assert customers(shop, **asked, step_filters=(Filter("channel", ("ads", "store")),)) == [2, 1, 0]


def test_strict_does_not_see_what_a_step_filter_leaves_out(engine: sa.Engine) -> None:
    events = [
        Event("u", "A", 0, channel="x"),
        Event("u", "B", 1, channel="y"),
        Event("u", "A", 2, channel="y"),
        Event("u", "B", 3, channel="x"),
    ]
    facts = load(engine, events, model=model_of("AB", deal="B"))
    asked: dict[str, Any] = {"mode": Mode.STRICT, "window_days": 2}
    assert customers(facts, **asked) == [1, 1]
    assert customers(facts, **asked, step_filters=(Filter("channel", ("x",)),)) == [1, 0]
    assert customers(facts, mode=Mode.STRICT, step_filters=(Filter("channel", ("x",)),)) == [1, 1]
    assert customers(
        facts, **asked, step_filters=(Filter("channel", ("y",), "A"), Filter("channel", ("y",), "B"))
    ) == [1, 0]


def test_domain_4_strict_still_sees_other_stages_under_a_step_filter(engine: sa.Engine) -> None:
    """A second deal D that no deal step comes before: A and B have no number of a deal, and stay what they are."""
    events = [
        Event("u", "A", 0, channel="y"),
        Event("u", "X", 1, channel="y"),
        Event("u", "B", 2, channel="x"),
    ]
    facts = load(engine, events, [Sale("v", 9, 5)], model=model_of("AXBCD", deal="C", nth={"D": 2}))
    asked: dict[str, Any] = {"mode": Mode.STRICT, "stages": ("A", "B", "D")}
    assert customers(facts, **asked, step_filters=(Filter("channel", ("x",), "B"),)) == [1, 0, 0]


def test_domain_4_strict_a_deal_that_a_step_filter_leaves_out(engine: sa.Engine) -> None:
    """The first deal is never a second one, so nothing takes it; later ones may be D, and end the walk before C."""
    sold = [("u", 1, "x"), ("u", 2, "y"), ("v", -9, "x"), ("v", 1, "x"), ("v", 2, "y")]
    sales = [Sale(name, day, 5, str(day), channel=channel) for name, day, channel in sold]
    events = [Event(name, "B", 0) for name in "uv"] + [Event(name, "E", 3) for name in "uv"]
    facts = load(engine, events, sales, model=model_of("BCDE", deal="C", nth={"D": 2}))
    asked: dict[str, Any] = {"mode": Mode.STRICT, "step_filters": (Filter("channel", ("y",), "C"),)}
    assert customers(facts, **asked, stages=("B", "C", "E")) == [2, 2, 2]
    assert customers(facts, **asked, optional=("D",)) == [2, 1, 0, 1]


def test_domain_4_any_begins_at_events_that_are_a_step(engine: sa.Engine) -> None:
    """A second deal D is counted from the first deal C of shop x: other deals are no step and begin no window."""
    events = [Event("u", "A", 3), Event("w", "A", 9)]
    sales = [
        Sale("u", 0, 10, channel="y"),  # neither C (channel) nor D (not the second of a window)
        Sale("v", date(2026, 1, 1), 10, "1", channel="x"),
        Sale("v", date(2026, 1, 1), 10, "2", channel="y"),  # of the same instant as the first: C and D
        Sale("w", 0, 10, channel="y"),
        Sale("w", 1, 10, channel="y"),
    ]
    facts = load(engine, events, sales, model=model_of("ABCD", deal="C", nth={"D": 2}))
    asked: dict[str, Any] = {"mode": Mode.ANY, "window_days": 7, "stages": ("A", "C", "D")}
    by_shop = (Filter("channel", ("x",), "C"),)
    assert customers(facts, **asked) == [3, 3, 0]
    assert customers(facts, **asked, step_filters=by_shop) == [3, 1, 0]
    # u and w begin with their A, not with a deal
    assert groups(facts, Split.CHANNEL, **asked, step_filters=by_shop) == {
        "(none)": [2, 0, 0],
        "x": [1, 1, 0],
    }


def test_domain_4_reached_the_last_event_is_the_deepest_step_met(engine: sa.Engine) -> None:
    """C lies after the deal B, which u never made: u's first tracked event is no step, the A after it is."""
    events = [Event("u", "C", 0, channel="c"), Event("u", "A", 2, channel="a")]
    facts = load(engine, events, [Sale("v", 3, 10)], model=model_of("ABC", deal="B"))
    asked: dict[str, Any] = {"mode": Mode.REACHED, "stages": ("A", "C")}
    assert groups(facts, Split.CHANNEL, **asked, value_at="last") == {"a": [1, 0]}
    assert groups(facts, Split.CHANNEL, **asked, value_at="first") == {"c": [1, 0]}


def test_domain_4_any_the_last_of_an_instant_is_the_last_by_stage(engine: sa.Engine) -> None:
    """The second deal D stands at the deal's stage C, so B before C, and C before D of the same instant."""
    events = [Event("u", "B", date(2026, 1, 1), channel="b"), Event("u", "E", date(2026, 1, 1), channel="e")]
    sales = [Sale("u", date(2026, 1, 1), 10, str(number), channel="shop") for number in range(2)]
    facts = load(engine, events, sales, model=model_of("ABCDE", deal="C", nth={"D": 2}))
    asked: dict[str, Any] = {"mode": Mode.ANY, "window_days": 0, "value_at": "last"}
    assert groups(facts, Split.CHANNEL, **(asked | {"stages": ("B", "D")})) == {"shop": [1, 1]}
    assert groups(facts, Split.CHANNEL, **(asked | {"stages": ("D", "E")})) == {"e": [1, 1]}
    assert customers(facts, **asked, filters=(Filter("channel", ("e",)),)) == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"attributes": ("size",)}, "unknown_attribute"),
        ({"filters": (Filter("attribute:size", ("x",)),)}, "unknown_attribute"),
        ({"filters": (Filter("colour", ("x",)),)}, "bad_filter"),
        ({"value_at": "Z"}, "unknown_step"),
        ({"step_filters": (Filter("channel", ("x",), "Z"),)}, "unknown_step"),
        ({"attributes": ("city", "age"), "by": (Split.SEGMENT,)}, "too_many_levels"),
    ],
)
def test_what_the_engagement_does_not_know_is_refused(
    duck: sa.Engine, fields: dict[str, Any], code: str
) -> None:
    facts = load(duck, EVENTS, SALES, model=MODEL, known=KNOWN)
    with pytest.raises(JourneyError, match=code):
        fetch_funnel(facts, SCOPE, question(**fields))


def money(facts: EngineFacts, **fields: Any) -> list[tuple[Any, Any]]:
    query = question(window_days=7, **fields)
    steps = funnel(
        fetch_funnel(facts, SCOPE, query, with_amounts=True), query, facts.info(SCOPE), amounts=True
    ).total.steps
    return [(step.amount_entering, step.amount_passing) for step in steps]


def test_amounts_are_the_revenue_of_the_cohort(engine: sa.Engine) -> None:
    sales = [Sale("u", 2, 100), Sale("u", 50, 7), Sale("v", 3, 40), Sale("v", 4, -10), Sale("w", -1, 9)]
    events = [Event(name, "A", 0) for name in "uvw"] + [Event(name, "B", 1) for name in "uv"]
    facts = load(engine, events, sales, model=MODEL)
    assert amount_basis(facts.info(SCOPE)) == "cohort_revenue"
    assert money(facts) == [(None, 137), (137, 137), (137, 137)]
    # w's deal lies before the period's start
    new = (Filter("customer_type", ("new",)),)
    assert money(facts, horizon_days=7, filters=new) == [(None, 130), (130, 130), (130, 130)]
    assert money(facts, optional=("B",), stages=("A", "B")) == [(None, 137), (137, 137)]


def test_amounts_of_the_pipeline_are_the_latest_named(engine: sa.Engine) -> None:
    events = [
        Event("u", "A", 0, amount=500),
        Event("u", "B", 1, amount=450),
        Event("v", "A", 0, amount=300),
        Event("v", "A", 30, amount=1),
        Event("w", "A", 0),
    ]
    facts = load(engine, [*events, Event("x", "C", 0)], [], model=MODEL)
    assert amount_basis(facts.info(SCOPE)) == "pipeline"
    assert money(facts) == [(None, 750), (750, 450), (450, 0)]
    # the windows from step to step leave the whole window as it is: what v names on day 30 lies after it
    steps = (StepWindow("B", 4), StepWindow("C", 3))
    assert money(facts, step_windows=steps) == [(None, 750), (750, 450), (450, 0)]


def test_without_money_amounts_are_unknown(duck: sa.Engine) -> None:
    facts = load(duck, [Event("u", "A", 0), Event("u", "B", 0), Event("u", "C", 0)], model=MODEL)
    query = question()
    frame = fetch_funnel(facts, SCOPE, query, with_amounts=True)
    step = funnel(frame, query, facts.info(SCOPE), amounts=True).total.steps[1]
    assert (step.amount_passing, step.reasons["amount_passing"]) == (None, "no_amounts")
