"""The sums behind an effect on both engines: a hand table, the funnel week by week, and customers drawn one by one."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.effects import effect_of, effects_of, plan_power, price_of
from dashboard.analytics.effect import EffectPlan, Method, Verdict, Why
from dashboard.analytics.effect_difference import Comparison, comparison_of, difference
from dashboard.analytics.effect_span import WEEK, effect_span
from dashboard.analytics.effect_sums import EffectSums, effect_sums
from dashboard.journey.funnel_options import Filter
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Mode, Split
from data_access.effect import fetch_effect
from data_access.facts import EngineFacts
from tests.facts import SCOPE, Event, Sale, load, model_of, walk

MODEL = model_of("ABC", deal="C")
DAY_ZERO = date(2026, 1, 1)
START = DAY_ZERO + timedelta(days=14)
PLAN = EffectPlan(1, "Call back", "A", "B", "x", "", START, 0.1, ("y",), DAY_ZERO, weeks=4, window_days=7)

# weeks -2: days 0-6, -1: 7-13, 1: 14-20, 2: 21-27, 3: 28-34 (over at the data end, day 42), 4: 35-41 (not yet)
HAND = (
    *walk("a A0 A3 B9"),  # twice in one week, by the second entry within seven days: one entry that went on
    *walk("b A1 A8 B14"),  # in two weeks; the second one goes on
    *walk("c A13 B20 A20 B27"),  # the window ends on its seventh day; before and after the start
    *walk("d A21 B29"),  # a day too late
    *walk("e A15"),
    *walk("f A34 B35"),
    *walk("g A36 B37"),
    *walk("z A42"),
)
SEGMENTS = dict(zip("abcdefgz", "xxxxyyxx", strict=True))


def told(frame: pd.DataFrame, kind: str) -> dict[tuple[object, ...], tuple[int, ...]]:
    rows = [row for row in frame.to_dict("records") if row["kind"] == kind]
    if kind == "day":
        return {(row["segment"], row["part"]): (row["nn"], row["yy"]) for row in rows}
    keys = ("segment", "part", "other_segment", "other_part")
    return {tuple(row[key] for key in keys): (row["nn"], row["ny"], row["yn"], row["yy"]) for row in rows}


def test_sums_by_hand(engine: sa.Engine) -> None:
    facts = load(engine, HAND, model=MODEL, segments=SEGMENTS)
    frame = fetch_effect(facts, SCOPE, PLAN)
    assert told(frame, "day") == {
        ("x", 3): (1, 1),  # a, at the entry that goes on
        ("x", 1): (1, 0),
        ("x", 8): (1, 1),  # b
        ("x", 13): (1, 1),
        ("x", 20): (1, 1),  # c
        ("x", 21): (1, 0),  # d
        ("y", 15): (1, 0),
        ("y", 34): (1, 1),
        ("x", 36): (1, 1),  # g: not mature
    }
    assert told(frame, "pair") == {
        # before the start: a 1 entry, 1 on; b 2 entries, 1 on; c 1 entry, 1 on
        ("x", -1, "x", -1): (1 + 4 + 1, 1 + 2 + 1, 1 + 2 + 1, 3),
        ("x", -1, "x", 0): (1, 1, 1, 1),  # c again in week 1
        ("x", 0, "x", -1): (1, 1, 1, 1),
        ("x", 0, "x", 0): (1, 1, 1, 1),
        ("x", 7, "x", 7): (1, 0, 0, 0),
        ("y", 0, "y", 0): (1, 0, 0, 0),
        ("y", 14, "y", 14): (1, 1, 1, 1),
    }
    span = effect_span(PLAN, facts.info(SCOPE))
    assert (span.before, span.after, span.mature, span.look) == (2, 4, 5, 3)
    assert span.number(1) == -1
    assert span.number(2) == 1


def test_a_step_without_data_has_no_sums(engine: sa.Engine) -> None:
    facts = load(engine, HAND, model=MODEL, segments=SEGMENTS)
    nothing = replace(PLAN, to_stage="C")
    assert fetch_effect(facts, SCOPE, nothing).empty
    found = effect_of(Answers(facts), SCOPE, nothing)
    assert (found.verdict, found.reasons, found.points) == (Verdict.CANNOT_TELL, (Why.NO_DATA,), None)


@cache
def company() -> tuple[list[Event], dict[str, str]]:
    """Two groups over 22 weeks; many come again and a customer's entries are alike; x gets better from day 98 on."""
    rng = random.Random(7)
    events, segments = [], {"last": "y"}
    for number in range(700):
        name = f"c{number}"
        segments[name] = "xy"[number % 2]
        leaning, day = rng.choice((0.1, 0.3, 0.5)), rng.uniform(-20, 150)
        while day < 150:
            if day >= 0:
                events.append(Event(name, "A", round(day, 3), channel=rng.choice(("site", "ads"))))
                chance = leaning + (0.3 if segments[name] == "x" and day >= 97.5 else 0)
                if rng.random() < chance:
                    events.append(Event(name, "B", round(day + rng.uniform(0, 9), 3)))
            day += rng.uniform(1, 40)
    return [*events, Event("last", "A", 170.5)], segments


LATE = replace(PLAN, starts_on=DAY_ZERO + timedelta(days=98), weeks=6)


@pytest.mark.parametrize("channel", ["", "site"])
def test_every_week_is_the_funnel_of_that_week(engine: sa.Engine, channel: str) -> None:
    events, segments = company()
    facts = load(engine, events, model=MODEL, segments=segments)
    plan = replace(LATE, channel=channel)
    sums = sums_of(facts, plan)
    reached, went = (sums.by_week(values) for values in (sums.reached, sums.went))
    assert sums.segments == ("x", "y")
    for week in (0, 7, 13, 14, 19):
        query = JourneyQuery(
            "test",
            Period(*sums.span.days_of(week)),
            by=(Split.SEGMENT,),
            stages=("A", "B"),
            window_days=7,
            mature=True,
            step_filters=(Filter("channel", (channel,), "A"),) if channel else (),
        )
        funnel = Answers(facts).funnel(SCOPE, query)
        counts = {group.segment: [step.customers for step in group.steps] for group in funnel.segments}
        for place, name in enumerate(sums.segments):
            assert [reached[place, week], went[place, week]] == counts.get(name, [0, 0]), (week, name)
    assert reached.sum() > 100


def test_without_a_history_of_stages_everybody_stands_in_the_week_of_the_first_event(
    engine: sa.Engine,
) -> None:
    rng = random.Random(2)
    stages = [("AB"[rng.random() < 0.4], number) for number in range(120)]
    events = [Event(f"u{number}", stage, number / 2, label="step") for stage, number in stages]
    events.append(Event("u0", "B", 3.0, label="step"))
    facts = load(
        engine, events, model=MODEL, segments={f"u{number}": "xy"[number % 2] for number in range(120)}
    )
    assert not facts.info(SCOPE).has_history
    sums = sums_of(facts, replace(PLAN, starts_on=START + timedelta(days=14)))
    reached, went = (sums.by_week(values) for values in (sums.reached, sums.went))
    for week in range(sums.span.mature):
        query = JourneyQuery(
            "test",
            Period(*sums.span.days_of(week)),
            by=(Split.SEGMENT,),
            stages=("A", "B"),
            mode=Mode.REACHED,
            horizon_days=7,
            mature=True,
        )
        funnel = Answers(facts).funnel(SCOPE, query)
        counts = {group.segment: [step.customers for step in group.steps] for group in funnel.segments}
        for place, name in enumerate(sums.segments):
            assert [reached[place, week], went[place, week]] == counts.get(name, [0, 0]), (week, name)
    assert went.sum() > 20


def test_the_error_is_that_of_drawing_customers_one_by_one(duck: sa.Engine) -> None:
    events, segments = company()
    facts = load(duck, events, model=MODEL, segments=segments)
    sums = sums_of(facts, LATE)
    week = sums.span.look
    groups = comparison_of(sums, (0,), (1,))
    assert isinstance(groups, Comparison)
    found = difference(sums, replace(groups, unrest=1.0), week)
    assert not isinstance(found, Why)
    people = patterns(events, segments, sums)
    drawn = bootstrapped(people, 2000)
    assert found.estimate == pytest.approx(estimate(people.sum(axis=0)))
    assert found.error == pytest.approx(drawn.std(), rel=0.05)
    rest = np.quantile(drawn, (0.025, 0.975)) - (found.plain_low, found.plain_high)
    assert np.abs(rest).max() < 0.15 * found.error
    # entries of one customer are alike: whoever took them for different people would be too sure
    lonely = sum(p * (1 - p) / n for p, n in rates(people.sum(axis=0)))
    assert found.error > 1.02 * lonely**0.5


def patterns(events: list[Event], segments: dict[str, str], sums: EffectSums) -> np.ndarray:
    """Of each customer entries and went on by group, before and after: counted anew from the events."""
    start, end = WEEK * sums.span.before, WEEK * sums.span.mature
    tried: dict[tuple[str, int], bool] = defaultdict(bool)
    passed = defaultdict(list)
    for one in events:
        if one.stage == "B":
            passed[one.customer].append(one.when)
    for one in events:
        day = one.when + 0.5  # tests count from noon
        if one.stage == "A" and day < end:
            on = any(one.when <= when <= one.when + 7 for when in passed[one.customer])
            tried[str(one.customer), int(day) // WEEK] |= on
    people: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(8))
    for (name, week), on in tried.items():
        cell = 4 * (segments[name] == "y") + 2 * (week * WEEK >= start)
        people[name][cell : cell + 2] += (1, on)
    return np.array(list(people.values()))


def rates(totals: np.ndarray) -> list[tuple[float, float]]:
    return [(on / n, n) for n, on in totals.reshape(4, 2)]


def estimate(totals: np.ndarray) -> float:
    before_x, after_x, before_y, after_y = (rate for rate, _ in rates(totals))
    return (after_x - before_x) - (after_y - before_y)


def bootstrapped(people: np.ndarray, times: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.array(
        [estimate(people[rng.integers(0, len(people), len(people))].sum(axis=0)) for _ in range(times)]
    )


def sums_of(facts: EngineFacts, plan: EffectPlan) -> EffectSums:
    return effect_sums(fetch_effect(facts, SCOPE, plan), effect_span(plan, facts.info(SCOPE)))


def test_a_planted_effect_from_data_to_words(engine: sa.Engine) -> None:
    events, segments = company()
    sales = [Sale(f"c{number}", 160, 100) for number in range(200)]
    answers = Answers(load(engine, events, sales, model=MODEL, segments=segments))
    plan = replace(LATE, expected=0.25)
    found = effect_of(answers, SCOPE, plan)
    assert (found.look, len(found.looks), found.looks[-1].done) == (6, 6, True)
    assert {one.method for one in found.findings} == {Method.DIFFERENCE, Method.SERIES}
    assert found.verdict in (Verdict.CONFIRMED, Verdict.LIKELY)
    assert found.points is not None
    assert found.points.low < 0.3 < found.points.high
    assert found.people is not None
    assert found.people.actual == pytest.approx(found.points.actual * found.entries)
    assert found.people.expected == pytest.approx(0.25 * found.entries)
    if found.money is not None and found.price is not None:
        assert found.money.low == pytest.approx(found.people.low * float(found.price))
    assert [week.number for week in found.weeks] == [*range(-14, 0), *range(1, 7)]
    after = [week for week in found.weeks if week.number > 0]
    assert sum(week.reached for week in after) == found.entries + found.not_counted
    bands = [(week.low, week.without, week.high) for week in after]
    for low, without, high in bands:
        assert low is not None
        assert without is not None
        assert high is not None
        assert low <= without <= high
    late = effect_of(answers, SCOPE, replace(plan, registered_on=plan.starts_on + timedelta(days=1)))
    assert late.verdict is not Verdict.CONFIRMED


def test_actions_on_one_step_at_one_time_are_one_answer_and_spoil_a_comparison(duck: sa.Engine) -> None:
    events, segments = company()
    facts = load(duck, events, model=MODEL, segments=segments)
    asked: list[sa.Select] = []
    ask = facts.frame
    facts.frame = lambda scope, statement: asked.append(statement) or ask(scope, statement)  # type: ignore[method-assign] - counts the questions
    answers = Answers(facts)
    second = replace(LATE, action_id=2, title="Script", starts_on=LATE.starts_on + timedelta(days=7))
    other = replace(LATE, action_id=3, title="Elsewhere", segment="y", comparison=())
    joint, alone = effects_of(answers, SCOPE, (LATE, second, other))
    assert (joint.plan.ids, alone.plan.ids) == ((1, 2), (3,))
    assert len(asked) == 2  # one query for each answer; without deals nothing has a price
    assert joint.plan.expected == pytest.approx(0.2)
    assert joint.touched == ("y",)
    assert (Method.DIFFERENCE, Why.COMPARISON_TOUCHED) in joint.missing
    assert [one.method for one in joint.findings] == [Method.SERIES]


def test_what_a_registration_can_hope_for(duck: sa.Engine) -> None:
    events, segments = company()
    answers = Answers(load(duck, events, model=MODEL, segments=segments))
    late = replace(LATE, starts_on=DAY_ZERO + timedelta(days=175))
    ahead, alone = plan_power(answers, SCOPE, late), plan_power(answers, SCOPE, replace(late, comparison=()))
    assert ahead.rate is not None
    assert ahead.detectable is not None
    assert alone.detectable is not None
    assert alone.detectable == pytest.approx(2.8 * (2 * ahead.rate * (1 - ahead.rate) / ahead.entries) ** 0.5)
    assert alone.detectable < ahead.detectable  # weeks of the two groups differ by more than chance
    assert ahead.weak == (ahead.detectable > 0.1)
    assert ahead.first_look == DAY_ZERO + timedelta(days=175 + 7 + 7)
    assert price_of(answers, SCOPE, LATE, answers.info(SCOPE)) is None


def test_the_price_is_the_money_of_the_step_over_those_who_came_to_it(engine: sa.Engine) -> None:
    events = [*walk("p A0 B1"), *walk("q A0 B1"), *walk("r A0"), *walk("s A0 B1"), *walk("z A200")]
    sales = [Sale("p", 2, 100), Sale("s", 3, 300), Sale("z", 200, 1)]  # the last one keeps the data going
    facts = load(engine, events, sales, model=MODEL, segments=dict(zip("pqrsz", "xxxyy", strict=True)))
    answers, info = Answers(facts), facts.info(SCOPE)
    assert price_of(answers, SCOPE, PLAN, info) == 50
    everybody = price_of(answers, SCOPE, replace(PLAN, segment=""), info)
    assert everybody == Decimal("133.3333")
    assert price_of(answers, SCOPE, replace(PLAN, from_stage="B", to_stage="C"), info) == 100
