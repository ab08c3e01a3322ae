"""One customer's page answers: the way through stages, contacts and deals."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output

from callbacks.services import Ask, Services
from data_access.scope import Action
from layouts.components.card import page_header
from layouts.customer import Ids


def register(app: Dash, services: Services) -> None:
    """Wire the page of one customer."""

    @services.card(app, "customer", Output(Ids.HEAD, "children"), action=Action.PEOPLE)
    def head(ask: Ask) -> Any:
        return page_header(ask.words("One customer"))
