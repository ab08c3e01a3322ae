"""Processes that tests start and kill: they come from one that has imported everything once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any
from unittest.mock import patch

from data_access.ingest import supervise

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "data_access.ingest.run",
        "data_access.ingest.child",
        "data_access.ingest.recognise.recognise",
        "tests.unit.data_access.importing",
        "tests.worker_kills",
        "callbacks.services",
        "data_access.generations",
        "commands.jobs.all",
        "dashboard.server.letter_pdf",
    ]
)
_start = supervise.start


class ForkedChild:
    """An importing process as `supervise.start` gives it, but for the second of imports at its beginning.

    Its program, pipes, limits, memory and end are the real ones. Where the program itself is looked at (what it
    weighs, that it comes from a clean start), `started_anew` gives the real beginning, too.
    """

    def __init__(self, answers: int) -> None:
        reading, writing = os.pipe()
        environment = {key: text for key, text in os.environ.items() if not supervise._SECRETS.fullmatch(key)}
        ends = Connection(reading, writable=False), Connection(os.dup(answers), readable=False)
        self._process = CONTEXT.Process(target=_importing, args=(*ends, environment))
        self._process.start()
        for end in ends:
            end.close()
        assert self._process.pid is not None
        self.pid = self._process.pid
        self.stdin = os.fdopen(writing, "wb")

    def wait(self) -> int:
        """Wait for its end; the exit code, negative for a signal."""
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode

    def kill(self) -> None:
        """End it where it still runs."""
        if self._process.exitcode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


@contextmanager
def forked_imports() -> Iterator[None]:
    """Importing processes of this process begin with everything imported."""
    with patch.object(supervise, "start", ForkedChild):
        yield


@contextmanager
def started_anew() -> Iterator[None]:
    """Importing processes begin as the product begins them."""
    with patch.object(supervise, "start", _start):
        yield


def _importing(told: Any, answers: Any, environment: dict[str, str]) -> None:
    """The beginning of `python -m data_access.ingest.child`, in a process that has its modules already."""
    from data_access.ingest import child

    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(told.fileno(), 0)
    os.dup2(nothing, 1)
    told.close()
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    sys.argv = ["child", str(answers.fileno())]
    os.environ.clear()
    os.environ.update(environment)
    child.main()
    os._exit(0)
