"""The cohort book on tables that a marketer checks by hand, on DuckDB and PostgreSQL (DOMAIN section 3)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from callbacks.answers import Answers
from dashboard.analytics.lcpq import LcpqBook
from dashboard.journey.period import Period
from dashboard.journey.query import Book, Split
from data_access.facts import EngineFacts
from tests.facts import SCOPE, Event, Sale, load, model_of, question, walk

MODEL = model_of("ABCD", deal="C")
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))

# Day 0 is noon of 1 January, day 31 is 1 February. Horizon 30 days, data end on day 60 (2 March).
EVENTS = [
    *walk("ann A0 B40", channel="site"),  # one first lead: her second event makes no lead of February
    *walk("bob A10", channel="ads"),
    *walk("cid A31 B60", channel="site"),  # immature in February: 31 + 30 > 60
    *walk("dan A29", channel="site"),  # 29 + 30 = 59: mature
]
SALES = [
    Sale("ann", -1, 7, "a0"),  # before her first lead: outside the horizon (December)
    Sale("ann", 0, 100, "a1"),  # the instant of her first lead
    Sale("ann", 30, 50, "a2"),  # the last instant of the horizon
    Sale("ann", 30.01, 9, "a3"),  # just after it, still January
    Sale("ann", 35, -20, "r1"),  # after it
    Sale("bob", 40, 40, "b1"),  # 30 days after: in
    Sale("cid", 33, 11, "c1"),
    Sale("eve", 5, 3, "e1"),  # no lead at all
    Sale("dan", 60, 1, "d1"),  # 31 days after
]
SEGMENTS = {"ann": "gift", "bob": "gift", "cid": "own"}


def company(engine: sa.Engine, **more: Any) -> EngineFacts:
    return load(engine, EVENTS, SALES, model=MODEL, segments=SEGMENTS, **more)


def ask(facts: EngineFacts, *by: Split, **fields: Any) -> LcpqBook:
    fields = {"horizon_days": 30, **fields}
    return Answers(facts).lcpq(SCOPE, question(by=by, book=Book.COHORT, **fields))


def numbers(row: Any) -> tuple[Any, ...]:
    return row.leads, row.buyers, row.deals, float(row.revenue), row.immature


def test_domain_3_cohort_counts_deals_from_the_first_lead_to_the_horizon(engine: sa.Engine) -> None:
    facts = company(engine)
    book = ask(facts, period=JANUARY)
    # leads ann, bob, dan; ann bought a1 and a2, bob b1, dan too late
    assert numbers(book.total) == (3, 2, 3, 190.0, 0)
    assert (book.total.conversion, book.total.average_check) == (2 / 3, Decimal(190) / 3)
    assert book.total.deals_per_buyer == 1.5
    assert (book.span.unit, book.span.days) == ("horizon", 30)


def test_domain_3_cohort_and_what_is_in_none_are_everything(engine: sa.Engine) -> None:
    facts = company(engine)
    book = ask(facts, period=JANUARY)
    parts = {part.part: (part.customers, part.deals, float(part.revenue)) for part in book.outside}
    assert parts == {"older_leads": (0, 0, 0), "direct": (1, 1, 3), "outside_horizon": (1, 1, 9)}
    earned = Answers(facts).lcpq(SCOPE, question(period=JANUARY)).total.revenue
    assert (book.total.revenue_in_period or 0) + sum(part.revenue for part in book.outside) == earned == 162
    later = {part.part: float(part.revenue) for part in ask(facts, period=FEBRUARY).outside}
    assert later == {"older_leads": 20, "direct": 0, "outside_horizon": 0}  # ann's refund, bob's deal


def test_domain_3_immature_customers_are_left_out_of_the_headline(engine: sa.Engine) -> None:
    book = ask(company(engine), period=FEBRUARY)
    assert numbers(book.total) == (1, 1, 1, 11.0, 1)
    assert book.headline is not None
    assert numbers(book.headline) == (0, 0, 0, 0.0, 1)
    assert book.headline.immature_revenue == 11
    ripe = ask(company(engine), period=FEBRUARY, mature=True)
    assert ripe.total == book.headline


def test_domain_3_splits_of_cohorts_are_partitions(engine: sa.Engine) -> None:
    facts = company(engine)
    whole = ask(facts)
    assert numbers(whole.total) == (4, 3, 4, 201.0, 1)
    for split in (Split.SEGMENT, Split.CHANNEL, Split.MONTH, Split.QUARTER, Split.YEAR, Split.DAY):
        rows = ask(facts, split).rows
        assert tuple(map(sum, zip(*map(numbers, rows), strict=True))) == numbers(whole.total), split
    months = ask(facts, Split.MONTH, Split.SEGMENT).rows
    assert {(row.month, row.segment): row.leads for row in months if row.leads} == {
        ("2026-01", "gift"): 2,
        ("2026-01", "(none)"): 1,
        ("2026-02", "own"): 1,
    }


def test_the_segment_is_that_of_the_first_lead(engine: sa.Engine) -> None:
    events = [Event("ann", "A", 0, segment="new"), Event("ann", "B", 5, segment="loyal")]
    facts = load(engine, events, [Sale("ann", 6, 10), Sale("zoe", 300, 1)], model=MODEL)
    assert {row.segment: float(row.revenue) for row in ask(facts, Split.SEGMENT).rows}["new"] == 10


def test_a_channel_filter_selects_customers_and_their_first_lead_stays(engine: sa.Engine) -> None:
    events = [Event("ann", "A", 0, "site"), Event("ann", "B", 3, "ads"), Event("bob", "A", 1, "site")]
    facts = load(engine, events, [Sale("ann", 1, 10), Sale("bob", 2, 5)], model=MODEL)
    book = ask(facts, Split.CHANNEL, period=JANUARY, channels=("ads",))
    assert [(row.channel, row.leads, float(row.revenue)) for row in book.rows] == [("site", 1, 10)]


def test_calendar_days_count_as_days(engine: sa.Engine) -> None:
    first = date(2026, 1, 1)
    sales = [
        Sale("ann", datetime(2026, 1, 1, 1), 10),  # hours before or after: the same day
        Sale("ann", datetime(2026, 1, 31, 23), 20),  # 30 calendar days later
        Sale("ann", datetime(2026, 2, 1, 1), 40),
        Sale("zoe", date(2026, 12, 1), 1),
    ]
    facts = load(engine, [Event("ann", "A", first), Event("zoe", "A", 400)], sales, model=MODEL)
    total = ask(facts, period=JANUARY).total
    assert (total.deals, total.revenue) == (2, 30)


def test_products_of_a_cohort(engine: sa.Engine) -> None:
    sales = [Sale("ann", 1, 10, "d1", "tea"), Sale("ann", 1, 4, "d1", "cup"), Sale("ann", 50, 1, "d2", "tea")]
    facts = load(engine, walk("ann A0 B99"), sales, model=MODEL)
    rows = ask(facts, Split.PRODUCT).rows
    assert [(row.product, row.buyers, row.deals, float(row.revenue)) for row in rows] == [
        ("cup", 1, 1, 4),
        ("tea", 1, 1, 10),
    ]
    assert rows[0].leads is None
    assert rows[0].reasons["leads"] == "whole_under_split"


def test_domain_2_without_lead_stages_everybody_who_buys_is_a_lead(engine: sa.Engine) -> None:
    facts = load(
        engine, [], [Sale("ann", 0, 10), Sale("ann", 5, 5), Sale("bob", 200, 1)], model=model_of("CD", "C")
    )
    total = ask(facts, period=JANUARY).total
    assert (total.leads, total.conversion, total.deals_per_buyer, total.revenue) == (1, 1, 2, 15)
