"""Open alerts on the overview, for who sees the monitoring."""

from __future__ import annotations

from typing import Any

from callbacks.services import Ask, Services
from dashboard.journey.incidents import IncidentStatus
from data_access.scope import Action
from data_access.state import incidents
from layouts.alert_words import AlertNames
from layouts.overview_alerts import alerts_line


def show_alerts(services: Services, ask: Ask) -> Any:
    """The one that costs most; nothing where all is well, for walls and for guests."""
    if not ask.user.may(Action.SIMULATE) or ask.user.is_guest:
        return []
    every = incidents.listed(services.state(), ask.user, ask.scope.engagement)
    now = services.clock()
    waiting = [one for one in every if one.status is IncidentStatus.OPEN and not one.silent(now)]
    if not waiting:
        return []
    worst = min(waiting, key=lambda one: (one.figures.money or 0.0, -one.figures.severity))
    names = AlertNames(ask.words, ask.formats, ask.info.model, ask.info.stages_without_data)
    return alerts_line(names, ask.address, worst, len(waiting) - 1)
