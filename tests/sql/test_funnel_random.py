"""Random journeys: the SQL of every mode on DuckDB and PostgreSQL against the oracle, customer by customer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.analytics.funnel import funnel
from dashboard.journey.period import Period
from dashboard.journey.query import Entry, JourneyQuery, Mode, Split
from dashboard.journey.stages import StageModel
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel, fetch_priced_funnel
from tests.facts import ENGAGEMENT, SCOPE, Event, Sale, load, model_of
from tests.oracle import funnel as oracle

CUSTOMERS = 60
DAYS = 24


@dataclass(frozen=True)
class Log:
    """One random engagement: many customers, each with a segment of its own or a changing one."""

    events: list[Event]
    sales: list[Sale]
    segments: dict[str, str]
    model: StageModel
    zone: str


def random_log(seed: int) -> Log:
    """Journeys with ties, calendar days, deals, refunds and segments that change."""
    chance = random.Random(seed)
    nth = chance.choice([{}, {"E": 2}, {"E": 2}, {"E": 3}, {"D": 2, "E": 3}, {"D": 3, "E": 2}])
    model = model_of("ABCDE", deal=chance.choice("CCCB"), nth=nth)
    zone = chance.choice(["UTC", "Europe/Berlin"])
    start = chance.choice([datetime(2026, 3, 20), datetime(2026, 10, 16)])  # the clocks change in between
    with_sales, date_only = chance.random() < 0.7, chance.choice([0.0, 0.0, 0.3, 1.0])
    changing = chance.random() < 0.4

    def moment() -> Any:
        if chance.random() < date_only:
            return (start + timedelta(days=chance.randrange(DAYS))).date()
        # few hours a day, so that equal times and exact window ends happen
        return start + timedelta(days=chance.randrange(DAYS), hours=chance.choice([0, 1, 12, 22, 23]))

    events, sales = [], []
    for number in range(CUSTOMERS):
        name = f"u{number}"
        for _ in range(chance.randrange(1, 9)):
            segment = chance.choice(["s", "t", None]) if changing else None
            channel = chance.choice(["x", "y", None])
            events.append(Event(name, chance.choice("AAABBCDE"), moment(), channel, segment=segment))
        for index in range(chance.randrange(5) if with_sales else 0):
            amount = chance.choice([100, 250, 99.5, -50, 0])
            sales.append(Sale(name, moment(), amount, ref=chance.choice([None, f"{name}-{index // 2}"])))
    segments = {} if changing else {f"u{number}": f"u{number}" for number in range(CUSTOMERS - 3)}
    return Log(events, sales, segments, model, zone)


def random_queries(log: Log, seed: int) -> Iterator[JourneyQuery]:
    """Every mode x entry x increasing x mature, each with its own window, period, steps and filters."""
    chance = random.Random(-seed)
    first = min(_day(event.when) for event in log.events)
    shapes = [
        *product([Mode.ORDERED], Entry, [False, True], [False, True]),
        *product([Mode.STRICT], Entry, [False], [False, True]),
        *product([Mode.ANY, Mode.REACHED], [Entry.BEST], [False], [False, True]),
    ]
    for mode, entry, increasing, mature in shapes:
        period = Period()
        if chance.random() < 0.6:
            since = first + timedelta(days=chance.randrange(8))
            period = Period(since, since + timedelta(days=chance.randrange(3, 16)))
        stages = chance.choice(
            [(), (), ("A", "B", "C"), ("A", "C", "E"), ("B", "D", "E"), ("B", "C", "D", "E")]
        )
        yield JourneyQuery(
            ENGAGEMENT,
            period=period,
            stages=stages,
            mode=mode,
            entry=entry,
            increasing=increasing,
            mature=mature,
            window_days=chance.choice([0, 1, 3, 7, 10]),
            horizon_days=chance.choice([None, 0, 4, 9]),
            channels=chance.choice([(), (), ("x",)]),
            by=(Split.SEGMENT,),
        )


def _day(when: Any) -> date:
    return when.date() if isinstance(when, datetime) else when


@pytest.fixture(scope="module", params=["duckdb", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    if request.param == "duckdb":
        engine = sa.create_engine("duckdb:///:memory:")
    else:
        engine = sa.create_engine(request.getfixturevalue("postgres_url"))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("seed", range(10))
def test_every_mode_equals_the_oracle(engine: sa.Engine, seed: int) -> None:
    log = random_log(seed)
    facts = load(engine, log.events, log.sales, model=log.model, segments=log.segments, zone=log.zone)
    info = facts.info(SCOPE)
    everybody = oracle.people(log.events, log.sales, info, log.segments)
    for query in random_queries(log, seed):
        _compare(facts, query, everybody)


def _compare(facts: EngineFacts, query: JourneyQuery, everybody: dict[str, oracle.Person]) -> None:
    info = facts.info(SCOPE)
    rules = oracle.Rules(info, query)
    expected = oracle.funnel(everybody, rules)
    found = {
        group.segment: group.steps for group in funnel(fetch_funnel(facts, SCOPE, query), query, info).groups
    }
    assert set(expected) <= set(found), query
    for segment, steps in found.items():
        counts = expected.get(segment) or [oracle.Count() for _ in steps]
        assert [(step.customers, step.immature) for step in steps] == [
            (count.customers, count.immature) for count in counts
        ], (segment, query)
        for step, count in zip(steps, counts, strict=True):
            days = [oracle.quantile(count.days, share) for share in (0.5, 0.75, 0.9)]
            assert [step.median_days, step.p75_days, step.p90_days] == pytest.approx(days), (segment, query)
    if query.mode is not Mode.ANY:
        _compare_priced(facts, query, oracle.priced(everybody, rules))


def _compare_priced(facts: EngineFacts, query: JourneyQuery, expected: dict[str, oracle.Cohort]) -> None:
    found = fetch_priced_funnel(facts, SCOPE, query).to_dict("records")
    assert {row["segment"] for row in found} == set(expected), query
    for row in found:
        cohort = expected[row["segment"]]
        assert [row[f"n{k}"] for k in range(1, len(cohort.counts) + 1)] == cohort.counts, query
        assert (row["entrants"], row["mature"]) == (cohort.entrants, cohort.mature), query
        assert (row["deals"], row["revenue"], row["outside"]) == (
            cohort.deals,
            cohort.revenue,
            cohort.outside,
        ), query
