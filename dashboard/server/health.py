"""Two questions of an operator: does the process live, and can it answer?"""

from __future__ import annotations

import logging

from flask import Blueprint, Response

from dashboard.server.people import Door


def blueprint(door: Door) -> Blueprint:
    """`/healthz` (200 while the process lives) and `/readyz` (503 while the state database is away)."""
    health = Blueprint("health", __name__)

    @health.get("/healthz", endpoint="alive")
    def alive() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @health.get("/readyz", endpoint="ready")
    def ready() -> Response:
        try:
            door.ready()
        except Exception:
            logging.getLogger(__name__).exception("not ready")
            return Response("state database away\n", 503, mimetype="text/plain")
        return Response("ready\n", mimetype="text/plain")

    return health
