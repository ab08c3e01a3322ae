"""The threads of a server process: some for light requests alone, so that these never wait for questions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Threads:
    """Two pools behind one: what may wait has threads of its own, and waits for them up to a number.

    What comes beyond that number goes to the light ones: there it is asked to come again (`door`).
    """

    def __init__(self, light: int, others: int, waiting: int, later: Callable[..., bool]) -> None:
        """Begin without a thread: they come as they are needed.

        Args:
            light: threads for what may not wait.
            others: threads for what may.
            waiting: how much may wait for those.
            later: True for arguments of what may wait.
        """
        self._light = ThreadPoolExecutor(light, thread_name_prefix="light")
        self._others = ThreadPoolExecutor(others, thread_name_prefix="question")
        self._most, self._later = others + waiting, later
        self._taken, self._lock = 0, threading.Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Have something done, in its turn."""
        if not self._later(*args) or not self._take():
            return self._light.submit(fn, *args)
        future = self._others.submit(fn, *args)
        future.add_done_callback(self._give_back)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more, and end."""
        for pool in (self._light, self._others):
            pool.shutdown(wait, cancel_futures=cancel_futures)

    def _take(self) -> bool:
        with self._lock:
            if self._taken >= self._most:
                return False
            self._taken += 1
            return True

    def _give_back(self, _done: Future[Any]) -> None:
        with self._lock:
            self._taken -= 1
