"""The live demo: a story cut at today, told in order, and nothing of it twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
import yaml

from dashboard.demo import live
from dashboard.demo.mapping import mapping_text
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.engine import generation_path, viewer_engine
from data_access.ingest.run import run_import
from data_access.schema import deal, journey
from data_access.state.engine import state_engine
from data_access.state.migrate import migrate

TODAY = date(2026, 11, 22)
PEOPLE = 600
Told = tuple[
    dict[str, Any], list[live.Batch]
]  # pandas' declared types are wider than what a chain of calls gives


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The past as it stands in files, and the first 420 batches, some of them of the second story."""
    folder = tmp_path_factory.mktemp("live")
    _, batches = live.begin(folder, "live", PEOPLE, TODAY)
    past = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("customers", "events", "orders")}
    return past, list(islice(batches, 420))


def _column(batches: list[live.Batch], table: str, name: str) -> list[Any]:
    return [value for one in batches for value in getattr(one, table)[name]]


def test_the_past_ends_yesterday_and_the_rest_is_still_to_come(told: Told) -> None:
    past, batches = told
    assert max(past["events"]["at"]) < pd.Timestamp(TODAY) <= min(batches[0].events["at"])
    assert not set(past["events"]["event_id"]) & set(_column(batches, "events", "event_id"))


def test_nothing_is_told_twice_and_nobody_acts_before_they_are_known(told: Told) -> None:
    past, batches = told
    numbers = _column(batches, "events", "event_id")
    assert len(numbers) == len(set(numbers))
    known = set(past["customers"]["customer_id"])
    for batch in batches:
        new = set(batch.customers["customer_id"])
        assert not new & known
        known |= new
        assert {*batch.events["customer_id"], *batch.orders["customer_id"]} <= known


def test_a_year_is_followed_by_another_story(told: Told) -> None:
    batches = told[1]
    marked = [str(one).startswith("8-") for one in _column(batches, "events", "event_id")]
    assert not marked[0]
    assert marked[-1]
    assert marked == sorted(marked)
    assert all(str(one).startswith("8-C") for one in batches[-1].events["customer_id"])


def test_batches_are_small_and_the_same_each_time(told: Told, tmp_path: Path) -> None:
    sizes = [len(one.events) + len(one.orders) for one in told[1]]
    assert 5 < sum(sizes) / len(sizes) < 11
    assert min(sizes) > 0
    again = list(islice(live.begin(tmp_path, "live", PEOPLE, TODAY)[1], 5))
    assert all(one.events.equals(two.events) for one, two in zip(told[1], again, strict=False))


def test_an_order_has_the_moment_of_its_deal(told: Told, tmp_path: Path) -> None:
    batch = next(
        one for one in told[1] if len(one.orders) and set(one.orders["order_id"]) & set(one.events["deal_id"])
    )
    since = datetime(2026, 11, 22, 12, 0, 0)
    batch.write(tmp_path, "live", since, since + timedelta(seconds=3))
    events, orders = (pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("events", "orders"))
    for frame in (events, orders):
        assert frame["at"].between(pd.Timestamp(since), pd.Timestamp(since + timedelta(seconds=3))).all()
    deals = events.dropna(subset="deal_id").set_index("deal_id")["at"].to_dict()
    shared = orders.loc[orders["order_id"].isin(deals)]
    assert len(shared)
    assert all(deals[row.order_id] == row.at for row in shared.itertuples())


def test_a_mapping_of_some_sources_names_them_alone() -> None:
    chosen = yaml.safe_load(mapping_text("live", ["events", "customers"]))
    assert [one["name"] for one in chosen["sources"]] == ["customers", "events"]
    assert chosen["engagement"] == "live"
    whole = yaml.safe_load(mapping_text())
    assert [one for one in whole["sources"] if one["name"] in ("customers", "events")] == chosen["sources"]


def test_a_batch_goes_the_way_of_everybodys_files(tmp_path: Path) -> None:
    """Two batches make two generations; every row and rouble of them arrives."""
    settings = Settings(data=tmp_path / "data", secret_key="only-for-tests-0123-abcd-9876-zyxw-q")  # type: ignore[arg-type]
    settings.data.mkdir()
    migrate(state_engine(settings))
    past, batches = live.begin(tmp_path, "live", PEOPLE, TODAY)
    before = _counts(settings, run_import(settings, past, None, "console")["generation"])
    now = utc_now()
    batch = next(one for one in batches if len(one.orders))
    folder = tmp_path / "batch"
    folder.mkdir()
    report = run_import(settings, batch.write(folder, "live", now - timedelta(hours=1), now), None, "console")
    after = _counts(settings, report["generation"])
    assert (report["status"], report["generation"]) == ("done", 2)
    assert after[1] - before[1] == pytest.approx(sum(map(float, batch.orders["amount"])))
    assert after[0] > before[0]


def _counts(settings: Settings, generation: int) -> tuple[int, float]:
    """Rows of journeys, money of deals."""
    engine = viewer_engine(settings, generation_path(settings, "live", generation))
    with engine.connect() as connection:
        rows = connection.execute(sa.select(sa.func.count()).select_from(journey)).scalar_one()
        money = connection.execute(sa.select(sa.func.sum(deal.c.amount))).scalar_one()
    engine.dispose()
    return rows, float(money)
