"""DOMAIN section 6: the periods before are asked where a benchmark needs them, and no period that the data cut."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.journey.period import Period
from dashboard.journey.query import Against
from tests.facts import SCOPE, Event, Sale, load, question

FIRST, EVALUATION = "initial_consideration", "active_evaluation"
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
EVALUATED = {0: 20, 31: 32, 59: 24}  # first day of January, February, March -> of 40 who entered


@pytest.fixture(scope="module")
def answers() -> Answers:
    """One segment; forty enter at the beginning of each month, a quarter of them buys."""
    events, sales, segments = [], [], {}
    for day, evaluated in EVALUATED.items():
        for number in range(40):
            name = f"c{day}_{number}"
            segments[name] = "all"
            events.append(Event(name, FIRST, day))
            if number < evaluated:
                events.append(Event(name, EVALUATION, day + 1))
            if number < 10:
                sales.append(Sale(name, day + 2, 100, name))
    events.append(Event("late", "experience", 400))
    sales.append(Sale("late", 400, 10, "z"))
    return Answers(load(sa.create_engine("duckdb:///:memory:"), events, sales, segments=segments))


@pytest.mark.parametrize(
    ("against", "benchmark", "said"),
    [
        (Against.BEST_OTHER, 32 / 40, "own_best"),
        (Against.OWN_BEST, 32 / 40, "own_best"),
        (Against.PREVIOUS, 32 / 40, "previous"),
    ],
)
def test_domain_6_one_segment_is_held_against_its_own_past(
    answers: Answers, against: Against, benchmark: float, said: str
) -> None:
    asked = question(period=MARCH, window_days=20, horizon_days=20, against=against)
    rows = twin("bottlenecks", answers, SCOPE, asked)["rows"]
    row = next(row for row in rows if (row["segment"], row["from_stage"]) == ("all", FIRST))
    assert (row["benchmark"], row["against"]) == (pytest.approx(benchmark), said)
    assert row["recoverable"] == pytest.approx((32 - 24) * 1000 / 24)
    assert row["proven"] is None


def test_domain_6_the_best_of_all_periods_before_is_not_the_latest(answers: Answers) -> None:
    asked = question(
        period=Period(date(2026, 4, 1), date(2026, 5, 1)),
        window_days=20,
        horizon_days=20,
        against=Against.OWN_BEST,
    )
    rows = twin("bottlenecks", answers, SCOPE, asked)["rows"]
    row = next(row for row in rows if (row["segment"], row["from_stage"]) == ("all", FIRST))
    assert (row["benchmark"], row["conversion"]) == (pytest.approx(0.8), None)


def test_domain_6_without_a_period_there_is_no_past(answers: Answers) -> None:
    answer = twin("bottlenecks", answers, SCOPE, question(window_days=20, horizon_days=20))
    row = next(row for row in answer["rows"] if (row["segment"], row["from_stage"]) == ("all", FIRST))
    assert (row["benchmark"], row["against"]) == (None, None)
    assert row["gross_loss"] > 0
    assert any(item["code"] == "nothing_to_compare" for item in answer["reasons"])
