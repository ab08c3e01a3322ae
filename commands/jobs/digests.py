"""Write the letters whose hour has come."""

from __future__ import annotations

from callbacks.letters import queue_due
from commands.jobs.work import Work


def run(work: Work) -> dict[str, int]:
    """Letters that are new in the outbox, over all engagements with data."""
    found = [key for key, _ in work.generations()]
    return work.each(found, lambda key: {"queued": queue_due(work.services, key, work.now())})
