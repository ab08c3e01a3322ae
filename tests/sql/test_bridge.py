"""The revenue bridge on facts that one can add up by hand (DOMAIN section 3), on both engines."""

from __future__ import annotations

import random
from datetime import date
from math import log
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import Mode, Split
from tests.facts import SCOPE, Event, Sale, load, model_of, question

MODEL = model_of("ABP", deal="P")
JANUARY, FEBRUARY = Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1), date(2026, 3, 1))

# per month and segment: customers at A, at B, buyers after B, buyers straight from A, deals of a buyer, amount
PLAN = {
    ("new", 0): (60, 30, 10, 2, 1, 100.0),
    ("new", 31): (80, 36, 9, 3, 2, 90.0),
    ("old", 0): (20, 15, 12, 0, 3, 40.0),
    ("old", 31): (25, 15, 10, 5, 3, 45.0),
    ("fresh", 31): (12, 6, 3, 0, 1, 70.0),
}


def company() -> tuple[list[Event], list[Sale], dict[str, str]]:
    events, sales, segments = [Event("end", "A", 400)], [Sale("end", 400, 1)], {"end": "none yet"}
    for (segment, day), (first, second, walked, straight, deals, amount) in PLAN.items():
        for number in range(first):
            name = f"{segment} {day} {number}"
            segments[name] = segment
            events.append(Event(name, "A", day + 1))
            if number < second:
                events.append(Event(name, "B", day + 2))
            if number < walked or number >= first - straight:
                sales += [Sale(name, day + 3 + again, amount) for again in range(deals)]
    random.Random(5).shuffle(events)
    return events, sales, segments


def by_hand(segment: str) -> dict[str, float]:
    """LMDI of one segment from the plan itself."""
    sides = []
    for day in (0, 31):
        first, second, walked, straight, deals, amount = PLAN[segment, day]
        buyers = walked + straight
        path = second / first * walked / second
        sides.append(
            {
                "leads": first,
                "path": buyers / first / path,
                "A>B": second / first,
                "B>P": walked / second,
                "average_check": amount,
                "deals": deals,
            }
        )
    revenue = [
        PLAN[segment, day][4] * PLAN[segment, day][5] * sum(PLAN[segment, day][2:4]) for day in (0, 31)
    ]
    mean = (revenue[1] - revenue[0]) / log(revenue[1] / revenue[0])
    return {factor: mean * log(sides[1][factor] / sides[0][factor]) for factor in sides[0]}


@pytest.fixture
def answers(engine: sa.Engine) -> Answers:
    events, sales, segments = company()
    return Answers(load(engine, events, sales, model=MODEL, segments=segments))


def asked(answers: Answers, **fields: Any) -> dict[str, Any]:
    return twin("bridge", answers, SCOPE, question(**({"period": FEBRUARY} | fields)))


def effects(answer: dict[str, Any], segment: str | None) -> dict[str, float]:
    return {row["factor"]: row["effect"] for row in answer["rows"] if row["segment"] == segment}


def test_domain_3_bridge_between_two_periods(answers: Answers) -> None:
    answer = asked(answers, compare="previous", by=(Split.SEGMENT,))
    assert set(answer) == {"rows", "total", "definition", "reasons"}
    assert {frozenset(row) for row in answer["rows"]} == {
        frozenset(("segment", "factor", "before", "after", "effect"))
    }
    for segment in ("new", "old"):
        assert effects(answer, segment) == pytest.approx(by_hand(segment), abs=0.005)
    assert effects(answer, "fresh") == pytest.approx(
        {"leads": 210, "path": 0, "A>B": 0, "B>P": 0, "average_check": 0, "deals": 0}
    )
    total = effects(answer, None)
    for factor, effect in total.items():
        parts = [row["effect"] for row in answer["rows"] if row["segment"] and row["factor"] == factor]
        assert effect == pytest.approx(sum(parts), abs=1e-6)
    revenue = answer["definition"]["revenue"]
    assert (revenue["before"], revenue["after"]) == (2640, 2160 + 2025 + 210)
    assert sum(total.values()) == pytest.approx(revenue["change"], abs=0.01)
    first = next(row for row in answer["rows"] if row["factor"] == "leads")
    assert (first["segment"], first["before"], first["after"]) == (None, 80, 117)
    assert answer["definition"]["compared"] == {"since": "2026-01-01", "until": "2026-02-01"}
    assert any(item["code"] == "no_leads" and item["field"] == "before" for item in answer["reasons"])

    # without a comparison it starts from the previous period
    plain = asked(answers)
    assert plain["rows"] == asked(answers, compare="previous")["rows"]
    assert {row["segment"] for row in plain["rows"]} == {None}
    assert plain["definition"]["compare"] == "previous"
    backwards = asked(answers, period=JANUARY, compare="2026-02-01:2026-03-01")
    assert effects(backwards, None) == pytest.approx(
        {factor: -effect for factor, effect in effects(plain, None).items()}, abs=1e-6
    )


def test_domain_3_bridge_between_two_segments(answers: Answers) -> None:
    answer = asked(answers, period=JANUARY, segments=("old",), compare="segment:new")
    revenue = answer["definition"]["revenue"]
    assert (revenue["before"], revenue["after"]) == (1200, 1440)
    assert sum(effects(answer, None).values()) == pytest.approx(240, abs=0.01)
    bars = {row["factor"]: (row["before"], row["after"]) for row in answer["rows"]}
    assert bars["average_check"] == (100, 40)
    assert bars["A>B"] == (0.5, 0.75)
    for segments in ((), ("new",), ("old", "new")):
        with pytest.raises(JourneyError) as refused:
            asked(answers, segments=segments, compare="segment:new")
        assert refused.value.code == "bridge_needs_segment"

    for fields, code in (
        ({"mode": Mode.ANY}, "mode_not_priced"),
        ({"stages": ("A", "B")}, "steps_without_deal"),
        ({"period": Period()}, "compare_needs_period"),
        ({"compare": "segment:nobody", "segments": ("new",)}, "unknown_segment"),
    ):
        with pytest.raises(JourneyError) as refused:
            asked(answers, **fields)
        assert refused.value.code == code
