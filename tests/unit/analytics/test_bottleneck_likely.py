"""DOMAIN section 6: likely range, probability, "proven" and its order, against slow computations and known truth."""

from __future__ import annotations

import random
import time
from itertools import pairwise
from math import erf, sqrt
from statistics import quantiles

import pytest
from hypothesis import given, settings
from scipy.stats import beta, binom, false_discovery_control

from dashboard.analytics.bottleneck import Bottleneck, bottlenecks, step_value
from dashboard.analytics.priced import PricedFunnel
from dashboard.journey.query import Against, JourneyQuery
from simulations.bottlenecks import equal_sets_without_proof, leaks_found
from tests.priced import funnel, funnels, segment

QUERY = JourneyQuery("acme")
PATH = {"steps": ("a", "b", "c"), "deal_index": 2, "repeat_index": 2}


def _two(high: int = 400, low: int = 200) -> PricedFunnel:
    return funnel(
        segment("high", (1000, high, 100), 100, 1_000_000),
        segment("low", (1000, low, 50), 50, 500_000),
        **PATH,
    )


def _row(rows: tuple[Bottleneck, ...], name: str, step: str = "a") -> Bottleneck:
    return next(row for row in rows if (row.segment, row.from_stage) == (name, step))


def test_domain_6_likely_range_against_draws_of_plain_python() -> None:
    """Segment low, 200 of 1000, held against high: b ~ Beta(400 + 10 * .3, 600 + 10 * .7), c ~ Beta(200.5, 800.5)."""
    row = _row(bottlenecks(_two(), QUERY), "low")
    dice = random.Random(1)
    value = 500_000 / 200
    drawn = [
        1000 * value * (dice.betavariate(403, 607) - dice.betavariate(200.5, 800.5)) for _ in range(40_000)
    ]
    tenths = quantiles(drawn, n=10)
    worth = 1000 * value * (403 / 1010 - 0.2)
    assert row.recoverable == pytest.approx(worth)
    assert row.low == pytest.approx(tenths[0], abs=0.01 * worth)
    assert row.high == pytest.approx(tenths[-1], abs=0.01 * worth)
    assert row.probability == 1


def test_domain_6_pooled_benchmark_is_drawn_from_the_jeffreys_posterior_of_the_pool() -> None:
    """300 and 302 of 1000: pooled 602 of 2000; the chance that Beta(602.5, 1398.5) exceeds Beta(300.5, 700.5)."""
    row = _row(bottlenecks(_two(302, 300), QUERY), "low")
    grid = [place / 4000 for place in range(1, 4000)]
    above = sum(beta.pdf(c, 300.5, 700.5) * beta.sf(c, 602.5, 1398.5) for c in grid) / 4000
    assert row.benchmark_segment is None
    assert row.probability == pytest.approx(above, abs=0.025)
    assert row.low is not None
    assert row.low < 0, "the difference is not cut off at zero"
    assert row.proven is False


def test_domain_6_a_target_is_fixed_and_the_conversion_alone_is_drawn() -> None:
    aimed = QUERY.with_(against=Against.TARGET, targets=(("a>b", 0.22),))
    row = _row(bottlenecks(_two(), aimed), "low")
    worth = 1000 * 500_000 / 200
    assert row.recoverable == pytest.approx(0.02 * worth)
    assert row.low == pytest.approx((0.22 - beta.ppf(0.9, 200.5, 800.5)) * worth, abs=0.001 * worth)
    assert row.high == pytest.approx((0.22 - beta.ppf(0.1, 200.5, 800.5)) * worth, abs=0.001 * worth)
    assert row.probability == pytest.approx(beta.cdf(0.22, 200.5, 800.5), abs=0.02)


def test_the_range_does_not_flicker_and_a_filter_moves_no_figure() -> None:
    rows = bottlenecks(_two(), QUERY)
    assert rows == bottlenecks(_two(), QUERY)
    shown = bottlenecks(_two(), QUERY.with_(segments=("low",)))
    assert shown == tuple(row for row in rows if row.segment == "low")
    other = bottlenecks(_two(), QUERY.with_(window_days=30))
    assert _row(other, "low").low != _row(rows, "low").low


@settings(max_examples=40, deadline=None)
@given(funnels())
def test_domain_6_proven_against_scipy_over_all_rows(priced: PricedFunnel) -> None:
    rows = bottlenecks(priced, QUERY)
    tested = [row for row in rows if row.proven is not None]
    p_values = [_p_by_hand(priced, row) for row in tested]
    for row, adjusted in zip(tested, false_discovery_control(p_values) if tested else (), strict=True):
        if abs(adjusted - 0.05) > 1e-9:
            assert row.proven == (adjusted <= 0.05 and bool(row.recoverable)), row
    for row in rows:
        assert (row.proven is None) == ("proven" in row.reasons)


def _p_by_hand(priced: PricedFunnel, row: Bottleneck) -> float:
    place = priced.steps.index(row.from_stage)
    others = [one.counts[place : place + 2] for one in priced.segments if one.segment != row.segment]
    n = sum(customers for customers, _ in others if customers >= 30)
    k = sum(passed for customers, passed in others if customers >= 30)
    pooled = (k + row.passed) / (n + row.customers)
    spread = sqrt(pooled * (1 - pooled) * (1 / n + 1 / row.customers))
    z = (row.passed / row.customers - k / n) / spread if spread else 0.0
    return (1 + erf(z / sqrt(2))) / 2 if spread else 1.0


@settings(max_examples=40, deadline=None)
@given(funnels())
def test_domain_6_order_and_signs(priced: PricedFunnel) -> None:
    rows = bottlenecks(priced, QUERY)
    kinds = [_kind(row) for row in rows]
    assert kinds == sorted(kinds)
    for before, after in pairwise(rows):
        if _kind(before) == _kind(after) and before.low is not None and after.low is not None:
            assert before.low >= after.low
    for row in rows:
        assert row.probability is None or 0 <= row.probability <= 1
        for name in ("benchmark", "recoverable", "low", "high", "probability", "proven", "gross_loss"):
            assert (getattr(row, name) is None) == (name in row.reasons), name
        if row.low is not None and row.high is not None:
            assert row.low <= row.high


def _kind(row: Bottleneck) -> int:
    return 3 if row.recoverable is None else 2 if row.low_n else int(not row.proven)


def test_a_small_segment_that_lags_is_never_above_a_proven_one() -> None:
    rows = bottlenecks(
        funnel(
            segment("big", (10_000, 2_000, 200), 200, 2_000_000),
            segment("good", (10_000, 5_000, 2_500), 2_500, 25_000_000),
            segment("tiny", (29, 1, 1), 1, 90_000_000),
            segment("unsure", (40, 16, 8), 8, 900_000_000),
            **PATH,
        ),
        QUERY,
    )
    order = [(row.segment, row.proven) for row in rows if row.from_stage == "a"]
    assert order[0] == ("big", True)
    assert order[-1] == ("tiny", None)
    assert _row(rows, "tiny").reasons["proven"] == "too_few_customers"
    assert _row(rows, "unsure").proven is False


def test_a_segment_without_money_has_zero_at_both_ends() -> None:
    priced = funnel(segment("a", (1000, 200, 0), 0, 0), segment("b", (1000, 400, 100), 100, 1000), **PATH)
    row = _row(bottlenecks(priced, QUERY), "a")
    assert step_value(priced, priced.segments[0], 0) == 0
    assert (row.recoverable, row.low, row.high, row.proven) == (0, 0, 0, False)


def test_two_hundred_rows_are_ranked_while_a_page_loads() -> None:
    """About 0.1 s on a free core; the bound leaves room for a busy machine."""
    many = [segment(f"s{n}", (5000 + n, 2000, 700, 400, 200, 100), 900, 4_500_000) for n in range(40)]
    priced = funnel(*many)
    bottlenecks(priced, QUERY)
    began = time.process_time()
    assert len(bottlenecks(priced, QUERY)) == 200
    assert time.process_time() - began < 1


SETS = 60
SURE = 0.01  # chance at which a product that keeps the promise would still fall under the bound


def test_domain_6_of_eight_equal_segments_nothing_is_proven() -> None:
    """At least 90 of 100 sets: as few as the exact binomial still allows."""
    assert equal_sets_without_proof(SETS, 3000) >= binom.ppf(SURE, SETS, 0.9)


@pytest.mark.parametrize("transition", range(5))
def test_domain_6_a_planted_leak_is_first_and_proven(transition: int) -> None:
    """At least 95 of 100 sets: as few as the exact binomial still allows."""
    sets = SETS // 3
    assert leaks_found(sets, transition) >= binom.ppf(SURE, sets, 0.95)
