"""Sign-in and sign-out: plain HTML without Dash, so that nothing of the product opens before the door."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from dashboard.errors import JourneyError
from dashboard.i18n.catalogue import LANGUAGES
from dashboard.i18n.words import Words
from dashboard.server import sessions
from dashboard.server.people import Door
from dashboard.server.sessions import current_visitor, remember_look, remembered_look

_HERE = Path(__file__).parent
_YEAR = 31_536_000


def blueprint(door: Door, styles: tuple[Path, ...], icon: Path, is_page: Callable[[str], bool]) -> Blueprint:
    """Routes `/login` and `/logout`.

    Args:
        styles: style sheets that the sign-in page shares with the product (tokens), in order.
        icon: the product's sign (SVG).
        is_page: True for a path to which a person may be sent after the sign-in.
    """
    login = Blueprint("login", __name__, template_folder="templates")
    style = b"\n".join(path.read_bytes() for path in (*styles, _HERE / "login.css"))
    version = hashlib.sha256(style).hexdigest()[:12]
    sign = icon.read_bytes()

    def page(status: int = 200, problem: str | None = None) -> ResponseReturnValue:
        language, theme = _look()
        html = render_template(
            "login.html",
            words=Words(language),
            languages=LANGUAGES,
            theme=theme,
            problem=problem,
            login=request.form.get("login", "")[:64],
            next=safe_next(request.values.get("next"), is_page),
            style=url_for("login.style", v=version),
        )
        response = Response(html, status, mimetype="text/html")
        remember_look(response, language, theme)
        return response

    @login.get("/login", endpoint="form")
    def form() -> ResponseReturnValue:
        visitor = current_visitor()
        if visitor is not None and not visitor.person.is_guest:
            return redirect(safe_next(request.args.get("next"), is_page))
        return page()

    @login.post("/login", endpoint="submit")
    def submit() -> ResponseReturnValue:
        name, password = request.form.get("login", ""), request.form.get("password", "")
        try:
            user_id = door.check(name, password, request.remote_addr or "")
        except JourneyError as error:
            return page(error.status, Words(_look()[0]).error(error))
        sessions.enter(door, user_id)
        return redirect(safe_next(request.form.get("next"), is_page), 303)

    @login.post("/logout", endpoint="logout")
    def logout() -> ResponseReturnValue:
        sessions.leave(door)
        return redirect(url_for("login.form"), 303)

    @login.errorhandler(CSRFError)
    def too_old(_error: CSRFError) -> ResponseReturnValue:
        if request.endpoint != "login.submit":
            return Response(status=400)
        return page(400, Words(_look()[0])("This page was open for too long. Please sign in again."))

    @login.get("/login/style.css", endpoint="style")
    def shared_style() -> Response:
        return _file(style, "text/css")

    @login.get("/login/icon.svg", endpoint="icon")
    def shared_icon() -> Response:
        return _file(sign, "image/svg+xml")

    return login


def safe_next(wanted: str | None, is_page: Callable[[str], bool]) -> str:
    """Where to go after the sign-in: a path of a known page with its query, or the person's home (`/`)."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    if "\\" in wanted or any(ord(character) < 32 or ord(character) == 127 for character in wanted):
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or not is_page(parts.path):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _look() -> tuple[str, str]:
    """Language and theme of the sign-in page; its own switch (`?lang=`) wins."""
    language, theme = remembered_look()
    asked = request.values.get("lang", "")
    return (asked if asked in LANGUAGES else language), theme


def _file(content: bytes, mimetype: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR if 'v' in request.args else 3600}"
    return response
