"""What must hold for every funnel, whatever is asked: on random journeys, DuckDB (PostgreSQL equals it elsewhere)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.analytics.funnel import Funnel, funnel
from dashboard.journey.period import Period
from dashboard.journey.query import Entry, Mode, Split
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel
from tests.facts import SCOPE, load, question
from tests.sql.test_funnel_random import Kind, random_log
from tests.tables import memory

KIND = Kind(nth={"E": 2}, calendar_days=0.2, zone="Europe/Berlin", segments_change=True)
FIRST_DAY = KIND.start.date()
asking = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def periods() -> st.SearchStrategy[Period]:
    def of(start: int, days: int) -> Period:
        since: date = FIRST_DAY + timedelta(days=start)
        return Period(since, since + timedelta(days=days))

    return st.one_of(st.just(Period()), st.builds(of, st.integers(0, 15), st.integers(1, 20)))


shapes = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(Mode),
        "period": periods(),
        "window_days": st.integers(0, 12),
        "mature": st.booleans(),
        "stages": st.sampled_from([(), ("A", "B", "C"), ("A", "C", "E"), ("B", "C", "D")]),
    }
)


@pytest.fixture(scope="module")
def facts() -> Iterator[EngineFacts]:
    engine = memory()
    log = random_log(KIND, random.Random("properties"))
    yield load(engine, log.events, log.sales, model=log.model, zone=KIND.zone)
    engine.dispose()


def ask(facts: EngineFacts, shape: dict[str, Any], **more: Any) -> Funnel:
    query = question(**(shape | more))
    return funnel(fetch_funnel(facts, SCOPE, query), query, facts.info(SCOPE))


def counts(found: Funnel) -> list[int]:
    return [step.customers for step in found.total.steps]


@asking
@given(shapes)
def test_counts_never_grow_and_segments_add_up(facts: EngineFacts, shape: dict[str, Any]) -> None:
    found = ask(facts, shape, by=(Split.SEGMENT,))
    for group in found.groups:
        reached = [step.customers for step in group.steps]
        assert reached == sorted(reached, reverse=True)
    for number, step in enumerate(found.total.steps):
        assert step.customers == sum(group.steps[number].customers for group in found.segments)
        assert step.immature == sum(group.steps[number].immature for group in found.segments)


@asking
@given(shapes, st.integers(1, 10))
def test_a_wider_window_never_lowers_counts(facts: EngineFacts, shape: dict[str, Any], more: int) -> None:
    # with `mature` a wider window leaves out more entries
    narrow = counts(ask(facts, shape, mature=False))
    wide = counts(ask(facts, shape, mature=False, window_days=shape["window_days"] + more))
    assert all(after >= before for before, after in zip(narrow, wide, strict=True))


@asking
@given(shapes)
def test_the_first_entry_is_never_better_than_the_best(facts: EngineFacts, shape: dict[str, Any]) -> None:
    first, best = (counts(ask(facts, shape, entry=entry)) for entry in (Entry.FIRST, Entry.BEST))
    assert first[0] == best[0]
    assert all(low <= high for low, high in zip(first, best, strict=True))


@asking
@given(shapes)
def test_stricter_modes_count_fewer(facts: EngineFacts, shape: dict[str, Any]) -> None:
    strict, ordered, loose = (
        counts(ask(facts, shape, mode=mode, mature=False)) for mode in (Mode.STRICT, Mode.ORDERED, Mode.ANY)
    )
    rising = counts(ask(facts, shape, mode=Mode.ORDERED, mature=False, increasing=True))
    for other in (strict, rising):
        assert all(low <= high for low, high in zip(other, ordered, strict=True))
    assert all(low <= high for low, high in zip(ordered, loose, strict=True))


@asking
@given(shapes)
def test_mature_leaves_out_the_immature_alone(facts: EngineFacts, shape: dict[str, Any]) -> None:
    plain, left = (ask(facts, shape, mature=mature).total.steps for mature in (False, True))
    assert plain[0].customers - plain[0].immature == left[0].customers
    for before, after in zip(plain, left, strict=True):
        assert before.immature == after.immature
        assert after.customers <= before.customers - before.immature
