"""Reading facts: one handle for viewers, whatever the engine."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from data_access.frames import read_frame
from data_access.generation import read_info
from data_access.recorder import record
from data_access.scope import Scope

Worked = TypeVar("Worked")


@dataclass(frozen=True, slots=True)
class Current:
    """Which generation is current, and since when (naive UTC)."""

    number: int
    switched_at: datetime


class Facts(Protocol):
    """What every `fetch_` needs: the frame of the current generation and a way to run a statement on it."""

    def info(self, scope: Scope) -> GenerationInfo:
        """The current generation of the scope's engagement.

        Raises:
            JourneyError: `no_data_yet` where nothing was imported.
        """
        ...

    def frame(self, scope: Scope, statement: sa.Select) -> pd.DataFrame:
        """Rows of a statement on the current generation; money columns hold `Decimal`.

        Raises:
            JourneyError: `question_too_slow` past the deadline.
        """
        ...

    def worked_out(
        self, scope: Scope, question: tuple[Hashable, ...], compute: Callable[[], Worked]
    ) -> Worked:
        """What is made of frames: may be kept as long as they are, and then serves everybody who may ask the question.

        Args:
            question: with the current generation it alone decides the answer, which holds no words of a language.
            compute: gives a value that never changes.

        Raises:
            JourneyError: whatever `compute` raises; nothing is kept then.
        """
        ...

    def status(self, scope: Scope) -> Current | None:
        """The current generation, cheaply: for live and stale states. None before the first import."""
        ...

    def pinned(self) -> AbstractContextManager[None]:
        """Everything read inside comes from one generation, also where a new one appears meanwhile."""
        ...


class EngineFacts:
    """Facts on one SQLAlchemy engine that holds the derived tables: PostgreSQL, or a test's DuckDB."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def info(self, scope: Scope) -> GenerationInfo:
        with self._engine.connect() as connection:
            return read_info(connection, scope.engagement)

    def frame(self, scope: Scope, statement: sa.Select) -> pd.DataFrame:
        record(statement, self._engine.dialect)
        with self._engine.connect() as connection:
            return read_frame(connection, statement)

    def worked_out(
        self, scope: Scope, question: tuple[Hashable, ...], compute: Callable[[], Worked]
    ) -> Worked:
        return compute()

    def status(self, scope: Scope) -> Current | None:
        info = self.info(scope)
        return Current(info.number, info.built_at)

    @contextmanager
    def pinned(self) -> Iterator[None]:
        yield
