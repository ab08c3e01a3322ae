"""`journey worker`: what has to happen by itself, done by one process at a time."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import sqlalchemy as sa
import structlog
import typer

from commands.context import console_state, note, words
from dashboard.errors import JourneyError
from dashboard.journey.jobs import EVERY, Job
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.state import runs
from data_access.state import worker as lease

if TYPE_CHECKING:
    from commands.jobs.all import Do
    from commands.jobs.work import Work

GRACE_SECONDS = 8  # what a stop leaves the job that is running; docker gives ten
_LOOK_SECONDS = 1.0  # between looks at what is due
_WAIT_SECONDS = 2.0  # between looks whether another worker is still there
_log = structlog.get_logger("worker")
_Jobs = Mapping[Job, "Do"]


def worker(
    once: Annotated[
        bool, typer.Option("--once", help="Do every job once and end; exit code 1 where one failed.")
    ] = False,
) -> None:
    """Watch and send: look for new data, hold alert rules against them, write digests, send what waits, clean up.

    One worker is enough for all servers on one state database; a second one waits until the first is gone. It may be
    killed at any moment: nothing is lost and nothing is sent twice. Ctrl+C or SIGTERM end it within seconds.

    Example: journey worker
    """
    from dashboard.server.logs import configure

    settings = Settings.load()
    state = console_state(settings)
    configure(settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    name = lease.take(state, utc_now()) if once else _turn(state, stop)
    if name is not None:
        _Tenure(settings, state, name, stop).serve(once=once)


def _turn(state: sa.Engine, stop: threading.Event) -> str | None:
    """Wait until no other worker is alive; None where somebody asks to stop before."""
    told = False
    while not stop.is_set():
        try:
            return lease.take(state, utc_now())
        except JourneyError as error:
            if not told:
                note.print(words()("Another worker is at work ({holder}): waiting.", **error.facts))
            told = True
        stop.wait(_WAIT_SECONDS)
    return None


class _Tenure:
    """The time from taking the lease to leaving it."""

    def __init__(self, settings: Settings, state: sa.Engine, name: str, stop: threading.Event) -> None:
        self._settings, self._state, self._name = settings, state, name
        self._stop, self._over, self._lost = stop, threading.Event(), False

    def serve(self, *, once: bool) -> None:
        """Do what is due until somebody asks to stop.

        Raises:
            JourneyError: `worker_lost_lease`; `worker_jobs_failed` of a single round.
        """
        beat = threading.Thread(target=self._beat, name="lease", daemon=True)
        beat.start()
        try:
            work, jobs = _prepared(self._settings, self._state, self._stop)
            _log.info("worker_started", holder=self._name, jobs=list(jobs))
            if once:
                self._round(work, jobs)
            else:
                self._rounds(work, jobs)
        finally:
            self._stop.set()
            self._over.set()
            lease.release(self._state, self._name, utc_now())
            _log.info("worker_stopped", holder=self._name)
        if self._lost:
            raise JourneyError("worker_lost_lease")

    def _round(self, work: Work, jobs: _Jobs) -> None:
        failed = [job for job, do in jobs.items() if not self._run(job, do, work)]
        if failed:
            facts = {"count": len(failed), "jobs": len(jobs), "names": ", ".join(failed)}
            raise JourneyError("worker_jobs_failed", **facts)

    def _rounds(self, work: Work, jobs: _Jobs) -> None:
        due = dict.fromkeys(jobs, time.monotonic())
        while not self._stop.is_set():
            for job, do in jobs.items():
                if due[job] <= time.monotonic() and not self._stop.is_set():
                    self._run(job, do, work)
                    due[job] = time.monotonic() + EVERY[job].total_seconds()
            self._stop.wait(_LOOK_SECONDS)

    def _run(self, job: Job, do: Do, work: Work) -> bool:
        """Do one job; whatever happens in it, the others have their turn."""
        from commands.jobs.work import EngagementFailedError

        number = runs.begin(self._state, job, self._name, utc_now())
        with structlog.contextvars.bound_contextvars(job=str(job), run=number):
            try:
                counts = do(work)
            except EngagementFailedError as error:
                self._failed(job, number, error.cause, error.engagement)
                return False
            except Exception as error:  # noqa: BLE001 - told by the run and the log
                self._failed(job, number, error)
                return False
            runs.done(self._state, number, job, counts, utc_now())
            if any(counts.values()):
                _log.info("job_done", **counts)
            return True

    def _failed(self, job: Job, number: int, error: Exception, engagement: str | None = None) -> None:
        known = isinstance(error, JourneyError)
        told = error if known else JourneyError("job_crashed", reason=type(error).__name__, run=number)
        _log.error("job_failed", engagement=engagement, error=str(told), exc_info=None if known else error)
        runs.failed(self._state, number, job, told, utc_now(), engagement)

    def _beat(self) -> None:
        """Renew the lease; end the process where the running job does not let it stop in time."""
        heard = time.monotonic()
        while not self._stop.wait(lease.RENEW_EVERY.total_seconds()):
            try:
                self._lost = not lease.renew(self._state, self._name, utc_now())
                heard = time.monotonic()
            except Exception:  # noqa: BLE001 - the database may come back before the lease is over
                _log.exception("lease_not_renewed")
                self._lost = timedelta(seconds=time.monotonic() - heard) > lease.LEASE
            if self._lost:
                self._stop.set()
        if not self._over.wait(GRACE_SECONDS):
            _log.warning("worker_cut_short", holder=self._name)
            lease.release(self._state, self._name, utc_now())
            os._exit(1 if self._lost else 0)


def _prepared(settings: Settings, state: sa.Engine, stop: threading.Event) -> tuple[Work, _Jobs]:
    """What the jobs work with; imported late, since it brings the libraries of the answers."""
    from callbacks.answers import Answers
    from callbacks.services import Services
    from commands.jobs.all import JOBS
    from commands.jobs.work import Work
    from data_access.generations import GenerationFacts
    from data_access.scope import operator

    facts = GenerationFacts(settings, state)
    nobody = operator(frozenset())
    services = Services(settings, lambda: state, facts, Answers(facts), utc_now, lambda: nobody)
    return Work(services, stop.is_set), JOBS
