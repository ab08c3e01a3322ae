"""Goal seek: a sum that somebody typed becomes one sentence, and levers one click away."""

from __future__ import annotations

from typing import Any

from callbacks.services import Ask, Services
from callbacks.whatif.cheapest import costs_of, show_cheapest
from callbacks.whatif.scene import scene_of
from dashboard.journey.amount import amount_of
from layouts.whatif_answers import goal_answer


def show_goal(services: Services, ask: Ask, sought: Any) -> Any:
    """What it takes to earn so much more than the baseline; nothing until a sum was typed.

    Args:
        sought: `{"search": the scenario, "more": money}`, attacker-written; `goal=` of the address before.
    """
    more = amount_of(sought.get("more") if isinstance(sought, dict) else ask.extras.get("goal"))
    if not more:
        return []
    scene = scene_of(services, ask, sought)
    base = scene.view.baseline
    if not base.revenue or base.revenue == base.outside:
        return ask.words("Nobody bought here, so no lever earns money.")
    goal = base.revenue + more
    found = services.answers.goal_seek(ask.scope, scene.query, scene.levers, goal)
    now = services.answers.whatif(ask.scope, scene.query, scene.levers)
    answer = goal_answer(scene.view, found, now, more)
    reached = now.scenario.revenue >= goal and not costs_of(ask.extras)
    return answer if reached else [*answer, *show_cheapest(services, ask, scene, found)]
