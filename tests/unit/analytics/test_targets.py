"""Plan and fact by hand, by properties, and against plain Python on random days."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analytics.funnel import FunnelStep
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.targets import (
    DIFFERENT_LENGTH,
    LOW_N,
    MONTHS_MISSING,
    NO_TARGET,
    NO_WHOLE_MONTHS,
    NOT_BEGUN,
    NOT_OF_LONGER,
    NOT_RIPE,
    TOO_EARLY,
    Basis,
    Progress,
    Shape,
    Status,
    aim_of,
    elapsed_days,
    progress,
    shape_of,
    step_progress,
)
from dashboard.journey.period import Period
from dashboard.journey.targets import Kpi, TargetKey, Targets

MARCH, QUARTER = Period.parse("2026-03"), Period.parse("2026Q1")
SEGMENTS = ("Gift", "Business")
ROW = Lcpq(1000, 900, 60, 40, 90, 100, 120, Decimal(600_000))


def row(leads: int, buyers: int, deals: int, revenue: int) -> Lcpq:
    return replace(ROW, leads=leads, buyers=buyers, deals=deals, revenue=Decimal(revenue))


def months(kpi: Kpi, *values: str, segment: str = "", stage: str = "") -> dict[TargetKey, Decimal]:
    """Targets of January, February, ...; "" leaves a month out."""
    return {
        TargetKey(kpi, stage, segment, f"2026-{number:02}"): Decimal(value)
        for number, value in enumerate(values, 1)
        if value
    }


@pytest.mark.parametrize(
    ("stored", "kpi", "period", "chosen", "expected"),
    [
        (months(Kpi.REVENUE, "1.5", "2", "3"), Kpi.REVENUE, QUARTER, (), "6.5"),
        (months(Kpi.REVENUE, "1.5", "2", "3"), Kpi.REVENUE, MARCH, (), "3"),
        (months(Kpi.REVENUE, "1.5", "", "3"), Kpi.REVENUE, QUARTER, (), MONTHS_MISSING),
        (months(Kpi.REVENUE, "1.5", "2", "3"), Kpi.REVENUE, Period.parse("2026Q2"), (), NO_TARGET),
        (months(Kpi.REVENUE, "1.5"), Kpi.REVENUE, Period.parse("2026-01-01..2026-01-31"), (), NO_WHOLE_MONTHS),
        (months(Kpi.LEADS, "10", "20", "30"), Kpi.LEADS, QUARTER, (), NOT_OF_LONGER),
        (months(Kpi.LEADS, "10", "20", "30"), Kpi.LEADS, MARCH, (), "30"),
        (months(Kpi.CONVERSION, ".1", ".1", ".1"), Kpi.CONVERSION, QUARTER, (), NOT_OF_LONGER),
        (months(Kpi.AVERAGE_CHECK, "5", "5", "5"), Kpi.AVERAGE_CHECK, QUARTER, (), "5"),
        (months(Kpi.AVERAGE_CHECK, "5", "5", "6"), Kpi.AVERAGE_CHECK, QUARTER, (), NOT_OF_LONGER),
        (months(Kpi.DEALS_PER_BUYER, "1", "1", "1"), Kpi.DEALS_PER_BUYER, QUARTER, (), NOT_OF_LONGER),
        # segments: what each shall bring is what everybody shall bring, unless everybody has a target
        (
            months(Kpi.LEADS, "10", segment="Gift") | months(Kpi.LEADS, "7", segment="Business"),
            Kpi.LEADS, Period.parse("2026-01"), (), "17",
        ),
        (months(Kpi.LEADS, "10", segment="Gift"), Kpi.LEADS, Period.parse("2026-01"), (), NO_TARGET),
        (months(Kpi.LEADS, "10", segment="Gift"), Kpi.LEADS, Period.parse("2026-01"), ("Gift",), "10"),
        (months(Kpi.LEADS, "10"), Kpi.LEADS, Period.parse("2026-01"), ("Gift",), NO_TARGET),
        (
            months(Kpi.CONVERSION, ".2", segment="Gift") | months(Kpi.CONVERSION, ".2", segment="Business"),
            Kpi.CONVERSION, Period.parse("2026-01"), (), ".2",
        ),
        (
            months(Kpi.CONVERSION, ".2", segment="Gift") | months(Kpi.CONVERSION, ".3", segment="Business"),
            Kpi.CONVERSION, Period.parse("2026-01"), (), NO_TARGET,
        ),
    ],
)  # fmt: skip
def test_target_of_a_period(
    stored: Targets, kpi: Kpi, period: Period, chosen: Sequence[str], expected: str
) -> None:
    aim = aim_of(stored, kpi, "", period, chosen, SEGMENTS)
    assert expected in (str(aim.value), aim.reason) or aim.value == Decimal(expected)


def test_a_transition_has_targets_of_its_own() -> None:
    stored = months(Kpi.CONVERSION, ".3", stage="purchase")
    january = Period.parse("2026-01")
    assert aim_of(stored, Kpi.CONVERSION, "purchase", january).value == Decimal(".3")
    assert aim_of(stored, Kpi.CONVERSION, "", january).reason == NO_TARGET


@pytest.mark.parametrize(
    ("actual", "over", "status"),
    [
        (105, False, Status.AHEAD),
        (104, False, Status.ON_TRACK),
        (96, False, Status.ON_TRACK),
        (95, False, Status.BEHIND),
        (101, True, Status.AHEAD),
        (100, True, Status.ON_TRACK),
        (99, True, Status.BEHIND),
    ],
)
def test_status_in_a_word(actual: int, over: bool, status: Status) -> None:
    assert Progress(Decimal(200), Decimal(actual), Decimal(100), over=over).status is status


def test_a_target_of_nothing_is_met() -> None:
    assert Progress(Decimal(0), Decimal(5), Decimal(0)).status is Status.ON_TRACK
    assert Progress(Decimal(5)).status is Status.NO_DATA


def test_revenue_by_hand() -> None:
    """10 of 30 days behind us, but a fifth of last year's March came in its first ten: pace 60, forecast 250."""
    known = {Basis.YEAR_AGO: (row(50, 9, 10, 40), row(200, 30, 40, 200))}
    shape = shape_of(Kpi.REVENUE, 10, 30, known)
    assert shape == Shape(0.2, Basis.YEAR_AGO)
    daily = [row(1, 1, 1, money) for money in (4, 6) * 5]
    found = progress(Kpi.REVENUE, Decimal(300), row(60, 9, 10, 50), 10, shape, daily)
    assert (found.pace, found.forecast, found.status) == (60, 250, Status.BEHIND)
    assert found.forecast is not None
    # a day has a standard deviation of sqrt(10 / 9); 10 days behind, 40 like them ahead: sqrt(10 / 9 * (10 * 16 + 40))
    assert found.low is not None
    assert found.high is not None
    assert float(found.high - found.forecast) == pytest.approx(1.2815516 * (10 / 9 * 200) ** 0.5)
    assert found.high - found.forecast == found.forecast - found.low


def test_leads_by_hand() -> None:
    """90 leads in 10 of 30 days: 270 by the end, give or take sqrt(90 * 4 + 180), never fewer than there are."""
    found = progress(Kpi.LEADS, Decimal(200), row(90, 9, 9, 50), 10, shape_of(Kpi.LEADS, 10, 30, {}), [])
    assert found.basis is Basis.DAYS
    assert found.forecast is not None
    assert float(found.forecast) == pytest.approx(270)
    assert found.high is not None
    assert float(found.high) == pytest.approx(270 + 1.2815516 * 540**0.5)
    assert found.status is Status.AHEAD
    few = progress(Kpi.LEADS, Decimal(200), row(1, 1, 1, 1), 29, shape_of(Kpi.LEADS, 29, 30, {}), [])
    assert few.low == 1


@pytest.mark.parametrize(
    ("kpi", "elapsed", "now", "reason"),
    [
        (Kpi.REVENUE, 0, ROW, NOT_BEGUN),
        (Kpi.REVENUE, 6, ROW, TOO_EARLY),
        (Kpi.DEALS_PER_BUYER, 20, ROW, DIFFERENT_LENGTH),
        (Kpi.AVERAGE_CHECK, 20, replace(ROW, deals=0, reasons={"average_check": "no_deals"}), "no_deals"),
        (Kpi.CONVERSION, 31, replace(ROW, leads=0, reasons={"conversion": "no_leads"}), "no_leads"),
    ],
)
def test_where_nothing_can_be_said_the_reason_stands(kpi: Kpi, elapsed: int, now: Lcpq, reason: str) -> None:
    found = progress(kpi, Decimal(1), now, elapsed, shape_of(kpi, elapsed, 31, {}), [])
    assert (found.status, found.reason, found.forecast) == (Status.NO_DATA, reason, None)


def test_a_ratio_stands_where_it_is_and_its_range_is_that_of_its_people() -> None:
    found = progress(Kpi.CONVERSION, Decimal("0.11"), ROW, 20, shape_of(Kpi.CONVERSION, 20, 31, {}), [])
    assert (found.actual, found.forecast, found.pace) == (Decimal("0.1"), Decimal("0.1"), Decimal("0.11"))
    assert found.low is not None
    assert found.high is not None
    assert (round(found.low, 4), round(found.high, 4)) == (Decimal("0.0829"), Decimal("0.1202"))
    assert found.status is Status.BEHIND
    over = progress(
        Kpi.DEALS_PER_BUYER, Decimal("1.2"), ROW, 31, shape_of(Kpi.DEALS_PER_BUYER, 31, 31, {}), []
    )
    assert (over.status, over.over, over.forecast) == (Status.ON_TRACK, True, None)


def test_check_has_a_range_by_days() -> None:
    daily = [row(5, 1, 2, 8), row(5, 1, 2, 12)] * 5
    found = progress(Kpi.AVERAGE_CHECK, Decimal(5), row(50, 10, 20, 100), 10, Shape(0.3, Basis.DAYS), daily)
    assert found.high is not None
    assert float(found.high) == pytest.approx(5 + 1.2815516 * (40 / 9) ** 0.5 * 10**0.5 / 20)


def test_few_deals_make_no_shape_and_days_stand_in() -> None:
    few = (row(10, 5, 5, 10), row(29, 20, 29, 100))
    many = (row(10, 5, 5, 25), row(30, 20, 30, 100))
    for known, shape in [
        ({Basis.YEAR_AGO: few}, Shape(10 / 30, Basis.DAYS)),
        ({Basis.YEAR_AGO: few, Basis.PREVIOUS: many}, Shape(0.25, Basis.PREVIOUS)),
        ({Basis.PREVIOUS: (row(10, 5, 5, -1), many[1])}, Shape(10 / 30, Basis.DAYS)),
        ({Basis.PREVIOUS: (row(10, 5, 5, 120), many[1])}, Shape(10 / 30, Basis.DAYS)),
    ]:
        assert shape_of(Kpi.REVENUE, 10, 30, known) == shape
    assert shape_of(Kpi.LEADS, 10, 30, {Basis.PREVIOUS: many}) == Shape(10 / 30, Basis.PREVIOUS)
    assert shape_of(Kpi.REVENUE, 30, 30, {Basis.PREVIOUS: many}) == Shape(1.0)


def step(customers: int, entered: int, immature: int = 0) -> FunnelStep:
    rate = customers / entered if entered else None
    return FunnelStep("purchase", customers, rate, rate, 0.1, 0.3, 1, 1, 1, immature, {})


def test_a_transition_counts_ripe_entries() -> None:
    running = step_progress(Decimal("0.25"), step(20, 100, 40), 100, period_over=True)
    assert (running.status, running.over, running.forecast) == (Status.BEHIND, False, Decimal("0.2"))
    assert (running.low, running.high) == (Decimal("0.1"), Decimal("0.3"))
    over = step_progress(Decimal("0.25"), step(25, 100), 100, period_over=True)
    assert (over.status, over.over) == (Status.ON_TRACK, True)
    assert step_progress(Decimal("0.25"), step(0, 0, 40), 0, period_over=True).reason == NOT_RIPE
    assert step_progress(Decimal("0.25"), step(9, 29), 29, period_over=True).reason == LOW_N


def test_days_behind_us() -> None:
    assert [elapsed_days(MARCH, date(2026, *day)) for day in ((2, 28), (3, 1), (3, 31), (5, 1))] == [
        0,
        1,
        31,
        31,
    ]
    assert elapsed_days(MARCH, None) == elapsed_days(Period(), date(2026, 1, 1)) == 0


@given(
    actual=st.integers(1, 10**9),
    target=st.integers(1, 10**9),
    elapsed=st.integers(7, 29),
    daily=st.lists(st.integers(-(10**6), 10**6), min_size=7, max_size=29),
)
def test_forecast_against_target_says_the_same_as_fact_against_pace(
    actual: int, target: int, elapsed: int, daily: list[int]
) -> None:
    shape = shape_of(Kpi.REVENUE, elapsed, 30, {})
    days = [row(1, 1, 1, money) for money in daily]
    found = progress(Kpi.REVENUE, Decimal(target), row(1, 1, 1, actual), elapsed, shape, days)
    assert found.forecast is not None
    assert found.pace is not None
    assert found.actual is not None
    assert found.low is not None
    assert found.high is not None
    assert float(found.forecast / target) == pytest.approx(float(found.actual / found.pace))
    assert found.low <= found.forecast <= found.high
    assert found.forecast >= found.actual


def test_the_likely_range_holds_what_comes() -> None:
    """200 months of random deals: 80 % of their sums lie in the range of the twelfth day; beside it plain Python."""
    draw, held = random.Random(7), 0
    for _ in range(200):
        amounts = [[draw.lognormvariate(8, 0.6) for _ in range(draw.randint(2, 14))] for _ in range(30)]
        daily = [row(9, 5, len(day), 0) for day in amounts]
        daily = [
            replace(one, revenue=Decimal(str(sum(day)))) for one, day in zip(daily, amounts, strict=True)
        ][:12]
        now = replace(ROW, revenue=sum((one.revenue for one in daily), Decimal(0)))
        found = progress(Kpi.REVENUE, Decimal(10**6), now, 12, shape_of(Kpi.REVENUE, 12, 30, {}), daily)
        assert found.forecast is not None
        assert found.low is not None
        assert found.high is not None
        sums = [sum(day) for day in amounts[:12]]
        assert float(found.forecast) == pytest.approx(sum(sums) * 30 / 12)
        held += float(found.low) <= sum(map(sum, amounts)) <= float(found.high)
    assert 0.72 <= held / 200 <= 0.88
