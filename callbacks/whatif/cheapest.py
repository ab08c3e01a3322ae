"""The goal under costs: levers with a typed cost, and the cheapest set of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbacks.services import Ask, Services
from callbacks.whatif.scene import Scene
from dashboard.analytics.cheapest import MOST_PRICED, PricedLever, cheapest_set
from dashboard.analytics.goal_seek import GoalSeek
from dashboard.analytics.levers import Lever, Unit
from dashboard.journey.amount import amount_of
from layouts.whatif_cheapest import cheapest_part, cost_key


def show_cheapest(services: Services, ask: Ask, scene: Scene, sought: GoalSeek) -> list[Any]:
    """The fields of the costs, and the cheapest set once one was typed.

    Levers of everybody that are set may have a cost; without one they are taken as done. Every other step may be raised
    to the best segment.

    Args:
        sought: the goal's answer, which knows the steps with headroom.
    """
    set_already = [lever for lever in scene.levers if lever.segment is None]
    taken = {lever.target for lever in scene.levers}
    steps = dict.fromkeys(step.transition for step in sought.steps)
    raised = [Lever(name, Unit.BEST) for name in steps if name not in taken]
    candidates = [*set_already, *raised][:MOST_PRICED]
    costs = costs_of(ask.extras)
    priced = [PricedLever(lever, costs[cost_key(lever)]) for lever in candidates if cost_key(lever) in costs]
    if not priced:
        return cheapest_part(scene.view, candidates, costs, None)
    paid = {one.lever for one in priced}
    done = [lever for lever in scene.levers if lever not in paid]
    own = services.answers.risen(ask.scope, scene.query, scene.levers)
    found = cheapest_set(
        scene.view.priced, done, priced, sought.goal, scene.query.segments, scene.query.model, own
    )
    chosen = {one.lever for one in found.chosen}
    dropped = [one.lever for one in priced if one.lever in set_already and one.lever not in chosen]
    return cheapest_part(scene.view, candidates, costs, found, dropped)


def costs_of(extras: Mapping[str, str]) -> dict[str, float]:
    """The costs of an address, by their keys; what makes no sense is left out."""
    said = {
        key: amount_of(text)
        for key, text in extras.items()
        if key in ("kL", "kP", "kQ") or key.startswith("kC.")
    }
    return {key: cost for key, cost in said.items() if cost is not None}
