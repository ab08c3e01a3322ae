"""Paths: journeys from their start to a deal or to where they stopped, by hand, by rule and by a plain walk."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise, product
from statistics import median
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.analytics.paths import DRAWN
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Level
from dashboard.journey.stages import UNMAPPED
from tests.facts import SCOPE, Event, Sale, load, model_of, question
from tests.oracle.paths import Journey, journeys

MODEL = model_of("ABPX", deal="P")
QUARTER = Period(date(2026, 1, 1), date(2026, 2, 1))
EVENTS = [
    # looks, chooses twice in a row, looks again, buys, is served, buys again
    Event("loop", "A", 0, "ads", "banner"),
    Event("loop", "B", 1, "site", "card"),
    Event("loop", "B", 1.5, "site", "card"),
    Event("loop", "A", 2, "ads", "banner"),
    Event("loop", "P", 3, "store", "till", deal_ref="o1"),
    Event("loop", "X", 4, "store", "help"),
    # stops after a day; nothing for the window's days
    Event("stops", "A", 0, "ads", "banner"),
    Event("stops", "B", 1, "site", "card"),
    # goes on in February, within the window
    Event("later", "A", 29, "ads", "banner"),
    Event("later", "B", 33, "site", "card"),
    # began before the period
    Event("earlier", "A", -5, "ads", "banner"),
    Event("earlier", "B", 2, "site", "card"),
    Event("end", "X", 90, "site"),
]
PERIODS = (Period(), Period(date(2026, 3, 4), date(2026, 3, 10)))
WALKS: tuple[dict[str, Any], ...] = (
    {},
    {"to_deal": False, "segments": ("s",)},
    {"start": "B", "to_deal": True},
    {"start": "P"},
)
SALES = [
    Sale("loop", 3, 100, "o1"),
    Sale("loop", 5, 40, "o2"),
    Sale("direct", 7, 70, "o3"),
    Sale("end", 90, 1, "o4"),
]


def asked(answers: Answers, **fields: Any) -> dict[str, Any]:
    return twin("paths", answers, SCOPE, question(window_days=7, **fields))


def ways(answer: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """path -> customers, bought, stopped, open, median days, revenue."""
    names = ("customers", "bought", "stopped", "open", "median_days", "revenue")
    return {">".join(row["path"]): tuple(row[name] for name in names) for row in answer["rows"]}


def links(answer: dict[str, Any]) -> dict[tuple[int, str, str, bool], int]:
    rows = answer["total"]["links"]
    return {(row["position"], row["from"], row["to"], row["returned"]): row["customers"] for row in rows}


def test_domain_4_paths_by_hand(engine: sa.Engine) -> None:
    answers = Answers(load(engine, EVENTS, SALES, model=MODEL))
    whole = asked(answers, period=QUARTER)
    assert ways(whole) == {
        "A": (1, 0, 0, 1, None, 0),  # went on after the period, in time
        "A>B": (1, 0, 1, 0, None, 0),
        "A>B>A>P>X>P": (1, 1, 0, 0, 3, 140),  # each deal once, repeats in a row once
        "B": (1, 0, 1, 0, None, 0),  # what lies before the period is not its journey
        "P": (1, 1, 0, 0, 0, 70),
    }
    assert links(whole) == {
        (1, "A", "B", False): 2,
        (1, "A", "(open)", False): 1,
        (1, "B", "(stopped)", False): 1,
        (1, "P", "(bought)", False): 1,
        (2, "B", "A", True): 1,  # back where the customer was before
        (2, "B", "(stopped)", False): 1,
        (3, "A", "P", False): 1,
        (4, "P", "X", False): 1,
        (5, "X", "P", True): 1,
        (6, "P", "(bought)", False): 1,
    }
    assert {name: whole["total"][name] for name in ("customers", "bought", "stopped", "open")} == {
        "customers": 5,
        "bought": 2,
        "stopped": 2,
        "open": 1,
    }
    assert "A>B>A" in ways(asked(answers, period=QUARTER, to_deal=True))
    assert ways(asked(answers, period=QUARTER, level=Level.CHANNEL))["ads>site>ads>store"] == (
        *(1, 1, 0, 0, 3),
        100,  # up to the first deal; what happened at the till led to it
    )
    assert ways(asked(answers, period=QUARTER, level=Level.TOUCHPOINT, to_deal=False))[
        "banner>card>banner>till>help"
    ] == (1, 1, 0, 0, 3, 140)
    # after the deal: the way to the next one
    assert ways(asked(answers, period=QUARTER, start="P")) == {
        "P": (1, 0, 1, 0, None, 0),
        "P>X>P": (1, 1, 0, 0, 2, 40),
    }


def test_rare_ways_stand_in_one_row_and_a_place_selects_its_ways(engine: sa.Engine) -> None:
    answers = Answers(load(engine, EVENTS, SALES, model=MODEL))
    top = asked(answers, period=QUARTER, top=2)
    assert [row["path"] for row in top["rows"]] == [["A"], ["A", "B"], ["(other)"]]
    other = top["rows"][-1]
    assert (other["variants"], other["customers"], other["share"], other["revenue"]) == (3, 3, 0.6, 210)
    assert other["median_days"] == 1.5  # of 0 and 3
    through = asked(answers, period=QUARTER, through="X")
    assert list(ways(through)) == ["A>B>A>P>X>P"]
    assert (through["rows"][0]["share"], through["total"]["customers"]) == (1, 5)
    assert asked(answers, period=Period(date(2025, 1, 1), date(2025, 2, 1)))["rows"] == []
    for wrong in ({"start": "nowhere"}, {"segments": ("nobody",)}, {"channels": ("nothing",)}):
        with pytest.raises(JourneyError):
            asked(answers, **wrong)


def test_domain_4_paths_of_random_logs_equal_a_plain_walk(engine: sa.Engine) -> None:
    chance = random.Random(5)
    people = [f"c{number}" for number in range(120)]

    def moment() -> Any:
        day = datetime(2026, 3, 1) + timedelta(days=chance.randrange(14))
        return day.date() if chance.random() < 0.15 else day + timedelta(minutes=30 * chance.randrange(48))

    events = [
        Event(
            name,
            chance.choice(["A", "A", "B", "B", "P", "X", UNMAPPED]),
            moment(),
            chance.choice(["site", "ads", "store", "email", "social", "manager", "event", "service", None]),
            chance.choice("klm") if chance.random() < 0.8 else None,
        )
        for name in people
        for _ in range(chance.randrange(8))
    ]
    sales = [
        Sale(name, moment(), 10 + place, f"d{name} {number}")  # deals of one instant are worth the same
        for place, name in enumerate(people)
        for number in range(chance.choice((0, 0, 1, 2)))
    ]
    segments = {name: chance.choice("st") for name in people}
    for sold in (sales, []):
        answers = Answers(load(engine, events, sold, model=MODEL, segments=segments))
        info = answers.info(SCOPE)
        for number, (period, level) in enumerate(product(PERIODS if sold else PERIODS[1:], Level)):
            for fields in (WALKS[number % 4], WALKS[(number + 1) % 4])[: 2 if sold else 1]:
                query = question(period=period, level=level, window_days=3, top=10_000, **fields)
                kept = [name for name in people if not query.segments or segments[name] in query.segments]
                expected = journeys(events, sold, MODEL, info, query, kept)
                answer = twin("paths", answers, SCOPE, query)
                assert ways(answer) == summed(expected, bool(sold)), query
                assert flows(answer) == counted(expected, query), query
                adds_up(answer)


def summed(found: list[Journey], sold: bool) -> dict[str, tuple[Any, ...]]:
    groups: dict[str, list[Journey]] = defaultdict(list)
    for journey in found:
        groups[">".join(journey.places)].append(journey)
    return {
        path: (
            len(group),
            *(sum(one.outcome == outcome for one in group) for outcome in ("bought", "stopped", "open")),
            pytest.approx(median(days), rel=1e-12)
            if (days := [one.days for one in group if one.days is not None])
            else None,
            sum(one.revenue for one in group) if sold else None,
        )
        for path, group in groups.items()
    }


def flows(answer: dict[str, Any]) -> Counter[tuple[int, str, bool]]:
    """Customers who leave a position, by where they go to; rare places are told apart in the oracle alone."""
    found: Counter[tuple[int, str, bool]] = Counter()
    for (position, _, finish, returned), customers in links(answer).items():
        found[position, finish, returned] += customers
    return found


def counted(found: list[Journey], query: JourneyQuery) -> Counter[tuple[int, str, bool]]:
    positions, places = DRAWN[query.level]
    visits = Counter((n, place) for one in found for n, place in enumerate(one.places, 1))
    frequent = {
        n: sorted((place for m, place in visits if m == n), key=lambda place: (-visits[n, place], place))[
            :places
        ]
        for n in range(1, positions + 1)
    }
    told: Counter[tuple[int, str, bool]] = Counter()
    for one in found:
        for n, (_, place) in enumerate(pairwise(one.places), 1):
            if n < positions:
                name = place if place in frequent[n + 1] else "(other)"
                told[n, name, place in one.places[:n]] += 1
        told[min(len(one.places), positions), f"({one.outcome})", False] += 1
    return told


def adds_up(answer: dict[str, Any]) -> None:
    """What flows into a place flows out of it; shares are the whole; rows and total agree."""
    into: Counter[tuple[int, str]] = Counter()
    out: Counter[tuple[int, str]] = Counter()
    for (position, start, finish, _), customers in links(answer).items():
        out[position, start] += customers
        if finish not in ("(bought)", "(stopped)", "(open)"):
            into[position + 1, finish] += customers
    assert into == Counter({key: count for key, count in out.items() if key[0] > 1})
    rows, total = answer["rows"], answer["total"]
    assert sum(count for (position, _), count in out.items() if position == 1) == total["customers"]
    if rows:
        assert sum(row["share"] for row in rows) == pytest.approx(1, abs=1e-12)
    for name in ("customers", "bought", "stopped", "open"):
        assert sum(row[name] for row in rows) == total[name]
    assert total["bought"] + total["stopped"] + total["open"] == total["customers"]
