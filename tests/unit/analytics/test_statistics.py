"""Golden intervals of DOMAIN section 4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from dashboard.analytics.statistics import (
    benjamini_hochberg,
    lower_tail,
    newcombe,
    pooled_z,
    two_sided,
    wilson,
)


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
def test_domain_4_golden_wilson(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_domain_4_golden_newcombe() -> None:
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


def test_pooled_z_by_hand() -> None:
    """120 and 100 of 1000: pooled 11 %, error sqrt(.11 * .89 * .002) = .013993; .02 / .013993 = 1.4293."""
    z = pooled_z(120, 1000, 100, 1000)
    assert z == pytest.approx(1.42931, abs=1e-5)
    assert two_sided(1.42931) == pytest.approx(0.15292, abs=1e-5)
    assert lower_tail(-1.42931) == pytest.approx(0.15292 / 2, abs=1e-5)
    assert pooled_z(0, 10, 0, 20) is None
    assert pooled_z(10, 10, 20, 20) is None
    assert pooled_z(0, 0, 1, 2) is None


def test_benjamini_hochberg_golden_of_the_paper() -> None:
    """The fifteen p of Benjamini and Hochberg 1995: at 5 % the four smallest hold."""
    paper = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
    ]
    assert benjamini_hochberg(paper, 0.05) == (True,) * 4 + (False,) * 11
    assert benjamini_hochberg(paper[::-1], 0.05) == (False,) * 11 + (True,) * 4
    assert benjamini_hochberg([], 0.05) == ()


def test_benjamini_hochberg_steps_up_over_a_gap() -> None:
    """The third is under its line 3/3 * 5 %, so both before hold although they lie above theirs."""
    assert benjamini_hochberg([0.04, 0.045, 0.049], 0.05) == (True, True, True)


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.01, 0.5))
def test_benjamini_hochberg_agrees_with_scipy(p_values: list[float], q: float) -> None:
    if not p_values:
        return
    adjusted = false_discovery_control(p_values)
    sure = [abs(value - q) > 1e-9 for value in adjusted]
    for told, value, safe in zip(benjamini_hochberg(p_values, q), adjusted, sure, strict=True):
        assert not safe or told == (value <= q)
