"""A day that goes on: the invented company of the demo, told batch by batch as if it happened now.

The story is written whole, as `write_demo` writes it, with its last year still ahead. What lies before today is
imported at once. The rest follows in its own order, squeezed into the seconds between two batches: people come,
compare, buy and send back as the demo's people do, only faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard.demo.mapping import mapping_text
from dashboard.demo.plan import SEED
from dashboard.demo.writer import Progress, write_demo

AHEAD = timedelta(days=365)  # of the story
ROWS = 8  # average rows of events and order lines in a batch
_TOLD = ("events", "orders")  # what happens live; costs and surveys are told a day later, as in life
_NUMBERS = {  # columns that tell one from another
    "customers": ("customer_id",),
    "events": ("event_id", "deal_id", "customer_id"),
    "orders": ("order_id", "customer_id"),
}
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Batch:
    """What happened between two looks: new people, events, order lines; no moments yet.

    Attributes:
        customers, events, orders: columns as `write_demo` writes them; `at` is story time.
    """

    customers: pd.DataFrame
    events: pd.DataFrame
    orders: pd.DataFrame

    def write(self, folder: Path, engagement: str, since: datetime, until: datetime) -> Path:
        """Write the batch as if it had happened in `since < at <= until` (local); returns its mapping."""
        moments = pd.concat([self.events["at"], self.orders["at"]])
        begin, span = moments.min(), max((moments.max() - moments.min()).total_seconds(), 1.0)
        written = []
        for name in ("customers", *_TOLD):
            frame: pd.DataFrame = getattr(self, name)
            if frame.empty:
                continue
            if "at" in frame:
                share = (frame["at"] - begin).dt.total_seconds() / span
                frame = frame.assign(at=pd.Timestamp(until) - (1 - share) * (until - since) * 0.98)
            frame.to_parquet(folder / f"{name}.parquet", index=False)
            written.append(name)
        mapping = folder / "mapping.yaml"
        mapping.write_text(mapping_text(engagement, written), encoding="utf-8")
        return mapping


def begin(
    folder: Path, engagement: str, customers: int, today: date, progress: Progress | None = None
) -> tuple[Path, Iterator[Batch]]:
    """Write the year before today, ready for the import, and keep the rest for later.

    Args:
        customers: of the whole story; about half of them come before today.
        today: first day of the company's zone that is told live.

    Returns:
        The mapping of the past, and batches without end: the same ones for the same arguments.
    """
    mapping = write_demo(folder, customers, today + AHEAD, SEED, progress)
    mapping.write_text(mapping_text(engagement), encoding="utf-8")
    past, ahead = _split(_read(folder), today)
    for name, frame in past.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    return mapping, _batches(folder, customers, today, ahead)


def _batches(folder: Path, customers: int, today: date, ahead: Tables) -> Iterator[Batch]:
    """The story's rest, then that of another one with the same plan: new people, and numbers of their own."""
    seed = SEED
    while True:
        yield from _chunks(ahead, np.random.Generator(np.random.PCG64(seed)))
        seed += 1
        write_demo(folder, customers, today + AHEAD, seed)
        tables = _read(folder)
        strangers = [who for who, met in _first_moments(tables).items() if met >= pd.Timestamp(today)]
        told = {name: _of(tables[name], strangers) for name in _NUMBERS}
        for name, columns in _NUMBERS.items():
            told[name] = told[name].assign(**{one: _renamed(list(told[name][one]), seed) for one in columns})
        ahead = told


def _chunks(ahead: Tables, rng: np.random.Generator) -> Iterator[Batch]:
    """A few rows each, cut between moments: an order stays with its event, and comes no sooner than its buyer."""
    people, events, orders = (ahead[name] for name in ("customers", *_TOLD))
    moments = np.sort(np.concatenate([events["at"].to_numpy(), orders["at"].to_numpy()]))
    told = np.zeros(len(people), dtype=bool)
    begin, place = moments[0], 0
    while place < len(moments):
        place += 1 + int(rng.poisson(ROWS - 1))
        end = moments[place] if place < len(moments) else moments[-1] + np.timedelta64(1, "s")
        now = [_between(frame, begin, end) for frame in (events, orders)]
        met = people["customer_id"].isin([*now[0]["customer_id"], *now[1]["customer_id"]]).to_numpy() & ~told
        told |= met
        if len(now[0]) + len(now[1]):
            yield Batch(people.iloc[np.flatnonzero(met)], *now)
        begin = end


def _between(frame: pd.DataFrame, begin: np.datetime64, end: np.datetime64) -> pd.DataFrame:
    at = frame["at"].to_numpy()
    return frame.iloc[np.flatnonzero((at >= begin) & (at < end))]


def _read(folder: Path) -> Tables:
    names = ("customers", "events", "orders", "costs", "surveys")
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}


def _first_moments(tables: Tables) -> dict[str, pd.Timestamp]:
    """Customer -> when they were first met."""
    met: dict[str, pd.Timestamp] = {}
    for name in _TOLD:
        for who, at in zip(tables[name]["customer_id"], tables[name]["at"], strict=True):
            met[who] = min(met.get(who, at), at)
    return met


def _split(tables: Tables, today: date) -> tuple[Tables, Tables]:
    """What lies before today, and what happens from then on."""
    start, met = pd.Timestamp(today), _first_moments(tables)
    moments = {name: tables[name]["at"] for name in (*_TOLD, "surveys")}
    moments["costs"] = pd.to_datetime(tables["costs"]["day"])
    moments["customers"] = pd.to_datetime(tables["customers"]["customer_id"].map(lambda who: met.get(who)))
    past = {name: tables[name].iloc[np.flatnonzero(at < start)] for name, at in moments.items()}
    ahead = {name: tables[name].iloc[np.flatnonzero(moments[name] >= start)] for name in _NUMBERS}
    return past, ahead


def _of(frame: pd.DataFrame, customers: list[str]) -> pd.DataFrame:
    return frame.iloc[np.flatnonzero(frame["customer_id"].isin(customers))]


def _renamed(numbers: list[Any], seed: int) -> list[str | None]:
    """Numbers of another story; where there was none, there is none."""
    return [None if pd.isna(one) else f"{seed}-{one}" for one in numbers]
