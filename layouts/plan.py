"""The page /plan: who does what by when. Each tab is a file of its own: plan_board, plan_gantt, plan_chains, ..."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from layouts.components.card import page_header
from layouts.components.segmented import Choice, segmented
from layouts.components.states import skeleton

PATH = "/plan"


class Ids(StrEnum):
    """Places of the page."""

    TABS = "plan-tabs"
    PANEL = "plan-panel"  # the open action, or the form of a new one
    BODY = "plan-body"


class Tab(StrEnum):
    """Values of the address key `tab`; the first one is left out."""

    BOARD = "board"
    GANTT = "gantt"
    CHAINS = "chains"
    BUDGET = "budget"
    LIBRARY = "library"


TAB_NAMES = {
    Tab.BOARD: msgid("Board"),
    Tab.GANTT: msgid("Gantt chart"),
    Tab.CHAINS: msgid("Chains"),
    Tab.BUDGET: msgid("Budget"),
    Tab.LIBRARY: msgid("Library"),
}


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(
            words("Action plan"),
            words("Who does what by when"),
            html.Div(id=Ids.TABS, className="page__tabs"),
        ),
        html.Div(id=Ids.PANEL),
        html.Div(skeleton(520, phone=640), id=Ids.BODY),
    ]


def tab_of(address: Address) -> Tab:
    """Which tab is open."""
    said = address.extras.get("tab", "")
    return next((tab for tab in Tab if tab == said), Tab.BOARD)


def tabs(words: Words, address: Address) -> Any:
    """The switch; a tab keeps the filters and closes the open action."""
    chosen, plain = tab_of(address), address.for_page()
    choices = [
        Choice(words(name), plain.with_extras(tab=None if tab is Tab.BOARD else tab), tab is chosen)
        for tab, name in TAB_NAMES.items()
    ]
    return segmented(words("Action plan"), PATH, choices)
