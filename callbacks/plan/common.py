"""What the tabs of the plan share: whose plan it is, its actions, its people, its day."""

from __future__ import annotations

from datetime import date

from callbacks.effects import registered_effects
from callbacks.services import Ask, Services
from dashboard.analytics.effect import Effect
from dashboard.journey.plan import ActionRecord
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import actions, interventions
from layouts.plan_words import PlanView


def plan_view(services: Services, ask: Ask) -> PlanView:
    """The plan of the address's engagement.

    Raises:
        JourneyError: `no_right`.
    """
    engagement = ask.scope.engagement
    return PlanView(
        ask.words,
        ask.formats,
        ask.address,
        ask.info.model,
        ask.info.segments,
        ask.info.channels,
        today(services, ask),
        actions.listed(services.state(), ask.user, engagement),
        actions.people(services.state(), ask.user, engagement),
        ask.user.id,
        may_plan=ask.user.may(Action.PLAN),
        effects=_effects(services, ask),
    )


def _effects(services: Services, ask: Ask) -> dict[int, Effect]:
    """What came of each action whose effect is registered."""
    kept = interventions.listed(services.state(), ask.user, ask.scope.engagement)
    found = registered_effects(services.answers, ask.scope, kept)
    return {number: one for one in found for number in one.plan.ids}


def today(services: Services, ask: Ask) -> date:
    """This day in the engagement's zone."""
    return wall_clock(services.clock(), ask.info.zone).date()


def of_segments(ask: Ask, plan: PlanView) -> tuple[ActionRecord, ...]:
    """The actions of the filter bar's segments, and those for everybody."""
    segments = ask.query.segments
    return tuple(one for one in plan.actions if not segments or one.segment in ("", *segments))


def shown(ask: Ask, plan: PlanView) -> tuple[ActionRecord, ...]:
    """The actions under the filter bar: of its segments and its channels."""
    channels = ask.query.channels
    return tuple(one for one in of_segments(ask, plan) if not channels or one.channel in channels)
