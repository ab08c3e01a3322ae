"""Columns of the driver become the same frame as its rows do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from data_access import frames
from data_access.frames import read_frame

KINDS = (
    "2::TINYINT", "3::SMALLINT", "4::INTEGER", "5::BIGINT", "6::HUGEINT", "1.5::FLOAT", "2.5::DOUBLE",
    "'nan'::DOUBLE", "true", "'word'", "DATE '2026-01-31'", "TIMESTAMP '2026-01-31 23:59:59.123456'",
    "12345678901234.5678::DECIMAL(18, 4)", "99999999999999999999999999.1234::DECIMAL(38, 4)", "0.5::DECIMAL(2, 1)",
    "[1.5::DOUBLE, NULL]", "[1::BIGINT]", "['a', NULL]", "[]::VARCHAR[]", "INTERVAL 3 DAY", "TIME '10:00'",
)  # fmt: skip


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@pytest.fixture(params=[0, frames._FEW], ids=["columns", "few"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of few rows are made in another way than those of many; here each of every number."""
    monkeypatch.setattr(frames, "_FEW", request.param)


def asked(kind: str, rows: str) -> sa.Select:
    """One column of a kind: with a value, without, both, or no row."""
    return sa.select(sa.literal_column("value").label("value")).select_from(
        sa.text(f"(SELECT * FROM (VALUES {rows.format(kind)}) AS listed (value)) AS listed")
    )


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("rows", ["({0}), ({0})", "({0}), (NULL)", "(NULL), ({0}), ({0})"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_any_kind_is_what_pandas_makes_of_rows(
    connection: sa.Connection, kind: str, rows: str
) -> None:
    statement = asked(kind, rows)
    found = read_frame(connection, statement)
    told = connection.execute(statement)
    expected = pd.DataFrame(told.fetchall(), columns=list(told.keys()))
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert list(map(type, found["value"])) == list(map(type, expected["value"]))
    assert repr(found["value"].tolist()) == repr(expected["value"].tolist())


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("kind", KINDS)
def test_a_column_without_any_value_is_none_alone(connection: sa.Connection, kind: str) -> None:
    empty = read_frame(connection, asked(kind, "({0})").where(sa.text("value IS NULL")))
    assert empty["value"].dtype == object
    assert empty.empty
    nothing = asked(kind, "(NULL), ({0})").where(sa.text("value IS NULL"))
    assert read_frame(connection, nothing)["value"].tolist() == [None]


@pytest.mark.usefixtures("either_way")
def test_money_and_days_and_lists_are_exact(connection: sa.Connection) -> None:
    statement = sa.select(
        sa.literal_column("sum(amount)", sa.Numeric(18, 4)).label("amount"),
        sa.literal_column("max(day)", sa.Date).label("day"),
        sa.literal_column("[0.1::DOUBLE, 0.2::DOUBLE]").label("days"),
        sa.literal_column("max(day)::TIMESTAMP", sa.DateTime).label("amount"),
    ).select_from(
        sa.text("(VALUES (0.1::DECIMAL(18, 4), DATE '2026-02-28'), (0.2, NULL)) AS sold (amount, day)")
    )
    found = read_frame(connection, statement)
    row: Any = found.to_numpy(dtype=object).tolist()[0]
    assert row == [Decimal("0.3000"), date(2026, 2, 28), [0.1, 0.2], datetime(2026, 2, 28)]
    assert str(row[0]) == "0.3000"
    assert list(found.columns) == ["amount", "day", "days", "amount"]


@pytest.mark.usefixtures("either_way")
def test_what_the_statement_calls_money_or_a_number_is_one(connection: sa.Connection) -> None:
    statement = sa.select(
        sa.literal_column("0.25::DOUBLE", sa.Numeric(18, 4)).label("money"),
        sa.literal_column("0.25::DECIMAL(18, 4)", sa.Double).label("number"),
    )
    found = read_frame(connection, statement)
    assert type(found["money"][0]) is Decimal
    assert found["number"].dtype == float


@pytest.mark.usefixtures("either_way")
def test_a_frame_can_be_written_to(connection: sa.Connection) -> None:
    found = read_frame(connection, sa.select(sa.literal(1).label("one"), sa.literal(2.5).label("two")))
    found.loc[0, "one"] = 3
    found["two"] += 1
    assert found.to_dict("records") == [{"one": 3, "two": 3.5}]


def test_kept_frames_take_the_memory_of_their_rows(connection: sa.Connection) -> None:
    """DuckDB's own vectors have room for 2 048 rows: 400 small frames held 150 MB of them."""
    numbers = ", ".join(f"one.n * {place} + 0.5::DOUBLE AS number_{place}" for place in range(30))
    text = sa.text(f"(SELECT 'name ' || one.n AS name, {numbers} FROM range(8) AS one(n)) AS listed")
    columns = ["name", *(f"number_{place}" for place in range(30))]
    statement = sa.select(*map(sa.literal_column, columns)).select_from(text)
    kept = [read_frame(connection, statement)]
    before = _resident()
    kept += [read_frame(connection, statement) for _ in range(400)]
    assert len(kept[-1]) == 8
    assert _resident() - before < 50


def _resident() -> float:
    """Memory of this process [MB]."""
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024
