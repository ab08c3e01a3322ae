"""The journeys by day give what the journeys give: heatmap, its figures, its trend and transitions."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import cycle, product
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Level, Split
from dashboard.journey.stages import UNMAPPED
from data_access import schema
from data_access.facts import EngineFacts
from data_access.heatmap import fetch_heatmap
from data_access.heatmap_cost import fetch_cell_costs
from data_access.heatmap_metrics import fetch_exits, fetch_lift, fetch_mood, fetch_pace
from data_access.heatmap_trend import fetch_heatmap_trend
from data_access.ingest import derive_touches
from data_access.planner import journeys_only
from data_access.transitions import fetch_transitions
from tests.facts import ENGAGEMENT, SCOPE, Cost, Event, Sale, load, model_of, question

MODEL = model_of("ABCX", deal="C", nth={"X": 2})
PERIODS = (
    Period(),
    Period(date(2026, 3, 8), date(2026, 3, 25)),
    Period(date(2026, 3, 29), date(2026, 3, 30)),  # Berlin's short day
    Period(None, date(2026, 3, 20)),
    Period(date(2026, 3, 18), None),
)
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"segments": ("new",)},
    {"channels": ("site", "ads")},
    {"segments": ("loyal", "(none)"), "touchpoints": ("k",)},
)
WINDOWS = cycle((0, 3, 9, 40))


def company() -> tuple[list[Event], list[Sale]]:
    """Forty customers whose days are now moments, now calendar days, with names that the file leaves out."""
    chance = random.Random(3)

    def moment() -> Any:
        day = datetime(2026, 3, 1) + timedelta(days=chance.randrange(40))
        return day.date() if chance.random() < 0.15 else day + timedelta(minutes=20 * chance.randrange(72))

    people = [f"c{number}" for number in range(40)]
    events = [
        Event(
            name,
            chance.choice([*"AABCX", UNMAPPED]),
            moment(),
            chance.choice(["site", "ads", "shop", None]),
            chance.choice(["k", "l", None]),
            segment=chance.choice([None, None, "new", "loyal"]),
            sentiment=chance.choice([None, 0.5, -0.25]),
            cost=chance.choice([None, 2.5]),
        )
        for name in people
        for _ in range(chance.randrange(12))
    ]
    sales = [
        Sale(name, moment(), 10, f"d{name} {number}")
        for name in people
        for number in range(chance.choice((0, 0, 1, 2)))
    ]
    return events, sales


@pytest.fixture(params=["duckdb", "postgresql"])
def facts(request: pytest.FixtureRequest) -> EngineFacts:
    engine = request.getfixturevalue("duck" if request.param == "duckdb" else "postgres")
    events, sales = company()
    costs = [Cost(date(2026, 3, day), 10, "site") for day in range(1, 20, 3)]
    return load(engine, events, sales, costs=costs, model=MODEL, zone="Europe/Berlin")


def asked(facts: EngineFacts, query: JourneyQuery) -> dict[str, Callable[[], pd.DataFrame]]:
    whole = (fetch_heatmap, fetch_pace, fetch_mood, fetch_exits, fetch_lift, fetch_cell_costs)
    calls = {fetch.__name__: partial(fetch, facts, SCOPE, query) for fetch in whole}
    cell = ("A", "site", "k" if query.by else None)
    unit = "month" if query.by else "week"
    calls["trend"] = partial(fetch_heatmap_trend, facts, SCOPE, query, cell, unit)
    level = next(LEVELS)
    calls[f"transitions of {level}"] = partial(
        fetch_transitions, facts, SCOPE, query.with_(level=level, top=next(TOPS))
    )
    return calls


LEVELS, TOPS = cycle(Level), cycle((None, 2))


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    exact = [name for name in expected if not pd.api.types.is_float_dtype(expected[name])]
    one, other = (frame.sort_values(exact, ignore_index=True) for frame in (found, expected))
    pd.testing.assert_frame_equal(one, other, check_dtype=False, rtol=1e-12)


def test_answers_by_day_are_those_of_the_journeys(facts: EngineFacts) -> None:
    numbers = 0
    for number, (by, filters) in enumerate(product(((), (Split.TOUCHPOINT,)), FILTERS)):
        period = PERIODS[number % len(PERIODS)]
        query = question(period=period, by=by, window_days=next(WINDOWS), landmark_days=4, **filters)
        for name, ask in asked(facts, query).items():
            found = ask()
            with journeys_only():
                expected = ask()
            try:
                same(found, expected)
            except AssertionError as error:
                raise AssertionError(f"{name}: {query}") from error
            numbers += len(expected)
    assert numbers > 300


def test_rows_of_touched_customers_alone_are_those_of_everybody(duck: sa.Engine) -> None:
    events, sales = company()
    load(duck, events, sales, model=MODEL, zone="Europe/Berlin")
    day, cell = schema.journey_day, schema.known_cell
    plain = [column for column in day.c if not column.name.endswith("_no") and column.name[:6] != "next_c"]
    whole = sa.select(*[c for c in plain if c.name != "next_touchpoint"]).order_by(day.c.item)
    with duck.begin() as connection:
        before = connection.execute(whole).all()
        someone = connection.scalar(sa.select(sa.func.min(day.c.customer_id)))
        touched = sa.select(sa.literal(someone, sa.BigInteger).label("customer_id")).subquery("touched")
        connection.execute(sa.delete(day).where(day.c.customer_id == someone))
        connection.execute(sa.delete(cell))
        derive_touches.write_known_cells(connection, ENGAGEMENT)
        derive_touches.write_journey_days(connection, ENGAGEMENT, touched)
        assert connection.execute(whole).all() == before
        named = sa.select(cell.c.channel_no, cell.c.channel).distinct()
        told = sa.select(day.c.channel_no, day.c.channel).where(day.c.is_touch).distinct()
        assert set(connection.execute(told)) == set(connection.execute(named))
        assert len(set(connection.execute(named))) == 4  # one name, one number
