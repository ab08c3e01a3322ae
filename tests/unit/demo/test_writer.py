"""The demo's files: complete, inside their days, equal for equal arguments, with the slips of a real CRM."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from dashboard.demo.plan import SEGMENTS, STAGE_LABELS, TOUCHPOINTS
from dashboard.demo.writer import write_demo
from dashboard.journey.channels import CHANNELS
from dashboard.journey.period import add_months
from dashboard.journey.stages import PRESETS
from tests.demo_data import DEMO_CUSTOMERS, DEMO_UNTIL, demo_folder

Tables = dict[str, Any]  # of pandas, whose declared types are wider than what a chain of calls gives
FILES = ("customers", "events", "orders", "costs", "surveys")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Every file of the small set."""
    folder = demo_folder(tmp_path_factory.mktemp("demo"))
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in FILES}


def test_equal_arguments_give_equal_files(tmp_path: Path) -> None:
    """Seeded: the same people in the same order."""
    for name in ("one", "two"):
        write_demo(tmp_path / name, 600, date(2026, 5, 3), seed=3)
    for name in FILES:
        one, two = (pq.read_table(tmp_path / run / f"{name}.parquet") for run in ("one", "two"))
        assert one.equals(two), name


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    for seed in (3, 4):
        write_demo(tmp_path / str(seed), 600, date(2026, 5, 3), seed=seed)
    one, two = (pd.read_parquet(tmp_path / seed / "customers.parquet") for seed in ("3", "4"))
    assert len(one) == len(two) == 600
    assert not one["age"].equals(two["age"])


def test_progress_ends_at_one(tmp_path: Path) -> None:
    seen: list[float] = []
    write_demo(tmp_path, 500, date(2026, 5, 3), progress=lambda _, done: seen.append(done))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)


def test_every_moment_lies_in_the_two_years(tables: Tables) -> None:
    start, until = pd.Timestamp(add_months(DEMO_UNTIL, -24)), pd.Timestamp(DEMO_UNTIL)
    for name in ("events", "orders", "surveys"):
        assert tables[name]["at"].min() >= start, name
        assert tables[name]["at"].max() < until, name
    for name in ("events", "orders"):  # both sources end on the last day: the data end is yesterday
        assert tables[name]["at"].max() >= until - timedelta(days=1), name
    assert set(tables["costs"]["day"]) == {
        day.date() for day in pd.date_range(start, until, inclusive="left")
    }


def test_customers_have_a_segment_each(tables: Tables) -> None:
    customers = tables["customers"]
    assert customers["customer_id"].is_unique
    assert len(customers) == DEMO_CUSTOMERS
    assert set(customers["segment"]) == {segment.name for segment in SEGMENTS}
    known = set(customers["customer_id"])
    assert all(set(tables[name]["customer_id"]) <= known for name in ("events", "orders", "surveys"))


def test_a_few_buy_without_any_touch(tables: Tables) -> None:
    labels = {STAGE_LABELS[stage] for stage in PRESETS["loop6"].lead_keys}
    leads = tables["events"][tables["events"]["stage"].isin(labels)]
    direct = set(tables["orders"]["customer_id"]) - set(leads["customer_id"])
    assert 0.01 <= len(direct) / DEMO_CUSTOMERS <= 0.03


def test_channels_ship_with_the_product_and_touchpoints_are_named(tables: Tables) -> None:
    events = tables["events"]
    assert set(events["channel"]) <= set(CHANNELS)
    assert events["channel"].nunique() == 10
    assert 35 <= len(TOUCHPOINTS) <= 45
    assert events["touchpoint"].nunique() == len(TOUCHPOINTS)
    assert set(STAGE_LABELS) == set(PRESETS["loop6"].keys)


def test_few_labels_are_of_no_stage(tables: Tables) -> None:
    unmapped = ~tables["events"]["stage"].isin(STAGE_LABELS.values())
    assert 0 < unmapped.mean() < 0.002


def test_deals_stand_in_both_files_under_one_number(tables: Tables) -> None:
    """Each order is an event at its own moment; a handful of won deals were never paid."""
    events, orders = tables["events"], tables["orders"]
    won = events[events["deal_id"].notna()].set_index("deal_id")
    paid = orders.groupby("order_id").agg(at=("at", "min"), customer_id=("customer_id", "first"))
    both = paid.join(won.add_suffix("_won"))
    assert (both["at"] == both["at_won"]).all()
    assert (both["customer_id"] == both["customer_id_won"]).all()
    assert 1 <= len(won) - len(paid) <= 5
    assert set(won["stage"]) == {STAGE_LABELS["purchase"]}


def test_order_lines_add_up_to_deals_and_refunds(tables: Tables) -> None:
    orders = tables["orders"]
    day = orders["at"].dt.normalize()
    sums = orders.groupby(["order_id", day])["amount"].sum().reset_index()
    first = sums.groupby("order_id")["amount"].transform("first").eq(sums["amount"])
    assert (sums.loc[first, "amount"] > 0).all()
    assert (sums.loc[~first, "amount"] < 0).all()
    assert 0.01 <= (~first).sum() / first.sum() <= 0.03
    assert 1.2 <= len(orders) / first.sum() <= 1.6
    assert (orders.loc[orders["product"] == "Списание бонусов", "amount"] < 0).all()


def test_surveys_hold_both_scales(tables: Tables) -> None:
    scores = tables["surveys"].groupby("metric")["score"].agg(["min", "max", "size"])
    assert scores.loc["nps", ["min", "max"]].between(0, 10).all()
    assert scores.loc["csat", ["min", "max"]].between(1, 5).all()
    assert (scores["size"] > 100).all()
    phone = tables["surveys"].query("touchpoint == 'Консультация по телефону'")["score"].mean()
    assert phone < tables["surveys"].query("metric == 'csat'")["score"].mean() - 0.5


def test_people_shop_in_the_evening_and_at_the_weekend(tables: Tables) -> None:
    at = tables["events"]["at"]
    hours = at.dt.hour.value_counts(normalize=True)
    assert hours[19] > 5 * hours[4]
    days = at.dt.day_of_week.value_counts(normalize=True)
    assert days[5] > 1.1 * days[1]


def test_costs_stand_on_every_day_and_grow_with_the_touches(tables: Tables) -> None:
    costs = tables["costs"]
    assert (costs["amount"] >= 0).all()
    assert costs.groupby("day").size().eq(10).all()
    revenue = tables["orders"]["amount"].sum()
    assert 0.05 <= costs["amount"].sum() / revenue <= 0.25


def test_the_mapping_names_columns_that_exist(
    tmp_path_factory: pytest.TempPathFactory, tables: Tables
) -> None:
    folder = demo_folder(tmp_path_factory.mktemp("demo"))
    mapping = yaml.safe_load((folder / "mapping.yaml").read_text("utf-8"))
    assert (mapping["timezone"], mapping["currency"], mapping["stages"]) == ("Europe/Moscow", "RUB", "loop6")
    for source in mapping["sources"]:
        columns = set(tables[source["name"]])
        named = set(_columns(source))
        assert named
        assert named <= columns, source["name"]


def _columns(part: object) -> list[str]:
    """Every value under a key `column`."""
    if isinstance(part, dict):
        own = [part["column"]] if isinstance(part.get("column"), str) else []
        return own + [name for value in part.values() for name in _columns(value)]
    return [name for value in part for name in _columns(value)] if isinstance(part, list) else []
