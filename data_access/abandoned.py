"""Askers who have gone: an answer that nobody waits for any more is not worked out to its end.

The server says when somebody hangs up (`dashboard/server/gone.py`); the cache knows whether others wait for the same
answer (`data_access/frame_cache.py`); only where nobody is left is the database interrupted (`generations.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from dashboard.errors import JourneyError


class Signal:
    """Something that happens once; whoever wants to hear of it does so once, before or after."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._happened = False
        self._calls: list[Callable[[], None]] = []

    @property
    def happened(self) -> bool:
        """True from then on."""
        return self._happened

    def happen(self) -> None:
        """Tell everybody; the second time nobody is left to hear it."""
        with self._lock:
            self._happened = True
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    def then(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call this when it happens, at once where it has happened; the answer takes the wish back."""
        with self._lock:
            if not self._happened:
                self._calls.append(call)
                return lambda: self._forget(call)
        call()
        return lambda: None

    def _forget(self, call: Callable[[], None]) -> None:
        with self._lock:
            if call in self._calls:
                self._calls.remove(call)


# of the current context: the asker has gone; nobody waits for what is being worked out
_asker: ContextVar[Signal | None] = ContextVar("asker", default=None)
_wanted: ContextVar[Signal | None] = ContextVar("wanted", default=None)


def asked() -> Signal:
    """From here on this context asks for somebody who may leave; the signal says that they have."""
    signal = Signal()
    _asker.set(signal)
    return signal


def answered() -> None:
    """Nobody is asking in this context any more."""
    _asker.set(None)


def asker() -> Signal | None:
    """Whether the asker of this context has gone; None where nobody would notice (the console, the worker)."""
    return _asker.get()


def unwanted() -> Signal | None:
    """Whether all who waited for what this context works out have gone; None where it is for itself alone."""
    return _wanted.get()


@contextmanager
def working_for(nobody_waits: Signal) -> Iterator[None]:
    """What is read inside may be interrupted once nobody waits for it: whoever waits is its asker, not this context."""
    tokens = _wanted.set(nobody_waits), _asker.set(nobody_waits)
    try:
        yield
    finally:
        _wanted.reset(tokens[0])
        _asker.reset(tokens[1])


def abandoned() -> JourneyError:
    """The error of a question that was given up; no person ever reads it."""
    return JourneyError("question_abandoned", status=503)
