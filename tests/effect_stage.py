"""A shop whose one action works, and a clock that tests move: registered early, measured once the data have grown."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from data_access.facts import EngineFacts, Facts
from data_access.scope import Scope
from tests.facts import Event, KeptFacts, Sale, load
from tests.web import OWN, ManyFacts

FIRST = date(2026, 2, 2)
START = date(2026, 6, 1)
LAST = date(2026, 9, 7)  # first day without data, once all has come
EARLY = datetime(2026, 5, 25, 9)
LATE = datetime(2026, 9, 7, 9)
STEP = ("initial_consideration", "active_evaluation")
TREATED, LEFT_ALONE = "Gift", "Protection"
_WEEKLY = 28  # entries of a segment


class MovedClock:
    """A clock that stands where a test has put it."""

    def __init__(self, now: datetime = EARLY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """This moment, naive UTC."""
        return self.now


class GrowingFacts(ManyFacts):
    """The shop's facts as they stood at the clock's moment: the early ones, or all of them."""

    def __init__(self, clock: MovedClock, folder: Path) -> None:
        super().__init__({})
        self._clock = clock
        self._early, self._late = shop(EARLY.date(), folder), shop(LAST, folder)

    def _of(self, scope: Scope) -> Facts:
        if scope.engagement != OWN:
            return super()._of(scope)
        return self._late if self._clock() >= LATE else self._early


@cache
def shop(until: date, folder: Path) -> EngineFacts:
    """Two segments; from the start on more than twice as many of the treated one go on to the evaluation."""
    rng = random.Random(11)
    events: list[Event] = []
    sales: list[Sale] = []
    segments: dict[str, str] = {}
    days = (LAST - FIRST).days
    for number in range(2 * _WEEKLY * days // 7):
        name = f"c{number}"
        segments[name] = (TREATED, LEFT_ALONE)[number % 2]
        begun = datetime.combine(FIRST, datetime.min.time()) + timedelta(hours=days * 24 * rng.random())
        lifted = segments[name] == TREATED and begun.date() >= START
        moments = [begun, begun + timedelta(days=1 + 6 * rng.random())]
        bought = moments[1] + timedelta(days=2)
        go_on, buy = rng.random() < (0.65 if lifted else 0.3), rng.random() < 0.5
        stages = [STEP[0], *([STEP[1]] if go_on else []), *(["purchase"] if go_on and buy else [])]
        for stage, moment in zip(stages, [*moments, bought], strict=False):
            if moment.date() < until:
                events.append(Event(name, stage, moment, "site"))
        if len(stages) == 3 and bought.date() < until:
            sales.append(Sale(name, bought, 20_000, f"t{number}"))
    engine = sa.create_engine(f"duckdb:///{folder / until.isoformat()}.duckdb")
    load(engine, events, sales, segments=segments, zone="Europe/Moscow", engagement=OWN)
    return KeptFacts(engine)
