"""Transitions: adjacent in the customer's whole journey, both ends inside the filter (DOMAIN section 4)."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import Level
from dashboard.journey.stages import UNMAPPED
from tests.facts import SCOPE, Event, Sale, load, model_of, question
from tests.oracle.transitions import Ways, ways

MODEL = model_of("ABPX", deal="P")
START = datetime(2026, 3, 1)
CUSTOMERS = [f"c{number}" for number in range(150)]
PERIODS = (
    Period(),
    Period(date(2026, 3, 4), date(2026, 3, 9)),
    Period(None, date(2026, 3, 6)),
)


def asked(answers: Answers, **fields: Any) -> list[dict[str, Any]]:
    return twin("transitions", answers, SCOPE, question(**fields))["rows"]


def listed(rows: list[dict[str, Any]]) -> Ways:
    return {(row["from"], row["to"]): (row["count"], row["median_hours"]) for row in rows}


def test_domain_4_transitions_join_neighbours_before_any_filter(engine: sa.Engine) -> None:
    events = [
        Event("u", "A", 0, "site", "ad"),
        Event("u", "B", 1, "site", "page"),
        Event("u", "B", 1.5, "site", "page"),
        Event("u", "P", 2, "store", "till", deal_ref="o1"),  # absorbed by the deal
        Event("u", "X", 3, "store"),
        Event("v", "A", 0, "ads", "ad"),
        Event("v", UNMAPPED, 1),
        Event("v", "X", 40),
    ]
    sales = [Sale("u", 2, 100, "o1"), Sale("u", 2.5, 50, "o2")]
    answers = Answers(load(engine, events, sales, model=MODEL, segments={"u": "s", "v": "t"}))
    stages = asked(answers)
    assert {frozenset(row) for row in stages} == {frozenset(("from", "to", "count", "median_hours"))}
    assert listed(stages) == {
        ("A", "B"): (1, 24),
        ("B", "B"): (1, 12),  # a repeat is a way too
        ("B", "P"): (1, 12),
        ("P", "P"): (1, 12),  # each deal once, its event beside it is none
        ("P", "X"): (1, 12),
        ("A", "X"): (1, 960),
    }
    assert listed(asked(answers, level=Level.TOUCHPOINT)) == {
        ("ad", "page"): (1, 24),
        ("page", "page"): (1, 12),
        ("page", "till"): (1, 12),  # touches alone: the deals stand at stage level
        ("till", "(none)"): (1, 24),
        ("ad", "(none)"): (1, 960),
    }
    # v's next event lies outside: its first one has no neighbour here; u's second deal is of midnight, 4 January
    assert listed(asked(answers, period=Period(date(2026, 1, 1), date(2026, 2, 1)), segments=("t",))) == {}
    assert set(listed(asked(answers, period=Period(date(2026, 1, 2), date(2026, 1, 4))))) == {
        ("B", "B"),
        ("B", "P"),
    }
    assert set(listed(asked(answers, channels=("ads",)))) == {("A", "X")}
    with pytest.raises(JourneyError):
        asked(answers, segments=("nobody",))


def test_domain_4_transitions_of_random_logs_equal_plain_python(engine: sa.Engine) -> None:
    chance = random.Random(11)

    def moment() -> Any:
        day = START + timedelta(days=chance.randrange(12))
        return day.date() if chance.random() < 0.15 else day + timedelta(minutes=20 * chance.randrange(72))

    def touchpoint() -> str | None:
        return chance.choice("klmü\u00df") if chance.random() < 0.8 else None

    events = [
        Event(
            name,
            chance.choice(["A", "B", "P", "X", UNMAPPED]),
            moment(),
            chance.choice(("site", "ads", None)),
            touchpoint(),
        )
        for name in CUSTOMERS
        for _ in range(chance.randrange(9))
    ]
    sales = [
        Sale(name, moment(), 10, f"d{name} {number}")
        for name in CUSTOMERS
        for number in range(chance.randrange(3))
    ]
    segments = {name: chance.choice("st") for name in CUSTOMERS}
    answers = Answers(load(engine, events, sales, model=MODEL, segments=segments))
    for period in PERIODS:
        for level in Level:
            for chosen in ((), ("s",)):
                people = [name for name in CUSTOMERS if not chosen or segments[name] in chosen]
                expected = ways(events, sales, MODEL, level, period, people)
                found = asked(answers, period=period, level=level, segments=chosen)
                assert listed(found) == {
                    pair: (count, pytest.approx(hours, rel=1e-12))
                    for pair, (count, hours) in expected.items()
                }
                order = [(-row["count"], row["from"], row["to"]) for row in found]
                assert order == sorted(order)
    for level in Level:
        every, top = (asked(answers, level=level, top=top) for top in (None, 3))
        assert top[:3] == every[:3]
        [other] = top[3:]
        assert (other["from"], other["to"]) == ("(other)", "(other)")
        assert other["count"] == sum(row["count"] for row in every[3:])
        assert asked(answers, level=level, top=1000) == every
