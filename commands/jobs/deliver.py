"""Send what waits in the outbox."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

from callbacks import delivery
from commands.jobs.work import Work


def run(work: Work) -> dict[str, int]:
    """One message after the other, until none is due or somebody asks to stop: sent, failed, dropped."""
    services, done = work.services, Counter(asdict(delivery.Delivered()))
    for _ in range(delivery.MOST_AT_ONCE):
        if work.stopping():
            break
        one = asdict(delivery.deliver(services.settings, services.state(), services.clock, limit=1))
        if not any(one.values()):
            break
        done.update(one)
    return dict(done)
