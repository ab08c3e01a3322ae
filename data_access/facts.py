"""Reading facts: one handle for viewers, whatever the engine."""

from __future__ import annotations

from typing import Protocol

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from data_access.generation import read_info
from data_access.scope import Scope


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


class EngineFacts:
    """Facts on one SQLAlchemy engine that holds the derived tables: PostgreSQL, or a test's DuckDB."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def info(self, scope: Scope) -> GenerationInfo:
        with self._engine.connect() as connection:
            return read_info(connection, scope.engagement)

    def frame(self, scope: Scope, statement: sa.Select) -> pd.DataFrame:
        with self._engine.connect() as connection:
            return read_frame(connection, statement)


def read_frame(connection: sa.Connection, statement: sa.Select) -> pd.DataFrame:
    """Rows of a statement as a frame with the statement's column names."""
    result = connection.execute(statement)
    return pd.DataFrame(result.fetchall(), columns=list(result.keys()))
