"""The process that reads clients' files: `python -m data_access.ingest.child PIPE`, told what to do by its parent.

It reads its task from stdin as one line of JSON and answers on the pipe with lines of JSON: `progress`, then
`done` or `error`. Files of clients are parsed here, under the system's limits, and never in a server process;
its parent watches its memory. When its parent dies it ends at once, so that nobody writes without the lease.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
from sqlalchemy.exc import DBAPIError

from dashboard.errors import JourneyError
from data_access.ingest.job import Job
from data_access.ingest.publish import build_generation
from data_access.ingest.recognise.job import ProfileJob

IMPORT_SECONDS = 4 * 3600  # of computing
PROFILE_SECONDS = 1800

Tell = Callable[[str, float], None]


def main() -> None:
    """Do one task and say how it went."""
    answers = os.fdopen(int(sys.argv[1]), "w", buffering=1, encoding="utf-8")

    def answer(kind: str, value: Any) -> None:
        answers.write(json.dumps({kind: value}, default=_plain) + "\n")

    os.umask(0o077)  # what it writes is for its owner alone
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it ends us in order
    told = json.loads(sys.stdin.readline())
    job = (Job if told["task"] == "import" else ProfileJob).model_validate(told["job"])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit(job)
    try:
        done = _do(job, lambda part, share: answer("progress", [part, share]))
    except Exception as error:  # noqa: BLE001 - the parent says it
        known = _for_people(error, job)
        if known is None:
            answer("crash", "".join(traceback.format_exception(error)))
        else:
            answer("error", {"code": known.code, "status": known.status, "facts": known.facts})
        return
    answer("done", done)


def _do(job: Job | ProfileJob, tell: Tell) -> dict[str, Any]:
    if isinstance(job, Job):
        return build_generation(job, tell).to_json()
    from data_access.ingest.recognise.recognise import recognise  # an import has no use for it

    return recognise(job, tell).model_dump(mode="json")


def _plain(value: Any) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)


def _end_with_parent() -> None:
    sys.stdin.read()  # ends when the parent closes its side, or dies
    os._exit(1)


def _limit(job: Job | ProfileJob) -> None:
    importing = isinstance(job, Job)
    for kind, most in (
        (resource.RLIMIT_CPU, IMPORT_SECONDS if importing else PROFILE_SECONDS),
        (resource.RLIMIT_FSIZE, job.file_bytes if importing else 0),
        (resource.RLIMIT_CORE, 0),
    ):
        allowed = resource.getrlimit(kind)[1]
        limit = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(kind, (limit, limit))


def _for_people(error: Exception, job: Job | ProfileJob) -> JourneyError | None:
    """The error that a person can mend, if it is one."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, JourneyError):
        return cause
    if isinstance(cause, MemoryError | duckdb.OutOfMemoryException):
        return JourneyError("import_too_big", limit=job.settings["import_memory_mb"])
    if not isinstance(job, Job):
        return None
    full = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    words = str(cause)
    if full or (
        isinstance(cause, duckdb.IOException) and ("No space left" in words or "File too large" in words)
    ):
        return JourneyError("disk_filled_up", status=507, path=str(job.home))
    if isinstance(cause, duckdb.IOException | duckdb.SerializationException | duckdb.FatalException):
        facts = {"engagement": job.engagement, "number": job.previous, "path": str(job.home)}
        return JourneyError("generation_unreadable", status=503, **facts)
    return None


if __name__ == "__main__":
    main()
