"""Named moments of an import and of the worker at which a test may end the process, as a power cut would.

`JOURNEY_KILL_AT=rename.before journey import ...` ends the process that reaches the point, without any clean-up;
`JOURNEY_KILL_AT=rename.before!` ends its parent too. Without the variable a point does nothing. The points
stand before and after everything that makes something durable, in the order of an import:

    journal.before_commit  journal.after_commit      the line in the journal and the lease
    copy.before            copy.after                the copy of the last generation
    load.after             rebuild.after             raw rows written; derived tables rebuilt
    commit.before          commit.after              the one transaction of facts
    checkpoint.after                                 everything in one file
    fsync.before           fsync.after               the file on the disk
    rename.before          rename.after              its final name
    folder_fsync.after                               the name on the disk
    pointer.before_commit  pointer.after_commit      journal, pointer and lease in the state database
    tidy.after                                       older generations removed

`WORKER_POINTS` are those of the worker (`journey worker`); JOB is each of `dashboard.journey.jobs.Job`:

    lease.before_commit    lease.taken               the lease, and the runs of a dead one closed
    run.JOB.started                                  the line of a run is open
    run.JOB.before_commit  run.JOB.after_commit      the line is closed; what the job did was durable before
    alerts.before_commit   alerts.after_commit       incidents and their messages
    reminder.before_commit reminder.after_commit     the reminders of a day
    digest.before_commit   digest.after_commit       a letter, and that its period is told
    send.claimed           send.before               the message is held; the receiver is asked next
    send.after             send.written              the receiver has accepted it; that stands in the outbox
"""

from __future__ import annotations

import os
import signal

from dashboard.journey.jobs import Job

VARIABLE = "JOURNEY_KILL_AT"

POINTS = (
    "journal.before_commit",
    "journal.after_commit",
    "copy.before",
    "copy.after",
    "load.after",
    "rebuild.after",
    "commit.before",
    "commit.after",
    "checkpoint.after",
    "fsync.before",
    "fsync.after",
    "rename.before",
    "rename.after",
    "folder_fsync.after",
    "pointer.before_commit",
    "pointer.after_commit",
    "tidy.after",
)

_CAUSES = ("alerts", "reminder", "digest")  # what writes messages

WORKER_POINTS = (
    "lease.before_commit",
    "lease.taken",
    *(f"run.{job}.{moment}" for job in Job for moment in ("started", "before_commit", "after_commit")),
    *(f"{cause}.{moment}" for cause in _CAUSES for moment in ("before_commit", "after_commit")),
    "send.claimed",
    "send.before",
    "send.after",
    "send.written",
)


def reached(point: str) -> None:
    """Say that a named moment is here; ends the process where a test asked for it."""
    asked = os.environ.get(VARIABLE)
    if asked is None or asked.rstrip("!") != point:
        return
    if asked.endswith("!"):
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
