"""One touchpoint by week on hand-made facts, on both engines: a hand table, the heatmap of each week, and pandas."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.analytics.heatmap import heatmap
from dashboard.analytics.heatmap_shown import Measure
from dashboard.analytics.heatmap_trend import TrendPoint, heatmap_trend, trend_span
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import Split
from data_access import schema
from data_access.facts import EngineFacts
from data_access.heatmap import fetch_heatmap
from data_access.heatmap_known import fetch_heatmap_known
from data_access.heatmap_trend import fetch_heatmap_trend
from tests.facts import SCOPE, Answer, Cost, Event, load, model_of, question, walk

MODEL = model_of("ABC", deal="C")
# day 0 is Thursday, 1 January 2026; weeks begin on 29 December, 5 January, ...; the data end on day 30
EVENTS = [
    *walk("ann A0 A1 B3", channel="site", segment="left"),
    *walk("bob A2", channel="site", touchpoint="home", segment="right", sentiment=-1.0),
    *walk("bob A3", channel="ads", segment="right"),
    *walk("cid A5 B6", channel="ads", segment="left"),
    *walk("dan A6 B20", channel="site", touchpoint="home", segment="left", sentiment=0.5),
    *walk("ann A8", channel="site", segment="left"),
    *walk("eve A26 B27", channel="site", segment="right"),
    *walk("fay A27", channel="site", segment="right"),
    *walk("zoe B30", channel="store"),
]
SPAN = Period(date(2025, 12, 29), date(2026, 2, 2))


@pytest.fixture
def shop(engine: sa.Engine) -> EngineFacts:
    return load(engine, EVENTS, model=MODEL)


def points(
    facts: EngineFacts, measure: Measure = Measure.PROGRESSION, touchpoint: str | None = None
) -> tuple[TrendPoint, ...]:
    query = question(window_days=7, period=SPAN)
    frame = fetch_heatmap_trend(facts, SCOPE, query, ("A", "site", touchpoint), "week")
    return heatmap_trend(frame, SPAN, "week", measure)


def told(found: tuple[TrendPoint, ...]) -> list[tuple[str, int, float | None, float | None, bool]]:
    return [(f"{one.first_day:%m-%d}", one.n, one.value, one.stage, one.ripe) for one in found]


def test_weeks_of_one_cell_by_hand(shop: EngineFacts) -> None:
    assert told(points(shop)) == [
        ("12-29", 2, 0.5, 0.5, True),  # ann went on, bob did not; the stage met the same two
        ("01-05", 2, 0.0, pytest.approx(1 / 3), True),  # dan too late, ann again; cid went on through ads
        ("01-12", 0, None, None, True),
        ("01-19", 0, None, None, True),
        ("01-26", 2, 0.5, 0.5, False),  # eve went on already, fay still may
    ]
    assert [one.value for one in points(shop, Measure.TOUCHES)] == [3, 2, 0, 0, 2]
    assert [one.value for one in points(shop, Measure.CUSTOMERS)] == [2, 2, 0, 0, 2]
    assert [one.value for one in points(shop, Measure.SHARE)] == [1.0, pytest.approx(2 / 3), None, None, 1.0]
    assert [one.value for one in points(shop, Measure.MOOD)] == [-1.0, 0.5, None, None, None]
    assert [one.n for one in points(shop, touchpoint="home")] == [1, 1, 0, 0, 0]


def test_each_week_is_the_heatmap_of_that_week(shop: EngineFacts) -> None:
    for by, cell in (((), ("A", "site", None)), ((Split.TOUCHPOINT,), ("A", "site", "home"))):
        query = question(window_days=7, period=SPAN)
        frame = fetch_heatmap_trend(shop, SCOPE, query, cell, "week").set_index("start")
        frame.index = pd.to_datetime(frame.index)
        for number in range(5):
            since = date(2025, 12, 29) + timedelta(days=7 * number)
            week = query.with_(period=Period(since, since + timedelta(days=7)), by=by)
            found = heatmap(fetch_heatmap(shop, SCOPE, week), week, shop.info(SCOPE))
            whole = found.stage("A")
            own = next(one for one in found.cells if (one.stage, one.channel, one.touchpoint) == cell)
            row = frame.loc[pd.Timestamp(since)] if pd.Timestamp(since) in frame.index else None
            names = ("touches", "customers", "mature_customers", "passed")
            expected = [getattr(own, name) for name in names]
            assert [int(row[name]) if row is not None else 0 for name in names] == expected
            stage = [int(row[name]) if row is not None else 0 for name in ("stage_customers", "stage_passed")]
            assert stage == [whole.customers, whole.passed]


def test_sums_agree_with_pandas(shop: EngineFacts) -> None:
    rows = shop.frame(SCOPE, sa.select(schema.journey))
    rows = rows[rows["is_touch"] & (rows["stage"] == "A") & (rows["channel"] == "site")]
    weeks = pd.Series(pd.to_datetime(rows["local_day"])).dt.to_period("W").dt.start_time
    expected = rows.groupby(weeks).agg(touches=("item", "size"), customers=("customer_id", "nunique"))
    found = [(one.value, two.value) for one, two in zip(
        points(shop, Measure.TOUCHES), points(shop, Measure.CUSTOMERS), strict=True)]  # fmt: skip
    assert [pair for pair in found if pair[0]] == list(expected.itertuples(index=False, name=None))


def test_a_segment_keeps_its_customers_and_a_strange_cell_is_refused(shop: EngineFacts) -> None:
    query = question(window_days=7, period=SPAN, segments=("left",))
    frame = fetch_heatmap_trend(shop, SCOPE, query, ("A", "site", None), "week")
    assert [one.n for one in heatmap_trend(frame, SPAN, "week", Measure.PROGRESSION)] == [1, 2, 0, 0, 0]
    with pytest.raises(JourneyError, match="unknown_stage"):
        fetch_heatmap_trend(shop, SCOPE, query, ("Z", "site", None), "week")
    with pytest.raises(JourneyError, match="unknown_channel"):
        fetch_heatmap_trend(shop, SCOPE, query, ("A", "nowhere", None), "week")


def test_the_span_is_whole_weeks_or_months_up_to_the_period_and_inside_the_data(duck: sa.Engine) -> None:
    info = load(duck, EVENTS, model=MODEL).info(SCOPE)  # 1 to 31 January
    quarter = Period(date(2025, 11, 1), date(2026, 1, 22))
    assert trend_span(quarter, info) == (Period(date(2025, 12, 29), date(2026, 1, 19)), "week")
    year = Period(date(2025, 1, 1), date(2026, 2, 1))
    assert trend_span(year, info) == (Period(date(2026, 1, 1), date(2026, 2, 1)), "month")
    assert trend_span(Period(date(2025, 1, 1), date(2025, 2, 1)), info) is None


def test_what_the_data_hold_decides_which_metrics_are_offered(engine: sa.Engine) -> None:
    def known(facts: EngineFacts) -> dict[str, bool]:
        row = fetch_heatmap_known(facts, SCOPE).to_dict("records")[0]
        return {str(name): bool(value) for name, value in row.items()}

    nothing = dict.fromkeys(("scored", "nps", "mood", "cost"), False)
    assert known(load(engine, walk("ann A0", channel="site"), model=MODEL)) == nothing
    asked = [Answer("ann", "A", 1, 4, metric="CSAT", channel="site"), Answer("ann", None, 1, 9)]
    assert known(load(engine, walk("ann A0"), model=MODEL, answers=asked)) == nothing | {"scored": True}
    asked = [Answer("ann", "A", 1, 9)]
    assert known(load(engine, walk("ann A0"), model=MODEL, answers=asked)) == nothing | {
        "scored": True,
        "nps": True,
    }
    rated = [Event("ann", "A", 0, "site", sentiment=0.5)]
    assert known(load(engine, rated, model=MODEL)) == nothing | {"mood": True}
    paid = [Event("ann", "A", 0, "site", cost=5)]
    assert known(load(engine, paid, model=MODEL)) == nothing | {"cost": True}
    spent = [Cost(date(2026, 1, 1), 10, "site")]
    assert known(load(engine, walk("ann A0"), model=MODEL, costs=spent)) == nothing | {"cost": True}
