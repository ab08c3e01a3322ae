"""Where a person lands: home by role, an engagement in every address, honest statuses for pages."""

from __future__ import annotations

from dash import Dash
from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.services import Services
from dashboard.errors import JourneyError
from dashboard.journey.address import Address
from dashboard.server.guard import PAGE_ENDPOINTS
from data_access.scope import Action, authorize
from layouts.pages import home, page_at


def register(app: Dash, services: Services) -> None:
    """Look at requests for pages; the guard has let only signed-in people come so far."""

    @app.server.before_request
    def land() -> ResponseReturnValue | None:
        if request.endpoint not in PAGE_ENDPOINTS or request.method != "GET":
            return None
        return _landing(services)

    @app.server.after_request
    def say_status(response: Response) -> Response:
        if request.endpoint in PAGE_ENDPOINTS and response.status_code == 200:
            response.status_code = _status(services)
        return response


def _landing(services: Services) -> ResponseReturnValue | None:
    """A redirect where the address lacks its page or its engagement."""
    user = services.viewer()
    if user.guest is not None:
        return redirect(user.guest.path + user.guest.search) if request.path == "/" else None
    page = home(user.role) if request.path == "/" else page_at(request.path)
    address = Address.parse(request.query_string.decode("utf-8", "replace"))
    if page is None or (page.path == request.path and address.engagement):
        return None
    if not address.engagement:
        if not user.engagements:
            return redirect(page.path) if request.path == "/" else None
        address = address.with_(engagement=services.first_engagement(user))
    return redirect(page.path + address.search())


def _status(services: Services) -> int:
    page = page_at(request.path)
    if page is None:
        return 404
    guest = services.viewer().guest
    if guest is not None and page.path != guest.path:
        return 404
    address = Address.parse(request.query_string.decode("utf-8", "replace"))
    try:
        if address.engagement:
            authorize(services.viewer(), address.engagement, Action(page.action))
    except JourneyError as error:
        return error.status
    return 200
