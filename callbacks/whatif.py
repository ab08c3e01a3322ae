"""The what-if page answers once; then the hand plays in the browser without a request."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output

from callbacks.services import Ask, Services
from dashboard.journey.query import Mode
from data_access.scope import Action
from layouts.components.maturity import maturity_line
from layouts.components.mode_line import mode_line
from layouts.whatif import Ids, WhatIfView, baseline_line, nothing_priced, whatif_body


def register(app: Dash, services: Services) -> None:
    """Wire the page; the scripts build the screen from the store."""

    @services.card(
        app, "whatif", Output(Ids.BODY, "children"), Output(Ids.SUBTITLE, "children"), action=Action.SIMULATE
    )
    def body(ask: Ask) -> tuple[Any, str]:
        return show_whatif(services, ask)

    app.clientside_callback(
        ClientsideFunction("whatif", "mount"), Output(Ids.MOUNTED, "data"), Input(Ids.MODEL, "data")
    )


def show_whatif(services: Services, ask: Ask) -> tuple[Any, str]:
    """The levers on the cohort of this question, and its equation; or why there is none."""
    has_transactions, query = ask.info.has_transactions, ask.query
    if not has_transactions or query.mode is Mode.ANY:
        return nothing_priced(ask.words, query, has_transactions, None), ""
    ripe, span = services.answers.ripe(ask.scope, query)
    priced = services.answers.priced(ask.scope, ripe)
    view = WhatIfView(ask.words, ask.formats, ripe, ask.info.model, priced, ask.info.segments)
    if not view.baseline.leads:
        return nothing_priced(ask.words, query, has_transactions, view.shown), ""
    lines = [*mode_line(ask.words, query), *maturity_line(ask.words, ask.formats, span)]
    body = [*lines, *whatif_body(view)]
    return body, baseline_line(view)
