"""What the hand plays with beyond the cohort: its draws, the best own periods and the targets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callbacks.progress import step_aims, stored_targets
from callbacks.services import Ask, Services
from callbacks.whatif.scene import Scene, scene_of
from layouts.whatif import WhatIfView
from layouts.whatif_draws import cohort_mark, draws_model
from layouts.whatif_model import rates_of


def draws_of(services: Services, ask: Ask) -> dict[str, Any]:
    """The draws of the cohort, asked for once: the likely range then follows the hand."""
    view = scene_of(services, ask).view
    return draws_model(view, services.answers.scenario_draws(ask.scope, view.query))


def own_of(services: Services, ask: Ask) -> dict[str, Any]:
    """The best own rate of each transition, by segment; it looks back twelve periods, so the page opens without it."""
    view = scene_of(services, ask).view
    own = services.answers.own_best(ask.scope, view.query)
    rates = {segment.segment: rates_of(own, segment.segment) for segment in view.shown.segments}
    return {"cohort": cohort_mark(view), "own": rates}


def played(services: Services, ask: Ask, scene: Scene) -> WhatIfView:
    """The scene with its targets, and with the best own periods where a lever of the link rises to them."""
    query = scene.query
    targets = step_aims(query, ask.info, stored_targets(services.state(), ask.user, query.engagement))
    return replace(scene.view, targets=targets, own=services.answers.risen(ask.scope, query, scene.levers))
