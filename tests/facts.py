"""Small hand-made facts for tests: rows that a marketer could check, through the real derivation."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd
import sqlalchemy as sa
from cachetools import LRUCache

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from dashboard.journey.stages import Phase, Stage, StageModel, preset
from data_access.facts import EngineFacts, Worked
from data_access.frame_cache import FrameCache
from data_access.ingest import derive
from data_access.recorder import is_recording, record
from data_access.scope import Action, Scope
from data_access.statements import written
from tests.raw_rows import Told, write_raw
from tests.tables import Frames, fill, frames_of, fresh, memory

ENGAGEMENT = "test"
SCOPE = Scope(ENGAGEMENT, Action.READ, 0)


def model_of(keys: str, deal: str, nth: dict[str, int] | None = None) -> StageModel:
    """A model of one-letter stages, `model_of("ABCX", deal="C")`: leads before the deal, repeats after it."""
    place = keys.index(deal)

    def phase(index: int) -> Phase:
        return Phase.LEAD if index < place else Phase.DEAL if index == place else Phase.REPEAT

    return StageModel(
        tuple(
            Stage(key, phase(index), {"en": key, "ru": key}, {}, (nth or {}).get(key))
            for index, key in enumerate(keys)
        )
    )


@dataclass(frozen=True)
class Event:
    """One journey event: customer, stage, when (see `at`)."""

    customer: str | None
    stage: str
    when: Any
    channel: str | None = None
    touchpoint: str | None = None
    segment: str | None = None  # holds from this event's time
    deal_ref: str | None = None
    source: str = "events"
    label: str | None = None  # the stage's label where it comes from a column of the file
    manager: str | None = None
    sentiment: float | None = None
    cost: float | None = None
    product: str | None = None
    amount: float | None = None


@dataclass(frozen=True)
class Answer:
    """One survey answer; without a customer it is the respondent's alone."""

    customer: str | None
    stage: str | None
    when: Any
    score: float | None
    metric: str = "nps"
    channel: str | None = None
    touchpoint: str | None = None
    respondent: str | None = None
    weight: float | None = None
    segment: str | None = None
    source: str = "survey"


@dataclass(frozen=True)
class Ending:
    """How a deal ended: 'won' or 'lost'."""

    customer: str | None
    outcome: str
    when: Any
    reason: str | None = None
    stage_when_lost: str | None = None
    deal_ref: str | None = None
    amount: float | int | str | None = None
    source: str = "outcomes"


@dataclass(frozen=True)
class Known:
    """What is known of a customer: an attribute, from a time on or always."""

    customer: str
    name: str
    value: str
    since: Any = None


@dataclass(frozen=True)
class Sale:
    """One transaction line."""

    customer: str | None
    when: Any
    amount: float | int | str | Decimal
    ref: str | None = None
    product: str | None = None
    channel: str | None = None
    source: str = "orders"
    refund_of: str | None = None
    quantity: float | None = None


@dataclass(frozen=True)
class Cost:
    """One cost row."""

    day: date
    amount: float | int | str
    channel: str | None = None
    segment: str | None = None
    stage: str | None = None


def walk(text: str, **more: Any) -> list[Event]:
    """Events from a golden line: `"u1 A0 B1 C2"`."""
    customer, *steps = text.split()
    return [Event(customer, step[0], float(step[1:]), **more) for step in steps]


def load(
    engine: sa.Engine,
    events: Iterable[Event] = (),
    sales: Iterable[Sale] = (),
    *,
    model: StageModel | None = None,
    segments: dict[str, str] | None = None,
    identities: Sequence[tuple[str, str, str]] = (),
    zone: str = "UTC",
    now: datetime = datetime(2030, 1, 1),
    analysis_date: date | None = None,
    currency: str = "RUB",
    engagement: str = ENGAGEMENT,
    endings: Iterable[Ending] = (),
    answers: Iterable[Answer] = (),
    known: Iterable[Known] = (),
    costs: Iterable[Cost] = (),
) -> EngineFacts:
    """Write facts raw, derive them in a DuckDB, and copy the derived tables to `engine` if that is another.

    The same facts are derived once and written as rows afterwards.

    `segments` hold always; identities are (customer, kind, value).
    """
    told = Told(
        tuple(events),
        tuple(sales),
        tuple((segments or {}).items()),
        tuple(identities),
        tuple(endings),
        tuple(answers),
        tuple(known),
        tuple(costs),
        model or preset("loop6"),
        zone,
        now,
        analysis_date,
        currency,
        engagement,
    )
    fresh(engine)
    if told in _derived:
        fill(engine, _derived[told])
    elif engine.dialect.name == "duckdb":
        _derived[told] = _derive(engine, told)
    else:
        duck = _own_engine()
        fresh(duck)
        fill(engine, _derived.setdefault(told, _derive(duck, told)))
    return LoadedFacts(engine)


class LoadedFacts(EngineFacts):
    """Facts that nobody writes any more: the frame of their generation is read once, as the product does."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self._infos: dict[str, GenerationInfo] = {}

    def info(self, scope: Scope) -> GenerationInfo:
        if scope.engagement not in self._infos:
            self._infos[scope.engagement] = super().info(scope)
        return self._infos[scope.engagement]


class KeptFacts(LoadedFacts):
    """Facts whose frames are kept too, as the product's own cache does: for many questions about large facts."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self._cache = FrameCache(200_000_000)

    def frame(self, scope: Scope, statement: sa.Select) -> pd.DataFrame:
        record(statement, self._engine.dialect)
        key = (scope.engagement, 1, *written(statement, self._engine.dialect))
        return self._cache.get(key, lambda: super(KeptFacts, self).frame(scope, statement))

    def worked_out(
        self, scope: Scope, question: tuple[Hashable, ...], compute: Callable[[], Worked]
    ) -> Worked:
        if is_recording():
            return compute()
        return self._cache.get((scope.engagement, 1, *question), compute)

    def forget(self, engagement: str) -> None:
        """Keep nothing: the next question is the first one again."""
        self._cache.forget(engagement, 1)


# what was derived from the same facts a moment ago: a file's tests, and its two engines, mostly share theirs
_derived: LRUCache[Told, Frames] = LRUCache(32)


@cache
def _own_engine() -> sa.Engine:
    return memory()


def _derive(duck: sa.Engine, told: Told) -> Frames:
    """Write the raw rows into empty tables, derive the others; every row of all of them."""
    with duck.begin() as connection:
        write_raw(connection, told)
        derive.rebuild(
            connection,
            engagement=told.engagement,
            number=1,
            now=told.now,
            zone=told.zone,
            currency=told.currency,
            model=told.model,
            analysis_date=told.analysis_date,
        )
    with duck.connect() as connection:
        return frames_of(connection)


def question(**fields: Any) -> JourneyQuery:
    """A `JourneyQuery` of the test engagement."""
    return JourneyQuery(ENGAGEMENT, **fields)
