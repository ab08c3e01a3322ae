"""Look at every rule of every engagement, as time goes by; and of one engagement at once, as soon as it has new data.

Screens need nobody to follow new data: each server process looks at the pointer once a second, and open pages do too.
What waits for new data here are the rules. Each look opens the generation, so that a broken file is told by the page of
the worker before a person meets it.
"""

from __future__ import annotations

from dataclasses import asdict

from callbacks import alerting
from commands.jobs.work import Work
from data_access.scope import Action, authorize


def run(work: Work) -> dict[str, int]:
    """How many rules were looked at, incidents opened, carried on and resolved, over all engagements with data."""
    found = dict(work.generations())
    work.seen.update(found)
    return work.each(found, lambda key: _look(work, key))


def refresh(work: Work) -> dict[str, int]:
    """The same of engagements whose data are not those of the last look: after an import, an undo or a redo."""
    found = dict(work.generations())
    fresh = [key for key, current in found.items() if work.seen.get(key) != current]
    work.seen.update(found)  # before the look: what fails waits for the next round, not for the next second
    return work.each(fresh, lambda key: {"generations": 1, **_look(work, key)})


def _look(work: Work, key: str) -> dict[str, int]:
    services = work.services
    scope = authorize(work.person(), key, Action.READ)
    services.facts.info(scope)
    return asdict(alerting.look(services.answers, services.state(), scope, work.now()))
