"""The engines that every statement must answer alike on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa


@pytest.fixture
def duck() -> Iterator[sa.Engine]:
    """An empty DuckDB in memory."""
    engine = sa.create_engine("duckdb:///:memory:")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Iterator[sa.Engine]:
    """A real PostgreSQL; `tests.facts.load` empties it for each test."""
    engine = sa.create_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["duckdb", "postgresql"])
def engine(request: pytest.FixtureRequest) -> sa.Engine:
    """Each test that asks for it runs on both engines."""
    return request.getfixturevalue("duck" if request.param == "duckdb" else "postgres")
