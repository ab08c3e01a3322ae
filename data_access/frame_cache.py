"""Answers of the database that are asked again and again: kept in memory, bounded in bytes, computed once."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import pandas as pd
from cachetools import LRUCache

from data_access.abandoned import Signal, abandoned, asker, working_for
from data_access.meters import looked_up

Key = tuple[Hashable, ...]
Kept = TypeVar("Kept")


class _Run:
    """A question that is being worked out, and who waits for it: a seat each, the one who works on it too."""

    def __init__(self) -> None:
        self.seats: list[Future[Any]] = []
        self.unwanted = Signal()

    def seat(self) -> Future[Any]:
        """A place for one more who waits."""
        self.seats.append(Future())
        return self.seats[-1]


class _Answer:
    """Something kept, measured once."""

    def __init__(self, found: Any) -> None:
        self.found = found
        self._size = 1024 + _bytes(found)  # and the key with its SQL

    def size(self) -> int:
        """Bytes with everything inside."""
        return self._size


class FrameCache:
    """Frames and what was made of them, by question; the longest unused go first (docs/adr/0002-frame-cache.md).

    Keys begin with the engagement and hold its generation, so a stale answer cannot be found. Everybody gets
    a copy of a frame of their own that shares memory until somebody writes to it (pandas copy-on-write); what else
    is kept never changes, and everybody gets the same one.

    Args:
        limit_bytes: memory of everything kept; what is larger than that is handed out and not kept.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._kept: LRUCache[Key, _Answer] = LRUCache(limit_bytes, getsizeof=_Answer.size)
        self._running: dict[Key, _Run] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, compute: Callable[[], Kept]) -> Kept:
        """The answer of this question; who asks while another one computes it waits for that answer.

        Who leaves meanwhile stops waiting; with the last one the computation itself is told to stop.

        Raises:
            JourneyError: `question_abandoned` for an asker who has left.
            Whatever `compute` raises, for everybody who waited; nothing is kept then.
        """
        left = asker()
        if left is not None and left.happened:
            raise abandoned()
        with self._lock:
            if key in self._kept:
                looked_up(found=True)
                return _handed(self._kept[key].found)
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
            return _handed(seat.result())
        finally:
            if stay is not None:
                stay()

    def forget(self, engagement: str, generation: int) -> None:
        """Drop the answers of a generation that nobody reads any more."""
        with self._lock:
            for key in [key for key in self._kept if key[:2] == (engagement, generation)]:
                del self._kept[key]

    @property
    def size(self) -> int:
        """Bytes that everything kept takes."""
        return int(self._kept.currsize)

    def _run(self, key: Key, run: _Run, compute: Callable[[], Any]) -> None:
        try:
            with working_for(run.unwanted):
                found = compute()
            answer = _Answer(found)
        except BaseException as error:  # noqa: BLE001 - it is raised again, for everybody who waits
            for seat in self._end(key, run):
                seat.set_exception(error)
            return
        for seat in self._end(key, run, answer):
            seat.set_result(found)

    def _end(self, key: Key, run: _Run, answer: _Answer | None = None) -> list[Future[Any]]:
        """Whoever still waits: nobody joins or leaves a run that has ended."""
        with self._lock:
            if self._running.get(key) is run:
                del self._running[key]
            if answer is not None and answer.size() <= self._kept.maxsize:
                self._kept[key] = answer
            seats, run.seats = run.seats, []
        return seats

    def _leave(self, key: Key, run: _Run, seat: Future[Any]) -> None:
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


def _handed(found: Kept) -> Kept:
    return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found


def _bytes(found: Any) -> int:
    """Bytes of an answer; what stands in it twice counts twice."""
    if isinstance(found, pd.DataFrame):
        return int(found.memory_usage(deep=True).sum())
    inside: Iterable[Any] = ()
    if isinstance(found, Mapping):
        inside = (*found, *found.values())
    elif isinstance(found, tuple):
        inside = found
    elif is_dataclass(found):
        inside = (getattr(found, one.name) for one in fields(found))
    return sys.getsizeof(found) + sum(_bytes(one) for one in inside)
