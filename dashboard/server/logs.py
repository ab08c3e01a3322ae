"""One JSON line an event on stderr; a value with a line break stays one line."""

from __future__ import annotations

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

from dashboard.server.guard import SHARE_ENDPOINT
from dashboard.server.sessions import current_visitor

_HANDLER = "journey"
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
    """The path of the request; of a link for outsiders without its token, which would open it."""
    return "/s/..." if request.endpoint == SHARE_ENDPOINT else request.path


def install(server: Flask) -> None:
    """Write one line for each request: what, how it ended, how long it took, whose."""
    log = structlog.get_logger("request")

    @server.before_request
    def begin() -> None:
        g.journey_began = time.perf_counter()

    @server.after_request
    def end(response: Response) -> Response:
        if request.endpoint not in _QUIET and not request.path.startswith("/_dash-component-suites"):
            visitor = current_visitor()
            log.info(
                "request",
                method=request.method,
                path=_path(),
                status=response.status_code,
                milliseconds=round((time.perf_counter() - g.journey_began) * 1000, 1),
                user=visitor.person.id if visitor else None,
            )
        return response
