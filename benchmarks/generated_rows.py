"""The rows of a generated log, seeded: who did what and when, as columns without text that the database then spells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SEED = 8
BLOCK = 1_000_000  # events that are in memory at once
EVENTS_A_CUSTOMER = 20
DAY = 86_400
BEGIN = 1_727_740_800  # 1 October 2024, UTC
SECONDS = 730 * DAY
STAGES = (
    "initial_consideration",
    "active_evaluation",
    "purchase",
    "experience",
    "trigger",
    "loyalty_loop",
)
DEAL_STAGES = (2, 5)  # places of the stages whose events are deals: the first one, and the next
CHANNELS = ("site", "search", "email", "social", "store", "phone", "app", "partner", "mail", "fair")
TOUCHPOINTS = tuple(f"{channel} {number}" for channel in CHANNELS for number in range(1, 5))
SEGMENTS = tuple(f"Segment {number}" for number in range(1, 9))
CITIES = ("Kazan", "Moscow", "Omsk", "Perm", "Sochi")
PRODUCTS = tuple(f"Product {number}" for number in range(1, 13))


@dataclass(frozen=True)
class Rows:
    """Raw rows of one import: the log, the till's lines, and the customers it names for the first time."""

    events: pa.Table
    lines: pa.Table
    customers: pa.Table


def customers_of(events: int) -> int:
    """How many customers a log of that many events has."""
    return max(events // EVENTS_A_CUSTOMER, 1)


def blocks_of(events: int) -> Iterator[Rows]:
    """The whole log, `BLOCK` events at a time: customers of a block are in no other one, so memory has a bound."""
    for place, first in enumerate(range(0, events, BLOCK)):
        yield _block(SEED + 1000 * place, min(BLOCK, events - first), first)


def _block(seed: int, events: int, before: int) -> Rows:
    """Events of the customers after those of the blocks before.

    Args:
        before: events of the blocks before.
    """
    chance = np.random.default_rng(seed)
    people, known = customers_of(events), before // EVENTS_A_CUSTOMER
    begins = BEGIN + (chance.random(people) * 0.94 * SECONDS).astype(np.int64)
    spans = np.minimum(
        (chance.exponential(150, people) * DAY).astype(np.int64) + DAY, BEGIN + SECONDS - begins
    )
    whose = np.sort(chance.integers(0, people, events, dtype=np.int32))
    shares = chance.random(events)
    moments = begins[whose] + (shares * spans[whose]).astype(np.int64)
    new = known + np.arange(people)
    return _rows(chance, whose + np.int32(known), moments, shares, new, first=before + 1)


def later_rows(events: int, share: float) -> Rows:
    """The month after the whole log: a share of its events by as large a share of customers, one in five new."""
    chance = np.random.default_rng(SEED + 1)
    people, more = customers_of(events), max(int(events * share), 1)
    touched = max(int(people * share), 1)
    new = np.arange(people, people + touched // 5)
    known = chance.choice(people, touched - len(new), replace=False)
    whose = np.sort(chance.choice(np.concatenate([known, new]), more).astype(np.int32))
    shares = chance.random(more)
    moments = BEGIN + SECONDS + (shares * 30 * DAY).astype(np.int64)
    return _rows(chance, whose, moments, shares, new, first=events + 1)


def _rows(
    chance: np.random.Generator,
    whose: np.ndarray,
    moments: np.ndarray,
    shares: np.ndarray,
    people: np.ndarray,
    first: int = 1,
) -> Rows:
    """Everything about events whose customers and times are known.

    Args:
        shares: how far each event lies in its customer's time: later ones stand at later stages.
        people: customers that are named for the first time.
        first: number of the first row.
    """
    moments = _tied(chance, whose, moments)
    stages = _stages(chance, whose, shares)
    touchpoints = np.minimum(chance.exponential(9, len(whose)), len(TOUCHPOINTS) - 1).astype(np.int8)
    touchpoints = (touchpoints * 7 + stages) % len(TOUCHPOINTS)
    order = np.argsort(moments, kind="stable")  # a log comes in the order of time
    whose, moments, stages, touchpoints = (part[order] for part in (whose, moments, stages, touchpoints))
    deals = np.isin(stages, DEAL_STAGES) & (chance.random(len(stages)) < 0.9)
    numbers = np.arange(first, first + len(whose))
    sentiment = np.where(chance.random(len(whose)) < 0.2, chance.uniform(-1, 1, len(whose)).round(2), np.nan)
    events = pa.table(
        {
            "number": numbers,
            "customer": whose,
            "moment": _moments(moments),
            "stage": _words(stages, STAGES),
            "channel": _words(touchpoints // 4, CHANNELS),
            "touchpoint": _words(touchpoints, TOUCHPOINTS),
            "deal": pc.call_function(
                "if_else", [pa.array(deals), _deals(numbers), pa.scalar(None, pa.string())]
            ),
            "cost": chance.integers(0, 40, len(whose), dtype=np.int32),
            "sentiment": pa.array(sentiment, mask=np.isnan(sentiment)),
        }
    )
    return Rows(events, _lines(chance, whose, moments, numbers, deals, touchpoints), _people(chance, people))


def _tied(chance: np.random.Generator, whose: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Two events in a hundred happen in the second of another one of their customer."""
    same = np.zeros(len(whose), dtype=bool)
    same[1:] = (whose[1:] == whose[:-1]) & (chance.random(max(len(whose) - 1, 0)) < 0.02)
    tied = moments.copy()
    tied[same] = moments[np.flatnonzero(same) - 1]
    return tied


def _stages(chance: np.random.Generator, whose: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """The place of each event's stage: later events stand further, no customer beyond a depth of its own."""
    depths = 1 + np.random.default_rng(SEED + 2).choice(6, int(whose.max(initial=0)) + 1, p=_DEPTHS)
    far = (0.6 * shares + 0.4 * chance.random(len(whose))) ** 1.3
    return (far * depths[whose]).astype(np.int8)


_DEPTHS = (0.14, 0.2, 0.18, 0.18, 0.15, 0.15)


def _lines(
    chance: np.random.Generator,
    whose: np.ndarray,
    moments: np.ndarray,
    numbers: np.ndarray,
    deals: np.ndarray,
    touchpoints: np.ndarray,
) -> pa.Table:
    """The till's lines: one in seven deals has two, one in forty is paid back in part ten days later."""
    places = np.flatnonzero(deals)
    second = places[chance.random(len(places)) < 1 / 7]
    refund = places[chance.random(len(places)) < 1 / 40]
    rows = np.concatenate([places, second, refund])
    late = np.repeat([0, 10 * DAY], [len(places) + len(second), len(refund)])
    amounts = (1000 + chance.lognormal(9, 0.8, len(rows))).astype(np.int32)
    amounts[len(places) + len(second) :] = -500
    return pa.table(
        {
            "number": numbers[0] + np.arange(len(rows)) if len(numbers) else np.arange(0),
            "customer": whose[rows],
            "deal": _deals(numbers[rows]),
            "moment": _moments(moments[rows] + late),
            "amount": amounts,
            "product": _words(chance.integers(0, len(PRODUCTS), len(rows)), PRODUCTS),
            "channel": _words(touchpoints[rows] // 4, CHANNELS),
        }
    )


def _people(chance: np.random.Generator, people: np.ndarray) -> pa.Table:
    return pa.table(
        {
            "customer": people.astype(np.int32),
            "segment": _words(chance.integers(0, len(SEGMENTS), len(people)), SEGMENTS),
            "city": _words(chance.integers(0, len(CITIES), len(people)), CITIES),
        }
    )


def _deals(numbers: np.ndarray) -> pa.Array:
    """References of deals: the number of the event that each began with."""
    words = pc.cast(pa.array(numbers), pa.string())
    return pc.call_function("binary_join_element_wise", ["d", words, ""])


def _moments(seconds: np.ndarray) -> pa.Array:
    return pa.array(seconds * 1_000_000, pa.timestamp("us"))


def _words(places: np.ndarray, names: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int8)), pa.array(names))
