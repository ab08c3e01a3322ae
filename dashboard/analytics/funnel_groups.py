"""Do the groups of a funnel differ: each group's rate against that of everybody else of the breakdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.analytics.funnel import Funnel, FunnelGroup
from dashboard.analytics.statistics import benjamini_hochberg, newcombe, pooled_z, two_sided

FunnelGroupKey = tuple[str, ...]
Q = 0.1  # share of wrong ones among the differences that are named significant


@dataclass(frozen=True, slots=True)
class Difference:
    """One step of one group against all other groups together.

    Attributes:
        difference: own `from_previous` minus theirs, in shares 0..1.
        low, high: Newcombe 95 % interval of it.
        p_value: two-sided pooled z; None where nobody or everybody passed on both sides.
        significant: survives Benjamini-Hochberg at 10 % over every step and group of the breakdown.
    """

    difference: float
    low: float
    high: float
    p_value: float | None
    significant: bool


def differences(found: Funnel) -> Mapping[tuple[FunnelGroupKey, str], Difference]:
    """Differences by (group, stage), of the steps that have customers on both sides.

    Args:
        found: the full breakdown: a filter of its groups would change what the others are.
    """
    sides = {
        (key_of(group), step.stage): side
        for group in found.segments
        for place, step in enumerate(group.steps)
        if (side := _sides(found, group, place)) is not None
    }
    z = {key: pooled_z(*side) for key, side in sides.items()}
    p_values = {key: two_sided(value) for key, value in z.items() if value is not None}
    named = dict(zip(p_values, benjamini_hochberg(list(p_values.values()), Q), strict=True))
    result = {}
    for key, (own, n, others, m) in sides.items():
        interval = newcombe(own, n, others, m)
        if interval is None:
            continue
        result[key] = Difference(
            own / n - others / m, interval.low, interval.high, p_values.get(key), named.get(key, False)
        )
    return result


def key_of(group: FunnelGroup) -> FunnelGroupKey:
    """The values of a group in the order of the levels."""
    return tuple(group.values.values())


def place_before(group: FunnelGroup, place: int) -> int | None:
    """Place of the step that a step's rate is measured from: the last one before it that must be met."""
    return next((k for k in range(place - 1, -1, -1) if not group.steps[k].optional), None)


def _sides(found: Funnel, group: FunnelGroup, place: int) -> tuple[int, int, int, int] | None:
    """Passed and stood before, of the group and of the others; None at the first step and without customers."""
    step = group.steps[place]
    before = place_before(group, place)
    if before is None or "no_data" in step.reasons.values():
        return None
    passed, stood = step.customers, group.steps[before].customers
    others = found.total.steps[place].customers - passed
    others_stood = found.total.steps[before].customers - stood
    return (passed, stood, others, others_stood) if stood and others_stood else None
