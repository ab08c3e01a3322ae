"""The page /customers: who stands behind a figure, one row a person or a transaction."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.words import Words
from layouts.components.states import skeleton

PATH = "/customers"


class Ids(StrEnum):
    """Places of the page."""

    HEAD = "customers-head"
    LIST = "customers-list"


def layout(_words: Words) -> list[Any]:
    """The page before its rows."""
    return [
        html.Div(skeleton(62, lines=2), id=Ids.HEAD),
        html.Div(skeleton(640), id=Ids.LIST),
    ]
