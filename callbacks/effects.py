"""Answers about effects: of one action, of all of an engagement, and what a registration can hope for.

Screens, the two-month board, the plan, digests and `journey effects` ask here, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from callbacks.answers import Answers
from dashboard.analytics.bottleneck import step_value
from dashboard.analytics.effect import Effect, EffectPlan, Power
from dashboard.analytics.effect_answer import effect, power
from dashboard.analytics.effect_holidays import public_holidays
from dashboard.analytics.effect_joint import joint_plans, touched
from dashboard.analytics.effect_span import effect_span
from dashboard.analytics.effect_sums import EffectSums, effect_sums
from dashboard.journey.funnel_steps import settled
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.intervention import Intervention
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery
from data_access.clock import wall_clock
from data_access.effect import fetch_effect
from data_access.scope import Scope

PRICE_DAYS = 364  # entries of a year tell what a customer is worth
_PLACES = Decimal("0.0001")  # as money is kept


def plan_of(kept: Intervention, zone: str) -> EffectPlan:
    """A registration as the maths takes it; days are of the engagement's zone."""
    promise = kept.promise
    return EffectPlan(
        action_id=kept.action_id,
        title=kept.title,
        from_stage=promise.from_stage,
        to_stage=promise.to_stage,
        segment=promise.segment,
        channel=promise.channel,
        starts_on=promise.starts_on,
        expected=promise.expected,
        comparison=promise.comparison,
        registered_on=wall_clock(kept.registered_at, zone).date(),
        weeks=promise.weeks,
        window_days=promise.window_days,
    )


def registered_effects(answers: Answers, scope: Scope, kept: Iterable[Intervention]) -> tuple[Effect, ...]:
    """What came of the registered actions, joint ones once; what the data no longer know is left out."""
    info = answers.info(scope)
    plans = [plan_of(one, info.zone) for one in kept if measurable(one, info)]
    return effects_of(answers, scope, plans)


def measurable(kept: Intervention, info: GenerationInfo) -> bool:
    """False where an import has taken away the stages, a segment or the channel of a registration."""
    promise, stages = kept.promise, info.model.keys
    places = promise.segment in ("", *info.segments) and promise.channel in ("", *info.channels)
    compared = set(promise.comparison) <= set(info.segments)
    return places and compared and promise.from_stage in stages and promise.to_stage in stages


def effects_of(answers: Answers, scope: Scope, plans: Iterable[EffectPlan]) -> tuple[Effect, ...]:
    """What came of each action, overlapping ones as one answer, the earliest start first.

    One query for each answer and one for the prices of all.

    Raises:
        JourneyError: `unknown_segment`, `unknown_stage` where a registration names what the data no longer have.
    """
    every = tuple(plans)
    return tuple(effect_of(answers, scope, plan, every) for plan in joint_plans(every))


def effect_of(answers: Answers, scope: Scope, plan: EffectPlan, others: Sequence[EffectPlan] = ()) -> Effect:
    """What came of one action, or of joint ones (`joint_plans`).

    Args:
        others: every registered action of the engagement: a comparison that one of them changes is left out.

    Raises:
        JourneyError: as `effects_of`.
    """
    with answers.facts.pinned():
        info = answers.info(scope)
        sums = _sums(answers, scope, plan, info)
        return effect(
            plan,
            sums,
            until=info.data_end_day or plan.starts_on,
            price=price_of(answers, scope, plan, info),
            touched=touched(plan, others),
            holidays=public_holidays(info.zone, sums.span.since, sums.span.until),
        )


def plan_power(answers: Answers, scope: Scope, plan: EffectPlan) -> Power:
    """What a registration can hope for: the least effect that can be told, and when.

    Raises:
        JourneyError: `unknown_segment`, `unknown_stage`.
    """
    with answers.facts.pinned():
        return power(plan, _sums(answers, scope, plan, answers.info(scope)))


def effect_json(found: Effect) -> dict[str, Any]:
    """An answer for scripts: shares are shares (0.02 is two points), money numbers, days as 2026-03-01."""
    price = None if found.price is None else float(found.price)
    return asdict(found) | {"price": price, "actions": list(found.plan.ids)}


def price_of(answers: Answers, scope: Scope, plan: EffectPlan, info: GenerationInfo) -> Decimal | None:
    """Money of one customer more who comes to the step's end, as the bottlenecks price it (DOMAIN section 6).

    By the latest year of entries whose money is in, the same for all effects. None where the step has no price.
    """
    if not info.has_transactions or info.data_end_day is None:
        return None
    query = settled(JourneyQuery(info.engagement), info, mode_given=False, window_given=True)
    until = info.data_end_day - timedelta(days=(query.money_days or 0) - 1)
    funnel = answers.priced(scope, query.with_(period=Period(until - timedelta(days=PRICE_DAYS), until)))
    if plan.to_stage not in funnel.steps[1:]:
        return None
    place = funnel.steps.index(plan.to_stage) - 1
    own = funnel.only((plan.segment,) if plan.segment else ())
    found = [(step_value(own, segment, place), segment.counts[place + 1]) for segment in own.segments]
    passed = sum(count for value, count in found if value is not None)
    if not passed:
        return None
    whole = sum(value * count for value, count in found if value is not None)
    return Decimal(str(whole / passed)).quantize(_PLACES)


def _sums(answers: Answers, scope: Scope, plan: EffectPlan, info: GenerationInfo) -> EffectSums:
    return effect_sums(fetch_effect(answers.facts, scope, plan), effect_span(plan, info))
