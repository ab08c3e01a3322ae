"""The series that alerts look at: every week, day or month of them is what a question about it alone answers."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Mode, Split
from tests.facts import ENGAGEMENT, SCOPE, Event, Sale, load, model_of

MODEL = model_of("ABC", deal="C")
WINDOW = 10


def people() -> tuple[list[Event], list[Sale]]:
    """Customers who come back: many stand at a step in several weeks, and go on from a later one."""
    chance = random.Random(7)
    events, sales = [], []
    for number in range(60):
        name, segment = f"c{number}", chance.choice(("left", "right"))
        for _ in range(chance.randint(1, 4)):
            day = chance.uniform(0, 70)
            events.append(Event(name, "A", day, segment=segment))
            if chance.random() < 0.5:
                events.append(Event(name, "B", day + chance.uniform(0, 14), segment=segment))
            if chance.random() < 0.3:
                sales.append(Sale(name, day + chance.uniform(0, 20), chance.randint(10, 90)))
    return events, [*sales, Sale("c0", 90, 10)]


@pytest.mark.parametrize(
    ("unit", "mode"), [("week", Mode.ORDERED), ("month", Mode.ORDERED), ("week", Mode.REACHED)]
)
def test_a_cohort_of_a_step_is_what_the_funnel_of_its_period_says(
    engine: sa.Engine, unit: str, mode: Mode
) -> None:
    answers = Answers(load(engine, *people(), model=MODEL))
    query = JourneyQuery(
        ENGAGEMENT, stages=("A", "B"), window_days=WINDOW, horizon_days=WINDOW, mode=mode, by=(Split.SEGMENT,)
    )
    lines = answers.funnel_time(SCOPE, query, "A", "B", unit, apart=True)
    assert lines[0].group is None
    seen = 0
    for line in lines:
        for cohort in line.cohorts[::3]:
            days = 7 if unit == "week" else 31 if cohort.first_day.month in (1, 3) else 28
            period = Period(cohort.first_day, cohort.first_day + timedelta(days=days))
            funnel = answers.funnel(SCOPE, query.with_(period=period))
            group = next((one for one in funnel.groups if one.segment == line.group), None)
            first, last = group.steps if group else (None, None)
            assert cohort.entered == (first.customers if first else 0)
            assert cohort.passed == (last.customers if last else 0)
            seen += cohort.entered
    assert seen > 40


def test_weeks_of_the_equation_are_periods_of_their_own(engine: sa.Engine) -> None:
    answers = Answers(load(engine, *people(), model=MODEL))
    query = JourneyQuery(ENGAGEMENT, by=(Split.WEEK, Split.SEGMENT))
    rows = answers.lcpq(SCOPE, query).rows
    weeks = dict.fromkeys(row.week for row in rows if row.week)
    assert len(weeks) > 12
    assert next(iter(weeks)) == "2025-12-29..2026-01-05"
    for week in list(weeks)[::4]:
        alone = answers.lcpq(SCOPE, query.with_(period=Period.parse(week), by=())).total
        mine = [row for row in rows if row.week == week]
        assert sum(row.leads or 0 for row in mine) == alone.leads
        assert sum(row.buyers for row in mine) == alone.buyers
        assert sum(row.deals for row in mine) == alone.deals
        assert sum(row.revenue for row in mine) == alone.revenue
