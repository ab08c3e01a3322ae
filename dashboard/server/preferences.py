"""What everybody may choose for themselves: language, theme and password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, request

from dashboard.errors import JourneyError
from dashboard.i18n.catalogue import LANGUAGES
from dashboard.server import sessions
from dashboard.server.headers import NEW_SESSION
from dashboard.server.people import Door
from dashboard.server.posts import post
from dashboard.server.sessions import current_person, remember_look

THEMES = ("light", "dark")


def blueprint(door: Door) -> Blueprint:
    """Route `/preferences`: POST `{"theme": "dark"}` or `{"language": "ru"}` keeps it for the person who asks."""
    preferences = Blueprint("preferences", __name__)

    @preferences.post("/preferences", endpoint="save")
    def save() -> Response:
        wanted: Any = request.get_json(silent=True)
        if not isinstance(wanted, dict) or set(wanted) - {"language", "theme"}:
            abort(400)
        person = current_person()
        language, theme = wanted.get("language", person.language), wanted.get("theme", person.theme)
        if language not in LANGUAGES or theme not in THEMES:
            abort(400)
        door.prefer(person.id, language=language, theme=theme)
        response = Response(status=204)
        remember_look(response, language, theme)
        return response

    @post(preferences, "/me/password", "password", current=str, new=str, again=str)
    def change_password(wish: dict[str, str]) -> None:
        if wish["new"] != wish["again"]:
            raise JourneyError("passwords_differ")
        person = current_person()
        door.change_password(person.id, wish["current"], wish["new"], request.remote_addr or "")
        sessions.enter(door, person.id)  # the old sessions are dead, this browser's too
        g.setdefault(NEW_SESSION, True)

    return preferences
