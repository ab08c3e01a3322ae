"""Facts of the embedded default: each engagement's current generation, a DuckDB file that never changes."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import duckdb
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.settings import Settings
from data_access.abandoned import abandoned, unwanted
from data_access.engine import generation_path, viewer_engine
from data_access.facts import Current, Worked
from data_access.frame_cache import FrameCache
from data_access.frames import read_frame
from data_access.generation import read_info
from data_access.layout import is_current
from data_access.meters import asking
from data_access.recorder import is_recording, record
from data_access.scope import Scope
from data_access.state.imports import pointer
from data_access.statements import written

MAX_OPEN = 4
POINTER_SECONDS = 1.0
_AGAIN_SECONDS = 0.05  # an interrupt that comes before the statement has begun is forgotten: it is said again

# files that the current context holds on to, by reader and engagement (`GenerationFacts.pinned`)
_held: ContextVar[dict[tuple[int, str], _OpenFile] | None] = ContextVar("held", default=None)

_BROKEN = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
)


class _OpenFile:
    """One open generation and how many questions are reading it."""

    def __init__(self, settings: Settings, engagement: str, current: Current) -> None:
        number = current.number
        self.engagement = engagement
        self.number = number
        self.switched_at = current.switched_at
        self.path = generation_path(settings, engagement, number)
        self.readers = 0
        self.retired = False
        self._info: GenerationInfo | None = None
        with _unreadable_is_an_error(engagement, number, self.path):
            if not self.path.is_file():
                raise duckdb.IOException("the file does not exist")
            self.engine = viewer_engine(settings, self.path)
            with self.engine.connect() as connection:
                current_layout = is_current(connection)
        if not current_layout:
            self.engine.dispose()
            raise JourneyError("generation_outdated", status=503, engagement=engagement, number=number)

    def info(self, seconds: float) -> GenerationInfo:
        """The frame of this generation, read once."""
        if self._info is None:
            with self.asking(seconds) as connection:
                self._info = read_info(connection, self.engagement)
        return self._info

    @contextmanager
    def asking(self, seconds: float) -> Iterator[sa.Connection]:
        """A connection whose statements are stopped when the time is over."""
        with (
            _unreadable_is_an_error(self.engagement, self.number, self.path),
            self.engine.connect() as connection,
            _deadline(connection, seconds),
        ):
            yield connection


class GenerationFacts:
    """Reads the generation that the pointer in the state database names; implements `Facts`.

    The pointer is looked at once a second at most. A new generation is opened beside the old one, which closes
    when its last question ends; at most `MAX_OPEN` engagements stay open, the longest unused close first.
    One object serves all threads of one process, and refuses to be used in another.
    """

    def __init__(self, settings: Settings, state: sa.Engine) -> None:
        self._settings = settings
        self._state = state
        self._lock = threading.Lock()
        self._files: OrderedDict[str, _OpenFile] = OrderedDict()
        self._pointers: dict[str, tuple[float, Current | None]] = {}
        self._cache = FrameCache(settings.cache_mb * 1024 * 1024)
        self._pid: int | None = None

    def info(self, scope: Scope) -> GenerationInfo:
        """The current generation of the scope's engagement.

        Raises:
            JourneyError: `no_data_yet`, `generation_unreadable`, `question_too_slow`.
        """
        with self._reading(scope.engagement) as file:
            return file.info(self._settings.statement_seconds)

    def frame(self, scope: Scope, statement: sa.Select) -> pd.DataFrame:
        """Rows of a statement on the current generation; money columns hold `Decimal`.

        Raises:
            JourneyError: `question_too_slow`, `question_too_big`, `question_abandoned`, `no_data_yet`,
                `generation_unreadable`.
        """
        with self._reading(scope.engagement) as file:
            record(statement, file.engine.dialect)
            key = (scope.engagement, file.number, *written(statement, file.engine.dialect))
            return self._cache.get(key, lambda: self._ask(file, statement))

    def worked_out(
        self, scope: Scope, question: tuple[Hashable, ...], compute: Callable[[], Worked]
    ) -> Worked:
        """What is made of frames, kept beside them; made anew where somebody wants to see the statements."""
        with self.pinned(), self._reading(scope.engagement) as file:
            if is_recording():
                return compute()
            return self._cache.get((scope.engagement, file.number, *question), compute)

    def status(self, scope: Scope) -> Current | None:
        """Which generation is current and since when, without opening it; None before the first import."""
        return self._current(scope.engagement)

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Everything read inside comes from one generation of an engagement, also where a new one appears."""
        if _held.get() is not None:
            yield
            return
        held: dict[tuple[int, str], _OpenFile] = {}
        token = _held.set(held)
        try:
            yield
        finally:
            _held.reset(token)
            for file in held.values():
                self._leave(file)

    def close(self) -> None:
        """Close every file; those in use when their last question ends."""
        with self._lock:
            files = list(self._files.values())
            self._files.clear()
            for file in files:
                self._retire(file)

    def _ask(self, file: _OpenFile, statement: sa.Select) -> pd.DataFrame:
        with asking(), file.asking(self._settings.statement_seconds) as connection:
            return read_frame(connection, statement)

    @contextmanager
    def _reading(self, engagement: str) -> Iterator[_OpenFile]:
        held, key = _held.get(), (id(self), engagement)
        file = held[key] if held and key in held else self._enter(engagement)
        if held is not None:
            held[key] = file
        try:
            yield file
        except JourneyError as error:
            if error.code == "generation_unreadable":
                self._drop(file)
            raise
        finally:
            if held is None:
                self._leave(file)

    def _enter(self, engagement: str) -> _OpenFile:
        current = self._current(engagement)
        if current is None:
            raise JourneyError("no_data_yet", status=409, engagement=engagement)
        with self._lock:
            self._refuse_other_process()
            file = self._files.get(engagement)
            # two threads may have looked at the pointer in either order: the later switch wins
            if file is None or (file.number != current.number and file.switched_at <= current.switched_at):
                file = self._open(engagement, current)
            self._files.move_to_end(engagement)
            file.readers += 1
            return file

    def _open(self, engagement: str, current: Current) -> _OpenFile:
        opened = _OpenFile(self._settings, engagement, current)
        old = self._files.pop(engagement, None)
        self._files[engagement] = opened
        if old is not None:
            self._retire(old)
        while len(self._files) > MAX_OPEN:
            self._retire(self._files.popitem(last=False)[1])
        return opened

    def _leave(self, file: _OpenFile) -> None:
        with self._lock:
            file.readers -= 1
            if file.retired:
                self._retire(file)

    def _drop(self, file: _OpenFile) -> None:
        """Forget a file that turned out broken, so that the next question opens it anew."""
        with self._lock:
            if self._files.get(file.engagement) is file:
                del self._files[file.engagement]
                self._retire(file)

    def _retire(self, file: _OpenFile) -> None:
        file.retired = True
        if file.readers == 0:
            file.engine.dispose()
            self._cache.forget(file.engagement, file.number)

    def _current(self, engagement: str) -> Current | None:
        checked, current = self._pointers.get(engagement, (float("-inf"), None))
        if time.monotonic() - checked < POINTER_SECONDS:
            return current
        now = time.monotonic()  # before the look: a pointer that moves during it is seen a second later
        found = pointer(self._state, engagement)
        current = Current(found.generation, found.switched_at) if found else None
        self._pointers[engagement] = (now, current)
        return current

    def _refuse_other_process(self) -> None:
        if self._pid is None:
            self._pid = os.getpid()
        if self._pid != os.getpid():
            raise RuntimeError("facts were opened before the fork: make GenerationFacts in the worker")


@contextmanager
def _deadline(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """Interrupt what the connection runs when the time is over or nobody waits for it, and roll it back.

    Raises:
        JourneyError: `question_too_slow` (503) where its time was over, `question_abandoned` (503) where all who waited
            have left, `question_too_big` (503) where it needed more memory than it may have.
    """
    driver = connection.connection.dbapi_connection
    guard, done = threading.Lock(), threading.Event()
    alone = unwanted()

    def stop() -> None:
        with guard:  # never the next question of this connection
            if not done.is_set():
                driver.interrupt()  # type: ignore[union-attr]
                _later(_AGAIN_SECONDS, stop)

    def over() -> None:
        with guard:
            done.set()

    timer = _later(seconds, stop)
    stay = alone.then(stop) if alone is not None else None
    try:
        yield
    except (DBAPIError, duckdb.Error) as error:
        cause = getattr(error, "orig", error)
        over()
        connection.rollback()
        if isinstance(cause, duckdb.InterruptException):
            if alone is not None and alone.happened:
                raise abandoned() from error
            raise JourneyError("question_too_slow", status=503, seconds=seconds) from error
        if isinstance(cause, duckdb.OutOfMemoryException):
            raise JourneyError("question_too_big", status=503) from error
        raise
    finally:
        over()
        timer.cancel()
        if stay is not None:
            stay()


def _later(seconds: float, call: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
    return timer


@contextmanager
def _unreadable_is_an_error(engagement: str, number: int, path: Path) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, duckdb.Error) as error:
        cause = getattr(error, "orig", error)
        if isinstance(cause, _BROKEN):
            facts = {"engagement": engagement, "number": number, "path": str(path)}
            raise JourneyError("generation_unreadable", status=503, **facts) from error
        raise
