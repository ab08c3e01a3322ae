"""The equation, its changes and its reasons, without any database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analytics.lcpq import lcpq
from dashboard.analytics.lcpq_change import compare
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, comparison
from dashboard.journey.query import JourneyQuery, Split
from dashboard.journey.stages import preset

INFO = GenerationInfo(
    engagement="test",
    number=1,
    built_at=datetime(2026, 9, 1),
    zone="UTC",
    currency="RUB",
    model=preset("loop6"),
    data_end=datetime(2026, 8, 20),
    data_end_day=date(2026, 8, 20),
    data_end_date_only=False,
    first_day=date(2026, 1, 10),
    last_day=date(2026, 8, 20),
    has_transactions=True,
    segments=("new", "loyal", "(none)"),
    channels=("site", "ads", "email"),
    sources=(),
    set_aside={},
)
ROW = Lcpq(
    leads=1000,
    leads_of_period=900,
    earlier_leads=60,
    direct=40,
    lead_buyers=90,
    buyers=100,
    deals=120,
    revenue=Decimal(600_000),
)
JUNE, JULY, AUGUST = (Period(date(2026, month, 1), date(2026, month + 1, 1)) for month in (6, 7, 8))


@given(
    leads=st.integers(1, 10**7),
    buyers=st.integers(1, 10**6),
    deals=st.integers(1, 10**6),
    revenue=st.decimals(-(10**9), 10**12, places=4),
)
def test_the_factors_multiply_to_revenue(leads: int, buyers: int, deals: int, revenue: Decimal) -> None:
    row = replace(ROW, leads=leads, buyers=buyers, deals=deals, revenue=revenue)
    exact = Fraction(leads) * Fraction(buyers, leads) * (Fraction(revenue) / deals) * Fraction(deals, buyers)
    assert exact == Fraction(revenue)
    assert row.conversion is not None
    assert row.deals_per_buyer is not None
    assert row.average_check is not None
    shown = leads * row.conversion * float(row.average_check) * row.deals_per_buyer
    assert shown == pytest.approx(float(revenue), rel=1e-9)


def test_the_golden_period_reads_as_in_the_method() -> None:
    assert (ROW.conversion, ROW.average_check, ROW.deals_per_buyer) == (0.1, Decimal(5000), 1.2)
    assert ROW.conversion_of_leads == 0.1


def test_empty_denominators_are_unknown() -> None:
    empty = replace(ROW, leads=0, leads_of_period=0, buyers=0, deals=0, revenue=Decimal(0))
    assert (empty.conversion, empty.conversion_of_leads) == (None, None)
    assert (empty.average_check, empty.deals_per_buyer) == (None, None)


def frame(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(columns)


WHOLE = frame(
    leads_of_period=[5],
    earlier_leads=[1],
    direct=[2],
    lead_buyers=[2],
    buyers=[5],
    deals=[6],
    revenue=[Decimal(60)],
)


def test_segments_stand_in_the_engagements_order_and_each_has_a_row() -> None:
    groups = WHOLE.assign(segment=["loyal"])
    book = lcpq(groups, WHOLE, JourneyQuery("test", by=(Split.SEGMENT,)), INFO)
    assert [(row.segment, row.leads, row.buyers) for row in book.rows] == [
        ("new", 0, 0),
        ("loyal", 8, 5),
        ("(none)", 0, 0),
    ]
    assert book.total.leads == 8


def test_a_segment_that_nobody_has_today_stands_after_the_others() -> None:
    groups = WHOLE.assign(segment=["early"])
    rows = lcpq(groups, WHOLE, JourneyQuery("test", by=(Split.SEGMENT,)), INFO).rows
    assert [row.segment for row in rows] == ["new", "loyal", "early", "(none)"]


def test_channels_stand_as_on_screens_with_no_lead_last() -> None:
    groups = pd.concat([WHOLE.assign(channel=name) for name in ("(no lead)", "email", "site")])
    rows = lcpq(groups, WHOLE, JourneyQuery("test", by=(Split.CHANNEL,)), INFO).rows
    assert [row.channel for row in rows] == ["site", "email", "(no lead)"]


def test_segments_by_months_fill_the_whole_grid_in_the_order_asked_for() -> None:
    query = JourneyQuery(
        "test", period=Period(date(2026, 6, 1), date(2026, 8, 1)), by=(Split.MONTH, Split.SEGMENT)
    )
    rows = lcpq(WHOLE.assign(month=["2026-07"], segment=["new"]), WHOLE, query, INFO).rows
    assert [(row.month, row.segment, row.leads) for row in rows] == [
        ("2026-06", "new", 0),
        ("2026-06", "loyal", 0),
        ("2026-06", "(none)", 0),
        ("2026-07", "new", 8),
        ("2026-07", "loyal", 0),
        ("2026-07", "(none)", 0),
    ]


def test_open_ends_stop_at_the_data() -> None:
    rows = lcpq(frame(month=[]), WHOLE, JourneyQuery("test", by=(Split.MONTH,)), INFO).rows
    assert [row.month for row in rows] == [f"2026-{month:02}" for month in range(1, 9)]
    assert [row.partial for row in rows] == [False] * 7 + [True]


@pytest.mark.parametrize(("period", "unfinished"), [(JULY, False), (AUGUST, True), (Period(), False)])
def test_a_period_that_outlasts_the_data_is_unfinished(period: Period, unfinished: bool) -> None:
    assert lcpq(WHOLE, WHOLE, JourneyQuery("test", period=period), INFO).unfinished is unfinished


def test_changes_are_absolute_and_relative_and_c_is_in_points() -> None:
    before = replace(ROW, leads=800, buyers=100, deals=100, revenue=Decimal(500_000))
    found = compare(ROW, before, JULY, JUNE, INFO)
    assert (found["leads"].absolute, found["leads"].relative) == (200, 0.25)
    assert found["conversion"].absolute == pytest.approx(-0.025)
    assert found["conversion"].relative is None
    assert found["average_check"].absolute == Decimal(0)
    assert found["deals_per_buyer"].relative == pytest.approx(0.2)
    assert found["revenue"].absolute == Decimal(100_000)
    assert {change.reason for change in found.values()} == {None}


def test_months_are_compared_although_their_days_differ() -> None:
    february, march = (Period(date(2026, month, 1), date(2026, month + 1, 1)) for month in (2, 3))
    assert compare(ROW, ROW, march, february, INFO)["revenue"].reason is None


def test_revenue_and_q_of_different_lengths_are_not_compared() -> None:
    week = Period(date(2026, 6, 1), date(2026, 6, 8))
    found = compare(ROW, ROW, JULY, week, INFO)
    assert {name for name, change in found.items() if change.reason == "different_length"} == {
        "revenue",
        "deals_per_buyer",
    }
    assert found["leads"].absolute == 0


def test_an_unfinished_month_meets_as_many_days() -> None:
    other = comparison(AUGUST, "previous", INFO.data_end_day)
    assert other == Period(date(2026, 7, 1), date(2026, 7, 21))
    assert compare(ROW, ROW, AUGUST, other, INFO)["revenue"].reason is None


def test_nothing_before_has_no_relative_change() -> None:
    before = replace(
        ROW, leads=0, buyers=0, deals=0, revenue=Decimal(0), reasons={"average_check": "no_deals"}
    )
    found = compare(ROW, before, JULY, JUNE, INFO)
    assert (found["leads"].absolute, found["leads"].relative, found["leads"].reason) == (
        1000,
        None,
        "nothing_before",
    )
    assert (found["average_check"].absolute, found["average_check"].reason) == (None, "no_deals")
