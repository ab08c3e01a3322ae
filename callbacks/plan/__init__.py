"""The action plan answers: its tabs, the open action, and what people do to it.

A tab is a module of its own: `show_<tab>(services, ask)` draws it, `register(app, services)` wires its routes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import Dash, Output

from callbacks.cards import Card
from callbacks.plan import board, budget, chains, files, gantt, library, panel, routes
from callbacks.services import Ask, Services
from dashboard.journey.query import JourneyQuery
from data_access.scope import Action
from layouts.plan import Ids, Tab, tab_of, tabs
from layouts.plan_board import CARD as BOARD
from layouts.plan_budget import CARD as BUDGET

SHOWN: Mapping[Tab, Callable[[Services, Ask], Any]] = {
    Tab.BOARD: board.show_board,
    Tab.GANTT: gantt.show_gantt,
    Tab.CHAINS: chains.show_chains,
    Tab.BUDGET: budget.show_budget,
    Tab.LIBRARY: library.show_library,
}


def _query(services: Services, ask: Ask) -> JourneyQuery:
    """The question whose bottlenecks stand in the plan."""
    return services.answers.ripe(ask.scope, ask.query)[0]


CARDS = {
    BOARD: Card("plan", "bottlenecks", _query, board.board_sheet, Action.SIMULATE),
    BUDGET: Card("plan", "bottlenecks", _query, budget.budget_sheet, Action.SIMULATE),
}


def register(app: Dash, services: Services) -> None:
    """Wire the page."""
    routes.register(app, services)
    library.register(app, services)
    files.register(app, services)

    @services.card(app, "plan", Output(Ids.TABS, "children"), action=Action.SIMULATE)
    def head(ask: Ask) -> Any:
        return tabs(ask.words, ask.address)

    @services.card(app, "plan", Output(Ids.PANEL, "children"), action=Action.SIMULATE)
    def opened(ask: Ask) -> Any:
        return panel.show_panel(services, ask)

    @services.card(app, "plan", Output(Ids.BODY, "children"), action=Action.SIMULATE)
    def body(ask: Ask) -> Any:
        return SHOWN[tab_of(ask.address)](services, ask)
