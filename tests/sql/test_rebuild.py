"""PostgreSQL derives what DuckDB derives: of the same raw rows every derived table, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from dashboard.settings import Settings
from data_access import schema
from data_access.engine import engagement_folder, generation_numbers, generation_path, viewer_engine
from data_access.generation import read_info
from data_access.ingest import derive, refresh
from data_access.ingest.engine import append, fetch_table
from data_access.ingest.touched import CHANGED, begin
from tests.facts import ENGAGEMENT, Answer, Cost, Ending, Event, Known, Sale, load, model_of
from tests.sql.test_sources import company as random_company
from tests.tables import fresh
from tests.thorough import first_now, thorough
from tests.unit.data_access.ingest.imports import Company
from tests.unit.data_access.ingest.test_refresh import Deliveries

NOW = datetime(2030, 1, 1)
# one phone makes two of them one, a mail a third; "0" stands for nobody; six have one phone
PEOPLE = (
    *((f"c{number}", "phone", "79160000001") for number in (1, 2)),
    *((f"c{number}", "email", "one@x.ru") for number in (2, 3)),
    *((f"c{number}", "phone", "79160000002") for number in (3, 40)),
    *((f"c{number}", "phone", "0") for number in (5, 6)),
    *((f"c{number}", "phone", "79160000009") for number in range(10, 16)),
)
MERGED: dict[str, Any] = random_company(40) | {
    "identities": PEOPLE,
    "segments": {"c9": "vip", "c1": "new"},
    "endings": [
        Ending("c1", "lost", 30, reason="price", stage_when_lost="B", deal_ref="d1"),
        Ending("c2", "won", date(2026, 3, 1), amount="12.5", deal_ref="d2"),
        Ending("c4", "lost", 31),
        Ending(None, "lost", 32),
    ],
    "answers": [
        Answer("c1", "A", 3, 9.0, segment="vip"),
        Answer("c2", "odd", date(2026, 2, 3), None, weight=0.5),
        Answer(None, "A", 3, 2.0, respondent="r"),
        Answer(None, None, 3, 7.0),
    ],
    "known": [Known("c1", "age", "30"), Known("c2", "age", "31", since=40), Known("c3", "город", "Тверь")],
    "costs": [
        Cost(date(2026, 2, 1), "10.25", "site"),
        Cost(date(2026, 2, 1), 5, "site"),
        Cost(date(2031, 1, 1), 1),
    ],
}
CASES: dict[str, dict[str, Any]] = {
    "merged": MERGED,
    "up to a day": MERGED | {"analysis_date": date(2026, 4, 1)},
    "no sales": MERGED | {"sales": []},
    "nobody": {"model": model_of("ABC", deal="C")},
    "odd": {
        "model": model_of("ABCX", deal="C", nth={"X": 2}),
        "zone": "Europe/Berlin",
        "events": [
            Event(
                "Ёж",
                "A",
                datetime(2026, 3, 28, 23, 59, 59, 999_999),
                "Ящик",
                touchpoint="Ещё",
                segment="Ёлки",
            ),
            Event("Ёж", "B", date(2026, 3, 29), "email", cost=0.0001, sentiment=-0.1, amount=0.3),
            Event("ёж", "A", datetime(2026, 10, 25, 0, 30, 0, 1), "ящик", touchpoint="ещё", segment="ёлки"),
            Event("zebra", "A", datetime(2026, 10, 25, 1, 30, 0, 123_457), "Email", label="a"),
            Event("Zebra", "B", datetime(2026, 10, 26, 1, 30, 0, 7), "email", label="b"),
            Event("zebra", "B", datetime(2026, 11, 27, 3, 4, 5, 678_901), None),
            Event("a b", "A", datetime(2026, 10, 25, 0, 30), "-"),
            Event("a-b", "unmapped", date(2026, 10, 25), ""),
            Event(None, "A", 5),
            Event("late", "A", datetime(2031, 1, 1)),
        ],
        "sales": [
            Sale("Ёж", date(2026, 10, 25), "0.0001", "Z1", "Чай", "shop", quantity=0.5),
            Sale("Ёж", date(2026, 10, 25), "99999999999999", "Z1", "чай", "Shop", quantity=1.25),
            Sale("Ёж", date(2026, 10, 27), "-99999999999999.0001", None, refund_of="Z1"),
            Sale("zebra", datetime(2026, 11, 28, 1), 0, "z1"),
            Sale("zebra", datetime(2026, 11, 28, 1), Decimal("7"), None),
            Sale("zebra", datetime(2026, 11, 28, 1), Decimal("7"), None),
            Sale(None, 3, 10),
            Sale("Late", datetime(2031, 1, 1), 10),
        ],
    },
}


def copy_raw(origin: sa.Connection, target: sa.Connection) -> None:
    """Put the raw rows of one database in the place of another's."""
    for table in (*schema.RAW, *schema.KEPT):
        target.execute(sa.delete(table))
        append(target, table, fetch_table(origin, sa.select(table)))


def assert_same_rows(one: sa.Connection, other: sa.Connection) -> None:
    """Every derived table holds the same rows, to the last digit."""
    for table in schema.DERIVED:
        rows, others = (Counter(map(tuple, each.execute(sa.select(table)))) for each in (one, other))
        assert rows == others, table.name


def frame_of(connection: sa.Connection, engagement: str, analysis_date: date | None = None) -> dict[str, Any]:
    """What the derivation of a generation was told."""
    built, info = schema.generation, read_info(connection, engagement)
    row = connection.execute(sa.select(built).where(built.c.engagement == engagement)).one()
    frame = {"engagement": engagement, "number": row.number, "now": row.built_at, "zone": row.zone}
    return frame | {"currency": row.currency, "model": info.model, "analysis_date": analysis_date}


def rebuilt_alike(duck: sa.Engine, postgres: sa.Engine, engagement: str, analysis_date: date | None) -> None:
    """Derive a DuckDB's raw rows anew on PostgreSQL, and compare."""
    with duck.connect() as origin:
        frame = frame_of(origin, engagement, analysis_date)
        with postgres.begin() as target:
            copy_raw(origin, target)
            derive.rebuild(target, **frame)
            assert_same_rows(origin, target)


@pytest.fixture(scope="module")
def russian(postgres_url: str) -> Iterator[sa.Engine]:
    """A database that orders text as Russian dictionaries do: the language of a server must change nothing."""
    server = sa.make_url(postgres_url)
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    name = sql.Identifier("russian")
    made = "CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'ru-RU'"
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL(made).format(name))
        engine = sa.create_engine(server.set(database="russian"))
        yield engine
        engine.dispose()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.mark.parametrize("case", first_now(CASES, now=3))
def test_postgresql_derives_hand_made_facts_alike(duck: sa.Engine, russian: sa.Engine, case: str) -> None:
    load(duck, now=NOW, **CASES[case])
    fresh(russian)
    rebuilt_alike(duck, russian, ENGAGEMENT, CASES[case].get("analysis_date"))


@thorough
def test_postgresql_derives_the_demo_alike(demo_settings: Settings, postgres: sa.Engine) -> None:
    number = generation_numbers(engagement_folder(demo_settings, "demo"))[-1]
    engine = viewer_engine(demo_settings, generation_path(demo_settings, "demo", number))
    fresh(postgres)
    rebuilt_alike(engine, postgres, "demo", None)
    engine.dispose()


class OnBoth(Deliveries):
    """The same client, whose deliveries are derived on PostgreSQL too, each from what the last one left there."""

    def __init__(self, company: Company, seed: int, postgres: sa.Engine) -> None:
        super().__init__(company, seed)
        self._postgres = postgres

    def _derive(self, connection: sa.Connection, touched: Any) -> None:
        super()._derive(connection, touched)
        with self._postgres.begin() as other:
            copy_raw(connection, other)
            if touched is not None:
                begin(other, CHANGED)
                append(other, CHANGED, fetch_table(connection, sa.select(CHANGED)))
                touched = refresh.touched_by(other, import_id=self.company.imports, **self._frame())
                assert touched is not None
            super()._derive(other, touched)
            assert_same_rows(connection, other)


@thorough
def test_postgresql_derives_touched_customers_alike(
    tmp_path: Path, russian: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "MOST_TOUCHED", 1)  # of forty people a few are many
    fresh(russian)
    client = OnBoth(Company(tmp_path), 1, russian)
    client.next(**client.some(40))
    for _ in range(3):
        client.next(**client.some(3))
    client.is_whole()
    assert client.found[0] is None
    assert all(client.found[1:])
    client.company.engine.dispose()
