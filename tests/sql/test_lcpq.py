"""The period book on tables that a marketer checks by hand, on DuckDB and PostgreSQL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.analytics.lcpq import LcpqBook, lcpq
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Split
from data_access import schema
from data_access.facts import EngineFacts
from data_access.lcpq import fetch_lcpq
from tests.facts import SCOPE, Event, Sale, load, model_of, question, walk

MODEL = model_of("ABCD", deal="C")
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))
FACTORS = ("conversion", "average_check", "deals_per_buyer")
PARTS = ("leads", "leads_of_period", "earlier_leads", "direct", "buyers", "deals")

# Day 0 is 1 January, day 31 is 1 February.
EVENTS = [
    *walk("ann A0 B1", channel="site"),
    *walk("ann A40", channel="ads"),
    *walk("bob A2", channel="ads"),
    *walk("cid B3", channel="site"),
    *walk("eve A70", channel="site"),
]
SALES = [
    Sale("ann", 5, 100, "d1", "tea", "store"),
    Sale("ann", 6, 60, "d2", "cup", "web"),
    Sale("bob", 45, 40, "d3", "tea", "web"),
    Sale("dan", 7, 30, "d4", "tea", "store"),
    Sale("eve", 8, 20, "d5", "cup", "store"),
    Sale("ann", 50, -25, "d1"),
]
SEGMENTS = {"ann": "gift", "bob": "gift", "cid": "own"}


def ask(facts: EngineFacts, *by: Split, **fields: Any) -> LcpqBook:
    query = question(by=by, **fields)
    whole = fetch_lcpq(facts, SCOPE, query.with_(by=()))
    return lcpq(fetch_lcpq(facts, SCOPE, query), whole, query, facts.info(SCOPE))


def company(engine: sa.Engine) -> EngineFacts:
    return load(engine, EVENTS, SALES, model=MODEL, segments=SEGMENTS)


def numbers(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in PARTS)


def test_leads_have_three_parts(engine: sa.Engine) -> None:
    facts = company(engine)
    january = ask(facts, period=JANUARY).total
    # leads ann, bob, cid; dan and eve bought without a lead event before February
    assert numbers(january) == (5, 3, 0, 2, 3, 4)
    assert january.revenue == Decimal(210)
    february = ask(facts, period=FEBRUARY).total
    # lead ann; bob's lead was in January; ann's refund is money and no deal
    assert numbers(february) == (2, 1, 1, 0, 1, 1)
    assert february.revenue == Decimal(15)
    assert ask(facts).total.revenue == Decimal(225)


def test_the_equation_holds_exactly(engine: sa.Engine) -> None:
    total = ask(company(engine), period=JANUARY).total
    assert total.leads is not None
    product = (
        Fraction(total.leads)
        * Fraction(total.buyers, total.leads)
        * (Fraction(total.revenue) / total.deals)
        * Fraction(total.deals, total.buyers)
    )
    assert product == Fraction(total.revenue)
    assert (total.conversion, total.average_check, total.deals_per_buyer) == (3 / 5, Decimal("52.5"), 4 / 3)
    assert total.conversion_of_leads == 1 / 3


def test_refunds_without_sales_stand_outside_the_equation(engine: sa.Engine) -> None:
    refund_day = Period(date(2026, 2, 20), date(2026, 2, 21))
    total = ask(company(engine), period=refund_day).total
    assert (total.buyers, total.revenue) == (0, Decimal(-25))
    assert (total.average_check, total.deals_per_buyer, total.conversion) == (None, None, None)
    assert {name: total.reasons[name] for name in FACTORS} == {
        "conversion": "no_leads",
        "average_check": "refunds_without_sales",
        "deals_per_buyer": "refunds_without_sales",
    }


def test_every_segment_has_a_row(engine: sa.Engine) -> None:
    rows = ask(company(engine), Split.SEGMENT, period=JANUARY).rows
    assert [(row.segment, *numbers(row), float(row.revenue)) for row in rows] == [
        ("gift", 2, 2, 0, 0, 1, 2, 160.0),
        ("own", 1, 1, 0, 0, 0, 0, 0.0),
        ("(none)", 2, 0, 0, 2, 2, 2, 50.0),
    ]
    assert rows[1].conversion == 0
    assert {name: rows[1].reasons[name] for name in FACTORS[1:]} == dict.fromkeys(FACTORS[1:], "no_deals")


def test_the_segment_is_that_of_the_periods_end(engine: sa.Engine) -> None:
    events = [Event("ann", "A", 0, segment="new"), Event("ann", "A", 31, segment="loyal")]
    facts = load(engine, events, [Sale("ann", 1, 10), Sale("ann", 40, 20)], model=MODEL)

    def revenue(period: Period) -> dict[str | None, float]:
        return {row.segment: float(row.revenue) for row in ask(facts, Split.SEGMENT, period=period).rows}

    assert revenue(JANUARY) == {"new": 10, "loyal": 0}
    assert revenue(FEBRUARY) == {"loyal": 20, "new": 0}
    assert revenue(Period(date(2026, 1, 1), date(2026, 3, 1))) == {"loyal": 30, "new": 0}
    assert revenue(Period()) == {"loyal": 30, "new": 0}
    by_month = ask(facts, Split.SEGMENT, Split.MONTH).rows
    assert [(row.segment, row.month, float(row.revenue)) for row in by_month if row.revenue] == [
        ("loyal", "2026-02", 20),
        ("new", "2026-01", 10),
    ]


def test_a_segment_filter_keeps_its_customers(engine: sa.Engine) -> None:
    facts = company(engine)
    book = ask(facts, period=JANUARY, segments=("gift",))
    assert numbers(book.total) == (2, 2, 0, 0, 1, 2)
    assert [row.segment for row in ask(facts, Split.SEGMENT, segments=("gift",)).rows] == ["gift"]


def test_months_are_periods_of_their_own(engine: sa.Engine) -> None:
    facts = company(engine)
    rows = ask(facts, Split.MONTH).rows
    assert [(row.month, *numbers(row)) for row in rows] == [
        ("2026-01", 5, 3, 0, 2, 3, 4),
        ("2026-02", 2, 1, 1, 0, 1, 1),
        ("2026-03", 1, 1, 0, 0, 0, 0),
    ]
    for row, period in zip(rows, (JANUARY, FEBRUARY), strict=False):
        alone = ask(facts, period=period).total
        assert numbers(row) == numbers(alone)
        assert row.revenue == alone.revenue


def test_months_of_a_period_are_clipped_to_it(engine: sa.Engine) -> None:
    period = Period(date(2026, 1, 7), date(2026, 2, 16))
    rows = ask(company(engine), Split.MONTH, period=period).rows
    # ann's deal of day 6 is on 7 January; bob's of day 45 on 15 February
    assert [(row.month, row.deals, float(row.revenue), row.partial) for row in rows] == [
        ("2026-01", 3, 110.0, True),
        ("2026-02", 1, 40.0, True),
    ]


def test_a_month_without_facts_has_a_row_of_zeros(engine: sa.Engine) -> None:
    period = Period(date(2025, 11, 1), date(2026, 2, 1))
    rows = ask(company(engine), Split.MONTH, period=period).rows
    assert [(row.month, row.leads, row.deals) for row in rows] == [
        ("2025-11", 0, 0),
        ("2025-12", 0, 0),
        ("2026-01", 5, 4),
    ]
    assert rows[0].reasons["conversion"] == "no_leads"


def test_a_channel_split_puts_each_customer_at_the_first_lead_event(engine: sa.Engine) -> None:
    rows = ask(company(engine), Split.CHANNEL).rows
    assert [(row.channel, *numbers(row), float(row.revenue)) for row in rows] == [
        ("site", 3, 3, 0, 0, 2, 3, 155.0),
        ("ads", 1, 1, 0, 0, 1, 1, 40.0),
        ("(no lead)", 1, 0, 0, 1, 1, 1, 30.0),
    ]


def test_a_channel_filter_keeps_all_deals_of_its_leads(engine: sa.Engine) -> None:
    facts = company(engine)
    total = ask(facts, period=JANUARY, channels=("site",)).total
    assert numbers(total) == (2, 2, 0, 0, 1, 2)
    assert total.revenue == Decimal(160)
    # in February ann came by ads; each month filters by its own lead events
    rows = ask(facts, Split.MONTH, channels=("ads",)).rows
    assert [(row.month, row.leads, float(row.revenue)) for row in rows] == [
        ("2026-01", 1, 0.0),
        ("2026-02", 1, -25.0),
        ("2026-03", 0, 0.0),
    ]


def test_products_split_deals_and_money_only(engine: sa.Engine) -> None:
    book = ask(company(engine), Split.PRODUCT, period=JANUARY)
    assert [(row.product, row.buyers, row.deals, float(row.revenue)) for row in book.rows] == [
        ("cup", 2, 2, 80.0),
        ("tea", 2, 2, 130.0),
    ]
    cup = book.rows[0]
    assert (cup.leads, cup.direct, cup.conversion, cup.deals_per_buyer) == (None, None, None, 1.0)
    assert cup.reasons["leads"] == cup.reasons["conversion"] == "whole_under_split"
    assert book.total.leads == 5


def test_a_deal_of_two_products_stands_under_both(engine: sa.Engine) -> None:
    sales = [
        Sale("ann", 1, 100, "d1", "tea"),
        Sale("ann", 1, 60, "d1", "cup"),
        Sale("ann", 1, -10, "d1", "cup"),
    ]
    book = ask(load(engine, walk("ann A0"), sales, model=MODEL), Split.PRODUCT)
    assert [(row.product, row.deals, float(row.revenue)) for row in book.rows] == [
        ("cup", 1, 50.0),
        ("tea", 1, 100.0),
    ]
    assert (book.total.deals, book.total.revenue) == (1, Decimal(150))


def test_sale_channels_split_deals_and_money_only(engine: sa.Engine) -> None:
    rows = ask(company(engine), Split.SALE_CHANNEL, Split.MONTH).rows
    assert [(row.sale_channel, row.month, row.deals, float(row.revenue)) for row in rows if row.revenue] == [
        ("(none)", "2026-02", 0, -25.0),
        ("store", "2026-01", 3, 150.0),
        ("web", "2026-01", 1, 60.0),
        ("web", "2026-02", 1, 40.0),
    ]


def test_filters_and_other_splits_hold_for_deals_too(engine: sa.Engine) -> None:
    facts = company(engine)
    rows = ask(facts, Split.SEGMENT, Split.PRODUCT, period=JANUARY, channels=("site", "ads")).rows
    assert [(row.segment, row.product, float(row.revenue)) for row in rows] == [
        ("gift", "cup", 60.0),
        ("gift", "tea", 100.0),
    ]
    rows = ask(facts, Split.CHANNEL, Split.PRODUCT, segments=("gift",)).rows
    assert [(row.channel, row.product, float(row.revenue)) for row in rows] == [
        ("site", "(none)", -25.0),
        ("site", "cup", 60.0),
        ("site", "tea", 100.0),
        ("ads", "tea", 40.0),
    ]


def test_without_lead_stages_leads_are_buyers(engine: sa.Engine) -> None:
    facts = load(engine, walk("ann B0"), [Sale("bob", 1, 10)], model=model_of("AB", deal="A"))
    total = ask(facts).total
    assert numbers(total) == (1, 0, 0, 1, 1, 1)
    assert total.conversion == 1


def test_an_unfinished_period_says_so(engine: sa.Engine) -> None:
    facts = company(engine)  # the deals end on 20 February: the data end there
    assert ask(facts, period=JANUARY).unfinished is False
    assert ask(facts, period=FEBRUARY).unfinished is True
    assert ask(facts).unfinished is False
    assert [row.partial for row in ask(facts, Split.MONTH).rows] == [False, True, True]


def test_without_facts_everything_is_zero_or_unknown(engine: sa.Engine) -> None:
    book = ask(load(engine, model=MODEL), Split.MONTH)
    assert book.rows == ()
    assert numbers(book.total) == (0, 0, 0, 0, 0, 0)
    assert book.total.reasons["average_check"] == "no_deals"


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("unknown_split", {"by": (Split.TOUCHPOINT,)}),
        ("unknown_segment", {"segments": ("gifts",)}),
        ("unknown_channel", {"channels": ("fax",)}),
    ],
)
def test_what_the_data_do_not_have_is_refused(duck: sa.Engine, code: str, fields: dict[str, Any]) -> None:
    facts = company(duck)
    with pytest.raises(JourneyError, match=code):
        fetch_lcpq(facts, SCOPE, question(**fields))


def test_another_engagements_facts_are_never_counted(engine: sa.Engine) -> None:
    facts = company(engine)
    with engine.begin() as connection:
        for table in (schema.journey, schema.deal, schema.deal_line, schema.segment_span):
            rows = connection.execute(sa.select(table)).mappings().all()
            connection.execute(sa.insert(table), [{**row, "engagement": "rival"} for row in rows])
    query = JourneyQuery("test", period=JANUARY, by=(Split.SEGMENT, Split.CHANNEL))
    assert fetch_lcpq(facts, SCOPE, query.with_(by=()))["deals"].tolist() == [4]
    assert sum(fetch_lcpq(facts, SCOPE, query)["deals"]) == 4
    assert sum(fetch_lcpq(facts, SCOPE, query.with_(by=(Split.PRODUCT,)))["deals"]) == 4
