"""The what-if of new and of returning customers, and its months, on both engines (DOMAIN sections 3 and 7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.gain_time import scenario_path
from callbacks.twins.twin import twin
from dashboard.analytics.levers import parse_lever
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.timing import Start
from dashboard.journey.funnel_options import Filter
from dashboard.journey.period import Period
from tests.facts import SCOPE, Event, Sale, load, model_of, question

MODEL = model_of("ABPX", deal="P", nth={"X": 2})
JULY = Period(date(2026, 7, 1), date(2026, 8, 1))
FIRST = (JULY.since - date(2026, 1, 1)).days  # type: ignore[operator]


def _company() -> tuple[list[Event], list[Sale], dict[str, str]]:
    """60 customers enter in July; each third one has bought in March, each fourth buys in July."""
    events, sales, segments = [Event("end", "A", 700)], [Sale("end", 700, 1)], {"end": "b"}
    for number in range(60):
        name, day = f"c{number}", FIRST + number % 30
        segments[name] = "ab"[number % 2]
        events += [Event(name, "A", day), Event(name, "B", day + 2)]
        if number % 3 == 0:
            sales.append(Sale(name, 70, 500))
        if number % 4 == 0:
            sales.append(Sale(name, day + 4, 100 + number))
        if number % 8 == 0:
            sales.append(Sale(name, day + 24, 1000))
    return events, sales, segments


def _sums(priced: PricedFunnel) -> dict[str, tuple[object, ...]]:
    return {
        one.segment: (*one.counts, one.deals, one.revenue, one.outside, one.entrants)
        for one in priced.segments
        if one.entrants
    }


def test_new_and_returning_customers_add_up_to_all(engine: sa.Engine) -> None:
    events, sales, segments = _company()
    answers = Answers(load(engine, events, sales, model=MODEL, segments=segments))
    whole = answers.priced(SCOPE, question(period=JULY))
    new, returning = (
        answers.priced(SCOPE, question(period=JULY, filters=(Filter("customer_type", (kind,)),)))
        for kind in ("new", "returning")
    )
    assert (new.mature, returning.mature) == (40, 20)
    # returning: 0, 12, 24, 36, 48 buy, and 0, 24, 48 of them once more
    assert sum(one.deals for one in returning.segments) == 5 + 3
    summed = {
        name: tuple(a + b for a, b in zip(_sums(new)[name], _sums(returning)[name], strict=True))  # type: ignore[operator]
        for name in ("a", "b")
        if name in _sums(returning)
    }
    assert summed == _sums(whole)
    assert sum((one.revenue for one in whole.segments), Decimal(0)) == 15 * 100 + sum(range(0, 60, 4)) + 8000

    told = twin("whatif", answers, SCOPE, question(period=JULY, filters=(Filter("customer_type", ("new",)),)))
    assert told["baseline"]["leads"] == 40
    assert "customer_type=new" in str(told["definition"]["customer_filters"])


def test_months_of_a_scenario(engine: sa.Engine) -> None:
    events, sales, segments = _company()
    answers = Answers(load(engine, events, sales, model=MODEL, segments=segments))
    query, levers = question(period=JULY), [parse_lever("B>P=+10%"), parse_lever("P>X=+10%")]
    found = scenario_path(answers, SCOPE, query, levers, Start(date(2028, 1, 1)))
    # what comes sooner on average stands first: 2 or 22 days after B, 20 days after the deal
    assert [(one.lever.target, one.median_days) for one in found.delays] == [("B>P", 22), ("P>X", 20)]
    gain = answers.whatif(SCOPE, query, levers).gain
    # July has 31 days; in June all of the money has come
    assert found.months[5].gain == pytest.approx(gain / 31 * 30)
    assert found.months[0].gain < 0.6 * gain
    first = scenario_path(answers, SCOPE, query, levers[:1], Start(date(2028, 1, 1)))
    shares = {day: share for day, share in enumerate(first.effects[0, :30]) if share}
    assert min(shares) == 2
    later = scenario_path(answers, SCOPE, query, levers[1:], Start(date(2028, 1, 1)))
    assert [later.effects[0, 19], later.effects[0, 20]] == [0, 1]
