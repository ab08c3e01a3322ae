"""Remind people of what is due today."""

from __future__ import annotations

from callbacks.reminders import queue_reminders
from commands.jobs.work import Work


def run(work: Work) -> dict[str, int]:
    """Letters that are new in the outbox, over all engagements."""
    return work.each(
        work.engagements(), lambda key: {"queued": queue_reminders(work.services.state(), key, work.now())}
    )
