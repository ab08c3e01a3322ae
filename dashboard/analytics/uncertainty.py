"""How sure the gain of a what-if is (DOMAIN section 7); `assets/js/whatif_band.js` does the same under the thumb.

The same draws serve baseline and scenario, so that only the difference is uncertain: with draws of their own the
noise of both would add up and any gain would look like chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.analytics.benchmarks import Benchmark, Benchmarks
from dashboard.analytics.draws import Draws
from dashboard.analytics.levers import AMOUNTS, Lever, LeverSet, Unit
from dashboard.analytics.priced import PricedFunnel, PricedSegment
from dashboard.analytics.rises import Rises
from dashboard.analytics.scenario_draws import DRAWS, ScenarioDraws, scenario_draws, target_number
from dashboard.analytics.whatif import MOST_REPEATED
from dashboard.journey.query import JourneyQuery, RepeatModel

_ENDS = (0.025, 0.1, 0.5, 0.9, 0.975)


@dataclass(frozen=True, slots=True)
class GainRange:
    """Where the gain lies [money].

    Attributes:
        low, high: 80 % interval: nine of ten draws are above `low`, nine of ten below `high`.
        low_95, high_95: 95 % interval.
        middle: half of the draws lie above; other than the gain of the likely lifts where a lift is a crooked range.
    """

    low: float
    high: float
    low_95: float
    high_95: float
    middle: float


def gain_range(
    funnel: PricedFunnel,
    levers: Iterable[Lever],
    query: JourneyQuery,
    segments: Collection[str] = (),
    own: Benchmarks | None = None,
) -> GainRange:
    """Intervals of the gain of `dashboard.analytics.whatif.whatif`.

    Leads are as they are; conversions come from their Jeffreys posterior, average check and deals per buyer from
    a bootstrap of the customers, a lift given as a range from its triangle. What a lever rises to (a target, the
    best other segment, the best own period) is fixed.

    Args:
        funnel, levers, segments, own: as for `whatif`.
        query: seeds the draws, and says which model repeat purchases follow.
    """
    ends = np.quantile(gain_draws(funnel, levers, query, segments, own), _ENDS)
    low_95, low, middle, high, high_95 = (float(end) for end in ends)
    return GainRange(low, high, low_95, high_95, middle)


def gain_draws(
    funnel: PricedFunnel,
    levers: Iterable[Lever],
    query: JourneyQuery,
    segments: Collection[str] = (),
    own: Benchmarks | None = None,
) -> Draws:
    """The gain draw by draw; scenarios on one cohort share its draws, so they may be held against each other."""
    chosen = LeverSet(funnel, levers)
    rises, drawn = Rises(funnel, chosen, own), scenario_draws(funnel, query)
    gains = np.zeros(DRAWS)
    for segment in funnel.only(segments).segments:
        moved = chosen.of(segment.segment)
        if segment.deals and moved:
            gains += _Moved(funnel, segment, drawn, moved, rises, query.model).gains()
    return gains


@dataclass(frozen=True, slots=True)
class _Moved:
    """One segment under its levers."""

    funnel: PricedFunnel
    segment: PricedSegment
    draws: ScenarioDraws
    levers: Mapping[str, Lever]
    rises: Rises
    model: RepeatModel

    def gains(self) -> Draws:
        often, spent = self.draws.per_buyer(self.segment.segment)
        revenue = self.segment.counts[0] * spent
        path, repeat = np.ones(DRAWS), np.ones(DRAWS)
        for transition, rate in enumerate(self.draws.rates(self.segment.segment)):
            before = self.funnel.before_deal(transition)
            revenue = revenue * rate if before else revenue
            lever = self.levers.get(self.funnel.name(transition))
            if lever is None or not self.segment.counts[transition + 1]:
                continue
            rise = self.rises.of(self.segment.segment, transition, lever.unit)
            ratio = _reached(rate, lever, rise, self.amount(lever)) / rate
            path, repeat = (path * ratio, repeat) if before else (path, repeat * ratio)
        ratio = path * _frequency_ratio(often, repeat, self.model)
        for name in AMOUNTS:
            if name in self.levers:
                ratio = ratio * (1 + self.amount(self.levers[name]))
        return revenue * (ratio - 1)

    def amount(self, lever: Lever) -> Draws | float:
        """The lever's amount; of a range draws from its triangle, the same in every segment that it moves."""
        low, high = lever.low, lever.high
        if low is None or high is None or low == high:
            return lever.amount
        place = None if lever.segment is None else self.draws.segments[lever.segment].place
        shares = self.draws.lift_shares(target_number(self.funnel, lever.target), place)
        return _triangle(shares, low, lever.amount, high)


def _triangle(shares: Draws, low: float, likely: float, high: float) -> Draws:
    """Amounts that have so much of their triangle below them."""
    rising = low + np.sqrt(shares * (high - low) * (likely - low))
    falling = high - np.sqrt((1 - shares) * (high - low) * (high - likely))
    return np.where(shares * (high - low) < likely - low, rising, falling)


def _reached(rate: Draws, lever: Lever, rise: Benchmark | None, amount: Draws | float) -> Draws:
    """c' of a transition, as `whatif` moves it."""
    match lever.unit:
        case Unit.PERCENT:
            return np.clip(rate * (1 + amount), 0, 1)
        case Unit.POINTS:
            return np.clip(rate + amount, 0, 1)
        case Unit.TARGET:
            return np.maximum(rate, amount)
    if rise is None:
        return rate
    share = amount if lever.unit is Unit.HEADROOM else 1.0
    return rate + share * (np.maximum(rate, rise.rate) - rate)


def _frequency_ratio(often: Draws, repeat: Draws, model: RepeatModel) -> Draws:
    """Q'/Q of both models, as `whatif` has it."""
    if model is RepeatModel.LINEAR:
        return (1 + (often - 1) * repeat) / often
    share = 1 - 1 / often
    return 1 / (1 - np.minimum(np.maximum(MOST_REPEATED, share), share * repeat)) / often
