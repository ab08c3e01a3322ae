"""Effect monitoring answers: its tabs, what is open above them, and what people do there.

A tab is a module of its own: `show_<tab>(services, ask)` draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import Dash, Output

from callbacks.cards import Card
from callbacks.monitor import (
    alerts,
    badge,
    board,
    digests,
    effects,
    leave,
    log,
    registration,
    routes,
    support,
)
from callbacks.services import Ask, Services
from dashboard.journey.query import JourneyQuery
from data_access.scope import Action
from layouts.monitor import Ids, Tab, tab_of, tabs
from layouts.monitor_alerts import INCIDENTS, RULES
from layouts.monitor_board import CARD as BOARD
from layouts.monitor_chart import CARD as EFFECT
from layouts.monitor_forest import CARD as FOREST
from layouts.monitor_log import CARD as LOG

SHOWN: Mapping[Tab, Callable[[Services, Ask], Any]] = {
    Tab.EFFECTS: effects.show_effects,
    Tab.BOARD: board.show_board,
    Tab.ALERTS: alerts.show_alerts,
    Tab.DIGESTS: digests.show_digests,
    Tab.LOG: log.show_log,
}


def _query(services: Services, ask: Ask) -> JourneyQuery:
    """The question whose figures the page speaks of."""
    return services.answers.ripe(ask.scope, ask.query)[0]


CARDS = {
    EFFECT: Card("monitor", "funnel", _query, effects.effect_sheet, Action.SIMULATE, effects.effect_told),
    FOREST: Card("monitor", "funnel", _query, effects.forest_sheet, Action.SIMULATE, effects.effect_told),
    BOARD: Card("monitor", "bottlenecks", _query, board.board_sheet, Action.SIMULATE),
    INCIDENTS: Card("monitor", "funnel", _query, alerts.incidents_sheet, Action.SIMULATE),
    RULES: Card("monitor", "funnel", _query, alerts.rules_sheet, Action.SIMULATE),
    LOG: Card("monitor", "bottlenecks", _query, log.log_sheet, Action.SIMULATE),
}


def register(app: Dash, services: Services) -> None:
    """Wire the page."""
    routes.register(app, services)
    log.register(app, services)
    alerts.register(app, services)
    badge.register(app, services)
    support.register(app, services)
    digests.register(app, services)
    leave.register(app, services)

    @services.card(app, "monitor", Output(Ids.TABS, "children"), action=Action.SIMULATE)
    def head(ask: Ask) -> Any:
        return tabs(ask.words, ask.address)

    @services.card(app, "monitor", Output(Ids.PANEL, "children"), action=Action.SIMULATE)
    def opened(ask: Ask) -> Any:
        return registration.show_panel(services, ask)

    @services.card(app, "monitor", Output(Ids.BELOW, "children"), action=Action.SIMULATE)
    def below(ask: Ask) -> Any:
        return alerts.show_suggested(services, ask) if tab_of(ask.address) is Tab.ALERTS else []

    @services.card(app, "monitor", Output(Ids.BODY, "children"), action=Action.SIMULATE)
    def body(ask: Ask) -> Any:
        return SHOWN[tab_of(ask.address)](services, ask)
