"""Writes the demo as files that go through the ordinary import: Parquet tables and a mapping."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.demo import plan
from dashboard.demo.draws import Ints, Rhythm
from dashboard.demo.journeys import Story
from dashboard.demo.mapping import mapping_text
from dashboard.demo.money import cost_rows, order_lines
from dashboard.demo.plan import FULL_SIZE, SEED, TOUCHPOINTS, Calendar
from dashboard.demo.rows import Rows
from dashboard.demo.voices import answers, moods, people

Progress = Callable[[str, float], None]
_FIRST_ORDER = 100_001


def write_demo(
    folder: Path,
    customers: int = FULL_SIZE,
    until: date | None = None,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Path:
    """Invent the demo company and write its files; the same arguments give the same rows.

    Args:
        folder: where `customers`, `events`, `orders`, `costs` and `surveys` (.parquet) are written; created
            when absent, files of these names are replaced.
        customers: how many; the full demo has `FULL_SIZE`, tests take 5 000.
        until: first day without data; today where None. The data cover the 24 months before it.
        seed: another seed invents other people with the same stories.
        progress: called with the name of a finished part and the share done 0..1.

    Returns:
        The path of `mapping.yaml`, ready for `journey import`.
    """
    tell = progress or _silent
    calendar = Calendar.ending(until or datetime.now(ZoneInfo(plan.ZONE)).date())
    rng = np.random.Generator(np.random.PCG64(seed))
    folder.mkdir(parents=True, exist_ok=True)
    story = Story(rng, customers, calendar)
    tell("journeys", 0.35)
    tables = _Tables(rng, story, calendar)
    for done, name in enumerate(("customers", "events", "orders", "costs", "surveys"), start=1):
        pq.write_table(getattr(tables, name)(), folder / f"{name}.parquet", compression="zstd")
        tell(name, 0.35 + 0.65 * done / 5)
    mapping = folder / "mapping.yaml"
    mapping.write_text(mapping_text(), encoding="utf-8")
    return mapping


def _silent(part: str, done: float) -> None:
    """Nobody watches."""


class _Tables:
    """The tables of the five files."""

    def __init__(self, rng: np.random.Generator, story: Story, calendar: Calendar) -> None:
        self._rng, self._story, self._calendar = rng, story, calendar
        rhythm = Rhythm(calendar.start, calendar.days)
        self._touches, self._touched = _by_time(story.touches, rhythm)
        self._deals, self._sold = _by_time(story.deals, rhythm)
        self._unpaid, self._promised = _by_time(story.unpaid, rhythm)
        self._names = pa.array([f"C{number:06d}" for number in range(1, len(story.segment_of) + 1)])
        self._managers = rng.integers(0, len(plan.MANAGERS), len(story.segment_of))  # one per customer

    def customers(self) -> pa.Table:
        frame = people(self._rng, self._story.segment_of)
        return pa.table({"customer_id": self._names, **{name: pa.array(frame[name]) for name in frame}})

    def events(self) -> pa.Table:
        """Touches, and the deals as the CRM writes them down, with a few slips."""
        deals = Rows.join([self._deals, self._unpaid])
        numbers = np.concatenate((self._deals.deal, len(self._deals) + np.arange(len(self._unpaid))))
        rows = Rows.join([self._touches, deals])
        seconds = np.concatenate((self._touched, self._sold, self._promised))
        deal = np.concatenate((self._touches.deal, numbers))
        order = np.argsort(seconds, kind="stable")
        rows, seconds, deal = rows.take(order), seconds[order], deal[order]
        return pa.table(
            {
                "event_id": pa.array(np.arange(1, len(rows) + 1)),
                "customer_id": self._names.take(pa.array(rows.customer)),
                "at": self._moments(seconds),
                "stage": self._labels(rows.point),
                "channel": _named([point.channel for point in TOUCHPOINTS], rows.point),
                "touchpoint": _named([point.name for point in TOUCHPOINTS], rows.point),
                "deal_id": _order_names(deal),
                "manager": self._manager(rows),
                "mood": pa.array(moods(self._rng, rows.point, rows.segment), from_pandas=True),
            }
        )

    def _labels(self, point: Ints) -> pa.Array:
        """The CRM's words for the stages; a few labels are of no stage."""
        words = [plan.STAGE_LABELS[p.stage] for p in TOUCHPOINTS]
        slips = self._rng.random(len(point)) < plan.UNMAPPED_SHARE
        slip = len(words) + self._rng.integers(0, len(plan.UNMAPPED_LABELS), len(point))
        touch = np.array([p.stage != "purchase" for p in TOUCHPOINTS])[point]
        return _named([*words, *plan.UNMAPPED_LABELS], np.where(slips & touch, slip, point))

    def _manager(self, rows: Rows) -> pa.Array:
        """The customer's manager where the touchpoint is one."""
        own = np.array([point.channel == "manager" for point in TOUCHPOINTS])[rows.point]
        return _named(plan.MANAGERS, np.where(own, self._managers[rows.customer], -1))

    def orders(self) -> pa.Table:
        manager = self._manager(self._deals).to_numpy(zero_copy_only=False)
        lines = order_lines(self._rng, self._deals, self._sold, manager, self._calendar)
        return pa.table(
            {
                "order_id": _order_names(np.asarray(lines["order"])),
                "customer_id": self._names.take(pa.array(lines["customer"])),
                "at": self._moments(np.asarray(lines["seconds"])),
                **{
                    name: pa.array(lines[name], from_pandas=True)
                    for name in ("product", "quantity", "amount", "cogs", "channel", "manager")
                },
            }
        )

    def costs(self) -> pa.Table:
        channel = np.array([point.channel for point in TOUCHPOINTS])[self._touches.point]
        frame = cost_rows(self._rng, self._touched // 86_400, channel, self._calendar.days)
        day = np.datetime64(self._calendar.start, "D") + np.asarray(frame["day"])
        return pa.table(
            {"day": pa.array(day), "channel": pa.array(frame["channel"]), "amount": pa.array(frame["amount"])}
        )

    def surveys(self) -> pa.Table:
        frame = answers(self._rng, self._touches, self._touched, self._deals, self._sold)
        frame = frame.loc[frame["seconds"] < self._calendar.days * 86_400]
        point = np.asarray(frame["point"])
        return pa.table(
            {
                "customer_id": self._names.take(pa.array(frame["customer"])),
                "at": self._moments(np.asarray(frame["seconds"])),
                "metric": pa.array(frame["metric"]),
                "stage": _named([*(plan.STAGE_LABELS[p.stage] for p in TOUCHPOINTS)], point),
                "channel": _named([p.channel for p in TOUCHPOINTS], point),
                "touchpoint": _named([p.name for p in TOUCHPOINTS], point),
                "score": pa.array(frame["score"]),
                "comment": pa.array(frame["comment"], pa.string(), from_pandas=True),
            }
        )

    def _moments(self, seconds: Ints) -> pa.Array:
        """Local times without a zone."""
        return pa.array(np.datetime64(self._calendar.start, "s") + seconds, pa.timestamp("ms"))


def _by_time(rows: Rows, rhythm: Rhythm) -> tuple[Rows, Ints]:
    order = np.argsort(rows.when, kind="stable")
    rows = rows.take(order)
    return rows, rhythm.seconds(rows.when)


def _named(names: list[str] | tuple[str, ...], index: Ints) -> pa.Array:
    """Words by index; an index below 0 is empty."""
    return pa.array(list(names), pa.string()).take(pa.array(np.where(index < 0, 0, index), mask=index < 0))


def _order_names(number: Ints) -> pa.Array:
    """Order numbers as the shops print them; below 0 is none."""
    texts = pd.Series(number + _FIRST_ORDER).astype(str)
    return pa.array(("E-" + texts).where(number >= 0, None), pa.string(), from_pandas=True)
