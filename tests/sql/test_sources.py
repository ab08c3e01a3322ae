"""Whatever table the planner chooses, the answer is that of the journeys: random questions, digest by digest.

Two dozen questions here, two hundred on each engine in `benchmarks/sources.py`.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.journey.period import Period
from dashboard.journey.query import Book, Entry, JourneyQuery, Mode, Split
from data_access import planner
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel, fetch_priced_funnel
from data_access.heatmap import fetch_heatmap
from data_access.lcpq import fetch_lcpq
from data_access.recorder import recorded
from data_access.transitions import fetch_transitions
from tests.facts import SCOPE, Event, Sale, load, model_of, question
from tests.thorough import first_now

MODEL = model_of("ABCDE", deal="C", nth={"E": 2})
FIRST_DAY = datetime(2026, 1, 20)
CHANNELS = ("site", "ads", "email")
SEGMENTS = ("new", "loyal", "(none)")
QUESTIONS = 24

Ask = Callable[[EngineFacts, JourneyQuery], pd.DataFrame]
ASKED: dict[str, Ask] = {
    "funnel": lambda facts, query: fetch_funnel(facts, SCOPE, query, with_amounts=True),
    "priced": lambda facts, query: fetch_priced_funnel(facts, SCOPE, query),
    "lcpq": lambda facts, query: fetch_lcpq(facts, SCOPE, query),
    "heatmap": lambda facts, query: fetch_heatmap(facts, SCOPE, query),
    "transitions": lambda facts, query: fetch_transitions(facts, SCOPE, query),
}


def company(people: int = 120, zone: str = "Europe/Berlin") -> dict[str, Any]:
    """Journeys over five months, days without a time and equal times among them, deals, refunds and zero amounts."""
    chance = random.Random(people)
    events, sales = [], []
    for number in range(people):
        when = FIRST_DAY + timedelta(days=chance.randrange(100), minutes=chance.randrange(1440))
        segment = chance.choice(["new", "loyal", None])
        for _ in range(chance.randrange(1, 9)):
            moment: Any = when.date() if chance.random() < 0.2 else when
            place = chance.choice(["blog", "shop", None])
            stage = chance.choice("AABBCDE")
            channel = chance.choice([*CHANNELS, None])
            events.append(Event(f"c{number}", stage, moment, channel, touchpoint=place, segment=segment))
            if chance.random() < 0.3:
                amount = chance.choice([100, 70, 20, -20, 0])
                ref = chance.choice([None, f"d{number}", f"e{number}"])
                sales.append(Sale(f"c{number}", moment, amount, ref, product=chance.choice(["tea", None])))
            when += timedelta(hours=chance.choice([0, 0, 5, 24, 70, 400]))
    return {"events": events, "sales": sales, "model": MODEL, "zone": zone}


def random_query(chance: random.Random) -> JourneyQuery:
    """A question of some screen."""
    since = date(2026, chance.randrange(1, 6), chance.choice([1, 1, 10, 28]))
    until = since + timedelta(days=chance.choice([1, 20, 60, 95]))
    if chance.random() < 0.4:  # whole months
        since, until = since.replace(day=1), (since.replace(day=1) + timedelta(days=75)).replace(day=1)
    period = chance.choice([Period(since, until), Period(since, until), Period(since, None), Period()])
    some = {
        "segments": chance.sample(SEGMENTS, chance.randrange(1, 3)) if chance.random() < 0.3 else (),
        "channels": chance.sample(CHANNELS, chance.randrange(1, 3)) if chance.random() < 0.3 else (),
        "stages": chance.choice([("A", "B", "C"), ("B", "D")]) if chance.random() < 0.15 else (),
    }
    by = chance.choice([(), (Split.SEGMENT,), (Split.MONTH,), (Split.SEGMENT, Split.MONTH), (Split.CHANNEL,)])
    return question(
        period=period,
        by=by,
        book=chance.choice([Book.PERIOD, Book.PERIOD, Book.COHORT]),
        mode=chance.choice([Mode.ORDERED] * 4 + [Mode.REACHED, Mode.STRICT]),
        entry=chance.choice([Entry.BEST, Entry.BEST, Entry.FIRST]),
        window_days=chance.choice([1, 7, 30, 90]),
        mature=chance.random() < 0.5,
        **{name: tuple(values) for name, values in some.items()},
    )


def differing(facts: EngineFacts, number: int) -> Iterator[tuple[str, JourneyQuery]]:
    """Questions of one random query whose two digests differ; each is asked of the planner's table and of journeys."""
    query = random_query(random.Random(number))
    for name, ask in ASKED.items():
        mine = query if name != "heatmap" else query.with_(by=(Split.TOUCHPOINT,) if number % 2 else ())
        if name in ("priced", "transitions"):
            mine = query.with_(by=())
        planned = digest(ask(facts, mine))
        with planner.journeys_only():
            if planned != digest(ask(facts, mine)):
                yield name, mine


def digest(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """The rows in one order, as text: floats with nine digits, whatever is empty as one word."""
    return sorted(tuple(_plain(value) for value in row) for row in frame.itertuples(index=False))


def _plain(value: Any) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "-"
    if isinstance(value, float):
        return f"{value:.9g}"
    return str(value)


@pytest.mark.parametrize("zone", first_now(["Europe/Berlin", "Europe/Moscow"]))  # the first changes its clock
def test_the_planners_tables_answer_as_the_journeys_do(engine: sa.Engine, zone: str) -> None:
    facts = load(engine, **company(zone=zone))
    found = [one for number in range(QUESTIONS // 2) for one in differing(facts, number)]
    assert not found, found[0]


def test_most_questions_need_no_journeys(duck: sa.Engine) -> None:
    facts = load(duck, **company(zone="Europe/Moscow"))
    read: Counter[str] = Counter()
    for name, ask in ASKED.items():
        with recorded() as statements:
            ask(facts, question(period=Period(date(2026, 2, 1), date(2026, 4, 1)), by=(Split.SEGMENT,)))
        read[name] = sum(bool(re.search(r"(FROM|JOIN) journey\b", text)) for text in statements)
    assert not any(read.values()), read
