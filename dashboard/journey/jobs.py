"""What the worker does and how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class Job(StrEnum):
    """One thing that the worker does again and again, in the order in which it does what is due at once.

    Look at every rule of the alerts, look for new data and hold the rules against them, remind people, write letters,
    send what waits, remove what nobody needs any more.
    """

    ALERTS = "alerts"
    REFRESH = "refresh"
    REMINDERS = "reminders"
    DIGESTS = "digests"
    DELIVER = "deliver"
    CLEAN_UP = "clean_up"


EVERY: Mapping[Job, timedelta] = {
    Job.ALERTS: timedelta(minutes=15),
    Job.REFRESH: timedelta(seconds=5),
    Job.REMINDERS: timedelta(minutes=15),
    Job.DIGESTS: timedelta(minutes=5),
    Job.DELIVER: timedelta(seconds=5),
    Job.CLEAN_UP: timedelta(hours=6),
}
