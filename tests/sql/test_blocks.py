"""A long log is derived by blocks of customers, and every table holds what one derivation of everybody leaves."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from data_access.ingest import derive, derive_facts
from tests.facts import ENGAGEMENT, Event, load
from tests.sql.test_rebuild import CASES, NOW, copy_raw, frame_of
from tests.tables import fresh
from tests.unit.data_access.ingest.test_refresh import derived


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch, duck: sa.Engine) -> None:
    """Of a few raw rows each; what stands in the tables before was derived at once."""
    load(duck, now=NOW, **CASES["merged"])
    with duck.connect() as connection:
        assert derive_facts.blocks(connection, ENGAGEMENT) == [None]
    monkeypatch.setattr(derive_facts, "BLOCK", 20)
    with duck.connect() as connection:
        assert len(derive_facts.blocks(connection, ENGAGEMENT)) > 3


def test_blocks_leave_what_one_derivation_leaves(duck: sa.Engine) -> None:
    with duck.begin() as connection:
        whole = derived(connection)
        derive.rebuild(connection, **frame_of(connection, ENGAGEMENT))
        assert derived(connection) == whole


def test_blocks_leave_the_same_on_postgresql(duck: sa.Engine, postgres: sa.Engine) -> None:
    fresh(postgres)
    with duck.connect() as origin, postgres.begin() as target:
        copy_raw(origin, target)
        derive.rebuild(target, **frame_of(origin, ENGAGEMENT))
        assert derived(target) == derived(origin)


def test_a_log_of_nobody_is_one_block(duck: sa.Engine) -> None:
    load(duck, [Event(None, "initial_consideration", hour) for hour in range(30)])
    with duck.begin() as connection:
        assert derive_facts.blocks(connection, ENGAGEMENT) == [None]
        derive.rebuild(connection, **frame_of(connection, ENGAGEMENT))
