"""Who is asking: flask-login over sessions that live on the server, with nothing but a random token in the cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from structlog.contextvars import bind_contextvars

from dashboard.server.people import Door, Person

_LOOK = "journey_look"  # language and theme of the last person, for the sign-in page of this browser
_LOOK_AGE = timedelta(days=365)
LIVE_ENDPOINT = "live.status"  # what open pages ask every few seconds
POLLS = frozenset({LIVE_ENDPOINT, "data.progress", "data.running"})  # endpoints that pages ask by themselves


class Visitor(UserMixin):
    """A signed-in person in flask-login's eyes; the id that the cookie carries is the session's token."""

    def __init__(self, person: Person, token: str) -> None:
        self.person = person
        self.token = token

    def get_id(self) -> str:
        """The token: what flask-login puts into the signed cookie."""
        return self.token


class _CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, kept off plain connections wherever the request came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def install(server: Flask, door: Door, lifetime: timedelta) -> None:
    """Give the server its session cookie and its user loader.

    Args:
        lifetime: after so long since the sign-in the cookie is worth nothing, whatever happened in between.
    """
    server.config.update(
        SESSION_COOKIE_NAME="journey_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=lifetime,
    )
    server.session_interface = _CookieSessions()
    manager = LoginManager()
    # an address that changes on the way to work ends no session; flask-login's own types forget that None turns it off
    manager.session_protection = None  # pyright: ignore[reportAttributeAccessIssue]
    manager.init_app(server)

    @manager.user_loader
    def load(token: str) -> Visitor | None:
        person = door.person(token, renew=not is_poll())
        if person is None:
            return None
        bind_contextvars(user=person.id)  # every further line of this request says whose it is
        return Visitor(person, token)


def enter(door: Door, user_id: int) -> None:
    """Sign somebody in with a new token; whatever the cookie carried before is thrown away."""
    token = door.open(user_id)
    begin(door.person(token, renew=False), token)


def begin(person: Person | None, token: str) -> None:
    """Let this browser carry the session of a token from here on; nothing of the one before is left."""
    session.clear()
    session.permanent = True
    if person:
        login_user(Visitor(person, token))


def leave(door: Door) -> None:
    """End this session on the server, so that a copy of its cookie is dead too."""
    visitor = current_visitor()
    if visitor:
        door.close(visitor.token)
    logout_user()
    session.clear()


def current_visitor() -> Visitor | None:
    """Who asks; None where nobody has signed in."""
    visitor = current_user._get_current_object()  # flask-login looks once a request
    return visitor if isinstance(visitor, Visitor) else None


def current_person() -> Person:
    """The person who asks; the guard has let nobody else pass."""
    visitor = current_visitor()
    if visitor is None:
        raise PermissionError("no session")
    return visitor.person


def is_poll() -> bool:
    """True for a request that an open page makes on its own: it must not keep a session alive.

    A look for new figures or at a running import, and what the cards ask where there are some (see assets/js/live.js).
    """
    if request.endpoint in POLLS:
        return True
    body: Any = request.get_json(silent=True) if request.is_json else None
    changed = body.get("changedPropIds") if isinstance(body, dict) else None
    if not isinstance(changed, list) or not changed:
        return False
    if all(isinstance(name, str) and name.endswith(".n_intervals") for name in changed):
        return True
    return changed == [_first_input(body)] and _first_value(body).get("live") is True


def _first_input(body: dict[str, Any]) -> str | None:
    """What a callback listens to first: its page's address."""
    first = _first(body)
    return f"{first.get('id')}.{first.get('property')}" if first else None


def _first_value(body: dict[str, Any]) -> dict[str, Any]:
    value = _first(body).get("value")
    return value if isinstance(value, dict) else {}


def _first(body: dict[str, Any]) -> dict[str, Any]:
    inputs = body.get("inputs")
    first = inputs[0] if isinstance(inputs, list) and inputs else None
    return first if isinstance(first, dict) else {}


def remember_look(response: Response, language: str, theme: str) -> None:
    """Let the sign-in page of this browser speak and look as its last person did."""
    response.set_cookie(
        _LOOK,
        f"{language}.{theme}",
        max_age=_LOOK_AGE,
        httponly=True,
        secure=request.is_secure,
        samesite="Lax",
    )


def remembered_look() -> tuple[str, str]:
    """Language and theme for a page without a person: the last one's, else what the browser prefers."""
    language, _, theme = request.cookies.get(_LOOK, "").partition(".")
    if language not in ("ru", "en"):
        language = request.accept_languages.best_match(["ru", "en"], default="en")
    return language, theme if theme in ("light", "dark") else "light"
