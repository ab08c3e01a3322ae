"""The threads of a server process, for more requests than there are threads: some may wait, others shall not."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Threads(ThreadPoolExecutor):
    """So many threads; what may come later gets one when nothing else waits."""

    def __init__(self, count: int, later: Callable[..., bool]) -> None:
        """Begin without a thread: they come as they are needed.

        Args:
            later: True for arguments of what may wait.
        """
        super().__init__(count, thread_name_prefix="request")
        self._later = later
        self._first: deque[Callable[[], None]] = deque()
        self._then: deque[Callable[[], None]] = deque()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have something done, in its turn."""
        future: Future[Any] = Future()
        queue = self._then if self._later(*args, **kwargs) else self._first
        queue.append(lambda: _done(future, fn, *args, **kwargs))
        super().submit(self._next)
        return future

    def _next(self) -> None:
        """One call for each thing that was put into a queue, so there is always one left to take."""
        try:
            do = self._first.popleft()
        except IndexError:
            do = self._then.popleft()
        do()


def _done(future: Future[Any], fn: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    try:
        future.set_result(fn(*args, **kwargs))
    except BaseException as error:  # noqa: BLE001 - whoever waits for the future shall know
        future.set_exception(error)
