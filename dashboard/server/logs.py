"""One JSON line an event on stderr, with the request and the person it belongs to; a line break stays in its line."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

from dashboard.server.guard import LEAVE_ENDPOINTS, SHARE_ENDPOINT

REQUEST_ID_HEADER = "X-Request-ID"
_HANDLER = "journey"
_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")  # of a proxy's number
_KEYS = frozenset({SHARE_ENDPOINT, *LEAVE_ENDPOINTS})
_QUIET = frozenset({"_dash_assets.static", "health.alive", "health.ready"})


def configure(level: str) -> None:
    """Send our events and the libraries' to stderr as JSON lines.

    Args:
        level: least level that is written, such as `INFO`.
    """
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    if any(handler.name == _HANDLER for handler in logging.getLogger().handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.name = _HANDLER
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            structlog.processors.JSONRenderer(ensure_ascii=False),
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        )
    )
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(level)


def _path() -> str:
    """The path of the request; of a link whose token is the key without that token."""
    if request.endpoint in _KEYS:
        return request.path.rpartition("/")[0] + "/..."
    return request.path


def request_id() -> str:
    """The number of this request: it stands in each of its lines, in its answer and where something went wrong."""
    return g.journey_request_id


def install(server: Flask, *, behind_proxy: bool) -> None:
    """Number every request, and write one line for each: what, how it ended, how long it took.

    Args:
        behind_proxy: a proxy that we trust stands in front: the number that it gives is kept, so that its log and ours
            can be laid side by side.
    """
    log = structlog.get_logger("request")

    @server.before_request
    def begin() -> None:
        g.journey_began = time.perf_counter()
        given = request.headers.get(REQUEST_ID_HEADER, "") if behind_proxy else ""
        g.journey_request_id = given if _FORM.fullmatch(given) else secrets.token_hex(6)
        structlog.contextvars.clear_contextvars()  # of the request that this thread answered before
        structlog.contextvars.bind_contextvars(request=g.journey_request_id)

    @server.after_request
    def end(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = request_id()
        if request.endpoint not in _QUIET and not request.path.startswith("/_dash-component-suites"):
            log.info(
                "request",
                method=request.method,
                path=_path(),
                status=response.status_code,
                milliseconds=round((time.perf_counter() - g.journey_began) * 1000, 1),
            )
        return response
