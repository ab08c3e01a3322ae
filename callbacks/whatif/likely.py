"""The likely range under the gain, once the hand rests."""

from __future__ import annotations

from typing import Any

from callbacks.services import Ask, Services
from callbacks.whatif.scene import scene_of
from layouts.whatif_answers import range_line


def show_range(services: Services, ask: Ask, asked: Any) -> Any:
    """Where the gain of the scenario likely lies; nothing without a lever.

    Args:
        asked: the scenario at rest, see `scene_of`; None until the hand has moved.
    """
    scene = scene_of(services, ask, asked)
    if not scene.levers:
        return []
    return range_line(scene.view, services.answers.gain_range(ask.scope, scene.query, scene.levers))
