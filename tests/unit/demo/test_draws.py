"""Draws of the demo: quotas keep their promise, busy hours keep the order."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.demo.draws import LONGEST_SHIFT, Rhythm, balanced, lags, quota


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(1, 400), groups=st.integers(1, 4))
def test_quota_meets_the_sum_of_the_shares_in_any_span(seed: int, size: int, groups: int) -> None:
    rng = np.random.default_rng(seed)
    group, when = rng.integers(0, groups, size), rng.random(size)
    share = rng.random(size) * 0.9
    does = quota(rng, group, when, share)
    for number in range(groups):
        mine = np.flatnonzero(group == number)
        mine = mine[np.argsort(when[mine])]
        span = mine[len(mine) // 3 :]
        assert abs(does[span].sum() - share[span].sum()) < 1 + 1e-9


def test_balanced_numbers_fill_each_block_evenly() -> None:
    rng = np.random.default_rng(1)
    group, when = np.repeat([0, 1], 100), np.tile(np.arange(100.0), 2)
    drawn = balanced(rng, group, when, block=20)
    assert ((drawn >= 0) & (drawn < 1)).all()
    for block in drawn.reshape(10, 20):
        assert sorted((block * 20).astype(int)) == list(range(20))


def test_lags_have_their_median_and_no_endless_wait() -> None:
    drawn = lags(np.random.default_rng(2), np.full(20_000, 6.0), 0.75)
    assert abs(np.median(drawn) - 6) < 0.2
    assert 0 < drawn.min() < drawn.max() < 6 * np.exp(0.75 * 2.2)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), days=st.integers(8, 760))
def test_rhythm_keeps_the_order_and_the_ends(seed: int, days: int) -> None:
    even = np.sort(np.random.default_rng(seed).random(300) * days)
    seconds = Rhythm(date(2024, 11, 1), days).seconds(even)
    assert (np.diff(seconds) >= 0).all()
    assert seconds[0] >= 0
    assert seconds[-1] < days * 86_400
    assert (even - seconds / 86_400).max() < LONGEST_SHIFT + 0.35  # and the hour of the day
