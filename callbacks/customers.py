"""The list of customers answers: who stands behind a figure of another page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output

from callbacks.services import Ask, Services
from data_access.scope import Action
from layouts.components.card import page_header
from layouts.components.question import question_line
from layouts.customers import Ids


def register(app: Dash, services: Services) -> None:
    """Wire the list of customers."""

    @services.card(app, "customers", Output(Ids.HEAD, "children"), action=Action.PEOPLE)
    def head(ask: Ask) -> Any:
        return page_header(ask.words("Customers"), question_line(ask.words, ask.formats, ask.query, None))
