"""How sure the gain of a what-if is (DOMAIN section 7).

The same draws serve baseline and scenario, so that only the difference is uncertain: with draws of their own the
noise of both would add up and any gain would look like chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.analytics.benchmarks import Benchmark, best_other
from dashboard.analytics.draws import Draws, generator, jeffreys
from dashboard.analytics.levers import AMOUNTS, Lever, LeverSet, Unit
from dashboard.analytics.priced import PricedFunnel, PricedSegment
from dashboard.analytics.whatif import MOST_REPEATED
from dashboard.journey.query import JourneyQuery, RepeatModel

DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class GainRange:
    """Where the gain lies [money].

    Attributes:
        low, high: 80 % interval: nine of ten draws are above `low`, nine of ten below `high`.
        low_95, high_95: 95 % interval.
    """

    low: float
    high: float
    low_95: float
    high_95: float


def gain_range(
    funnel: PricedFunnel, levers: Iterable[Lever], query: JourneyQuery, segments: Collection[str] = ()
) -> GainRange:
    """Intervals of the gain of `dashboard.analytics.whatif.whatif`.

    Leads are as they are; conversions come from their Jeffreys posterior, average check and deals per buyer from
    a bootstrap of the customers, a lift given as a range from its triangle. What a lever rises to (a target, the
    best other segment) is fixed.

    Args:
        funnel, levers, segments: as for `whatif`.
        query: seeds the draws, and says which model repeat purchases follow.
    """
    before, after = revenue_draws(funnel, levers, query, segments)
    low_95, low, high, high_95 = np.quantile(after - before, (0.025, 0.1, 0.9, 0.975))
    return GainRange(float(low), float(high), float(low_95), float(high_95))


def revenue_draws(
    funnel: PricedFunnel, levers: Iterable[Lever], query: JourneyQuery, segments: Collection[str] = ()
) -> tuple[Draws, Draws]:
    """Revenue inside the funnel without and with the levers, draw by draw."""
    chosen = LeverSet(funnel, levers)
    benchmarks = best_other(funnel) if chosen.need_best else {}
    before, after = np.zeros(DRAWS), np.zeros(DRAWS)
    for segment in funnel.only(segments).segments:
        if not segment.deals:
            continue
        own = benchmarks.get(segment.segment, ())
        revenue, ratio = _segment_draws(funnel, segment, chosen.of(segment.segment), own, query)
        before += revenue
        after += revenue * ratio
    return before, after


def _segment_draws(
    funnel: PricedFunnel,
    segment: PricedSegment,
    levers: Mapping[str, Lever],
    benchmarks: Sequence[Benchmark | None],
    query: JourneyQuery,
) -> tuple[Draws, Draws]:
    """Revenue of one segment, and how many times as high the levers make it."""
    rng = generator(query, "segment", segment.segment)
    often, spent = _per_buyer(funnel, segment, rng)
    revenue = segment.counts[0] * spent
    path, repeat = np.ones(DRAWS), np.ones(DRAWS)
    for transition in funnel.transitions:
        customers, passed = segment.counts[transition : transition + 2]
        rate = jeffreys(rng, passed, customers, DRAWS)
        if funnel.before_deal(transition):
            revenue = revenue * rate
        lever = levers.get(funnel.name(transition))
        if lever is None or not passed:
            continue
        benchmark = benchmarks[transition] if benchmarks else None
        ratio = _reached(rate, lever, benchmark, _amount(lever, query)) / rate
        if funnel.before_deal(transition):
            path = path * ratio
        else:
            repeat = repeat * ratio
    ratio = path * _frequency_ratio(often, repeat, query.model)
    for name in AMOUNTS:
        if name in levers:
            ratio = ratio * (1 + _amount(levers[name], query))
    return revenue, ratio


def _per_buyer(funnel: PricedFunnel, segment: PricedSegment, rng: np.random.Generator) -> tuple[Draws, Draws]:
    """Deals and money of a buyer if other customers of the same kind had bought.

    Drawing the buyers again and again gives means that spread by variance / buyers around the mean; sums and
    sums of squares say both, so no customer leaves the database. A buyer has at least one deal.
    """
    buyers = segment.counts[funnel.deal_index]
    deals, money = segment.deals / buyers, float(segment.revenue) / buyers
    first, second = rng.standard_normal((2, DRAWS))
    squares = segment.squares
    if squares is None:
        return np.full(DRAWS, deals), np.full(DRAWS, money)
    of_deals = max(0.0, squares.deals / buyers - deals * deals) / buyers
    of_money = max(0.0, squares.revenue / buyers - money * money) / buyers
    shared = (squares.deals_revenue / buyers - deals * money) / buyers
    slope = shared / of_deals if of_deals else 0.0
    rest = max(0.0, of_money - slope * shared)
    moved = np.sqrt(of_deals) * first
    return np.maximum(1.0, deals + moved), money + slope * moved + np.sqrt(rest) * second


def _amount(lever: Lever, query: JourneyQuery) -> Draws | float:
    """The lever's amount; of a range draws from its triangle, the same in every segment that it moves."""
    low, high = lever.low, lever.high
    if low is None or high is None or low == high:
        return lever.amount
    rng = generator(query, "lever", lever.target, lever.segment or "")
    return rng.triangular(low, lever.amount, high, DRAWS)


def _reached(rate: Draws, lever: Lever, benchmark: Benchmark | None, amount: Draws | float) -> Draws:
    """c' of a transition, as `whatif` moves it."""
    match lever.unit:
        case Unit.PERCENT:
            return np.clip(rate * (1 + amount), 0, 1)
        case Unit.POINTS:
            return np.clip(rate + amount, 0, 1)
        case Unit.TARGET:
            return np.maximum(rate, amount)
    if benchmark is None:
        return rate
    share = 1.0 if lever.unit is Unit.BEST else amount
    return rate + share * (np.maximum(rate, benchmark.rate) - rate)


def _frequency_ratio(often: Draws, repeat: Draws, model: RepeatModel) -> Draws:
    """Q'/Q of both models, as `whatif` has it."""
    if model is RepeatModel.LINEAR:
        return (1 + (often - 1) * repeat) / often
    share = 1 - 1 / often
    return 1 / (1 - np.minimum(np.maximum(MOST_REPEATED, share), share * repeat)) / often
