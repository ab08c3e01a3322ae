"""How sure a bottleneck is: the likely range of its money, and whether the segment really lags (DOMAIN section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dashboard.analytics.benchmarks import Benchmark, Benchmarks, eligible
from dashboard.analytics.draws import Draws, generator
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.statistics import benjamini_hochberg, lower_tail, pooled_z
from dashboard.journey.query import JourneyQuery

DRAWS = 4000
WRONG = 0.05  # share of the proven rows that may be wrong

Place = tuple[str, int]  # segment, transition


def gaps(funnel: PricedFunnel, benchmarks: Benchmarks, query: JourneyQuery) -> dict[Place, Draws]:
    """Draws of benchmark minus conversion, sorted, for each transition with both; never cut off at 0.

    The benchmark comes from the distribution of its shrunk rate (a target is fixed), the conversion from its
    Jeffreys posterior. Every row is drawn, whichever is shown, so that a filter moves no figure.
    """
    held: dict[Place, Benchmark] = {}
    posteriors: list[tuple[float, float]] = []
    for segment in funnel.segments:
        for transition in funnel.transitions:
            benchmark = benchmarks[segment.segment][transition]
            customers, passed = segment.counts[transition : transition + 2]
            if customers and benchmark is not None:
                held[segment.segment, transition] = benchmark
                posteriors.append((passed + 0.5, customers - passed + 0.5))
    found = _benchmark_draws(held, generator(query, "benchmark"))
    found -= _beta(posteriors, generator(query, "conversion"))
    found.sort(axis=1)
    return dict(zip(held, found, strict=True))


def range_of(gap: Draws) -> tuple[float, float, float]:
    """10th and 90th percentile of sorted draws, and the share of them above 0."""
    return float(_quantile(gap, 0.1)), float(_quantile(gap, 0.9)), float(np.mean(gap > 0))


def lagging(funnel: PricedFunnel, ranked: Sequence[Place]) -> Mapping[Place, bool]:
    """Which rows convert below all other segments together by more than chance, all looked at together.

    One-sided pooled z, then Benjamini-Hochberg over all rows of the ranking. A row without other segments of 30
    customers is missing: nothing can be told of it.
    """
    p_values: dict[Place, float] = {}
    by_transition = {transition: eligible(funnel, transition) for transition in funnel.transitions}
    for name, transition in ranked:
        seen = by_transition[transition]
        others = [counts for other, counts in seen.items() if other != name]
        if name not in seen or not others:
            continue
        customers, passed = seen[name]
        z = pooled_z(passed, customers, sum(k for _, k in others), sum(n for n, _ in others))
        p_values[name, transition] = 1.0 if z is None else lower_tail(z)
    told = benjamini_hochberg(list(p_values.values()), WRONG)
    return dict(zip(p_values, told, strict=True))


def _benchmark_draws(held: Mapping[Place, Benchmark], rng: np.random.Generator) -> Draws:
    """One row of draws for each place; rows of one benchmark share its draws, which are made once."""
    keys = [(transition, benchmark) for (_, transition), benchmark in held.items()]
    unsure = {key: key[1].beta for key in keys if key[1].beta is not None}
    drawn = dict(zip(unsure, _beta(list(unsure.values()), rng), strict=True))
    found = np.empty((len(keys), DRAWS))
    for row, key in enumerate(keys):
        found[row] = drawn[key] if key in drawn else key[1].rate
    return found


def _beta(parameters: Sequence[tuple[float, float]], rng: np.random.Generator) -> Draws:
    """A row of draws for each pair of parameters."""
    both = np.array(parameters, dtype=float).reshape(-1, 2)
    return rng.beta(both[:, :1], both[:, 1:], (len(both), DRAWS))


def _quantile(ordered: Draws, share: float) -> float:
    """Linear quantile of sorted draws."""
    place = share * (len(ordered) - 1)
    below = int(place)
    return float(ordered[below] + (place - below) * (ordered[below + 1] - ordered[below]))
