"""Answers of the database that are asked again and again: kept in memory, bounded in bytes, computed once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future

import pandas as pd
from cachetools import LRUCache

from data_access.abandoned import Signal, abandoned, asker, working_for
from data_access.meters import looked_up

Key = tuple[Hashable, ...]


class _Run:
    """A question that is being worked out, and who waits for it: a seat each, the one who works on it too."""

    def __init__(self) -> None:
        self.seats: list[Future[pd.DataFrame]] = []
        self.unwanted = Signal()

    def seat(self) -> Future[pd.DataFrame]:
        """A place for one more who waits."""
        self.seats.append(Future())
        return self.seats[-1]


class FrameCache:
    """Frames by question; the longest unused go first (docs/adr/0002-frame-cache.md).

    Keys begin with the engagement and hold its generation, so a stale answer cannot be found. Everybody gets
    a copy of their own that shares memory until somebody writes to it (pandas copy-on-write).

    Args:
        limit_bytes: memory of all frames together; a frame larger than that is handed out and not kept.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._frames: LRUCache[Key, pd.DataFrame] = LRUCache(limit_bytes, getsizeof=_bytes)
        self._running: dict[Key, _Run] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The frame of this question; who asks while another one computes it waits for that answer.

        Who leaves meanwhile stops waiting; with the last one the computation itself is told to stop.

        Raises:
            JourneyError: `question_abandoned` for an asker who has left.
            Whatever `compute` raises, for everybody who waited; nothing is kept then.
        """
        left = asker()
        if left is not None and left.happened:
            raise abandoned()
        with self._lock:
            frame = self._frames.get(key)
            if frame is not None:
                looked_up(found=True)
                return frame.copy(deep=False)
            run = self._running.get(key)
            mine = run is None
            if run is None:
                run = self._running[key] = _Run()
            seat = run.seat()
        looked_up(found=not mine)
        stay = left.then(lambda: self._leave(key, run, seat)) if left is not None else None
        try:
            if mine:
                self._run(key, run, compute)
            return seat.result().copy(deep=False)
        finally:
            if stay is not None:
                stay()

    def forget(self, engagement: str, generation: int) -> None:
        """Drop the answers of a generation that nobody reads any more."""
        with self._lock:
            for key in [key for key in self._frames if key[:2] == (engagement, generation)]:
                del self._frames[key]

    @property
    def size(self) -> int:
        """Bytes that the kept frames take."""
        return int(self._frames.currsize)

    def _run(self, key: Key, run: _Run, compute: Callable[[], pd.DataFrame]) -> None:
        try:
            with working_for(run.unwanted):
                frame = compute()
        except BaseException as error:  # noqa: BLE001 - it is raised again, for everybody who waits
            for seat in self._end(key, run):
                seat.set_exception(error)
            return
        for seat in self._end(key, run, frame):
            seat.set_result(frame)

    def _end(self, key: Key, run: _Run, frame: pd.DataFrame | None = None) -> list[Future[pd.DataFrame]]:
        """Whoever still waits: nobody joins or leaves a run that has ended."""
        with self._lock:
            if self._running.get(key) is run:
                del self._running[key]
            if frame is not None and _bytes(frame) <= self._frames.maxsize:
                self._frames[key] = frame
            seats, run.seats = run.seats, []
        return seats

    def _leave(self, key: Key, run: _Run, seat: Future[pd.DataFrame]) -> None:
        with self._lock:
            if seat not in run.seats:
                return
            run.seats.remove(seat)
            nobody = not run.seats
            if nobody:  # who asks from now on begins anew, instead of joining what is about to be stopped
                del self._running[key]
        seat.set_exception(abandoned())
        if nobody:
            run.unwanted.happen()


def _bytes(frame: pd.DataFrame) -> int:
    return int(frame.memory_usage(deep=True).sum()) + 1024  # and the key with its SQL
