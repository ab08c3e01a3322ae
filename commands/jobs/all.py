"""Which job of the worker does what: small functions that say how much they did; imported late, with the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from commands.jobs import alerts, clean_up, deliver, digests, reminders
from commands.jobs.work import Work
from dashboard.journey.jobs import Job

Do = Callable[[Work], dict[str, int]]

JOBS: Mapping[Job, Do] = {
    Job.ALERTS: alerts.run,
    Job.REFRESH: alerts.refresh,  # after the first round there is nothing new
    Job.REMINDERS: reminders.run,
    Job.DIGESTS: digests.run,
    Job.DELIVER: deliver.run,
    Job.CLEAN_UP: clean_up.run,
}
