"""Both books on random companies against a slow computation, and days that add up over clock changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st

from callbacks.answers import Answers
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.journey.period import Period
from dashboard.journey.query import Book, Split
from tests.facts import SCOPE, Event, Sale, load, model_of, question
from tests.oracle import lcpq as slow
from tests.oracle.numbers import Raw
from tests.sql.test_numbers_random import MODEL, PEOPLE, moments, random_companies

sales = st.lists(
    st.builds(
        Sale,
        customer=st.sampled_from(PEOPLE),
        when=moments,
        amount=st.sampled_from([100, 50, 20, -20, -50, -100, 0]),
        ref=st.sampled_from([None, "d1", "d2", "d3"]),
        refund_of=st.sampled_from([None, None, "d1", "d2"]),
        product=st.sampled_from(["tea", "cup", None]),
        channel=st.sampled_from(["shop", "web", None]),
    ),
    max_size=14,
)
SUMS = ("buyers", "deals", "revenue", "refunds", "refunded", "zero_deals", "fully_refunded", "new_buyers")


@pytest.fixture(scope="module")
def company_engine(duck: sa.Engine) -> sa.Engine:
    return duck


def numbers(row: Lcpq, names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in names}
    return {name: float(value) if name in ("revenue", "refunded") else value for name, value in found.items()}


@random_companies(sales=sales, horizon=st.sampled_from([0, 1, 6, 20]))
def test_both_books_agree_with_a_slow_computation(
    company_engine: sa.Engine,
    events: list[Event],
    sales: list[Sale],
    period: Period,
    zone: str,
    horizon: int,
) -> None:
    answers = Answers(load(company_engine, events, sales, model=MODEL, zone=zone))
    ledger = slow.Ledger(Raw(events, sales, zone, MODEL), sales)
    asked = question(period=period, horizon_days=horizon)
    book = answers.lcpq(SCOPE, asked)
    expected = slow.period_beside(ledger, period)
    known = tuple(name for name in SUMS if getattr(book.total, name) is not None)
    assert numbers(book.total, known) == {name: expected[name] for name in known}
    if book.total.new_revenue is not None:
        assert float(book.total.new_revenue) == expected["new_revenue"]

    cohort = answers.lcpq(SCOPE, asked.with_(book=Book.COHORT))
    assert cohort.headline is not None
    for row, mature in ((cohort.total, None), (cohort.headline, True)):
        expected = slow.cohort_book(ledger, period, horizon, mature)
        names = tuple(name for name in ("leads", *SUMS) if getattr(row, name) is not None)
        assert numbers(row, names) == {name: expected[name] for name in names}
    immature = slow.cohort_book(ledger, period, horizon, mature=False)
    assert (cohort.total.immature, float(cohort.total.immature_revenue)) == (
        immature["leads"],
        immature["revenue"],
    )
    parts = {part.part: (part.customers, part.deals, float(part.revenue)) for part in cohort.outside}
    assert parts == slow.outside(ledger, period, horizon)
    # cohort and what is in none are everything that the period earned
    in_none = sum(part.revenue for part in cohort.outside)
    assert (cohort.total.revenue_in_period or 0) + in_none == book.total.revenue


@random_companies(3, sales=sales)
def test_splits_add_up_and_filters_of_deals_leave_people_whole(
    company_engine: sa.Engine, events: list[Event], sales: list[Sale], period: Period, zone: str
) -> None:
    answers = Answers(load(company_engine, events, sales, model=MODEL, zone=zone))
    for kind in Book:
        asked = question(period=period, book=kind, horizon_days=9)
        whole = answers.lcpq(SCOPE, asked).total
        additive = ("deals", "revenue", "refunds", "refunded", "zero_deals", "fully_refunded")
        for by in ((Split.MONTH,), (Split.QUARTER,), (Split.YEAR,), (Split.SEGMENT, Split.CHANNEL)):
            rows = answers.lcpq(SCOPE, asked.with_(by=by)).rows
            for name in additive:
                assert sum(getattr(row, name) for row in rows) == getattr(whole, name), (kind, by, name)
        products = {row.product: row for row in answers.lcpq(SCOPE, asked.with_(by=(Split.PRODUCT,))).rows}
        assert sum(row.revenue for row in products.values()) == whole.revenue
        if "tea" in {sale.product for sale in sales}:
            tea = answers.lcpq(SCOPE, asked.with_(products=("tea",))).total
            assert (tea.leads, tea.buyers) == (whole.leads, whole.buyers)
            split = products.get("tea")
            assert (tea.deals, tea.revenue) == ((split.deals, split.revenue) if split else (0, 0))
        shops = {
            row.sale_channel: row for row in answers.lcpq(SCOPE, asked.with_(by=(Split.SALE_CHANNEL,))).rows
        }
        assert sum(row.revenue for row in shops.values()) == whole.revenue


@pytest.mark.parametrize(
    ("zone", "change", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23.0),
        ("America/New_York", date(2026, 11, 1), 25.0),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),  # half an hour
        ("Asia/Tehran", date(2022, 3, 22), 23.0),  # at midnight: the day begins at one
    ],
)
def test_days_add_up_to_the_range_over_clock_changes(
    engine: sa.Engine, zone: str, change: date, hours: float
) -> None:
    start = datetime.combine(change - timedelta(days=1), datetime.min.time())
    ticks = [start + timedelta(minutes=30 * tick) for tick in range(2 * 24 * 3)]
    facts = load(
        engine,
        [Event(f"c{place % 7}", "A", when, ["site", "ads"][place % 2]) for place, when in enumerate(ticks)],
        [Sale(f"c{place % 5}", when, 1 + place % 3, f"d{place}") for place, when in enumerate(ticks)],
        model=MODEL,
        zone=zone,
    )
    answers = Answers(facts)
    days = [change + timedelta(days=day) for day in range(-2, 3)]
    whole = Period(days[0], days[-1] + timedelta(days=1))
    by_day = answers.lcpq(SCOPE, question(period=whole, by=(Split.DAY,))).rows
    alone = [answers.lcpq(SCOPE, question(period=Period(day, day + timedelta(days=1)))).total for day in days]
    total = answers.lcpq(SCOPE, question(period=whole)).total
    assert [row.day for row in by_day] == [day.isoformat() for day in days]
    for name in ("leads", "leads_of_period", "buyers", "deals", "revenue"):
        assert [getattr(row, name) for row in by_day] == [getattr(row, name) for row in alone], name
    for name in ("deals", "revenue"):
        assert sum(getattr(row, name) for row in by_day) == getattr(total, name), name
    assert total.deals == len(ticks)
    assert by_day[2].deals == 2 * hours  # one deal each half hour of the day of the change
    heat = answers.heatmap(SCOPE, question(period=whole))
    daily = [answers.heatmap(SCOPE, question(period=Period(day, day + timedelta(days=1)))) for day in days]
    touches = [sum(cell.touches for cell in one.cells) for one in daily]
    assert sum(touches) == sum(cell.touches for cell in heat.cells) == len(ticks)
    # distinct people of a range are counted, not added up
    assert total.leads == 7 < sum(row.leads or 0 for row in by_day)


def test_random_books_are_equal_on_both_engines(duck: sa.Engine, postgres: sa.Engine) -> None:
    start = datetime(2026, 3, 1)
    people = [f"c{number}" for number in range(30)]
    visits = [
        Event(person, "ABD"[(number + step) % 3], start + timedelta(hours=number * 7 + step * 50),
              ["site", "ads", None][(number + step) % 3], segment=["new", "old", None][(number * step) % 3],
              touchpoint=["blog", None][step % 2], cost=step)
        for number, person in enumerate(people)
        for step in range(5)
    ]  # fmt: skip
    paid = [
        Sale(person, start + timedelta(hours=number * 9 + step * 170), 90 * (step - 1) + number, f"d{step}",
             ["tea", "cup"][step % 2], ["shop", "web"][number % 2])
        for number, person in enumerate(people)
        for step in range(5)
    ]  # fmt: skip
    splits = [(Split.DAY,), (Split.CHANNEL, Split.MONTH), (Split.SALE_CHANNEL, Split.PRODUCT, Split.SEGMENT)]
    filters: dict[str, Any] = {"products": ("tea",), "touchpoints": ("blog",), "segments": ("new", "old")}
    found = []
    for engine in (duck, postgres):
        answers = Answers(load(engine, visits, paid, model=model_of("ABCD", "C"), zone="Europe/Berlin"))
        asked = question(period=Period(date(2026, 3, 3), date(2026, 4, 2)), horizon_days=12)
        own: list[Any] = [
            answers.lcpq(SCOPE, asked.with_(book=kind, by=by, **kept), costs=True)
            for kind in Book
            for by, kept in [((), filters), *((by, {}) for by in splits), (splits[2], filters)]
        ]
        split = question(by=(Split.SEGMENT,))
        again = answers.retention(SCOPE, split)
        own += [again.cells, answers.products(SCOPE, split), answers.sources(SCOPE, split)]
        own += [
            [(gap.segment, gap.deal_no, gap.repeated, round(gap.median_days or 0, 9)) for gap in again.gaps]
        ]
        found.append(own)
    assert found[0] == found[1]
