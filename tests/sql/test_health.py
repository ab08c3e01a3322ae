"""What each source gave day by day: by hand on both engines, and a real set against plain pandas."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from dashboard.analytics.health import Health, SourceHealth
from data_access import schema
from data_access.facts import EngineFacts
from data_access.health import fetch_health
from data_access.scope import Action, Scope
from tests.facts import SCOPE, Answer, Cost, Ending, Event, Sale, load, model_of
from tests.sql.real_sets import Imported
from tests.thorough import thorough

MODEL = model_of("ABCDE", deal="C")


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour)


def rows(engine: sa.Engine, *given: Event, **more: Any) -> list[tuple[Any, ...]]:
    frame = fetch_health(load(engine, given, model=MODEL, **more), SCOPE)
    frame["local_day"] = [day.day for day in frame["local_day"]]
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_every_raw_row_counts_under_its_source_kind_and_local_day(engine: sa.Engine) -> None:
    found = rows(
        engine,
        Event("u1", "A", at(1), source="crm"),
        Event(None, "A", at(1), source="crm"),
        Event("u1", "unmapped", at(1, 22), source="crm"),  # in Moscow the 2nd
        Event("u1", "B", at(20), source="site"),  # after the import
        sales=[Sale("u1", at(3), 10, "o1", source="crm"), Sale(None, at(3), "-2.5", source="crm")],
        endings=[Ending("u1", "won", at(3), source="crm")],
        answers=[Answer("u1", "A", at(4), 9)],
        costs=[Cost(date(2026, 3, 5), 7), Cost(date(2026, 3, 11), 1)],
        zone="Europe/Moscow",
        now=at(10),
    )
    # source, kind, day, rows, amount, unmapped, without a customer, out of order, of the future
    assert found == [
        ("costs", "cost", 5, 1, Decimal(7), 0, 0, 0, 0),
        ("costs", "cost", 11, 1, Decimal(1), 0, 0, 0, 1),
        ("crm", "event", 1, 2, 0, 0, 1, 0, 0),
        ("crm", "event", 2, 1, 0, 1, 0, 0, 0),
        ("crm", "outcome", 3, 1, 0, 0, 0, 0, 0),
        ("crm", "transaction", 3, 2, Decimal("7.5"), 0, 1, 0, 0),
        ("site", "event", 20, 1, 0, 0, 0, 0, 1),
        ("survey", "survey", 4, 1, 0, 0, 0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("walk", "bought", "backward"),
    [
        ([("A", at(1)), ("B", at(2)), ("A", at(3))], None, 1),
        ([("B", at(1)), ("A", at(1))], None, 0),  # one instant has the order of the stages
        ([("B", at(1, 15)), ("A", date(2026, 3, 1))], None, 0),  # so has a day that holds a calendar day
        ([("A", at(1)), ("B", at(2)), ("A", at(5))], at(4), 0),  # a new round after the deal
        ([("E", at(1)), ("A", at(2)), ("B", at(3))], None, 0),  # from after the deal to before it as well
        ([("E", at(1)), ("D", at(2))], None, 1),
        ([("B", at(1)), ("unmapped", at(2)), ("A", at(3))], None, 1),
        ([("B", at(1)), ("A", at(2)), ("A", at(3))], None, 1),  # the step back alone
    ],
)
def test_out_of_order(engine: sa.Engine, walk: list[Any], bought: datetime | None, backward: int) -> None:
    events = [Event("u1", stage, when) for stage, when in walk]
    sales = [Sale("u1", bought, 1)] if bought else []
    frame: Any = fetch_health(load(engine, events, sales, model=MODEL), SCOPE)
    assert frame["backward"].sum() == backward
    assert frame["rows"].sum() == len(walk) + len(sales)


# ---------------------------------------------------------------------------- the toy shop, by pandas


@pytest.fixture(scope="module")
def found(toys: Imported) -> Health:
    scope = Scope(toys.mapping.engagement, Action.READ, 0)
    return Answers(EngineFacts(toys.engine)).health(scope)


def of_kind(found: Health, kind: str) -> SourceHealth:
    return max((one for one in found.sources if one.kind == kind), key=lambda one: one.rows)


@thorough
def test_spans_and_totals_of_the_shop(toys: Imported, found: Health) -> None:
    views, orders = toys.raw("website_pageviews_first5000.csv.gz"), toys.raw("orders.csv.gz")
    for kind, raw in (("event", views), ("transaction", None)):
        source = of_kind(found, kind)
        table = schema.event if kind == "event" else schema.transaction_line
        stored = toys.frame(table)
        stored = stored[stored["source"] == source.source]
        assert source.rows == len(stored)
        assert source.doubts["ownerless"] == stored["customer_key"].isna().sum()
        if raw is not None:
            days = raw["created_at"].str.slice(0, 10)
            assert (str(source.first_day), str(source.last_day)) == (days.min(), days.max())
    assert str(found.ends["transaction"]) >= orders["created_at"].str.slice(0, 10).max()
    assert found.apart
    info = EngineFacts(toys.engine).info(Scope(toys.mapping.engagement, Action.READ, 0))
    assert info.ends == found.ends  # what the overview says
    behind = found.ends["transaction"] - found.ends["event"]
    assert of_kind(found, "event").behind == behind.days == 1092


@thorough
def test_steps_back_of_the_shop(toys: Imported, found: Health) -> None:
    """The same steps sorted and shifted by pandas; every visitor's orders stand between their page views."""
    places = {key: place for place, key in enumerate(toys.mapping.stage_model.keys, 1)}
    events, deals = toys.frame(schema.event), toys.frame(schema.deal)
    who = toys.frame(schema.customer).set_index("customer_key")["customer_id"]
    events = events[events["stage"].isin(list(places))]
    steps = pd.concat(
        [
            pd.DataFrame(
                {
                    "who": events["customer_key"].map(who),
                    "at": events["occurred_at"],
                    "place": events["stage"].map(places),
                    "event": True,
                }
            ),
            pd.DataFrame(
                {
                    "who": deals.loc[deals["kind"] == "deal", "customer_id"],
                    "at": deals.loc[deals["kind"] == "deal", "moment"],
                    "place": places["order"],
                    "event": False,
                }
            ),
        ]
    ).dropna(subset=["who"])
    steps = steps.sort_values(["who", "at", "place"], kind="stable")
    before = steps.groupby("who")["place"].shift()
    side = steps["place"].sub(places["order"]).clip(-1, 1)
    back = steps["event"] & (steps["place"] < before) & (side == side.groupby(steps["who"]).shift())
    assert of_kind(found, "event").doubts["backward"] == back.sum() > 0


@thorough
def test_gaps_and_jumps_of_the_shops_orders(toys: Imported, found: Health) -> None:
    orders = of_kind(found, "transaction")
    lines = toys.frame(schema.transaction_line)
    days = (
        pd.to_datetime(lines.loc[lines["source"] == orders.source, "local_day"]).value_counts().sort_index()
    )
    days = days.asfreq("D", fill_value=0)
    weeks = days.resample("W-SUN").sum()[(days.resample("W-SUN").size() == 7).to_numpy()]
    usual = weeks.rolling(8).median().shift()
    spread = weeks.rolling(8).apply(lambda eight: (eight - eight.median()).abs().median()).shift() * 1.4826
    spread = pd.concat([spread, usual**0.5], axis=1).max(axis=1).clip(lower=1)
    away = weeks - usual
    jumped = weeks[(away.abs() > 3.5 * spread) & (away.abs() >= 0.3 * usual)]
    mondays = {jump.since + timedelta(7 * number) for jump in orders.jumps for number in range(jump.weeks)}
    assert mondays == {(day - pd.Timedelta(days=6)).date() for day in jumped.index}
    assert len(mondays) >= 3
    empty = {day.date() for day in days.index[days == 0]}
    in_gaps = {gap.since + timedelta(number) for gap in orders.gaps for number in range(gap.days)}
    assert in_gaps <= empty
    filled = (days > 0).astype(int)
    around = filled.groupby(filled.index.day_of_week).transform(
        lambda one: one.rolling(27, 4, center=True).mean()
    )
    # a day that its weekday misses nearly never, in plain sight of half a year, lies in a gap
    assert {day.date() for day in days.index[(days == 0) & (around > 0.93)]} <= in_gaps
