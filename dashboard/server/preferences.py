"""What everybody may choose for themselves: language and theme."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request

from dashboard.i18n.catalogue import LANGUAGES
from dashboard.server.people import Door
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

    return preferences
