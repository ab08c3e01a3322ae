"""A step of the funnel taken apart: which part of those who stood at it goes on less often, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.analytics.benchmarks import MIN_CUSTOMERS
from dashboard.analytics.funnel import Funnel
from dashboard.analytics.funnel_groups import Difference, FunnelGroupKey, key_of


@dataclass(frozen=True, slots=True)
class Part:
    """Customers of one channel, touchpoint or segment at a step.

    Attributes:
        value: of the breakdown, as the data name it.
        entered, passed: customers who stood at the step, and those of them who went on.
        rate: share that went on, 0..1.
        deviation: rate minus that of the whole step.
        median_days: days to go on, among those who did.
        against: difference from everybody else with its interval; None where there is nobody else.
        lost: money of the customers who would have gone on at the step's own rate; 0 where the part does better,
            None under 30 customers and where the step has no price.
    """

    value: str
    entered: int
    passed: int
    rate: float
    deviation: float
    median_days: float | None
    against: Difference | None
    lost: float | None

    @property
    def low_n(self) -> bool:
        """Fewer than 30 customers: greyed, in no ranking."""
        return self.entered < MIN_CUSTOMERS


def step_parts(
    found: Funnel,
    told: Mapping[tuple[FunnelGroupKey, str], Difference],
    start: str,
    end: str,
    value: float | None,
) -> tuple[Part, ...]:
    """The parts of a step: what costs most first, then the furthest below the step's rate, few customers last.

    Args:
        found: the funnel broken down by one field.
        told: differences of its groups.
        start, end: stages of the step.
        value: money of one customer who goes on; None = the step has no price.
    """
    first, last = found.stages.index(start), found.stages.index(end)
    whole = found.total.steps[first].customers
    if not whole:
        return ()
    average = found.total.steps[last].customers / whole
    parts = []
    for group in found.segments:
        entered, passed = group.steps[first].customers, group.steps[last].customers
        if not entered:
            continue
        rate = passed / entered
        few = entered < MIN_CUSTOMERS
        lost = None if value is None or few else entered * max(0.0, average - rate) * value
        parts.append(
            Part(
                value=next(iter(group.values.values())),
                entered=entered,
                passed=passed,
                rate=rate,
                deviation=rate - average,
                median_days=group.steps[last].median_days,
                against=told.get((key_of(group), end)),
                lost=lost,
            )
        )
    return tuple(
        sorted(parts, key=lambda part: (part.low_n, -(part.lost or 0.0), part.deviation, part.value))
    )
