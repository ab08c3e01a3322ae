"""Golden intervals of DOMAIN section 4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analytics.statistics import newcombe, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (0, 10, 0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (10, 100, 0.0552, 0.1744),
        (100, 1000, 0.0829, 0.1202),
        (30, 30, 0.8865, 1),
    ],
)
def test_wilson_golden(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_newcombe_golden() -> None:
    interval = newcombe(120, 1000, 100, 1000)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (-0.0075, 0.0476)


def test_no_trials_is_no_interval() -> None:
    assert wilson(0, 0) is None
    assert newcombe(1, 10, 0, 0) is None
    assert newcombe(0, 0, 1, 10) is None


@pytest.mark.parametrize(("successes", "trials"), [(-1, 10), (11, 10)])
def test_impossible_counts_are_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="trials"):
        wilson(successes, trials)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_a_share(counts: tuple[int, int]) -> None:
    successes, trials = counts
    interval = wilson(successes, trials)
    assert interval is not None
    assert 0 <= interval.low <= successes / trials <= interval.high <= 1
    narrower = wilson(successes, trials, confidence=0.8)
    assert narrower is not None
    assert interval.low <= narrower.low
    assert narrower.high <= interval.high


@given(st.integers(1, 500), st.integers(1, 500), st.floats(0, 1), st.floats(0, 1))
def test_newcombe_is_mirrored_when_the_groups_swap(n: int, m: int, share: float, other: float) -> None:
    k, j = round(n * share), round(m * other)
    there, back = newcombe(k, n, j, m), newcombe(j, m, k, n)
    assert there is not None
    assert back is not None
    assert there.low == pytest.approx(-back.high)
    assert there.low <= k / n - j / m <= there.high
