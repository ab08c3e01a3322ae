"""Which generation is current: the small question that an open page asks every few seconds."""

from __future__ import annotations

from datetime import datetime

from dash import Dash
from flask import Response, jsonify, request

from callbacks.services import Services
from dashboard.server.sessions import LIVE_ENDPOINT
from data_access.facts import Current
from data_access.scope import Action, authorize
from layouts.live import milliseconds

LIVE_PATH = "/live"


def register(app: Dash, services: Services) -> None:
    """Route `/live?e=KEY`; what follows a new generation happens in assets/js/live.js."""

    @app.server.get(LIVE_PATH, endpoint=LIVE_ENDPOINT)
    def live() -> Response:
        scope = authorize(services.viewer(), request.args.get("e", ""), Action.READ)
        return show_live(services.facts.status(scope), services.clock())


def show_live(current: Current | None, now: datetime) -> Response:
    """Which generation viewers read and since when; 304 for a page that knows it already.

    JSON keys: `generation` (0 before the first import), `switched` [ms since 1970 by the server's clock], `age` [s]:
    the browser counts on from the age, since its own clock may be wrong.
    """
    number, switched, age = 0, 0, 0.0
    if current is not None:
        number, switched = current.number, milliseconds(current.switched_at)
        age = max((now - current.switched_at).total_seconds(), 0.0)
    response = jsonify(generation=number, switched=switched, age=round(age, 1))
    response.set_etag(f"{number}.{switched}")
    response.make_conditional(request)
    return response
