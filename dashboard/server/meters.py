"""What Prometheus reads: requests and questions of all server processes, written in its text format.

Several processes count into files of one folder, which `journey serve` names before they start; they are added up
when somebody asks. Labels are names of ours alone: endpoints, statuses, codes of errors.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request

from dashboard.server.admission import places_of

if TYPE_CHECKING:
    from prometheus_client import Metric

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the processes of one server count together
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # upper edges of the histograms


def shared_folder() -> Callable[[], None]:
    """Name a new folder for the processes that this one will start; the answer removes it again.

    It lies where temporary files lie, in memory on most machines: the figures begin anew with each start of the server,
    as Prometheus expects of counters.
    """
    folder = Path(tempfile.mkdtemp(prefix="journey-metrics-"))
    os.environ[FOLDER] = str(folder)
    return lambda: shutil.rmtree(folder, ignore_errors=True)


class Meters:
    """The counters of this process. prometheus_client decides at its import where it counts: import it late."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._own = own = CollectorRegistry()
        self._requests = Counter(
            "journey_requests", "Requests answered.", ["endpoint", "status"], registry=own
        )
        self._request_seconds = Histogram(
            "journey_request_seconds",
            "Seconds until a request was answered.",
            ["endpoint"],
            buckets=_SECONDS,
            registry=own,
        )
        self._questions = Histogram(
            "journey_question_seconds",
            "Seconds of a statement on the facts.",
            buckets=_SECONDS,
            registry=own,
        )
        self._failed = Counter(
            "journey_question_failures", "Statements that gave no answer.", ["code"], registry=own
        )
        self._shed = Counter(
            "journey_questions_shed",
            "Questions that were asked to come again, by why: no seat, too many of one person, waited too long.",
            ["why"],
            registry=own,
        )
        self._lookups = Counter(
            "journey_answer_lookups",
            "Answers wanted, by whether they were kept already.",
            ["found"],
            registry=own,
        )

    def watch(self, server: Flask) -> None:
        """Count every request of this server, and every question that is turned away."""
        places_of(server).hear = self._turned_away

        @server.after_request
        def end(response: Response) -> Response:
            endpoint = request.endpoint or "none"
            self._requests.labels(endpoint, str(response.status_code)).inc()
            seconds = time.perf_counter() - g.journey_began  # `logs` has noted it before everything else
            self._request_seconds.labels(endpoint).observe(seconds)
            return response

    def _turned_away(self, why: str) -> None:
        self._shed.labels(why).inc()

    def asked(self, seconds: float, outcome: str) -> None:
        """A statement ran on the facts: how long, and `ok` or the code of its error."""
        self._questions.observe(seconds)
        if outcome != "ok":
            self._failed.labels(outcome).inc()

    def looked_up(self, *, found: bool) -> None:
        """An answer was wanted that may be kept already."""
        self._lookups.labels("yes" if found else "no").inc()

    def text(self, more: Callable[[], Iterator[Metric]]) -> tuple[bytes, str]:
        """Everything counted so far and what `more` knows, and the type of that text."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        every = CollectorRegistry()
        if FOLDER in os.environ:
            MultiProcessCollector(every)
        else:
            every.register(_Collector(self._own.collect))
        every.register(_Collector(more))
        return generate_latest(every), CONTENT_TYPE_LATEST


class _Collector:
    """A function in the shape that a registry takes."""

    def __init__(self, collect: Callable[[], Any]) -> None:
        self.collect = collect

    def describe(self) -> list[Any]:
        """Nothing: asked at registration, when nobody wants figures yet."""
        return []
