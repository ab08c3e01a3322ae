"""Saved views answer the dialog behind the bookmark: list, save, rename, share, delete."""

from __future__ import annotations

from typing import Any

from dash import Dash
from flask import request

from callbacks.services import Services
from dashboard.errors import JourneyError
from dashboard.server.posts import get, post
from data_access.state import views
from layouts.pages import page_at


def register(app: Dash, services: Services) -> None:
    """Routes below `/views`; whose view it is and whose engagement, `data_access.state.views` checks.

    Which right the page of a view needs, the table of pages says.
    """
    server = app.server

    @get(server, "/views", "views.list")
    def listed() -> dict[str, Any]:
        return {"views": show_views(services, request.args.get("e", ""))}

    @post(server, "/views", "views.save", engagement=str, name=str, path=str, search=str, shared=bool)
    def save(wish: dict[str, Any]) -> dict[str, Any]:
        page = page_at(wish["path"])
        if page is None or page.plain:
            raise JourneyError("unknown_view", status=404)
        if not services.may_open(services.viewer(), page.path):
            raise JourneyError("no_right", status=403, action=page.action)
        place = (wish["engagement"], wish["name"], wish["path"], wish["search"])
        return {"id": views.save(services.state(), services.viewer(), *place, shared=wish["shared"])}

    @post(server, "/views/<int:view_id>", "views.change", name=str, shared=bool)
    def change(wish: dict[str, Any], view_id: int) -> None:
        views.change(services.state(), services.viewer(), view_id, wish["name"], shared=wish["shared"])

    @post(server, "/views/<int:view_id>/delete", "views.remove")
    def remove(_wish: dict[str, Any], view_id: int) -> None:
        views.remove(services.state(), services.viewer(), view_id)


def show_views(services: Services, engagement: str) -> list[dict[str, Any]]:
    """The person's views of an engagement, for the dialog; pages that they may no longer open are left out.

    Raises:
        JourneyError: `unknown_engagement` (404), `no_right` (403).
    """
    user = services.viewer()
    found = views.list_views(services.state(), user, engagement)
    return [
        {
            "id": view.id,
            "name": view.name,
            "path": view.path,
            "search": view.search,
            "shared": view.shared,
            "owner": view.owner,
            "own": view.own,
        }
        for view in found
        if services.may_open(user, view.path)
    ]
