"""The draws that all scenarios on one cohort share (DOMAIN section 7): made here, multiplied by the levers wherever.

`uncertainty` multiplies them for the twin and for files, `assets/js/whatif_band.js` under the thumb; both work on the
very same numbers.

Each quantity is drawn once from each two-thousandth of its distribution, in an order of its own, and the orders of one
segment are uncorrelated: such draws are worth several times as many plain ones. All segments read the same orders, each
from a start of its own, and a conversion is a curve of few points, so that the whole fits into little.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.analytics.draws import Draws, generator, of_the_cohort
from dashboard.analytics.levers import AMOUNTS
from dashboard.analytics.priced import PricedFunnel, PricedSegment
from dashboard.journey.query import JourneyQuery

DRAWS = 2000
STRIDE = 149  # from the start of one segment to that of the next; shares no factor with DRAWS
SHARES: Draws = (np.arange(DRAWS) + 0.5) / DRAWS
SCORES: Draws = np.array(
    [NormalDist().inv_cdf(share) for share in SHARES]
)  # the same shares of a normal distribution
KNOTS: Draws = np.linspace(-3.6, 3.6, 65)  # normal scores at which the curve of a conversion is kept
_AT_KNOTS: Draws = np.array([NormalDist().cdf(score) for score in KNOTS])
_GRID: Draws = np.linspace(-20, 20, 2001)  # standard deviations of a conversion's odds, on the log scale
_DEALS, _MONEY, _STEPS = 0, 1, 2  # rows of the orders; the last one is of the lifts
_KEPT = 8  # cohorts; the largest (12 segments x 11 stages) takes 150 kB


@dataclass(frozen=True, slots=True, eq=False)
class SegmentDraws:
    """What is uncertain about one segment, as functions of normal scores.

    Attributes:
        place: number of the segment in its cohort, from 0.
        rates: conversion of each transition that moves revenue, at `KNOTS`.
        deals: deals of a buyer: the mean and its spread.
        money: money of a buyer: the mean, its spread along with that of the deals, and apart from it.
    """

    place: int
    rates: tuple[Draws, ...]
    deals: tuple[float, float]
    money: tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioDraws:
    """What is uncertain about a cohort.

    Attributes:
        segments: those that have deals; the others earn nothing, whatever the lever.
        orders: the orders of deals, of money, of each transition that moves revenue, and of the lifts.
        scopes: whom a lever can be for: every segment, or all of them.
    """

    segments: Mapping[str, SegmentDraws]
    orders: NDArray[np.uint16]
    scopes: int

    def rates(self, segment: str) -> list[Draws]:
        """Conversions of each transition that moves revenue, draw by draw."""
        own = self.segments[segment]
        return [
            np.interp(self._scores(own, _STEPS + place), KNOTS, curve)
            for place, curve in enumerate(own.rates)
        ]

    def per_buyer(self, segment: str) -> tuple[Draws, Draws]:
        """Deals (at least one) and money of a buyer, draw by draw."""
        own = self.segments[segment]
        along, apart = self._scores(own, _DEALS), self._scores(own, _MONEY)
        deals = np.maximum(1.0, own.deals[0] + own.deals[1] * along)
        return deals, own.money[0] + own.money[1] * along + own.money[2] * apart

    def lift_shares(self, target: int, place: int | None) -> Draws:
        """Where in its range an uncertain lift lies, as shares of the way through its distribution.

        Args:
            target: number of the lever: leads, average check, deals per buyer, then the transitions.
            place: of its segment in the cohort; None = it is for all.
        """
        start = target * self.scopes + (0 if place is None else place + 1)
        return SHARES[np.roll(self.orders[-1], -start)]

    def _scores(self, own: SegmentDraws, row: int) -> Draws:
        return SCORES[np.roll(self.orders[row], -STRIDE * own.place)]


def scenario_draws(funnel: PricedFunnel, query: JourneyQuery) -> ScenarioDraws:
    """The draws of a cohort; asked again, the very same.

    Args:
        funnel: the cohort, every segment.
        query: its question, which seeds the draws; see `draws.generator`.
    """
    return _drawn(funnel, of_the_cohort(query))


def packed(numbers: Any, kind: str) -> str:
    """Numbers for a browser, in base64.

    Args:
        kind: `<f8` or `<u2`, little endian.
    """
    return b64encode(np.ascontiguousarray(numbers, kind).tobytes()).decode()


def target_number(funnel: PricedFunnel, target: str) -> int:
    """Number of a lever, for `ScenarioDraws.lift_shares`."""
    if target in AMOUNTS:
        return AMOUNTS.index(target)
    return len(AMOUNTS) + next(place for place in funnel.transitions if funnel.name(place) == target)


@lru_cache(maxsize=_KEPT)
def _drawn(funnel: PricedFunnel, query: JourneyQuery) -> ScenarioDraws:
    priced = [transition for transition in funnel.transitions if funnel.is_priced(transition)]
    found = {}
    for place, segment in enumerate(funnel.segments):
        if segment.deals:
            rates = [_conversion(*segment.counts[transition : transition + 2]) for transition in priced]
            found[segment.segment] = SegmentDraws(place, tuple(rates), *_per_buyer(funnel, segment))
    orders = _orders(generator(query, "orders"), _STEPS + len(priced) + 1)
    return ScenarioDraws(found, orders, len(funnel.segments) + 1)


def _orders(rng: np.random.Generator, number: int) -> NDArray[np.uint16]:
    """So many orders of the shares, without correlation between any two."""
    scores = SCORES[rng.permuted(np.tile(np.arange(DRAWS), (number, 1)), axis=1)]
    apart = np.linalg.solve(np.linalg.cholesky(scores @ scores.T), scores)
    return apart.argsort(axis=1).argsort(axis=1).astype(np.uint16)


def _conversion(customers: int, passed: int) -> Draws:
    """The conversion after `passed` of `customers` went on, at `KNOTS`: Beta(k + 1/2, n - k + 1/2).

    Its density is summed over the logarithm of the odds, where it is smooth for one customer and for a billion.
    """
    went, stayed = passed + 0.5, customers - passed + 0.5
    odds = np.log(went / stayed) + np.sqrt(1 / went + 1 / stayed) * _GRID
    heights = went * odds - (went + stayed) * np.logaddexp(0, odds)
    density = np.exp(heights - heights.max())
    below = np.cumsum(density[1:] + density[:-1])
    return 1 / (1 + np.exp(-np.interp(_AT_KNOTS, below / below[-1], odds[1:])))


def _per_buyer(
    funnel: PricedFunnel, segment: PricedSegment
) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """Deals and money of a buyer if other customers of the same kind had bought; see `SegmentDraws`.

    Drawing the buyers again and again gives means that spread by variance / buyers around the mean; sums and
    sums of squares say both, so no customer leaves the database.
    """
    buyers = segment.counts[funnel.deal_index]
    deals, money = segment.deals / buyers, float(segment.revenue) / buyers
    squares = segment.squares
    if squares is None:
        return (deals, 0.0), (money, 0.0, 0.0)
    of_deals = max(0.0, squares.deals / buyers - deals * deals) / buyers
    of_money = max(0.0, squares.revenue / buyers - money * money) / buyers
    shared = (squares.deals_revenue / buyers - deals * money) / buyers
    along = shared / of_deals**0.5 if of_deals else 0.0
    return (deals, of_deals**0.5), (money, along, max(0.0, of_money - along * along) ** 0.5)
