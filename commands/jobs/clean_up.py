"""Remove what nobody needs any more: ended sessions, forgotten uploads, old lines of the worker and the outbox."""

from __future__ import annotations

from datetime import timedelta

from commands.jobs.work import Work
from data_access import uploads
from data_access.state import drafts, engagements, outbox, runs, sessions, shares


def run(work: Work) -> dict[str, int]:
    """What was removed, by kind; signing in and uploading remove it too, but only when somebody comes."""
    services, now = work.services, work.now()
    state, settings = services.state(), services.settings
    idle = timedelta(hours=settings.session_idle_hours)
    ended = sessions.forget_ended(state, now, idle, timedelta(days=settings.session_days))
    letters = outbox.clean_up(state, now)
    forgotten = 0
    for one in engagements.list(state):
        for draft in drafts.forget_old(state, one.key, now):
            uploads.forget(uploads.folder_of(settings, one.key, draft))
            forgotten += 1
    return {
        "sessions": ended + shares.forget_ended(state, now),
        "uploads": forgotten,
        "runs": runs.forget_old(state, now),
        "messages": letters["removed"],
        "outdated": letters["outdated"],
    }
