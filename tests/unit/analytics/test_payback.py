"""Return and pay-back day: by hand, never a made-up date, and what must always hold (DOMAIN section 7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analytics.payback import NOT_WITHIN, NOTHING_SPENT, payback
from dashboard.errors import JourneyError
from tests.unit.analytics.test_timing import FIRST, lag, path


def test_by_hand() -> None:
    """6 500 a day from the first day on: 100 000 are back on the 16th day, 373 000 a year remain of them."""
    found = payback(path("average_check=+10%"), 100_000)
    assert found.day == FIRST + timedelta(days=15)  # 15 x 6 500 = 97 500 after fifteen days
    assert found.roi == pytest.approx((365 * 6_500 - 100_000) / 100_000)
    half = payback(path("average_check=+10%"), 100_000, margin=0.5)
    assert half.day == FIRST + timedelta(days=30)
    assert half.roi == pytest.approx((365 * 3_250 - 100_000) / 100_000)
    late = payback(path("leads=+10%", when=lag(initial_consideration={20: 1})), 100_000)
    assert late.day == FIRST + timedelta(days=35)


def test_chance_makes_it_early_or_late() -> None:
    found = payback(path("leads=+0..10..20%"), 400_000)
    days = [found.early, found.day, found.late]
    assert [str(day) for day in days] == sorted({str(day) for day in days})
    assert found.roi_low < found.roi < found.roi_high  # type: ignore[operator]
    assert found.chance > 0.99


def test_what_is_not_earned_back_has_a_reason_and_no_date() -> None:
    dear = payback(path("average_check=+10%"), 10_000_000)
    assert (dear.day, dear.early, dear.late, dear.chance) == (None, None, None, 0)
    assert dear.reasons == dict.fromkeys(("day", "early", "late"), NOT_WITHIN)
    unsure = payback(path("leads=-5..1..20%"), 350_000)
    assert unsure.early is not None
    assert (unsure.late, unsure.reasons["late"]) == (None, NOT_WITHIN)
    assert 0.1 < unsure.chance < 0.9
    nothing = payback(path(), 1)
    assert (nothing.day, nothing.roi) == (None, -1)


def test_without_a_cost_there_is_no_return_on_it() -> None:
    free = payback(path("average_check=+10%"), 0)
    assert (free.roi, free.reasons["roi"], free.day) == (None, NOTHING_SPENT, FIRST)
    for cost, margin in ((-1, None), (float("nan"), None), (1, 1.5)):
        with pytest.raises(JourneyError):
            payback(path("leads=+1%"), cost, margin)


@settings(max_examples=3, deadline=None)
@given(st.floats(1, 5e6), st.floats(1, 3), st.floats(0.1, 1))
def test_dearer_is_later_and_a_margin_is_a_dearer_cost(cost: float, times: float, margin: float) -> None:
    whole = path("leads=+5%", "average_check=+3%", when=lag(initial_consideration={30: 1, 60: 2}), ramp=45)
    never = date.max
    cheap, dear = payback(whole, cost), payback(whole, cost * times)
    assert (cheap.day or never) <= (dear.day or never)
    assert cheap.chance >= dear.chance
    on_margin, dearer = payback(whole, cost, margin), payback(whole, cost / margin)
    assert abs(((on_margin.day or never) - (dearer.day or never)).days) <= 1
