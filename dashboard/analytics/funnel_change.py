"""How the rates of a funnel moved since another period, and whether chance alone could have moved them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.analytics.benchmarks import MIN_CUSTOMERS
from dashboard.analytics.funnel import FunnelGroup
from dashboard.analytics.funnel_groups import FunnelGroupKey, Q, key_of, place_before
from dashboard.analytics.statistics import benjamini_hochberg, newcombe, pooled_z, two_sided


@dataclass(frozen=True, slots=True)
class StepChange:
    """One step of one group against the same step of another period.

    Attributes:
        before: `from_previous` of the other period, 0..1.
        from_first: its share of the first step, 0..1; None where the engagement does not know it.
        customers: customers of the other period who stood at the step before.
        change: `from_previous` now minus before, in shares: 0.01 is one point.
        low, high: Newcombe 95 % interval of the change.
        significant: beyond chance by a two-sided pooled z, Benjamini-Hochberg at 10 % over all groups and steps.
        low_n: fewer than 30 customers stood before the step in one of the periods: no change to show.
    """

    before: float
    from_first: float | None
    customers: int
    change: float
    low: float
    high: float
    significant: bool
    low_n: bool


def changes(
    now: Sequence[FunnelGroup], before: Sequence[FunnelGroup]
) -> dict[tuple[FunnelGroupKey, str], StepChange]:
    """Changes by (group, stage), of the steps whose rate is known in both periods.

    Args:
        now, before: every group of the breakdown, of mature entries: leaving some out would change what is significant.
    """
    earlier = {key_of(group): group for group in before}
    sides = {
        (key_of(group), step.stage): (group, earlier[key_of(group)], place, start)
        for group in now
        if key_of(group) in earlier
        for place, step in enumerate(group.steps)
        if (start := place_before(group, place)) is not None
        and _known(group, place)
        and _known(earlier[key_of(group)], place)
    }
    z = {
        key: pooled_z(*_share(group, place, start), *_share(other, place, start))
        for key, (group, other, place, start) in sides.items()
    }
    tested = {key: two_sided(value) for key, value in z.items() if value is not None}
    named = dict(zip(tested, benjamini_hochberg(list(tested.values()), Q), strict=True))
    found = {key: _change(*side, named.get(key, False)) for key, side in sides.items()}
    return {key: change for key, change in found.items() if change is not None}


def _known(group: FunnelGroup, place: int) -> bool:
    return group.steps[place].from_previous is not None


def _share(group: FunnelGroup, place: int, start: int) -> tuple[int, int]:
    return group.steps[place].customers, group.steps[start].customers


def _change(
    group: FunnelGroup, other: FunnelGroup, place: int, start: int, significant: bool
) -> StepChange | None:
    own, theirs = _share(group, place, start), _share(other, place, start)
    interval = newcombe(*own, *theirs)
    if interval is None:
        return None
    return StepChange(
        before=theirs[0] / theirs[1],
        from_first=other.steps[place].from_first,
        customers=theirs[1],
        change=own[0] / own[1] - theirs[0] / theirs[1],
        low=interval.low,
        high=interval.high,
        significant=significant,
        low_n=min(own[1], theirs[1]) < MIN_CUSTOMERS,
    )
