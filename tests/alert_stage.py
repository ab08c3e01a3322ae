"""Facts with a planted fall: one segment's contact centre sells a fifth of what it did, since the last ripe weeks."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

import sqlalchemy as sa

from tests.facts import Event, KeptFacts, Sale, load
from tests.web import OWN, ManyFacts

GIFT, HOME = "Gift", "Home"
STEP = "active_evaluation"
WEEKS = 34
FALL = 27  # from this week on Gift's contact centre hardly sells
A_WEEK = 100  # customers of a segment
FIRST = datetime(2026, 1, 26, 9)  # a Monday
END = date(2026, 9, 20)  # the last day of the data: 28 days after it weeks up to 17 August are ripe
NOW = datetime(2026, 9, 21, 5)  # 8 in Moscow, the morning after
USUAL, FALLEN = 0.4, 0.08  # share of those who buy; of Gift's contact centre since the fall


@cache
def falling_facts() -> ManyFacts:
    """The facts, made once in a process; nobody writes them."""
    folder = tempfile.mkdtemp(prefix="journey-falling-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = sa.create_engine(f"duckdb:///{Path(folder) / 'falling'}.duckdb")
    events: list[Event] = []
    sales: list[Sale] = []
    segments: dict[str, str] = {}
    for one in _customers():
        segments[one.name] = one.segment
        events.append(Event(one.name, STEP, one.start, one.channel))
        if one.bought:
            when = one.start + timedelta(days=2)
            events.append(Event(one.name, "purchase", when, "store"))
            sales.append(Sale(one.name, when, 20_000, f"t{one.name}"))
    load(engine, events, sales, segments=segments, zone="Europe/Moscow", engagement=OWN)
    return ManyFacts({OWN: KeptFacts(engine)})


@dataclass(frozen=True)
class _Customer:
    name: str
    segment: str
    start: datetime
    channel: str
    bought: bool


def _customers() -> Iterator[_Customer]:
    chance = Random(7)
    for week in range(WEEKS):
        for segment in (GIFT, HOME):
            for number in range(A_WEEK):
                start = FIRST + timedelta(days=7 * week + number % 7, minutes=number)
                if start.date() > END:
                    continue
                channel = "site" if number % 2 else "contact_centre"
                share = FALLEN if segment == GIFT and week >= FALL and channel == "contact_centre" else USUAL
                yield _Customer(f"{segment}{week}-{number}", segment, start, channel, chance.random() < share)
