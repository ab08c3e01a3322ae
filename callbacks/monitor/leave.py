"""The page that ends a digest from its own letter, without a sign-in: one button, one answer for every token."""

from __future__ import annotations

from dash import Dash
from flask import Response, render_template, request

from callbacks.letters.due import LEAVE
from callbacks.services import Services
from dashboard.i18n.words import Words
from dashboard.server.sessions import remembered_look
from data_access.state import digests


def register(app: Dash, services: Services) -> None:
    """Wire the page and its button; mail programs press the same one ("one click")."""
    server = app.server

    @server.get(f"{LEAVE}/<token>", endpoint="leave.form")
    def leave_form(token: str) -> Response:
        return _page(services, token, done=False)

    @server.post(f"{LEAVE}/<token>", endpoint="leave.submit")
    def leave_submit(token: str) -> Response:
        digests.leave(services.state(), token)
        return _page(services, token, done=True)


def _page(services: Services, token: str, *, done: bool) -> Response:
    """In the letter's language; a token of nobody reads the same, so that trying them tells nothing."""
    found = digests.by_token(services.state(), token)
    language, theme = remembered_look()
    words = Words(found.language if found else language)
    page = render_template("leave.html", words=words, theme=theme, done=done, here=request.path)
    return Response(page, mimetype="text/html")
