"""Links for outsiders: making one, ending one, and what happens when somebody opens one."""

from __future__ import annotations

from typing import Any

from dash import Dash
from flask import redirect, request
from flask.typing import ResponseReturnValue

from callbacks.services import Services
from dashboard.errors import JourneyError
from dashboard.server import errors, sessions
from dashboard.server.posts import post
from data_access.scope import Action
from data_access.state import shares
from layouts.pages import page_at


def register(app: Dash, services: Services) -> None:
    """Routes `/shares` for people with the right, `/s/<token>` for whoever has a link."""
    server = app.server

    @post(server, "/shares", "shares.make", engagement=str, path=str, search=str, days=str)
    def make(wish: dict[str, Any]) -> dict[str, Any]:
        return {"secret": show_link(services, wish)}

    @post(server, "/shares/<int:link_id>/revoke", "shares.revoke")
    def revoke(_wish: dict[str, Any], link_id: int) -> None:
        shares.revoke(services.state(), services.viewer(), link_id, services.clock())

    @server.get("/s/<token>", endpoint="shares.open")
    def open_link(token: str) -> ResponseReturnValue:
        return _opened(services, token)


def show_link(services: Services, wish: dict[str, Any]) -> str:
    """The whole address of a new link to a view.

    Raises:
        JourneyError: `page_not_shared` for a page that needs more than reading, and those of `shares.make`.
    """
    page = page_at(wish["path"])
    if page is None or page.plain or page.action != Action.READ:
        raise JourneyError("page_not_shared")
    days = int(wish["days"]) if wish["days"].isascii() and wish["days"].isdigit() else 0
    place = (wish["engagement"], page.path, wish["search"])
    token = shares.make(services.state(), services.viewer(), *place, days, services.clock())
    return f"{request.url_root}s/{token}"


def _opened(services: Services, token: str) -> ResponseReturnValue:
    """To the view: as a guest, or with their own rights where somebody has signed in with an account."""
    address = request.remote_addr or ""
    now = services.clock()
    try:
        visit, place = shares.open_link(services.state(), token, address, now)
    except JourneyError as error:
        return errors.answer(error.status, problem=error)
    visitor = sessions.current_visitor()
    if visitor is None or visitor.person.is_guest:
        sessions.begin(shares.guest_of(services.state(), visit, now, *sessions.remembered_look()), visit)
    return redirect(place, 303)
