"""DOMAIN section 6: golden values, the benchmark, ranking, and why a figure is missing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from dashboard.analytics.benchmarks import MIN_CUSTOMERS, best_other
from dashboard.analytics.bottleneck import Bottleneck, bottlenecks, recoverable
from dashboard.analytics.levers import Lever, Unit
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import whatif
from dashboard.journey.query import JourneyQuery
from tests.priced import EXAMPLE_COUNTS, example, funnel, funnels, segment

QUERY = JourneyQuery("acme")
PATH = {"steps": ("a", "b", "c"), "deal_index": 2, "repeat_index": 2}


def _by_step(priced: PricedFunnel, name: str = "all") -> list[Bottleneck]:
    rows = [row for row in bottlenecks(priced, QUERY) if row.segment == name]
    return sorted(rows, key=lambda row: priced.steps.index(row.from_stage))


def test_domain_6_gross_loss_golden() -> None:
    losses = [row.gross_loss for row in _by_step(example())]
    assert losses == pytest.approx([9.75e6, 19.5e6, 1.0e6, 1.5e6, 1.5e6], rel=1e-12)


def test_domain_6_one_point_golden() -> None:
    rows = _by_step(example())
    assert [rows[0].one_point, rows[1].one_point, rows[4].one_point] == pytest.approx(
        [162_500, 260_000, 30_000]
    )


@pytest.mark.parametrize(("transition", "target", "money"), [(0, 0.45, 812_500), (1, 0.28, 780_000)])
def test_domain_6_recoverable_golden(transition: int, target: float, money: float) -> None:
    priced = example()
    assert recoverable(priced, priced.segments[0], transition, target) == pytest.approx(money, rel=1e-12)


def test_domain_6_what_outsiders_bought_changes_no_value() -> None:
    assert bottlenecks(example(outside=4_500_000), QUERY) == bottlenecks(example(), QUERY)


def test_a_conversion_above_the_benchmark_recovers_nothing() -> None:
    priced = example()
    assert recoverable(priced, priced.segments[0], 0, 0.3) == 0


def test_benchmark_is_the_best_other_segments_shrunk_rate() -> None:
    """Two segments, 40 % and 20 % of 1000: p .3, X 20, rho = (20/.21 - 1) / 999, m 10 (1/rho - 1 = 9.6)."""
    priced = funnel(
        segment("high", (1000, 400, 100), 100, 1000), segment("low", (1000, 200, 50), 50, 500), **PATH
    )
    best = best_other(priced)
    assert best["low"][0] is not None
    assert best["low"][0].rate == pytest.approx((400 + 10 * 0.3) / 1010, rel=1e-12)
    assert best["low"][0].segment == "high"
    assert best["high"][0] is not None
    assert best["high"][0].rate == pytest.approx((200 + 10 * 0.3) / 1010, rel=1e-12)


def test_shrinkage_is_stronger_where_segments_differ_less() -> None:
    """n 1000 each at 30 % and 36 %: rho small, so m is far above 10."""
    priced = funnel(
        segment("high", (1000, 360, 100), 100, 1000), segment("low", (1000, 300, 50), 50, 500), **PATH
    )
    pooled, spread = 0.33, 1000 * 0.03**2 * 2
    rho = (spread / (pooled * (1 - pooled)) - 1) / (2000 - 1000 - 1)
    m = 1 / rho - 1
    best = best_other(priced)["low"][0]
    assert m > 100
    assert best is not None
    assert best.rate == pytest.approx((360 + m * pooled) / (1000 + m), rel=1e-12)


def test_segments_that_differ_by_chance_alone_meet_the_pooled_rate() -> None:
    priced = funnel(
        segment("a", (1000, 300, 100), 100, 1000), segment("b", (1000, 302, 100), 100, 1000), **PATH
    )
    for name in ("a", "b"):
        best = best_other(priced)[name][0]
        assert best is not None
        assert best.rate == pytest.approx(0.301, rel=1e-12)
        assert best.segment is None


@pytest.mark.parametrize("passed", [0, 1000])
def test_a_pooled_rate_of_nobody_or_everybody_is_the_benchmark(passed: int) -> None:
    priced = funnel(segment("a", (1000, passed, 0), 0, 0), segment("b", (1000, passed, 0), 0, 0), **PATH)
    best = best_other(priced)["a"][0]
    assert best is not None
    assert best.rate == passed / 1000


def test_a_segment_too_small_is_no_benchmark_but_has_one() -> None:
    small = MIN_CUSTOMERS - 1
    priced = funnel(
        segment("big", (1000, 300, 100), 100, 100_000), segment("small", (small, 20, 5), 5, 5_000), **PATH
    )
    best = best_other(priced)
    assert best["big"][0] is None
    assert best["small"][0] is not None
    assert best["small"][0].rate == pytest.approx(0.3)
    row = _by_step(priced, "small")[0]
    assert row.low_n
    assert row.recoverable == 0


def test_nothing_to_compare_leaves_gross_loss_alone() -> None:
    row = _by_step(example())[0]
    assert (row.benchmark, row.recoverable) == (None, None)
    compared = ("benchmark", "against", "recoverable", "low", "high", "probability", "proven")
    assert row.reasons == dict.fromkeys(compared, "nothing_to_compare")
    assert all(getattr(row, name) is None for name in compared)
    assert row.gross_loss is not None


def test_steps_behind_the_second_deal_are_not_priced() -> None:
    counts = (1000, 500, 100, 60, 40, 20)
    pair = (segment("a", counts, 150, 1000), segment("b", counts, 150, 1000))
    rows = _by_step(funnel(*pair, repeat_index=3), "a")
    assert [row.reasons.get("recoverable") for row in rows] == [None] * 3 + ["not_priced"] * 2
    assert [row.gross_loss is None for row in rows] == [False] * 3 + [True] * 2
    assert rows[4].benchmark == pytest.approx(0.5)
    every = _by_step(funnel(*pair, repeat_index=None), "a")
    assert all(row.gross_loss is not None for row in every)


def test_nobody_passed_has_no_money_but_its_rates() -> None:
    priced = funnel(segment("a", (1000, 0, 0), 0, 0), segment("b", (1000, 300, 100), 100, 100_000), **PATH)
    first, second = _by_step(priced, "a")
    assert first.conversion == 0
    unknown = ("recoverable", "low", "high", "proven", "gross_loss", "one_point")
    assert first.reasons == dict.fromkeys(unknown, "nobody_passed")
    assert first.probability is not None
    assert second.conversion is None
    assert second.reasons["conversion"] == "no_customers"


def test_a_segment_without_a_deal_recovers_zero() -> None:
    priced = funnel(segment("a", (1000, 200, 0), 0, 0), segment("b", (1000, 400, 100), 100, 100_000), **PATH)
    row = _by_step(priced, "a")[0]
    assert (row.recoverable, row.gross_loss, row.one_point) == (0, 0, 0)


def test_the_worst_comes_first_small_samples_and_unknowns_last() -> None:
    priced = funnel(
        segment("big", (10_000, 2_000, 200), 200, 2_000_000),
        segment("good", (10_000, 5_000, 2_500), 2_500, 25_000_000),
        segment("tiny", (20, 2, 1), 1, 90_000_000),
        segment("empty", (1000, 0, 0), 0, 0),
        **PATH,
    )
    rows = bottlenecks(priced, QUERY)
    assert rows[0].segment == "big"
    kinds = [3 if row.recoverable is None else 2 if row.low_n else int(not row.proven) for row in rows]
    assert kinds == sorted(kinds)
    assert set(kinds) == {0, 1, 2, 3}
    for kind in range(3):
        lows = [row.low for row, its in zip(rows, kinds, strict=True) if its == kind and row.low is not None]
        assert lows == sorted(lows, reverse=True)
    assert {row.segment for row in rows if row.low_n and row.recoverable is not None} == {"tiny"}


def test_showing_some_segments_keeps_all_of_them_as_benchmarks() -> None:
    priced = funnel(
        segment("a", (1000, 200, 50), 50, 5000), segment("b", (1000, 400, 100), 100, 1000), **PATH
    )
    shown = bottlenecks(priced, QUERY.with_(segments=("a",)))
    assert {row.segment for row in shown} == {"a"}
    assert shown == tuple(row for row in bottlenecks(priced, QUERY) if row.segment == "a")


@settings(max_examples=80, deadline=None)
@given(funnels())
def test_domain_6_recoverable_equals_the_linear_whatif_to_the_kopeck(priced: PricedFunnel) -> None:
    for row in bottlenecks(priced, QUERY):
        if row.recoverable is None:
            continue
        lever = Lever(f"{row.from_stage}>{row.to_stage}", Unit.BEST, segment=row.segment)
        answer = whatif(priced, [lever])
        assert answer.gain == pytest.approx(row.recoverable, rel=1e-9, abs=0.005)
        assert answer.scenario.revenue - answer.baseline.revenue == pytest.approx(
            row.recoverable, rel=1e-6, abs=0.01
        )


def test_the_examples_counts_are_the_contracts() -> None:
    assert example().segments[0].counts == EXAMPLE_COUNTS
