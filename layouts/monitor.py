"""The page /monitor: what the actions have changed. Each tab is a file of its own: monitor_effects, ..."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from layouts.components.card import page_header
from layouts.components.segmented import Choice, segmented
from layouts.components.states import skeleton

PATH = "/monitor"


class Ids(StrEnum):
    """Places of the page."""

    TABS = "monitor-tabs"
    PANEL = "monitor-panel"  # a form that is open above the tab
    BODY = "monitor-body"
    BELOW = "monitor-below"  # what may come after the tab: suggested rules


class Tab(StrEnum):
    """Values of the address key `tab`; the first one is left out."""

    EFFECTS = "effects"
    BOARD = "board"
    ALERTS = "alerts"
    DIGESTS = "digests"
    LOG = "log"


TAB_NAMES = {
    Tab.EFFECTS: msgid("Effects"),
    Tab.BOARD: msgid("Two months"),
    Tab.ALERTS: msgid("Alerts"),
    Tab.DIGESTS: msgid("Digests"),
    Tab.LOG: msgid("Log"),
}


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(
            words("Effect monitoring"),
            words("Two months after the start: what the actions have changed and what it is worth"),
            html.Div(id=Ids.TABS, className="page__tabs"),
        ),
        html.Div(id=Ids.PANEL),
        html.Div(skeleton(760, phone=1400), id=Ids.BODY),
        html.Div(id=Ids.BELOW),
    ]


def tab_of(address: Address) -> Tab:
    """Which tab is open."""
    said = address.extras.get("tab", "")
    return next((tab for tab in Tab if tab == said), Tab.EFFECTS)


def tab_address(address: Address, tab: Tab) -> Address:
    """A tab under the same filters, with nothing open in it."""
    return address.for_page().with_extras(tab=None if tab is Tab.EFFECTS else str(tab))


def tabs(words: Words, address: Address) -> Any:
    """The switch; a tab keeps the filters and closes what is open."""
    chosen = tab_of(address)
    choices = [
        Choice(words(name), tab_address(address, tab), tab is chosen) for tab, name in TAB_NAMES.items()
    ]
    return segmented(words("Effect monitoring"), PATH, choices) if len(choices) > 1 else None
