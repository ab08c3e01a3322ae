"""Actions that work on the same people at the same step at the same time: nobody can tell them apart.

They are measured as one and reported jointly, so that no effect is counted twice. A comparison segment that another
action changes meanwhile is no comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil

from dashboard.analytics.effect import MOST_WEEKS, EffectPlan
from dashboard.analytics.effect_span import WEEK


def joint_plans(plans: Iterable[EffectPlan]) -> tuple[EffectPlan, ...]:
    """The plans with overlapping ones made one, in order of their starts."""
    groups: list[list[EffectPlan]] = []
    for plan in sorted(plans, key=lambda one: (one.starts_on, one.action_id)):
        near = [group for group in groups if any(overlap(plan, other) for other in group)]
        merged = [one for group in near for one in group] + [plan]
        groups = [group for group in groups if group not in near] + [merged]
    return tuple(sorted((_joint(group) for group in groups), key=lambda one: (one.starts_on, one.action_id)))


def overlap(one: EffectPlan, other: EffectPlan) -> bool:
    """Whether both change the same people at the same step at the same time."""
    return (
        _same_step(one, other)
        and _share(one.segment, other.segment)
        and _share(one.channel, other.channel)
        and _meanwhile(one, other)
    )


def touched(plan: EffectPlan, others: Iterable[EffectPlan]) -> tuple[str, ...]:
    """Comparison segments of a plan that other actions change meanwhile."""
    disturbing = [
        other
        for other in others
        if other.action_id not in plan.ids
        and _same_step(plan, other)
        and _share(plan.channel, other.channel)
        and _meanwhile(plan, other)
    ]
    return tuple(name for name in plan.comparison if any(_share(name, other.segment) for other in disturbing))


def _joint(group: Sequence[EffectPlan]) -> EffectPlan:
    """One plan for all: the earliest start, the latest end, everybody whom one of them is for."""
    plans = sorted(group, key=lambda one: (one.starts_on, one.action_id))
    first, *rest = plans
    if not rest:
        return first
    segments, channels = {plan.segment for plan in plans}, {plan.channel for plan in plans}
    segment = first.segment if len(segments) == 1 else ""
    days = (max(plan.ends_on for plan in plans) - first.starts_on).days
    # in advance only where each of them was
    late = max(plan.registered_on - plan.starts_on for plan in plans)
    named = dict.fromkeys(name for plan in plans for name in plan.comparison)
    return replace(
        first,
        segment=segment,
        channel=first.channel if len(channels) == 1 else "",
        comparison=tuple(name for name in named if name not in segments) if segment else (),
        weeks=min(MOST_WEEKS, max(first.weeks, ceil(days / WEEK))),
        window_days=max(plan.window_days for plan in plans),
        registered_on=first.starts_on + late,
        also=tuple((plan.action_id, plan.title) for plan in rest),
        promises=tuple((plan.segment, plan.expected) for plan in plans),
        expected=sum(plan.expected for plan in plans),
    )


def _same_step(one: EffectPlan, other: EffectPlan) -> bool:
    return (one.from_stage, one.to_stage) == (other.from_stage, other.to_stage)


def _share(one: str, other: str) -> bool:
    """Two segments, or two channels, have people in common; an empty one is everybody."""
    return not one or not other or one == other


def _meanwhile(one: EffectPlan, other: EffectPlan) -> bool:
    return one.starts_on < other.ends_on and other.starts_on < one.ends_on
