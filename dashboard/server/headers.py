"""Headers of every answer: what a browser may load, keep and tell others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect, generate_csrf

from dashboard.server.files import ASSETS_ENDPOINT, SUITES_ENDPOINT
from dashboard.server.guard import LEAVE_ENDPOINTS, PAGE_ENDPOINTS, SHARE_ENDPOINT

CSRF_COOKIE = "journey_csrf"  # readable by our own scripts, which send it back in a header
CSRF_HEADER = "X-CSRFToken"
NEW_SESSION = "journey_new_session"  # in `g`: the session began with this request, and a page is open
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


def install(server: Flask, script_hashes: Callable[[], Sequence[str]]) -> None:
    """Add the headers and the CSRF token.

    Args:
        script_hashes: hashes of Dash's inline scripts; asked for at the first answer, when all are known.
    """
    server.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_HEADERS=[CSRF_HEADER])  # lives with the session
    protection = CSRFProtect(server)
    for (
        endpoint
    ) in LEAVE_ENDPOINTS:  # a mail program presses the button; it has a token of its own and no session
        if endpoint in server.view_functions:
            protection.exempt(server.view_functions[endpoint])
    policy: list[str] = []

    @server.after_request
    def add_headers(response: Response) -> Response:
        if not policy:
            policy.append(content_policy(script_hashes()))
        response.headers.update(FIXED)
        response.headers["Content-Security-Policy"] = policy[0]
        if request.endpoint in (SHARE_ENDPOINT, *LEAVE_ENDPOINTS):
            response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
        _say_how_long(response)
        if g.get(NEW_SESSION) or (request.endpoint in PAGE_ENDPOINTS and response.mimetype == "text/html"):
            response.set_cookie(
                CSRF_COOKIE, generate_csrf(), secure=request.is_secure, samesite="Lax", max_age=None
            )
        return response


def content_policy(script_hashes: Sequence[str]) -> str:
    """Everything from this host alone; only styles may stand inline."""
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *script_hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def _say_how_long(response: Response) -> None:
    """Nothing about people is kept; files say for themselves how long they hold (`dashboard.server.files`)."""
    file = request.endpoint in (ASSETS_ENDPOINT, SUITES_ENDPOINT) and response.status_code in (200, 304)
    if not file and not response.cache_control.max_age:
        response.headers["Cache-Control"] = "no-store"
