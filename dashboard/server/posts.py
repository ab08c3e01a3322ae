"""What a page sends in the background: a small JSON object of known fields, answered by JSON or by one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, abort, request

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.server.sessions import current_person

Handler = Callable[..., Mapping[str, Any] | None]


def post(
    server: Flask | Blueprint,
    rule: str,
    endpoint: str,
    *,
    check: Callable[[], object] | None = None,
    **fields: type,
) -> Callable[[Handler], Handler]:
    """Decorator for a route that changes something: `(wish, **parts of the rule) -> answer`.

    The wish holds exactly the named fields, each of its type; anything else is a 400. A `JourneyError` becomes its
    status and `{"problem": sentence}` in the person's language. The CSRF token and the origin are checked before.

    Args:
        check: raises where the person may not come here at all, whatever they wish.
    """

    def decorate(handler: Handler) -> Handler:
        def run(**parts: Any) -> Response:
            return told(lambda: answer(**parts))

        def answer(**parts: Any) -> Mapping[str, Any] | None:
            if check is not None:
                check()
            return handler(_wish(fields), **parts)

        server.add_url_rule(rule, endpoint, run, methods=["POST"])
        return handler

    return decorate


def get(server: Flask, rule: str, endpoint: str) -> Callable[[Handler], Handler]:
    """Decorator for a route that tells something as JSON: `(**parts of the rule) -> answer`; refusals as in `post`."""

    def decorate(handler: Handler) -> Handler:
        def run(**parts: Any) -> Response:
            return told(lambda: handler(**parts))

        server.add_url_rule(rule, endpoint, run, methods=["GET"])
        return handler

    return decorate


def told(handler: Callable[[], Mapping[str, Any] | None]) -> Response:
    """What a handler answers as JSON; a `JourneyError` as its status and sentence.

    A conflict whose facts hold `seen`, the fields as others have left them, hands them on: the form knows them then.
    """
    try:
        return _json(handler() or {})
    except JourneyError as error:
        told = {"seen": error.facts["seen"]} if "seen" in error.facts else {}
        return _json({"problem": Words(current_person().language).error(error), **told}, error.status)


def _wish(fields: Mapping[str, type]) -> dict[str, Any]:
    sent: Any = request.get_json(silent=True)
    if not isinstance(sent, dict) or set(sent) != set(fields):
        abort(400)
    if any(type(sent[name]) is not kind for name, kind in fields.items()):
        abort(400)
    return sent


def _json(answer: Mapping[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(answer), status, mimetype="application/json")
