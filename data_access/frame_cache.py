"""Answers of the database that are asked again and again: kept in memory, bounded in bytes, computed once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future

import pandas as pd
from cachetools import LRUCache

Key = tuple[Hashable, ...]


class FrameCache:
    """Frames by question; the longest unused go first (docs/adr/0002-frame-cache.md).

    Keys begin with the engagement and hold its generation, so a stale answer cannot be found. Everybody gets
    a copy of their own that shares memory until somebody writes to it (pandas copy-on-write).

    Args:
        limit_bytes: memory of all frames together; a frame larger than that is handed out and not kept.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._frames: LRUCache[Key, pd.DataFrame] = LRUCache(limit_bytes, getsizeof=_bytes)
        self._running: dict[Key, Future[pd.DataFrame]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The frame of this question; who asks while another one computes it waits for that answer.

        Raises:
            Whatever `compute` raises, for everybody who waited; nothing is kept then.
        """
        with self._lock:
            frame = self._frames.get(key)
            if frame is not None:
                return frame.copy(deep=False)
            running = self._running.get(key)
            mine = running is None
            if running is None:
                running = self._running[key] = Future()
        if mine:
            self._run(key, running, compute)
        return running.result().copy(deep=False)

    def forget(self, engagement: str, generation: int) -> None:
        """Drop the answers of a generation that nobody reads any more."""
        with self._lock:
            for key in [key for key in self._frames if key[:2] == (engagement, generation)]:
                del self._frames[key]

    @property
    def size(self) -> int:
        """Bytes that the kept frames take."""
        return int(self._frames.currsize)

    def _run(self, key: Key, future: Future[pd.DataFrame], compute: Callable[[], pd.DataFrame]) -> None:
        try:
            frame = compute()
        except BaseException as error:  # noqa: BLE001 - it is raised again, for everybody who waits
            with self._lock:
                del self._running[key]
            future.set_exception(error)
            return
        with self._lock:
            del self._running[key]
            if _bytes(frame) <= self._frames.maxsize:
                self._frames[key] = frame
        future.set_result(frame)


def _bytes(frame: pd.DataFrame) -> int:
    return int(frame.memory_usage(deep=True).sum()) + 1024  # and the key with its SQL
