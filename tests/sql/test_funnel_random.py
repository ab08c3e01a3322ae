"""Random journeys: the SQL of every mode on DuckDB and PostgreSQL against the oracle, customer by customer."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.analytics.funnel import funnel
from dashboard.journey.funnel_options import Excluded, Exclusion, Filter, StepWindow
from dashboard.journey.period import Period
from dashboard.journey.query import Entry, JourneyQuery, Mode, Split
from dashboard.journey.stages import StageModel
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel, fetch_priced_funnel
from tests.facts import ENGAGEMENT, SCOPE, Ending, Event, Sale, load, model_of
from tests.oracle import funnel as oracle
from tests.oracle import walks
from tests.oracle.journeys import SNAPSHOT
from tests.thorough import first_now

LEVELS = (
    (Split.SEGMENT,),
    (Split.SEGMENT, Split.CHANNEL),
    (Split.CHANNEL, Split.MONTH),
    (Split.SEGMENT, Split.CUSTOMER_TYPE),
)
CUSTOMERS = 80
DAYS = 24


@dataclass(frozen=True)
class Kind:
    """What an engagement is like; `start` lies before a change of clocks in Berlin."""

    deal: str = "C"
    nth: Mapping[str, int] = field(default_factory=dict)
    with_sales: bool = True
    calendar_days: float = 0.0  # share of facts without a time
    zone: str = "UTC"
    start: datetime = datetime(2026, 3, 20)
    segments_change: bool = False
    pipeline: bool = False  # events name the amounts of their deals
    losses: bool = False  # deals are lost, some of them nobody knows where


KINDS = {
    "some calendar days": Kind(
        nth={"E": 2}, calendar_days=0.2, zone="Europe/Berlin", segments_change=True, pipeline=True
    ),
    "no transactions": Kind(
        with_sales=False, nth={"E": 2}, zone="Europe/Berlin", start=datetime(2026, 10, 16), pipeline=True
    ),
    "calendar days alone": Kind(deal="B", calendar_days=1.0, nth={"E": 3}),
    "second and third deal": Kind(nth={"D": 2, "E": 3}, zone="Europe/Berlin", losses=True),
}


@dataclass(frozen=True)
class Log:
    """One random engagement: many customers, each with a segment of its own or a changing one."""

    events: list[Event]
    sales: list[Sale]
    segments: dict[str, str]
    model: StageModel
    first_day: date
    endings: list[Ending]


def random_log(kind: Kind, chance: random.Random, customers: int = CUSTOMERS) -> Log:
    """Journeys with ties, deals, discounts, refunds and zero amounts."""

    def moment() -> Any:
        day = kind.start + timedelta(days=chance.randrange(DAYS))
        if chance.random() < kind.calendar_days:
            return day.date()
        # few hours a day, so that equal times and exact window ends happen
        return day + timedelta(hours=chance.choice([0, 1, 12, 22, 23]))

    events, sales, endings = [], [], []
    for number in range(customers):
        name = f"u{number}"
        for _ in range(chance.randrange(1, 9)):
            segment = chance.choice(["s", "t", None]) if kind.segments_change else None
            channel = chance.choice(["x", "y", None])
            amount = chance.choice([None, None, 300, 99.5]) if kind.pipeline else None
            stage = chance.choice("AAABBCDE")
            source = SNAPSHOT if kind.losses and stage == "A" and number % 2 else "events"
            event = Event(name, stage, moment(), channel, segment=segment, amount=amount, source=source)
            events.append(event)
        if kind.losses and chance.random() < 0.7:
            where = chance.choice([None, None, "B"])
            endings.append(
                Ending(name, chance.choice(["lost", "lost", "won"]), moment(), stage_when_lost=where)
            )
        for index in range(chance.randrange(6) if kind.with_sales else 0):
            amount = chance.choice([100, 250, 99.5, -50, 0])
            ref = chance.choice([None, f"{name}-{index // 2}"])
            sales.append(Sale(name, moment(), amount, ref=ref, channel=chance.choice(["x", "y", None])))
    own = {f"u{number}": f"u{number}" for number in range(customers - 3)}
    model = model_of("ABCDE", deal=kind.deal, nth=dict(kind.nth))
    return Log(events, sales, {} if kind.segments_change else own, model, kind.start.date(), endings)


def loaded(engine: sa.Engine, log: Log, kind: Kind) -> EngineFacts:
    """The log as facts of the product."""
    return load(
        engine,
        log.events,
        log.sales,
        endings=log.endings,
        model=log.model,
        segments=log.segments,
        zone=kind.zone,
    )


def people_of(log: Log, facts: EngineFacts) -> dict[str, oracle.Person]:
    """The log's customers as the oracle sees them."""
    return oracle.people(log.events, log.sales, facts.info(SCOPE), log.segments, log.endings)


def random_queries(first_day: date, chance: random.Random) -> Iterator[JourneyQuery]:
    """Every mode x entry x increasing x mature, each with its own window, period, steps and filters."""
    shapes = [
        *product([Mode.ORDERED], Entry, [False, True], [False, True]),
        *product([Mode.STRICT], Entry, [False], [False, True]),
        *product([Mode.ANY, Mode.REACHED], [Entry.BEST], [False], [False, True]),
    ]
    for mode, entry, increasing, mature in shapes:
        period = Period()
        if chance.random() < 0.6:
            since = first_day + timedelta(days=chance.randrange(8))
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


def with_options(query: JourneyQuery, chance: random.Random) -> JourneyQuery:
    """The same question with optional steps, step windows and exclusions of its mode."""
    steps = query.stages or ("A", "B", "C", "D", "E")
    optional = tuple(step for step in steps[1:] if chance.random() < 0.4)
    if query.mode is Mode.REACHED:
        return query.with_(optional=optional)
    changes: dict[str, Any] = {}
    if chance.random() < 0.6:
        changes["optional"] = optional
    if chance.random() < 0.6:
        changes["step_windows"] = tuple(
            StepWindow(step, chance.choice([0, 1, 2, 4])) for step in steps[1:] if chance.random() < 0.8
        )
    if chance.random() < 0.6:
        changes["exclusions"] = tuple(_exclusion(steps, chance) for _ in range(chance.choice([1, 1, 2])))
    return query.with_(**changes)


def with_filters(query: JourneyQuery, chance: random.Random) -> JourneyQuery:
    """The same question with filters of channels before and after matching, broken down by one level or two."""
    steps = query.stages or ("A", "B", "C", "D", "E")
    some = (("x",), ("y", "(none)"), ("x", "(none)"))
    before = Filter("channel", chance.choice(some), chance.choice([None, *steps, *steps]))
    after = Filter("channel", chance.choice(some))
    return query.with_(
        step_filters=(before,) if chance.random() < 0.8 else (),
        filters=(after,) if chance.random() < 0.4 else (),
        value_at=chance.choice(["first", "last", chance.choice(steps)]),
        by=chance.choice(LEVELS),
    )


def variants(first_day: date, chance: random.Random) -> Iterator[JourneyQuery]:
    """Each of the random queries plain, with filters, and with the options of its mode."""
    for query in random_queries(first_day, chance):
        yield query
        yield with_filters(query, chance)
        if query.mode is not Mode.ANY:
            yield with_options(query, chance)


def _exclusion(steps: tuple[str, ...], chance: random.Random) -> Exclusion:
    first, last = sorted(chance.sample(range(len(steps)), 2))
    others = [stage for stage in "ABCDE" if stage not in steps[first + 1 : last]]
    return Exclusion(chance.choice(others), steps[first], steps[last], chance.choice(list(Excluded)))


@pytest.mark.parametrize("name", first_now(KINDS))
def test_options_equal_the_oracle(engine: sa.Engine, name: str) -> None:
    kind, chance = KINDS[name], random.Random(f"options of {name}")
    log = random_log(kind, chance, 30)
    facts = loaded(engine, log, kind)
    everybody = people_of(log, facts)
    for query in random_queries(log.first_day, chance):
        compare(facts, with_filters(query, chance), everybody)
        if query.mode is not Mode.ANY:
            compare(facts, with_options(query, chance), everybody)


@pytest.mark.parametrize("name", first_now(KINDS))
def test_every_mode_equals_the_oracle(engine: sa.Engine, name: str) -> None:
    kind, chance = KINDS[name], random.Random(name)
    log = random_log(kind, chance)
    facts = loaded(engine, log, kind)
    everybody = people_of(log, facts)
    for query in random_queries(log.first_day, chance):
        compare(facts, query, everybody)


def compare(facts: EngineFacts, query: JourneyQuery, everybody: dict[str, oracle.Person]) -> None:
    info = facts.info(SCOPE)
    assert not info.stages_without_data
    rules = oracle.Rules(info, query)
    expected = oracle.funnel(everybody, rules)
    frame = fetch_funnel(facts, SCOPE, query, with_amounts=True)
    levels = [str(level) for level in query.by]
    hidden = {
        (*(row[level] for level in levels if row[level] is not None), row["step"]): row["hidden"]
        for row in frame.to_dict("records")
    }
    answer = funnel(frame, query, info, amounts=True)
    groups = {(): answer.total, **{tuple(group.values.values()): group for group in answer.segments}}
    assert set(expected) <= set(groups), query
    for name, group in groups.items():
        counts = expected.get(name) or [oracle.Count() for _ in group.steps]
        assert [(step.customers, step.immature) for step in group.steps] == [
            (count.customers, count.immature) for count in counts
        ], (name, query)
        for place, (step, count) in enumerate(zip(group.steps, counts, strict=True), 1):
            assert hidden.get((*name, place), 0) == count.hidden, (name, query)
            days = [oracle.quantile(count.days, share) for share in (0.5, 0.75, 0.9)]
            assert [step.median_days, step.p75_days, step.p90_days] == pytest.approx(days), (name, query)
            known = info.has_pipeline or info.has_transactions
            assert step.amount_passing == (count.amount if known else None), (name, query)
        assert group.removed == counts[0].removed, (name, query)
    deal = info.model.deal.key
    if query.mode is not Mode.ANY and not query.mature and deal not in query.optional:
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


@pytest.mark.parametrize("name", KINDS)
def test_the_oracle_says_strict_in_two_ways(duck: sa.Engine, name: str) -> None:
    kind, chance = KINDS[name], random.Random(name)
    log = random_log(kind, chance)
    info = load(duck, log.events, log.sales, model=log.model, zone=kind.zone).info(SCOPE)
    everybody = oracle.people(log.events, log.sales, info)
    for query in random_queries(log.first_day, chance):
        if query.mode is Mode.STRICT:
            rules = oracle.Rules(info, query)
            for person in everybody.values():
                for attempt in walks.attempts(person, rules):
                    assert attempt.reached == walks.walk_event_by_event(person, rules, attempt.entry), query
