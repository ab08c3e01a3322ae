"""Goal seek: a sum that somebody typed becomes one sentence, and levers one click away."""

from __future__ import annotations

from math import isfinite
from typing import Any

from callbacks.services import Ask, Services
from callbacks.whatif.scene import scene_of
from dashboard.analytics.whatif import whatif
from layouts.whatif_answers import goal_answer

MOST = 1e15  # a larger sum is a slip of the hand


def show_goal(services: Services, ask: Ask, sought: Any) -> Any:
    """What it takes to earn so much more than the baseline; nothing until a sum was typed.

    Args:
        sought: `{"search": the scenario, "more": money}`, attacker-written; `goal=` of the address before.
    """
    more = _money(sought.get("more") if isinstance(sought, dict) else ask.extras.get("goal"))
    if more is None:
        return []
    scene = scene_of(services, ask, sought)
    base = scene.view.baseline
    if not base.revenue or base.revenue == base.outside:
        return ask.words("Nobody bought here, so no lever earns money.")
    goal = base.revenue + more
    found = services.answers.goal_seek(ask.scope, scene.query, scene.levers, goal)
    now = whatif(scene.view.priced, scene.levers, scene.query.segments, scene.query.model)
    return goal_answer(scene.view, found, now, more)


def _money(said: Any) -> float | None:
    """The sum, above zero; None for anything else."""
    try:
        value = float(said)
    except (TypeError, ValueError):
        return None
    return value if isfinite(value) and 0 < value < MOST else None
