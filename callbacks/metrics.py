"""`/metrics` for Prometheus: what the server counts, and how the installation stands. A token opens it."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from dash import Dash
from flask import Response, abort, request

from callbacks.services import Services
from dashboard.server.guard import METRICS_ENDPOINT
from dashboard.server.meters import Meters
from data_access import meters
from data_access.state import counts, runs, worker

if TYPE_CHECKING:
    from prometheus_client import Metric

PATH = "/metrics"
_SCHEME = "Bearer "
_EPOCH = datetime(1970, 1, 1)


def register(app: Dash, services: Services) -> None:
    """Route `/metrics`; without `JOURNEY_METRICS_TOKEN` nothing is counted and the path answers 404."""
    token = services.settings.metrics_token
    counted = Meters() if token is not None else None
    if counted is not None:
        counted.watch(app.server)
        meters.listen(counted)

    @app.server.get(PATH, endpoint=METRICS_ENDPOINT)
    def metrics() -> Response:
        if token is None or counted is None:
            abort(404)
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"{_SCHEME}{token.get_secret_value()}".encode()):
            return Response(status=401, headers={"WWW-Authenticate": _SCHEME.strip()})
        text, kind = counted.text(lambda: standing(services.state(), services.clock()))
        return Response(text, content_type=kind)


def standing(state: sa.Engine, now: datetime) -> Iterator[Metric]:
    """How the installation stands by its state database: ages in seconds, moments in seconds since 1970."""
    from prometheus_client.core import GaugeMetricFamily  # late: see `Meters`

    ages = GaugeMetricFamily(
        "journey_generation_age_seconds", "Seconds since people read new data.", labels=["engagement"]
    )
    for engagement, since in counts.switched(state).items():
        ages.add_metric([engagement], (now - since).total_seconds())
    imports = GaugeMetricFamily("journey_imports", "Imports in the journal.", labels=["engagement", "status"])
    for key, number in counts.imports(state).items():
        imports.add_metric(key, number)
    messages = GaugeMetricFamily("journey_outbox_messages", "Messages of the outbox.", labels=["status"])
    for status, number in ({"waiting": 0, "failed": 0} | counts.messages(state)).items():
        messages.add_metric([status], number)
    since = counts.waiting_since(state)
    late = max((now - since).total_seconds(), 0.0) if since else 0.0
    waiting = GaugeMetricFamily(
        "journey_outbox_late_seconds", "Seconds that the message due longest waits.", value=late
    )
    holder = worker.holder(state, now)
    alive = GaugeMetricFamily(
        "journey_worker_alive", "1 while a worker is at work.", value=int(holder is not None and holder.alive)
    )
    done = GaugeMetricFamily(
        "journey_worker_last_success_timestamp_seconds", "When a job was last done.", labels=["job"]
    )
    for job, when in runs.successes(state).items():
        done.add_metric([job], (when - _EPOCH).total_seconds())
    yield from (ages, imports, messages, waiting, alive, done)
