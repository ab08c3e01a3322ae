"""The actions under way, for who sees the plan."""

from __future__ import annotations

from typing import Any

from callbacks.overview.place import ranked
from callbacks.services import Ask, Services
from dashboard.analytics.plan_chains import plan_chains
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import actions, interventions
from layouts.overview_plan import plan_card
from layouts.plan_words import PlanView


def show_plan(services: Services, ask: Ask) -> Any:
    """Nothing for walls and guests, who have no plan."""
    if not ask.user.may(Action.SIMULATE) or ask.user.is_guest:
        return []
    today = wall_clock(services.clock(), ask.info.zone).date()
    segments = ask.query.segments
    every = actions.listed(services.state(), ask.user, ask.scope.engagement)
    mine = tuple(one for one in every if not segments or one.segment in ("", *segments))
    view = PlanView(
        ask.words,
        ask.formats,
        ask.address.for_page(),
        ask.info.model,
        ask.info.segments,
        ask.info.channels,
        today,
        mine,
        {},
        ask.user.id,
        may_plan=False,
    )
    kept = interventions.listed(services.state(), ask.user, ask.scope.engagement)
    looks = {one.action_id: one.promise.last_look for one in kept}
    return plan_card(view, plan_chains(mine, ranked(services, ask), today, looks))
