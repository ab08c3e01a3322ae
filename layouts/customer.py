"""The page /customer: one customer's way, contact by contact and deal by deal."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.words import Words
from layouts.components.states import skeleton

PATH = "/customer"


class Ids(StrEnum):
    """Places of the page."""

    HEAD = "customer-head"
    STORY = "customer-story"


def layout(_words: Words) -> list[Any]:
    """The page before the customer is known."""
    return [
        html.Div(skeleton(62, lines=2), id=Ids.HEAD),
        html.Div(skeleton(520), id=Ids.STORY),
    ]
