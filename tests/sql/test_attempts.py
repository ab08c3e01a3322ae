"""Kept walks (table `attempt`) answer as the journeys themselves do, and the planner asks them where they do."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.analytics import mature_span
from dashboard.journey.funnel_options import Exclusion, Filter, StepWindow
from dashboard.journey.period import Period
from dashboard.journey.query import KEPT_WINDOWS, Entry, JourneyQuery, Mode, Split
from data_access import schema
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel, fetch_priced_funnel, fetch_priced_history
from data_access.funnel_entries import fetch_entries
from data_access.funnel_time import fetch_funnel_time
from data_access.ingest.derive_attempts import write_attempts
from data_access.payment_lag import fetch_payment_lag
from data_access.planner import Source, chosen_source, funnel_source, journeys_only
from data_access.recorder import recorded
from tests.facts import ENGAGEMENT, SCOPE, Event, load, model_of, question, walk
from tests.sql.test_funnel_random import KINDS, LEVELS, compare, loaded, people_of, random_log
from tests.thorough import first_now

Answer = Callable[[EngineFacts, JourneyQuery], pd.DataFrame]


def _in_time(facts: EngineFacts, query: JourneyQuery) -> pd.DataFrame:
    return fetch_funnel_time(facts, SCOPE, query.with_(by=()), "A", "C", "week", apart=True)


def _begun(facts: EngineFacts, query: JourneyQuery) -> pd.DataFrame:
    return pd.DataFrame([fetch_entries(facts, SCOPE, query, query.window_days)])


ANSWERS: tuple[Answer, ...] = (
    lambda facts, query: fetch_funnel(facts, SCOPE, query, with_amounts=True),
    lambda facts, query: fetch_priced_funnel(facts, SCOPE, query),
    lambda facts, query: fetch_payment_lag(facts, SCOPE, query),
    _in_time,
    _begun,
)


def plain_query(first_day: date, chance: random.Random) -> JourneyQuery:
    """Any question that the kept walks answer."""
    since = first_day + timedelta(days=chance.randrange(8))
    period = Period(
        chance.choice([None, since]), chance.choice([None, since + timedelta(days=chance.randrange(1, 16))])
    )
    return question(
        period=period,
        entry=chance.choice(list(Entry)),
        mature=chance.random() < 0.5,
        stages=chance.choice([(), (), (), ("A", "B", "C"), ("A", "B", "C", "D", "E")]),
        window_days=chance.choice([0, 1, 3, 7, 10, 40]),
        horizon_days=chance.choice([None, 9]),
        segments=chance.choice([(), ("s",)]) if chance.random() < 0.3 else (),
        channels=chance.choice([(), (), ("x",)]),
        filters=chance.choice([(), (), (Filter("channel", ("x",)),)]),
        value_at=chance.choice(["first", "last", "B"]),
        by=chance.choice([(), (Split.SEGMENT,), *LEVELS]),
    )


@pytest.mark.parametrize("name", first_now(KINDS))
def test_kept_walks_answer_as_the_journeys_do(engine: sa.Engine, name: str) -> None:
    kind, chance = KINDS[name], random.Random(f"kept walks of {name}")
    log = random_log(kind, chance, 30)
    facts = loaded(engine, log, kind)
    info = facts.info(SCOPE)
    for turn in range(4):
        query = plain_query(log.first_day, chance)
        query = query.with_(segments=tuple(one for one in query.segments if one in info.segments))
        assert funnel_source(info, query) is Source.ATTEMPT
        # every question meets the funnel itself and, in turn, one that is built upon it
        for answer in (ANSWERS[0], ANSWERS[1 + turn]):
            answers_as_journeys(facts, query, answer)


@pytest.mark.parametrize("name", first_now(KINDS))
def test_every_period_chooses_as_the_journeys_do(engine: sa.Engine, name: str) -> None:
    kind, chance = KINDS[name], random.Random(f"kept choice of {name}")
    log = random_log(kind, chance, 40)
    facts = loaded(engine, log, kind)
    info, everybody, shortest = facts.info(SCOPE), people_of(log, facts), KEPT_WINDOWS[0]
    ripe_until = mature_span.ripe_until(shortest, info) or log.first_day
    for days, period in (
        *((days, Period()) for days in KEPT_WINDOWS),
        (shortest, Period(None, ripe_until)),  # every entry of it is ripe
        (shortest, Period(ripe_until + timedelta(days=1), None)),  # none
        (shortest, Period(ripe_until - timedelta(days=4), ripe_until + timedelta(days=4))),
        (shortest, Period(ripe_until, ripe_until + timedelta(days=2))),
        (
            30,
            Period(log.first_day + timedelta(days=2), log.first_day + timedelta(days=chance.randrange(4, 9))),
        ),
    ):
        query = question(
            period=period,
            window_days=days,
            horizon_days=chance.choice([days, days, 30, 9]),
            mature=chance.random() < 0.5,
            segments=("s",) if "s" in info.segments and chance.random() < 0.2 else (),
            channels=chance.choice([(), (), (), ("x",)]),
            filters=chance.choice([(), (), (Filter("channel", ("x",)),)]),
            by=chance.choice([(Split.SEGMENT,), *LEVELS]),
        )
        assert chosen_source(info, query, days) is Source.CHOICE
        compare(facts, query, everybody)
        for answer in ANSWERS[:2]:
            answers_as_journeys(facts, query, answer)


@pytest.mark.parametrize("name", first_now(KINDS, now=2))
def test_a_history_is_what_its_periods_are_one_by_one(engine: sa.Engine, name: str) -> None:
    kind, chance = KINDS[name], random.Random(f"history of {name}")
    log = random_log(kind, chance, 60)
    facts = loaded(engine, log, kind)
    day = log.first_day
    periods = Period(day + timedelta(days=12), day + timedelta(days=15)).earlier(4, day)
    query = question(window_days=3, horizon_days=5)
    with recorded() as texts:
        found = fetch_priced_history(facts, SCOPE, [query.with_(period=one) for one in periods])
    assert (len(texts), len(periods)) == (1, 4)
    for period, frame in zip(periods, found, strict=True):
        with journeys_only():
            expected = fetch_priced_funnel(facts, SCOPE, query.with_(period=period))
        pd.testing.assert_frame_equal(_sorted(frame), _sorted(expected), obj=str(period))
    assert sum(len(frame) for frame in found) > 0


def answers_as_journeys(facts: EngineFacts, query: JourneyQuery, answer: Answer) -> None:
    """What stands ready says what the journeys say."""
    found = answer(facts, query)
    with journeys_only():
        expected = answer(facts, query)
    pd.testing.assert_frame_equal(_sorted(found), _sorted(expected), obj=str(query))


def test_the_choice_is_kept_of_all_steps_and_kept_windows_alone(duck: sa.Engine) -> None:
    info = load(duck, walk("u1 A0 B1 C2"), model=model_of("ABC", deal="C")).info(SCOPE)
    plain = question(window_days=KEPT_WINDOWS[0])
    assert chosen_source(info, plain, plain.window_days) is Source.CHOICE
    for options in (
        {"window_days": KEPT_WINDOWS[0] + 1},
        {"entry": Entry.FIRST},
        {"value_at": "last"},
        {"stages": ("A", "B")},
    ):
        asked = plain.with_(**options)
        assert chosen_source(info, asked, asked.window_days) is Source.ATTEMPT, options
    assert chosen_source(info, plain, None) is Source.ATTEMPT
    with journeys_only():
        assert chosen_source(info, plain, plain.window_days) is Source.JOURNEY


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    order = frame.astype(str).sort_values(list(frame.columns)).index if len(frame.columns) else frame.index
    return frame.loc[order].reset_index(drop=True)


def test_the_plain_funnel_reads_no_journey(duck: sa.Engine) -> None:
    facts = load(duck, walk("u1 A0 B1 C2"), model=model_of("ABC", deal="C"))
    any_window, kept_window = question(window_days=11), question(window_days=KEPT_WINDOWS[0])
    for table, ask in (
        (" attempt AS ", lambda: fetch_funnel(facts, SCOPE, any_window)),
        (" attempt AS ", lambda: _begun(facts, any_window)),
        ("FROM attempt AS chosen_attempt ", lambda: fetch_funnel(facts, SCOPE, kept_window)),
    ):
        with recorded() as texts:
            ask()
        assert len(texts) == 1
        assert table in texts[0]
        assert "journey" not in texts[0]
        with recorded() as texts, journeys_only():
            ask()
        assert table not in texts[0]
        assert "journey" in texts[0]


OTHER_WALKS = (
    {"mode": Mode.STRICT},
    {"mode": Mode.ANY},
    {"mode": Mode.REACHED},
    {"increasing": True},
    {"optional": ("B",)},
    {"step_windows": (StepWindow("B", 2),)},
    {"exclusions": (Exclusion("X", "A", "B"),)},
    {"step_filters": (Filter("channel", ("x",)),)},
    {"stages": ("B", "C")},
    {"stages": ("A", "C")},
)


def test_other_walks_are_walked(duck: sa.Engine) -> None:
    info = load(duck, walk("u1 A0 B1 C2 X3"), model=model_of("ABCX", deal="C")).info(SCOPE)
    assert funnel_source(info, JourneyQuery(ENGAGEMENT)) is Source.ATTEMPT
    for options in OTHER_WALKS:
        assert funnel_source(info, question(**options)) is Source.JOURNEY, options
    with journeys_only():
        assert funnel_source(info, question()) is Source.JOURNEY


def test_stages_without_data_are_walked_past(duck: sa.Engine) -> None:
    facts = load(duck, walk("u1 A0 C2"), model=model_of("ABC", deal="C"))
    for stages in ((), ("A", "B", "C"), ("A", "C")):
        query = question(stages=stages)
        assert funnel_source(facts.info(SCOPE), query) is Source.ATTEMPT
        counts = fetch_funnel(facts, SCOPE, query).set_index("stage")["customers"]
        assert counts.loc[["A", "C"]].tolist() == [1, 1]


def test_walks_of_other_stages_are_made_anew_for_everybody(duck: sa.Engine) -> None:
    load(duck, [*walk("u1 A0 C2"), *walk("u2 A0")], model=model_of("ABC", deal="C"))
    kept = sa.select(schema.attempt.c.walked, schema.attempt.c.need_2).order_by(schema.attempt.c.item)
    nobody = sa.select(schema.customer.c.customer_id).where(sa.false()).subquery()
    with duck.begin() as connection:
        connection.execute(sa.update(schema.attempt).values(need_2=9))
        write_attempts(connection, ENGAGEMENT, nobody)
        assert connection.execute(kept).all() == [(0b101, 9), (0b101, 9)]  # nobody's walks were touched
        connection.execute(sa.update(schema.attempt).values(walked=0b111))
        write_attempts(connection, ENGAGEMENT, nobody)
        assert connection.execute(kept).all() == [(0b101, 2), (0b101, None)]


def test_clocks_put_back_between_a_time_and_a_day_are_left_to_the_journeys(duck: sa.Engine) -> None:
    """25 October has 25 hours in Berlin: B at 23:30 lies more than 24 h after A at 0:10, B of the 26th one day."""
    timed = [
        Event("u1", "A", datetime(2026, 10, 24, 22, 10)),
        Event("u1", "B", datetime(2026, 10, 25, 22, 30)),
    ]
    told = {"model": model_of("ABC", deal="C"), "zone": "Europe/Berlin"}
    query = question(window_days=1)
    for events, source, customers in (
        (timed, Source.ATTEMPT, 0),
        ([*timed, Event("u1", "B", date(2026, 10, 26))], Source.JOURNEY, 1),
        ([*timed, Event("u1", "A", date(2026, 10, 26))], Source.ATTEMPT, 0),
    ):
        facts = load(duck, events, **told)
        assert funnel_source(facts.info(SCOPE), query) is source
        counts = fetch_funnel(facts, SCOPE, query).set_index("stage")["customers"]
        assert counts.loc[["A", "B"]].tolist() == [1, customers]


def test_an_entry_that_ripens_before_an_earlier_one_is_left_to_the_comparison_of_entries(
    duck: sa.Engine,
) -> None:
    """Seven days before 31 October 23:30 in Berlin, by hours it is the 25th, 0:30: clocks were put back that night."""
    events = [Event("u1", "A", datetime(2026, 10, 20, 9)), Event("u1", "B", datetime(2026, 10, 31, 22, 30))]
    query = question(window_days=7)
    for zone, source in (("UTC", Source.CHOICE), ("Europe/Berlin", Source.ATTEMPT)):
        info = load(duck, events, model=model_of("AB", deal="B"), zone=zone).info(SCOPE)
        assert chosen_source(info, query, 7) is source
