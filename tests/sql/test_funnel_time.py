"""The funnel by entry cohort on hand-made facts, on both engines: a hand table, the funnel itself, and pandas."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.analytics.funnel_time import Line, funnel_time
from dashboard.journey.funnel_options import Filter
from dashboard.journey.query import JourneyQuery, Mode, Split
from data_access.facts import EngineFacts
from data_access.funnel_time import fetch_funnel_time
from tests.facts import SCOPE, Event, load, model_of, walk
from tests.raw_rows import DAY_ZERO
from tests.sql.test_funnel import ask

MODEL = model_of("ABC", deal="C")
# day 0 is Thursday, 1 January 2026; the data end on day 40
EVENTS = (
    *walk("a A0 B1 C3", segment="left"),
    *walk("b A1 B4", segment="left"),
    *walk("c A2", segment="right"),
    *walk("d A5 B6 C10", segment="left"),
    *walk("e A20 B21 C22", segment="right"),
    *walk("f A33 B34 C35", segment="right"),
    *walk("g A36", segment="left"),
    *walk("z A40"),
)


@pytest.fixture
def shop(engine: sa.Engine) -> EngineFacts:
    return load(engine, EVENTS, model=MODEL)


def lines(
    facts: EngineFacts, start: str = "A", end: str = "C", unit: str = "week", **fields: Any
) -> tuple[Line, ...]:
    query = JourneyQuery("test", window_days=7, **fields)
    frame = fetch_funnel_time(facts, SCOPE, query, start, end, unit)
    return funnel_time(frame, unit, "segment" if fields.get("by") else None)


def told(line: Line) -> list[tuple[str, int, int, int, float | None]]:
    return [
        (f"{one.first_day:%m-%d}", one.entered, one.passed, one.young, one.median_days)
        for one in line.cohorts
    ]


def test_weeks_begin_on_monday_and_the_last_ones_are_not_ripe_yet(shop: EngineFacts) -> None:
    everybody, left, right, nobody = lines(shop, by=(Split.SEGMENT,))
    assert told(everybody) == [
        ("12-29", 3, 1, 0, 3.0),
        ("01-05", 1, 1, 0, 5.0),
        ("01-12", 0, 0, 0, None),
        ("01-19", 1, 1, 0, 2.0),
        ("01-26", 0, 0, 0, None),
        ("02-02", 2, 1, 1, 2.0),
        ("02-09", 1, 0, 1, None),
    ]
    assert [one.ripe for one in everybody.cohorts] == [True] * 5 + [False] * 2
    assert (left.group, right.group, nobody.group) == ("left", "right", "(none)")
    assert [one.passed for one in right.cohorts] == [0, 0, 0, 1, 0, 1, 0]
    assert all(one.low is None or one.low <= (one.rate or 0) <= (one.high or 0) for one in everybody.cohorts)


@pytest.mark.parametrize("mode", [Mode.ORDERED, Mode.STRICT, Mode.REACHED])
@pytest.mark.parametrize("unit", ["week", "month", "quarter"])
def test_cohorts_add_up_to_the_funnel(shop: EngineFacts, mode: Mode, unit: str) -> None:
    found = ask(shop, mode=mode, window_days=7, horizon_days=7, mature=True, by=(Split.SEGMENT,))
    for place, end in ((1, "B"), (2, "C")):
        answer = lines(shop, "A", end, unit, mode=mode, horizon_days=7, by=(Split.SEGMENT,))
        groups = {group.segment: group for group in found.groups}
        for line in answer:
            entered = sum(one.entered - one.young for one in line.cohorts)
            steps = groups[line.group].steps
            assert entered == steps[0].customers
            ripe = [one for one in line.cohorts if one.ripe]
            assert sum(one.passed for one in ripe) <= steps[place].customers
        assert sum(line.entered for line in answer[1:]) == answer[0].entered


def test_the_same_by_pandas(shop: EngineFacts) -> None:
    rows = pd.DataFrame(
        [(one.customer, one.stage, one.when) for one in EVENTS], columns=["who", "stage", "day"]
    )
    first = rows.pivot(index="who", columns="stage", values="day")
    week = [(DAY_ZERO + timedelta(days=float(day))).date() for day in first["A"]]
    first["week"] = [day - timedelta(days=day.weekday()) for day in week]
    first["bought"] = first["C"] <= first["A"] + 7
    table = first.groupby("week").agg(entered=("A", "count"), passed=("bought", "sum"))
    (everybody,) = lines(shop)
    ours = {one.first_day: (one.entered, one.passed) for one in everybody.cohorts if one.entered}
    assert ours == {date.fromisoformat(str(day)): tuple(row) for day, row in table.iterrows()}


def test_a_stage_that_nobody_reached_has_no_cohorts(engine: sa.Engine) -> None:
    facts = load(engine, walk("a A0 B1"), model=MODEL)
    assert lines(facts, "A", "C") == (Line(None, ()),)


def test_removed_customers_and_other_filters_stay_out(engine: sa.Engine) -> None:
    facts = load(
        engine, [*walk("a A0 B1 C2"), *walk("b A0 C2"), Event("c", "A", 0, channel="site")], model=MODEL
    )
    (line,) = lines(facts, optional=("B",))
    assert told(line) == [("12-29", 3, 2, 3, None)]
    (line,) = lines(facts, channels=("site",))
    assert line.entered == 1


def test_a_quarter_is_its_months(engine: sa.Engine) -> None:
    days = {"a": 0, "b": 40, "c": 89, "d": 90, "e": 200}  # 31 March is day 89
    facts = load(
        engine,
        [event for who, day in days.items() for event in walk(f"{who} A{day} B{day + 1}")],
        model=MODEL,
    )
    counts = {
        split: {
            next(iter(group.values.values())): group.steps[1].customers
            for group in ask(facts, by=(split,)).segments
        }
        for split in (Split.MONTH, Split.QUARTER)
    }
    assert counts[Split.QUARTER] == {"2026Q1": 3, "2026Q2": 1, "2026Q3": 1}
    assert counts[Split.MONTH] == {"2026-01": 1, "2026-02": 1, "2026-03": 1, "2026-04": 1, "2026-07": 1}
    kept = ask(facts, filters=(Filter("quarter", ("2026Q1",)),))
    assert kept.total.steps[0].customers == 3
