"""When the gain comes: a table by hand, what must always hold, and a plain double sum (DOMAIN section 7)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analytics.levers import Lever, Unit, parse_lever
from dashboard.analytics.timing import GainPath, PaymentLag, Start, effect_by_day, gain_path, value_path
from dashboard.analytics.whatif import whatif
from dashboard.journey.query import JourneyQuery
from tests.priced import EXAMPLE_STEPS, example, funnel, segment

QUERY = JourneyQuery("acme")
FIRST = date(2026, 12, 1)
STEP_2 = "active_evaluation>purchase"
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=120).filter(lambda one: sum(one) > 0.01)


def lag(**days: dict[int, float]) -> PaymentLag:
    """Money by days since a stage of the example; `repeat_` before the stage: of repeat deals alone."""
    rows = []
    for name, found in days.items():
        repeated = name.startswith("repeat_")
        step = EXAMPLE_STEPS.index(name.removeprefix("repeat_")) + 1
        for day, money in found.items():
            rows.append(("all", step, day, Decimal(str(money)), Decimal(str(money if repeated else 0))))
    columns = ["segment", "step", "days", "money", "repeat_money"]
    return PaymentLag.of(pd.DataFrame(rows, columns=columns))


def path(
    *levers: str | Lever, start: date = FIRST, ramp: int = 0, when: PaymentLag | None = None, days: int = 100
) -> GainPath:
    chosen = [parse_lever(one) if isinstance(one, str) else one for one in levers]
    return gain_path(example(), chosen, QUERY, when or lag(), Start(start, ramp), days)


def test_by_hand() -> None:
    """+10 % at step 2 is worth 650 000 of a cohort of 100 days: 6 500 a day once everything works."""
    found = path(f"{STEP_2}=+10%", ramp=10, when=lag(active_evaluation={0: 1, 10: 3}))
    # a quarter of the money at once, the rest ten days later; the ramp gives 5 % of the first day, 15 % of the second
    assert found.effects[0, :3] == pytest.approx([0.25 * 0.05, 0.25 * 0.15, 0.25 * 0.25])
    assert found.effects[0, 9:12] == pytest.approx([0.25 * 0.95, 0.25 + 0.75 * 0.05, 0.25 + 0.75 * 0.15])
    assert found.effects[0, 19:22] == pytest.approx([0.25 + 0.75 * 0.95, 1, 1])
    assert found.parts == pytest.approx([6_500])
    # December: 31 days less half of the ramp, and three quarters of that ten days later
    december = 6_500 * (31 - 5 - 0.75 * 10)
    assert (found.months[0].gain, found.months[0].days) == (pytest.approx(december), 31)
    assert found.months[1].gain == pytest.approx(6_500 * 31)
    assert found.months[1].total == pytest.approx(december + 6_500 * 31)
    assert found.months[2].gain == pytest.approx(6_500 * 28)
    assert found.full_gain == pytest.approx(6_500 * 30.4375)
    assert found.full_from == date(2027, 1, 1)
    assert found.delays[0].median_days == 10


def test_without_ramp_and_lag_all_of_it_comes_from_the_start_day_on() -> None:
    found = path("average_check=+10%", start=date(2026, 12, 10))
    assert found.months[0].first_day == date(2026, 12, 1)
    assert (found.months[0].days, found.months[0].gain) == (22, pytest.approx(6_500 * 22))
    assert found.full_from == date(2026, 12, 1)
    assert found.total(date(2026, 12, 10)) == 0
    assert found.total(date(2026, 12, 11)) == pytest.approx(6_500)


def test_a_lift_in_the_middle_of_a_way_of_sixty_days_shows_nearly_nothing_in_the_first_month() -> None:
    spread = dict.fromkeys(range(45, 76), 1.0)
    found = path(f"{STEP_2}=+10%", when=lag(active_evaluation=spread))
    assert found.months[0].gain == 0
    assert found.months[1].gain < 0.2 * found.full_gain
    assert found.months[3].gain == pytest.approx(6_500 * 31)
    assert found.full_from == date(2027, 3, 1)


def test_each_lever_waits_from_its_own_stage() -> None:
    when = lag(
        initial_consideration={9: 1}, active_evaluation={5: 1}, repeat_purchase={40: 1}, repeat_trigger={7: 1}
    )
    delays = {
        name: path(f"{name}=+10%", when=when).delays[0].median_days
        for name in ("leads", STEP_2, "average_check", "deals_per_buyer", "trigger>loyalty_loop")
    }
    assert list(delays.values()) == [9, 5, 0, 40, 7]
    slow = path("deals_per_buyer=+10%", "average_check=+10%", when=when)
    assert [one.lever.target for one in slow.delays] == ["average_check", "deals_per_buyer"]
    # 10 % of the check at once; of the deals 10 % of the raised sum, forty days later
    assert slow.parts == pytest.approx([6_500, 7_150])


def test_a_lever_of_a_segment_waits_as_its_own_customers_do() -> None:
    two = funnel(
        segment("a", (100, 50), 50, 1000), segment("b", (100, 50), 50, 3000), steps="xy", deal_index=1
    )
    rows = [("a", 1, 2, Decimal(1000), Decimal(0)), ("b", 1, 8, Decimal(3000), Decimal(0))]
    when = PaymentLag.of(pd.DataFrame(rows, columns=["segment", "step", "days", "money", "repeat_money"]))
    own = when.shares(parse_lever("leads=+1%@a"), two)
    assert list(own) == [0, 0, 1]
    assert list(when.shares(parse_lever("leads=+1%"), two)) == [0, 0, 0.25, 0, 0, 0, 0, 0, 0.75]
    assert list(when.shares(parse_lever("leads=+1%"), two, ["a"])) == [0, 0, 1]


def test_no_lever_no_gain() -> None:
    found = path()
    assert (found.full_gain, found.full_from, found.delays) == (0, None, ())
    assert {month.total_high for month in found.months} == {0}


def test_the_band_is_that_of_the_gain() -> None:
    found = path(f"{STEP_2}=+10%", "leads=+5%", when=lag(active_evaluation={3: 1}))
    one = found.months[5]
    assert one.low_95 < one.low < one.gain < one.high < one.high_95
    drawn = found.draws.sum(axis=1) * one.days  # long after the start all of both has come
    assert (one.low, one.high) == pytest.approx(tuple(np.quantile(drawn, (0.1, 0.9))))


@settings(max_examples=40, deadline=None)
@given(SHARES, st.integers(0, 90), st.integers(1, 200))
def test_effect_is_a_share_that_never_falls_as_a_double_sum_has_it(
    money: list[float], ramp: int, length: int
) -> None:
    shares = np.array(money) / sum(money)
    found = effect_by_day(shares, ramp, length)
    assert (np.diff(found) >= -1e-12).all()
    assert -1e-12 <= found.min() <= found.max() <= 1 + 1e-9
    day = length - 1
    plain = sum(
        share * (min(1.0, (day - s + 0.5) / ramp) if ramp else 1.0)
        for s, share in enumerate(shares)
        if s <= day
    )
    assert found[day] == pytest.approx(plain)


@settings(max_examples=8, deadline=None)
@given(SHARES, st.integers(0, 120), st.integers(0, 200), st.integers(0, 200), st.integers(0, 700))
def test_later_is_never_more_and_the_total_never_more_than_all_of_it(
    money: list[float], ramp: int, early: int, wait: int, seen: int
) -> None:
    when = lag(active_evaluation=dict(enumerate(money)))
    levers: list[Any] = [Lever(STEP_2, Unit.PERCENT, 0.1), Lever("average_check", Unit.PERCENT, 0.05)]
    first, later = (
        path(*levers, start=FIRST + timedelta(days=days), ramp=ramp, when=when)
        for days in (early, early + wait)
    )
    day = FIRST + timedelta(days=seen)
    whole = whatif(example(), levers).gain / 100
    assert later.total(day) <= first.total(day) + 1e-6
    assert first.total(day) <= whole * max(0, seen - early) + 1e-6
    totals = [month.total for month in first.months]
    assert totals == sorted(totals)


def test_a_sum_that_is_known_by_itself() -> None:
    shares = np.array([0, 0, 1.0])
    found = value_path(9_000, (6_000, 12_000), shares, Start(FIRST), 90)
    assert found.total(FIRST + timedelta(days=12)) == pytest.approx(10 * 100)
    month = found.months[2]
    assert (month.gain, month.low, month.high) == pytest.approx(
        (2_800, 2_800 * 2 / 3, 2_800 * 4 / 3), rel=0.01
    )
    sure = value_path(9_000, None, shares, Start(FIRST), 90).months[2]
    assert (sure.low_95, sure.high_95) == pytest.approx((2_800, 2_800))
