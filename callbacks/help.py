"""The help page answers: the stages of the engagement that is open."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output

from callbacks.services import Services, Visit
from data_access.scope import Action, authorize
from data_access.state import engagements
from layouts.help import Ids, stages_card


def register(app: Dash, services: Services) -> None:
    """Wire the help page."""

    @services.card(app, "help", Output(Ids.STAGES, "children"))
    def stages(visit: Visit) -> Any:
        return show_stages(services, visit)


def show_stages(services: Services, visit: Visit) -> Any:
    """The stage model of the open engagement; nothing for a person without one."""
    key = visit.address.engagement or min(visit.user.engagements, default=None)
    if key is None:
        return None
    scope = authorize(visit.user, key, Action.READ)
    return stages_card(visit.words, engagements.get(services.state(), scope.engagement).model)
