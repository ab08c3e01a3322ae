"""The touchpoint heatmap under one measure: what each cell shows, what it stands on and what it is held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from dashboard.analytics import heatmap_metrics as metrics
from dashboard.analytics.heatmap import SMALL_SAMPLE, Cell, Heatmap
from dashboard.analytics.heatmap_money import CellMoney
from dashboard.analytics.score import Key, Opinion
from dashboard.analytics.statistics import wilson
from dashboard.analytics.weakest import Link


class Measure(StrEnum):
    """What a cell shows."""

    SCORE = "score"
    PROGRESSION = "progression"
    LOSS = "loss"
    TOUCHES = "touches"
    CUSTOMERS = "customers"
    SHARE = "share"
    LIFT = "lift"
    DAYS = "days"
    MOOD = "mood"
    NPS = "nps"
    EXITS = "exits"
    COST = "cost"
    COST_PER = "costper"
    REVENUE = "revenue"
    REMOVAL = "removal"


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of a cell.

    Attributes:
        value: None where unknown; `reason` says why.
        n: customers, answers or contacts it stands on; None where it is a plain count or sum.
        low, high: 95 % interval where there is one.
    """

    value: float | None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None

    @property
    def low_n(self) -> bool:
        """It stands on fewer than 30: faded, never best or worst."""
        return self.n is not None and self.n < SMALL_SAMPLE

    @property
    def known(self) -> float | None:
        """The value where it stands on enough."""
        return None if self.low_n else self.value

    @property
    def distinct(self) -> bool:
        """True where the interval leaves 0 out: of a difference, that chance alone hardly made it."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """The map under one measure.

    Attributes:
        heat: whom the cells met; the size of their dots.
        values: figures by cell, those that only surveys or money name included.
        averages: what a stage's cells are held against: volume-weighted; None where nothing is known.
        weakest: the cell of each stage that has a ring.
        beside: money of whole channels, or of sales without a contact: on no cell of the map; None = not asked.
    """

    measure: Measure
    heat: Heatmap
    values: Mapping[Key, Value]
    averages: Mapping[str, float | None] = field(default_factory=dict)
    weakest: Mapping[str, Key] = field(default_factory=dict)
    beside: float | None = None

    @property
    def largest(self) -> float:
        """The largest known figure, whatever its sign: the end of scales that have none of their own."""
        return max((abs(one.known) for one in self.values.values() if one.known is not None), default=0.0)

    def of(self, key: Key) -> Value | None:
        """The figure of a cell; None where there is no such touchpoint."""
        return self.values.get(key)


def key_of(cell: Cell) -> Key:
    """The cell as the other frames name it."""
    return cell.stage, cell.channel, cell.touchpoint


def met(heat: Heatmap, measure: Measure) -> Shown:
    """Going on, contacts, reach or share of the stage."""
    read: Mapping[Measure, Callable[[Cell], Value]] = {
        Measure.PROGRESSION: _progression,
        Measure.TOUCHES: lambda cell: Value(cell.touches),
        Measure.CUSTOMERS: lambda cell: Value(cell.customers),
        Measure.SHARE: _share,
    }
    values = {key_of(cell): read[measure](cell) for cell in heat.cells}
    averages = {}
    if measure is Measure.PROGRESSION:
        averages = {stage.stage: stage.progression for stage in heat.stages}
    return Shown(measure, heat, values, averages, weakest_of(heat))


def weakest_of(heat: Heatmap) -> dict[str, Key]:
    """Each stage's cell that loses most against the average."""
    return {stage: key_of(link.cell) for stage, link in heat.weakest.items()}


def _progression(cell: Cell) -> Value:
    interval = wilson(cell.passed, cell.mature_customers)
    ends = (interval.low, interval.high) if interval else (None, None)
    return Value(cell.progression, cell.mature_customers, *ends, cell.reasons.get("progression"))


def _share(cell: Cell) -> Value:
    return Value(cell.share, cell.customers, reason=cell.reasons.get("share"))


def lost_money(heat: Heatmap, links: tuple[Link, ...]) -> Shown:
    """What each cell loses against its stage's average; negative where it does better."""
    values = {}
    for link, cell in zip(links, heat.cells, strict=True):
        values[key_of(cell)] = Value(link.loss, cell.mature_customers, reason=link.reasons.get("loss"))
    return Shown(Measure.LOSS, heat, values, weakest=weakest_of(heat))


def said_of(heat: Heatmap, said: Mapping[Key, Opinion], measure: Measure) -> Shown:
    """Score or NPS; cells that people spoke about and that met nobody stand too."""
    values = {}
    for key in dict.fromkeys([*(key_of(cell) for cell in heat.cells), *said]):
        own = said.get(key, Opinion())
        if measure is Measure.NPS:
            values[key] = Value(
                own.nps, own.nps_answers, reason=metrics.opinion(said, key).reasons.get("nps")
            )
        else:
            why = metrics.opinion(said, key).reasons.get("score")
            values[key] = Value(own.score, own.score_answers, reason=why)
    weakest = _lowest(values) if measure is Measure.SCORE else weakest_of(heat)
    return Shown(measure, heat, values, _averages(values), weakest)


def mood_of(heat: Heatmap, frame: pd.DataFrame) -> Shown:
    """Mean sentiment of the contacts."""
    rows = metrics.by_cell(frame)
    values = {}
    for cell in heat.cells:
        found = metrics.mood(rows, key_of(cell))
        values[key_of(cell)] = Value(
            found.values["sentiment"], found.values["rated"], reason=found.reasons.get("sentiment")
        )
    return Shown(Measure.MOOD, heat, values, _averages(values), weakest_of(heat))


def pace_of(heat: Heatmap, frame: pd.DataFrame) -> Shown:
    """Median days to the next stage."""
    rows = metrics.by_cell(frame)
    values = {}
    for cell in heat.cells:
        found = metrics.pace(rows, key_of(cell), cell.mature_customers, cell.customers)
        values[key_of(cell)] = Value(
            found.values["median_days"], found.values["timed"], reason=found.reasons.get("median_days")
        )
    return Shown(Measure.DAYS, heat, values, _averages(values), weakest_of(heat))


def lift_of(heat: Heatmap, frame: pd.DataFrame) -> Shown:
    """How much more often those go on whom the cell met early, with the interval."""
    stages = metrics.by_cell(frame.query("level == 'stage'"))
    touched = metrics.by_cell(frame.query("level == 'cell'"))
    values = {}
    for cell in heat.cells:
        found = metrics.lift(touched, stages, key_of(cell))
        said = found.values
        values[key_of(cell)] = Value(
            said["lift"],
            min(said["lift_customers"], said["lift_others"]),
            said["ci_low"],
            said["ci_high"],
            found.reasons.get("lift"),
        )
    return Shown(Measure.LIFT, heat, values, weakest=weakest_of(heat))


def exits_of(heat: Heatmap, frame: pd.DataFrame) -> Shown:
    """Where those who stopped in a stage were last seen."""
    rows = metrics.by_cell(frame)
    last = heat.stages[-1].stage
    stopped = {
        stage.stage: sum(int(row["stopped"]) for key, row in rows.items() if key[0] == stage.stage)
        for stage in heat.stages
    }
    values = {}
    for cell in heat.cells:
        found = metrics.exits(rows, key_of(cell), last)
        values[key_of(cell)] = Value(
            found.values["exit_share"], stopped[cell.stage], reason=found.reasons.get("exit_share")
        )
    return Shown(Measure.EXITS, heat, values, weakest=weakest_of(heat))


def money_of(heat: Heatmap, money: CellMoney, measure: Measure) -> Shown:
    """Cost, cost for each customer who went on, revenue credited, or what would be lost without the cell."""
    name = {
        Measure.COST: "cost",
        Measure.COST_PER: "cost_per_progression",
        Measure.REVENUE: "revenue",
        Measure.REMOVAL: "removal",
    }[measure]
    values = {}
    for cell in heat.cells:
        found = money.of(key_of(cell), cell)
        n = cell.mature_customers if measure is Measure.COST_PER else None
        values[key_of(cell)] = Value(found.values[name], n, reason=found.reasons.get(name))
    averages = _per_passed(heat, values) if measure is Measure.COST_PER else {}
    beside = None
    if measure in (Measure.COST, Measure.REVENUE):
        beside = sum(known.get(name, 0.0) for _, known in money.beyond([key_of(cell) for cell in heat.cells]))
    return Shown(measure, heat, values, averages, weakest_of(heat), beside)


def _per_passed(heat: Heatmap, values: Mapping[Key, Value]) -> dict[str, float | None]:
    """Cost of a stage's cells over the customers whom these cost: the mean weighted by who went on."""
    found: dict[str, float | None] = {}
    for stage in heat.stages:
        cells = [
            (per, cell.customers * (cell.progression or 0.0))
            for cell in heat.cells
            if cell.stage == stage.stage and (per := values[key_of(cell)].known) is not None
        ]
        weight = sum(went for _, went in cells)
        found[stage.stage] = sum(per * went for per, went in cells) / weight if weight else None
    return found


def _averages(values: Mapping[Key, Value]) -> dict[str, float | None]:
    """Stage -> mean of its cells, each weighing as many as it stands on; cells under 30 stay out."""
    found: dict[str, float | None] = {}
    for stage in {key[0] for key in values}:
        own = [
            (one.value, one.n or 0)
            for key, one in values.items()
            if key[0] == stage and one.known is not None
        ]
        weight = sum(n for _, n in own)
        found[str(stage)] = sum((value or 0.0) * n for value, n in own) / weight if weight else None
    return found


def _lowest(values: Mapping[Key, Value]) -> dict[str, Key]:
    """Each stage's lowest figure, where figures differ."""
    found = {}
    for stage in {key[0] for key in values}:
        own = {key: one.known for key, one in values.items() if key[0] == stage and one.known is not None}
        if len(set(own.values())) > 1:
            found[str(stage)] = min(own, key=lambda key: (own[key], str(key)))
    return found
