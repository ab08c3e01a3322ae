"""Random companies: the SQL agrees with plain pandas, and the numbers keep their promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dashboard.analytics.heatmap import Heatmap, heatmap
from dashboard.analytics.lcpq import LcpqBook, lcpq
from dashboard.journey.period import Period, pieces_of
from dashboard.journey.query import Split
from data_access.facts import EngineFacts
from data_access.heatmap import fetch_heatmap
from data_access.lcpq import fetch_lcpq
from tests.facts import SCOPE, Event, Sale, load, model_of, question
from tests.oracle import numbers as plain

MODEL = model_of("ABCDE", deal="C", nth={"E": 2})
START = datetime(2026, 3, 1)
ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu")
PEOPLE = ("ann", "bob", "cid", "dan")

hours = st.integers(0, 40 * 4).map(lambda quarter: START + timedelta(hours=6 * quarter, minutes=30))
moments = st.one_of(hours, hours.map(datetime.date))
events = st.lists(
    st.builds(
        Event,
        customer=st.sampled_from(PEOPLE),
        stage=st.sampled_from("ABCDE"),
        when=moments,
        channel=st.sampled_from(["site", "ads", None]),
        segment=st.sampled_from([None, None, "new", "loyal"]),
        source=st.sampled_from(["crm", "web"]),
    ),
    min_size=1,
    max_size=25,
)
sales = st.lists(
    st.builds(
        Sale,
        customer=st.sampled_from(PEOPLE),
        when=moments,
        amount=st.sampled_from([100, 50, 20, -20, -50, 0]),
        ref=st.sampled_from([None, "d1", "d2", "d3"]),
        product=st.sampled_from(["tea", "cup", None]),
    ),
    max_size=12,
)
periods = st.sampled_from(
    [
        Period(),
        Period(date(2026, 3, 1), date(2026, 4, 1)),
        Period(date(2026, 3, 10), date(2026, 4, 5)),
        Period(date(2026, 3, 29), date(2026, 3, 30)),  # Berlin's short day
        Period(None, date(2026, 3, 20)),
        Period(date(2026, 3, 15), None),
    ]
)
companies = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


def random_companies(
    examples: int = 10, **more: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A test of random events, sales, period and zone, and of what else it names."""
    drawn = {"events": events, "sales": sales, "period": periods, "zone": st.sampled_from(ZONES), **more}
    return lambda test: settings(companies, max_examples=examples)(given(**drawn)(test))


@pytest.fixture(scope="module")
def company_engine(duck: sa.Engine) -> sa.Engine:
    return duck


def book(facts: EngineFacts, *by: Split, **fields: Any) -> LcpqBook:
    query = question(by=by, **fields)
    whole = fetch_lcpq(facts, SCOPE, query.with_(by=()))
    return lcpq(fetch_lcpq(facts, SCOPE, query), whole, query, facts.info(SCOPE))


def numbers(row: Any) -> plain.Counts:
    names = ("leads_of_period", "earlier_leads", "direct", "lead_buyers", "buyers", "deals")
    return {**{name: getattr(row, name) for name in names}, "revenue": float(row.revenue)}


@random_companies()
def test_the_period_book_agrees_with_pandas(
    company_engine: sa.Engine, events: list[Event], sales: list[Sale], period: Period, zone: str
) -> None:
    facts = load(company_engine, events, sales, model=MODEL, zone=zone)
    raw = plain.Raw(events, sales, zone, MODEL)
    total = book(facts, period=period).total
    assert numbers(total) == plain.period_book(raw, period)
    assert total.leads == (total.leads_of_period or 0) + (total.earlier_leads or 0) + (total.direct or 0)
    assert total.buyers <= (total.leads or 0)  # C never exceeds 1

    segments = book(facts, Split.SEGMENT, period=period).rows
    for row in segments:
        assert numbers(row) == plain.period_book(raw, period, segment=row.segment)
    for name in numbers(total):  # one segmentation is a partition
        assert sum(numbers(row)[name] for row in segments) == numbers(total)[name]

    channels = [name for name in ("site",) if name in facts.info(SCOPE).channels]
    if channels:
        filtered = book(facts, period=period, channels=tuple(channels)).total
        assert numbers(filtered) == plain.period_book(raw, period, channels=channels)


@random_companies()
def test_months_channels_and_products_add_up(
    company_engine: sa.Engine, events: list[Event], sales: list[Sale], period: Period, zone: str
) -> None:
    facts = load(company_engine, events, sales, model=MODEL, zone=zone)
    raw = plain.Raw(events, sales, zone, MODEL)
    info = facts.info(SCOPE)
    total = book(facts, period=period).total

    months = book(facts, Split.MONTH, Split.SEGMENT, period=period).rows
    spans = dict(pieces_of(period, "month", info.first_day, info.last_day))
    for row in months:
        assert row.month is not None
        span = spans[row.month]
        if period.until is None and row.month == max(spans):
            span = Period(span.since, None)  # an open end asks for the latest segment
        assert numbers(row) == plain.period_book(raw, span, segment=row.segment)
    assert sum(row.revenue for row in months) == total.revenue
    assert sum(row.deals for row in months) == total.deals

    by_channel = book(facts, Split.CHANNEL, period=period).rows
    for name in numbers(total):
        assert sum(numbers(row)[name] for row in by_channel) == numbers(total)[name]
    for split in (Split.PRODUCT, Split.SALE_CHANNEL):
        assert (
            sum(row.revenue for row in book(facts, split, Split.SEGMENT, period=period).rows) == total.revenue
        )


@random_companies(window_days=st.sampled_from([0, 1, 5, 30]))
def test_the_heatmap_agrees_with_pandas(
    company_engine: sa.Engine,
    events: list[Event],
    sales: list[Sale],
    period: Period,
    zone: str,
    window_days: int,
) -> None:
    facts = load(company_engine, events, sales, model=MODEL, zone=zone)
    query = question(period=period, window_days=window_days)
    found = heatmap(fetch_heatmap(facts, SCOPE, query), query, facts.info(SCOPE))
    shown = {
        (cell.stage, cell.channel): (cell.touches, cell.customers, cell.mature_customers, cell.passed)
        for cell in found.cells
    }
    assert shown == plain.cells(plain.Raw(events, sales, zone, MODEL), period, window_days)
    for stage in found.stages:
        own = [cell for cell in found.cells if cell.stage == stage.stage]
        assert sum(cell.touches for cell in own) == stage.touches
        assert max((cell.customers for cell in own), default=0) <= stage.customers
        assert stage.passed <= stage.mature_customers <= stage.customers


@companies
@given(events=events, sales=sales, window_days=st.integers(0, 20), more=st.integers(1, 20))
def test_a_wider_window_never_lowers_who_went_on(
    company_engine: sa.Engine, events: list[Event], sales: list[Sale], window_days: int, more: int
) -> None:
    # every source goes on for long, so that the same customers are mature in both windows
    late = [
        Event("zoe", "A", START + timedelta(days=300), "site", source=source) for source in ("crm", "web")
    ]
    paid = [*sales, Sale("zoe", START + timedelta(days=300), 1)]
    facts = load(company_engine, [*events, *late], paid, model=MODEL)
    period = Period(date(2026, 3, 1), date(2026, 5, 1))
    names = ["stage", "channel"]
    narrow, wide = (
        fetch_heatmap(facts, SCOPE, question(period=period, window_days=days)).set_index(["level", *names])
        for days in (window_days, window_days + more)
    )
    assert len(wide) == len(narrow)
    for cell, row in wide.iterrows():
        assert row["passed"] >= narrow.loc[cell, "passed"]
        assert row["mature_customers"] == narrow.loc[cell, "mature_customers"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu"])
def test_days_add_up_to_the_range_over_the_clock_change(engine: sa.Engine, zone: str) -> None:
    hourly = [Sale("ann", datetime(2026, 3, 27) + timedelta(hours=hour), 1) for hour in range(24 * 5)]
    facts = load(engine, [Event("ann", "A", 0)], hourly, model=MODEL, zone=zone)
    days = [date(2026, 3, 27) + timedelta(days=day) for day in range(6)]
    alone = [book(facts, period=Period(day, day + timedelta(days=1))).total for day in days]
    whole = book(facts, period=Period(days[0], days[-1] + timedelta(days=1))).total
    assert sum(row.deals for row in alone) == whole.deals == 120
    assert sum(row.revenue for row in alone) == whole.revenue
    assert alone[2].deals == (23 if zone == "Europe/Berlin" else 24)


def test_both_engines_answer_alike(duck: sa.Engine, postgres: sa.Engine) -> None:
    people = [f"c{number}" for number in range(40)]
    events = [
        Event(
            person,
            "ABCDE"[(number * 7 + step * 3) % 5],
            START + timedelta(hours=number * 5 + step * 31),
            ["site", "ads", "email", None][(number + step) % 4],
            touchpoint=["blog", "shop", None][step % 3],
            segment=["new", "loyal", None][(number * step) % 3],
        )
        for number, person in enumerate(people)
        for step in range(6)
    ]
    sales = [
        Sale(
            person,
            START + timedelta(hours=number * 9 + step * 200),
            100 * (step - 1) + number,
            f"d{step}",
            "tea",
        )
        for number, person in enumerate(people)
        for step in range(4)
    ]
    answers = []
    for engine in (duck, postgres):
        facts = load(engine, events, sales, model=MODEL, zone="Europe/Berlin")
        found: list[Any] = []
        for period in (Period(), Period(date(2026, 3, 10), date(2026, 4, 2))):
            for by in [
                (),
                (Split.SEGMENT, Split.MONTH),
                (Split.CHANNEL, Split.MONTH),
                (Split.PRODUCT, Split.SEGMENT),
            ]:
                found.append(book(facts, *by, period=period))
                found.append(book(facts, *by, period=period, segments=("new",), channels=("site", "ads")))
            for by in [(), (Split.TOUCHPOINT,)]:
                query = question(period=period, by=by, window_days=9)
                found.append(heatmap(fetch_heatmap(facts, SCOPE, query), query, facts.info(SCOPE)))
        answers.append(found)
    assert answers[0] == answers[1]
    assert sum(cell.passed for item in answers[0] if isinstance(item, Heatmap) for cell in item.cells) > 0
