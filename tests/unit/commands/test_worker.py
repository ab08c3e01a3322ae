"""The worker at the console: one at a time, ended within seconds, and a job that fails keeps no other waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import CapturingLogger

from commands import worker as command
from commands.jobs import all as jobs
from commands.jobs import work
from commands.jobs.work import EngagementFailedError, Work
from commands.main import run
from dashboard.errors import JourneyError
from dashboard.journey.jobs import EVERY, Job
from data_access.clock import utc_now
from data_access.state import runs, worker
from data_access.state.engine import open_state
from tests.forked import CONTEXT
from tests.unit.commands.conftest import Journey
from tests.waiting import until

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command of this process leaves the log and the signals of the tests as they are."""
    monkeypatch.setattr("dashboard.server.logs.configure", lambda _level: None)
    for module in (command, work):
        monkeypatch.setattr(module, "_log", CapturingLogger())
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_every_job_is_done_and_has_its_rhythm() -> None:
    assert set(jobs.JOBS) == set(Job) == set(EVERY)
    assert next(iter(jobs.JOBS)) is Job.ALERTS  # a refresh before it would look at everything twice


def test_one_round_does_every_job(ready: Journey, data: Path) -> None:
    assert ready("worker", "--once").code == 0
    state = open_state(f"sqlite:///{data / 'state.sqlite3'}")
    assert [runs.last(state, job)[0].status for job in jobs.JOBS] == ["done"] * len(jobs.JOBS)
    assert worker.holder(state, utc_now()) is None
    state.dispose()


def test_a_job_that_fails_keeps_no_other_waiting(
    ready: Journey, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_work: Work) -> dict[str, int]:
        raise ValueError("a defect with a customer's name")

    def refused(_work: Work) -> dict[str, int]:
        raise EngagementFailedError("acme", JourneyError("no_data_yet", engagement="acme"))

    done = {Job.ALERTS: broken, Job.REMINDERS: refused, Job.DELIVER: lambda _work: {"sent": 1}}
    monkeypatch.setattr(jobs, "JOBS", done)
    answer = ready("worker", "--once")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines()[-1].startswith("2 of 3 jobs failed: alerts, reminders.")
    state = open_state(f"sqlite:///{data / 'state.sqlite3'}")
    alerts, reminders, deliver = (runs.last(state, job)[0] for job in done)
    assert (alerts.status, str(alerts.error)) == (
        "failed",
        f"job_crashed (reason=ValueError, run={alerts.id})",
    )
    assert (reminders.engagement, reminders.error and reminders.error.code) == ("acme", "no_data_yet")
    assert (deliver.status, deliver.counts) == ("done", {"sent": 1})
    state.dispose()


def test_an_engagement_that_fails_keeps_no_other_waiting() -> None:
    seen: list[str] = []

    def do(key: str) -> dict[str, int]:
        seen.append(key)
        if key == "b":
            raise JourneyError("no_data_yet", engagement=key)
        return {"rules": 2}

    mine = Work(services=None, stopping=lambda: False)  # type: ignore[arg-type] - this part asks none
    with pytest.raises(EngagementFailedError) as failed:
        mine.each("abc", do)
    assert (seen, failed.value.engagement) == (["a", "b", "c"], "b")
    assert mine.each("ac", do) == {"rules": 4}


def test_lines_of_a_job_say_which_run(ready: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    bound: list[dict[str, object]] = []

    def look(_work: Work) -> dict[str, int]:
        bound.append(structlog.contextvars.get_contextvars())
        return {}

    monkeypatch.setattr(jobs, "JOBS", {Job.DIGESTS: look})
    assert ready("worker", "--once").code == 0
    assert (bound[0]["job"], bound[0]["run"]) == ("digests", 1)


def test_a_real_process_works_alone_and_stops_when_asked(ready: Journey, data: Path) -> None:
    environment = os.environ | {"JOURNEY_DATA": str(data), "JOURNEY_LOG_LEVEL": "ERROR"}
    program = [sys.executable, str(ROOT / "app.py"), "worker"]
    process = subprocess.Popen(program, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    state = open_state(f"sqlite:///{data / 'state.sqlite3'}")
    until(lambda: Job.CLEAN_UP in runs.successes(state))
    refused = ready("worker", "--once")
    assert refused.code == 1
    assert f":{process.pid}, since" in refused.err
    began = time.monotonic()
    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert time.monotonic() - began < command.GRACE_SECONDS
    assert worker.holder(state, utc_now()) is None
    state.dispose()


def test_a_stop_does_not_wait_for_a_job_that_hangs(ready: Journey, data: Path) -> None:
    assert ready("worker", "--once").code == 0
    process = CONTEXT.Process(target=_hanging, args=(str(data),))
    process.start()
    state = open_state(f"sqlite:///{data / 'state.sqlite3'}")
    until(lambda: [one.status for one in runs.last(state, Job.DIGESTS)[:1]] == ["running"])
    process.terminate()
    process.join(PATIENCE)
    assert process.exitcode == 0
    assert runs.last(state, Job.DIGESTS)[0].status == "lost"
    assert worker.holder(state, utc_now()) is None
    state.dispose()


def _hanging(data: str) -> None:
    os.environ |= {"JOURNEY_DATA": data, "JOURNEY_LOG_LEVEL": "ERROR"}
    command.GRACE_SECONDS = 0.2
    jobs.JOBS = {Job.DIGESTS: lambda _work: dict.fromkeys("s", int(threading.Event().wait(PATIENCE)))}
    os._exit(run(["worker"]) or 3)
