"""The door of every route: closed, unless its endpoint is listed or somebody has signed in.

Endpoints, not paths: Dash's catch-all answers every path, so a path prefix would open what merely looks like it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.server.sessions import LIVE_ENDPOINT, current_visitor

SHARE_ENDPOINT = "shares.open"  # a link for outsiders: its token is the key
LEAVE_ENDPOINTS = ("leave.form", "leave.submit")  # end a letter: their token is the key too
METRICS_ENDPOINT = "metrics"  # asks for a token of its own

OPEN_ENDPOINTS = frozenset(
    {
        "login.form",
        "login.submit",
        "login.style",
        "login.icon",
        "health.alive",
        "health.ready",
        SHARE_ENDPOINT,
        *LEAVE_ENDPOINTS,
        METRICS_ENDPOINT,
    }
)
GUEST_ENDPOINTS = frozenset(  # what a visit through a link for outsiders needs, and nothing more
    {
        "/",
        "/<path:path>",
        "/_dash-layout",
        "/_dash-dependencies",
        "/_dash-update-component",
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
        "/_favicon.ico",
        "/_reload-hash",
        "_dash_assets.static",
        LIVE_ENDPOINT,
        "preferences.save",
        "login.logout",
    }
)
PAGE_ENDPOINTS = frozenset({"/", "/<path:path>"})  # Dash's index
CALLBACK_ENDPOINT = "/_dash-update-component"  # its path, too
_FILES = "/export/"  # of figures, made when they are asked for
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def install(server: Flask) -> None:
    """Close every route; install it before anything else that looks at requests."""

    @server.before_request
    def guard() -> ResponseReturnValue | None:
        if request.method not in _SAFE_METHODS and not same_origin():
            abort(403)
        if request.endpoint in OPEN_ENDPOINTS:  # without a look for a session
            return None
        visitor = current_visitor()
        if visitor is not None:
            return (
                None
                if not visitor.person.is_guest or request.endpoint in GUEST_ENDPOINTS
                else Response(status=403)
            )
        if request.endpoint in PAGE_ENDPOINTS and request.method in ("GET", "HEAD"):
            return redirect(url_for("login.form", next=request.full_path.removesuffix("?")))
        return Response(status=401)


def is_callback(method: str, path: str) -> bool:
    """True for what a card asks."""
    return method == "POST" and path == CALLBACK_ENDPOINT


def is_question(method: str, path: str) -> bool:
    """True for a request whose answer has to be worked out; it reads and changes nothing. All others are light.

    It is asked before a route is looked for; what only looks like a question is refused as all else by `install`.
    """
    return is_callback(method, path) or path.startswith(_FILES)


def same_origin() -> bool:
    """False where a browser says that another site sends the request."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
