"""The chains of the plan against the bottlenecks of the period."""

from __future__ import annotations

from typing import Any

from callbacks.plan.common import of_segments, plan_view
from callbacks.services import Ask, Services
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.plan_chains import PlanChains, plan_chains
from dashboard.journey.query import JourneyQuery, Mode
from data_access.state import interventions
from layouts.plan_chains import chains_card
from layouts.plan_words import PlanView


def show_chains(services: Services, ask: Ask) -> Any:
    """Every chain, or the one that the address names."""
    plan = plan_view(services, ask)
    query, found = chains_of(services, ask, plan)
    return chains_card(plan, found, ask.formats.period(query.period), ask.extras.get("chain"))


def chains_of(services: Services, ask: Ask, plan: PlanView) -> tuple[JourneyQuery, PlanChains]:
    """The chains under the filters, and the question whose bottlenecks they begin with."""
    query = ask.query
    rows: tuple[Bottleneck, ...] = ()
    if ask.info.has_transactions and ask.query.mode is not Mode.ANY:
        query, _ = services.answers.ripe(ask.scope, ask.query)
        rows = services.answers.bottlenecks(ask.scope, query)
    kept = interventions.listed(services.state(), ask.user, ask.scope.engagement)
    looks = {one.action_id: one.promise.last_look for one in kept}
    return query, plan_chains(of_segments(ask, plan), rows, plan.today, looks)
