"""In front of everything: a question that finds no seat is sent away before anybody has looked who asks.

Threads are what light requests wait for. A question takes a seat before it does anything else, so that no more threads
than there are seats are ever at questions, be it the look for their session or the wait for a place. Without a seat it
costs next to nothing: no session, no JSON, no line of a log. Nothing is told but when to come again, since no right has
been looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dashboard.server.admission import FULL, NO_SEAT, Admission
from dashboard.server.guard import is_callback, is_question
from dashboard.server.headers import FIXED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HEADERS = [("Content-Length", "0"), ("Cache-Control", "no-store"), *FIXED.items()]


class Door:
    """A server behind its seats."""

    def __init__(self, server: WSGIApplication, places: Admission) -> None:
        self._server = server
        self._places = places

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or ask a question to come again."""
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if not is_question(method, path):
            return self._server(environ, start_response)
        if self._places.sit():
            try:
                return self._server(environ, start_response)
            finally:
                self._places.rise()
        if is_callback(method, path):
            again = str(self._places.turned_away(FULL))
            start_response("503 Service Unavailable", [("Retry-After", again), *_HEADERS])
            return []
        environ[NO_SEAT] = True  # a file: the server says so on a page
        return self._server(environ, start_response)
