"""The engines that every statement must answer alike on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from tests.sql.real_sets import Imported, imported
from tests.tables import memory


@pytest.fixture(scope="session")
def duck() -> Iterator[sa.Engine]:
    """A DuckDB in memory; `tests.facts.load` empties it for each test."""
    engine = memory()
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


@pytest.fixture(scope="session")
def bank() -> Iterator[Imported]:
    """Loan applications of a bank."""
    yield from imported("bpi2012_loan_applications")


@pytest.fixture(scope="session")
def shop() -> Iterator[Imported]:
    """A year of a grocery chain."""
    yield from imported("complete_journey")


@pytest.fixture(scope="session")
def toys() -> Iterator[Imported]:
    """Web sessions, orders and refunds of a toy shop."""
    yield from imported("toy_store_web")


@pytest.fixture(scope="session")
def log(bank: Imported) -> Any:
    """The bank's file as pandas reads it; `utc` and the local `day` beside the text."""
    log = bank.raw("events.csv.gz")
    log.columns = ["case", "registered", "amount", "name", "step", "at", "resource"]
    log["utc"] = pd.to_datetime(log["at"], format="ISO8601", utc=True)
    log["day"] = log["utc"].dt.tz_convert("Europe/Amsterdam").dt.date
    return log


@pytest.fixture(scope="session")
def lines(shop: Imported) -> Any:
    """The chain's lines as pandas reads them; `amount` exact, `day` as text."""
    lines = shop.raw("transactions_sample.csv.gz")
    lines["amount"] = [round(Decimal(text), 4) for text in lines["sales_value"]]
    lines["day"] = lines["transaction_timestamp"].str.slice(0, 10)
    return lines
