"""What the browser learns when something goes wrong: a status, an id for support, never a traceback."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.server.guard import CALLBACK_ENDPOINT, PAGE_ENDPOINTS
from dashboard.server.logs import request_id
from dashboard.server.sessions import remembered_look

_log = structlog.get_logger(__name__)
_SUITES = "/_dash-component-suites/"


class MalformedRequestError(Exception):
    """A request that no page of ours sends."""


def install(server: Flask) -> None:
    """Answer every failure in the product's own words."""
    server.register_error_handler(CSRFError, lambda _error: answer(400))
    server.register_error_handler(HTTPException, lambda error: answer(error.code or 500))
    server.register_error_handler(JourneyError, lambda error: answer(error.status))
    server.register_error_handler(MalformedRequestError, lambda _error: answer(400))
    server.register_error_handler(Exception, _unexpected)


def answer(status: int, error_id: str | None = None, problem: JourneyError | None = None) -> Response:
    """A status for scripts, a small page for people; `problem` says more than the status."""
    wants_page = request.endpoint in PAGE_ENDPOINTS or request.accept_mimetypes.best == "text/html"
    if problem is None and not wants_page:
        return Response(f"{error_id or ''}", status, mimetype="text/plain")
    language, theme = remembered_look()
    words = Words(language)
    sentence = words.error(problem) if problem else None
    page = render_template(
        "message.html", words=words, theme=theme, status=status, error_id=error_id, sentence=sentence
    )
    return Response(page, status, mimetype="text/html")


def note(error: BaseException, where: str) -> str:
    """Write an unexpected error to the log; the number of its request for the person who met it."""
    _log.error("unexpected_error", where=where, exc_info=error)
    return request_id()


def callback_runs() -> None:
    """Say that Dash has understood the request: what fails from here on is our fault.

    Raises:
        MalformedRequestError: for outputs that Dash would trip over only after the work is done.
    """
    body = request.get_json()
    outputs, several = body.get("outputs"), str(body["output"]).startswith("..")
    flat = outputs if isinstance(outputs, list) else [outputs]
    if isinstance(outputs, list) is not several or not flat or not all(map(_is_output, flat)):
        raise MalformedRequestError
    g.journey_callback_runs = True


def _is_output(output: Any) -> bool:
    return (
        isinstance(output, dict)
        and isinstance(output.get("id"), str)
        and isinstance(output.get("property"), str)
    )


def _unexpected(error: Exception) -> Response:
    """Dash raises plain exceptions at requests it cannot read; everything else is ours, as a database that is busy."""
    ours = isinstance(error, (SQLAlchemyError, OSError))
    if request.endpoint == CALLBACK_ENDPOINT and not g.get("journey_callback_runs") and not ours:
        return answer(400)
    if request.path.startswith(_SUITES):
        return answer(404)
    return answer(500, note(error, request.endpoint or request.path))
