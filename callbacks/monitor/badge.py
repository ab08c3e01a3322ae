"""How many alerts are open, for the menu; assets/js/alerts.js writes it there."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output

from callbacks.services import Services, Visit
from data_access.scope import Action
from data_access.state import incidents
from layouts.navigation import open_alerts
from layouts.shell import Ids as Shell


def register(app: Dash, services: Services) -> None:
    """Ask whenever another page or engagement opens."""

    @services.frame(app, Output(Shell.ALERTS, "children"), listens=Shell.ROUTE)
    def count(visit: Visit) -> Any:
        return show_count(services, visit)


def show_count(services: Services, visit: Visit) -> Any:
    """The number; nothing for walls and guests, who have no such page, and at an address that is not theirs."""
    key = visit.address.engagement or min(visit.user.engagements, default="")
    watches = visit.user.may(Action.SIMULATE) and not visit.user.is_guest
    known = watches and key in visit.user.engagements
    return open_alerts(incidents.count_open(services.state(), visit.user, key) if known else 0)
