"""How far a lever may carry a conversion: to the best other segment, or to the best that the segment once was."""

from __future__ import annotations

from dashboard.analytics.benchmarks import Benchmark, Benchmarks, best_other
from dashboard.analytics.levers import LeverSet, Unit
from dashboard.analytics.priced import PricedFunnel


class Rises:
    """Where the levers of one scenario stop.

    Args:
        funnel: every segment, so that each has others to rise to.
        chosen: the scenario's levers; what none of them asks for is not worked out.
        own: the best of each segment's own earlier periods (see `benchmarks.own_best`).
    """

    def __init__(self, funnel: PricedFunnel, chosen: LeverSet, own: Benchmarks | None = None) -> None:
        self._best = best_other(funnel) if chosen.need_best else {}
        self._own = own or {}

    def of(self, segment: str, transition: int, unit: Unit) -> Benchmark | None:
        """The conversion that a lever of this unit rises to; None where nothing is there to compare with."""
        row = (self._own if unit is Unit.OWN else self._best).get(segment)
        return row[transition] if row else None
