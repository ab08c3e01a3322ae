"""DOMAIN section 6: own best of the last twelve periods, a target, the period before, and what stands in for what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboard.analytics.benchmarks import benchmarks_of, best_other, needs_history, parse_target
from dashboard.analytics.bottleneck import Bottleneck, bottlenecks
from dashboard.analytics.levers import Lever, Unit
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import whatif
from dashboard.errors import JourneyError
from dashboard.journey.query import Against, JourneyQuery
from tests.priced import funnel, segment

QUERY = JourneyQuery("acme")
PATH: dict[str, Any] = {"steps": ("a", "b", "c"), "deal_index": 2, "repeat_index": 2}


def _alone(passed: int, customers: int = 1000, bought: int = 100) -> PricedFunnel:
    return funnel(segment("all", (customers, passed, bought), bought, 10_000 * bought), **PATH)


NOW = _alone(200)
PAST = (_alone(250), _alone(300), _alone(29, 29, 10), *[_alone(210)] * 9, _alone(900))


def _first(
    priced: PricedFunnel, query: JourneyQuery = QUERY, history: tuple[PricedFunnel, ...] = ()
) -> Bottleneck:
    return next(row for row in bottlenecks(priced, query, history) if row.from_stage == "a")


def test_domain_6_own_best_is_the_best_of_the_last_twelve_periods_with_thirty_customers() -> None:
    """29 of 29 is too few; 90 % is the thirteenth period before."""
    row = _first(NOW, QUERY.with_(against=Against.OWN_BEST), PAST)
    assert (row.benchmark, row.benchmark_segment, row.against) == (0.3, "all", Against.OWN_BEST)
    assert row.recoverable == pytest.approx(1000 * 0.1 * 1_000_000 / 200)
    ends = [value for value in (row.low, row.recoverable, row.high) if value is not None]
    assert len(ends) == 3
    assert ends == sorted(ends)


def test_domain_6_the_period_before() -> None:
    row = _first(NOW, QUERY.with_(against=Against.PREVIOUS), PAST)
    assert (row.benchmark, row.against) == (0.25, Against.PREVIOUS)


def test_domain_6_without_an_eligible_segment_the_own_past_stands_in() -> None:
    assert needs_history(NOW)
    row = _first(NOW, QUERY, PAST)
    assert (row.benchmark, row.against) == (0.3, Against.OWN_BEST)
    assert row.proven is None, "there are no other segments to lag behind"
    assert row.reasons["proven"] == "nothing_to_compare"


def test_domain_6_without_a_past_either_there_is_gross_loss_alone() -> None:
    row = _first(NOW)
    assert (row.benchmark, row.recoverable, row.low, row.probability) == (None,) * 4
    assert row.gross_loss == pytest.approx(800 * 1_000_000 / 200)


def test_a_segment_that_others_can_be_compared_with_needs_no_past() -> None:
    pair = funnel(segment("x", (1000, 200, 50), 50, 1), segment("y", (1000, 300, 60), 60, 1), **PATH)
    assert not needs_history(pair)
    best = benchmarks_of(pair, QUERY, PAST)["x"][0]
    assert best is not None
    assert best.against is Against.BEST_OTHER


def test_domain_6_a_target_holds_for_every_segment_at_its_step_alone() -> None:
    query = QUERY.with_(against=Against.TARGET, targets=(("b>c", 0.6),))
    rows = {row.from_stage: row for row in bottlenecks(NOW, query)}
    assert (rows["b"].benchmark, rows["b"].benchmark_segment) == (0.6, None)
    assert rows["b"].recoverable == pytest.approx(200 * 0.1 * 1_000_000 / 100)
    assert rows["a"].reasons["benchmark"] == "nothing_to_compare"


def test_a_target_of_no_step_and_no_target_are_refused() -> None:
    for targets, code in (((("a>c", 0.5),), "target_without_step"), ((), "no_target")):
        with pytest.raises(JourneyError) as refused:
            bottlenecks(NOW, QUERY.with_(against=Against.TARGET, targets=targets))
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "share"), [("a>b=0.35", 0.35), (" a>b = 35% ", 0.35), ("a>b=0,5", 0.5), ("a>b=100%", 1.0)]
)
def test_targets_are_read_as_shares_or_per_cent(text: str, share: float) -> None:
    assert parse_target(text) == ("a>b", pytest.approx(share))


@pytest.mark.parametrize("text", ["a>b", "a>b=", "a=0.3", "a>b=1.2", "a>b=120%", "a>b=x", ""])
def test_a_target_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(JourneyError) as refused:
        parse_target(text)
    assert refused.value.code == "bad_target"


def test_domain_4_a_rate_that_nobody_knows_neither_rises_to_the_best_nor_is_the_best() -> None:
    """Of 1 000 of `dim` 100 lost deals stopped at an unknown stage: its 40 % may as well be 50 %."""
    counts = {"high": (1_000, 600), "low": (1_000, 300), "dim": (1_000, 400)}
    rows = {name: segment(name, pair, pair[1], pair[1] * 1_000) for name, pair in counts.items()}
    rows["dim"] = replace(rows["dim"], hidden=(100, 0))
    seen = funnel(*rows.values(), steps=("a", "b"), deal_index=1, repeat_index=None)
    benchmark = {name: row[0] and row[0].segment for name, row in best_other(seen).items()}
    assert benchmark == {"high": "low", "low": "high", "dim": None}
    answer = whatif(seen, [Lever("a>b", Unit.BEST)])
    assert [(reason.segment, reason.code) for reason in answer.reasons] == [("dim", "nothing_to_compare")]
    gains = {one.segment: one.gain for one in answer.segments}
    assert gains["dim"] == 0
    assert gains["low"] > 0
    assert not needs_history(seen)
