"""Every metric of the touchpoint heatmap side by side, each with how many customers or answers it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import pandas as pd

from dashboard.analytics import heatmap_metrics as metrics
from dashboard.analytics.heatmap import NO_TOUCHES, Cell, Heatmap
from dashboard.analytics.heatmap_money import CellMoney
from dashboard.analytics.score import Key, Opinion

ROW_OF_MONEY = "row_of_money"


@dataclass(frozen=True, slots=True)
class CellFigures:
    """One cell under every metric; or a row that only money stands on, whose other figures are None.

    Attributes:
        stage: None where costs stand on a whole channel, and for revenue without a touch (channel "(no touch)").
        share: of the stage's customers whom the cell met.
        mature_customers: customers behind the progression.
        lift: progression from the landmark of those whom the cell had touched by then minus that of the others.
        lift_customers, lift_others: how many both are.
        median_days: from the first touch to the next stage, of the `timed` customers who went on [days].
        sentiment: mean of the `rated` touches, -1..1.
        nps: -100..100, of `nps_answers`; `nps_rejected` answers were no whole number of 0..10 and count nowhere.
        score: 0..100, of `score_answers`.
        exit_share: of those who stopped in the stage, whose last touch of it was here (`stopped` customers).
        revenue: credited by the query's attribution model.
        removal: share of the sales that would be lost without the cell.
        cost_per_progression: cost per customer met, over the progression.
        reasons: why a figure is None: field -> reason.
    """

    stage: str | None
    channel: str
    touchpoint: str | None
    touches: int | None = None
    customers: int | None = None
    share: float | None = None
    mature_customers: int | None = None
    progression: float | None = None
    lift: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    lift_customers: int | None = None
    lift_others: int | None = None
    median_days: float | None = None
    timed: int | None = None
    sentiment: float | None = None
    rated: int | None = None
    nps: float | None = None
    nps_answers: int | None = None
    nps_rejected: int | None = None
    score: float | None = None
    score_answers: int | None = None
    exit_share: float | None = None
    stopped: int | None = None
    revenue: float | None = None
    removal: float | None = None
    cost: float | None = None
    cost_per_progression: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict, kw_only=True)


METRICS = tuple(
    item.name
    for item in fields(CellFigures)
    if item.name not in ("stage", "channel", "touchpoint", "reasons")
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured beside the map: frames of `data_access.heatmap_metrics`, opinions and money by cell."""

    lift: pd.DataFrame
    pace: pd.DataFrame
    mood: pd.DataFrame
    exits: pd.DataFrame
    said: Mapping[Key, Opinion]
    money: CellMoney


def heatmap_whole(heat: Heatmap, measured: Measured) -> tuple[CellFigures, ...]:
    """Cells in the order of the map, with those that only surveys name; then rows that money alone stands on."""
    stages = metrics.by_cell(measured.lift.query("level == 'stage'"))
    touched = metrics.by_cell(measured.lift.query("level == 'cell'"))
    timed, rated, left = (metrics.by_cell(frame) for frame in (measured.pace, measured.mood, measured.exits))
    order = [stage.stage for stage in heat.stages]
    cells = {_key(cell): cell for cell in (*heat.cells, *_unmet(heat, measured.said))}
    rows = []
    for key, cell in cells.items():
        found = [
            metrics.lift(touched, stages, key),
            metrics.pace(timed, key, cell.mature_customers, cell.customers),
            metrics.mood(rated, key),
            metrics.opinion(measured.said, key),
            metrics.exits(left, key, order[-1]),
            measured.money.of(key, cell),
        ]
        rows.append(_figures(key, cell, found))
    rows.sort(key=lambda row: order.index(str(row.stage)))
    return (*rows, *(_money_row(key, known) for key, known in measured.money.beyond(cells)))


def _key(cell: Cell) -> Key:
    return cell.stage, cell.channel, cell.touchpoint


def _unmet(heat: Heatmap, said: Mapping[Key, Opinion]) -> list[Cell]:
    """Cells that people spoke about and that met nobody: the journey has no touch of them."""
    known = {_key(cell) for cell in heat.cells}
    found = []
    for stage, channel, touchpoint in sorted((key for key in said if key not in known), key=str):
        met = heat.stage(str(stage)).customers
        reasons = {"progression": NO_TOUCHES} | ({} if met else {"share": NO_TOUCHES})
        found.append(Cell(str(stage), 0, 0, 0, 0, channel, touchpoint, 0.0 if met else None, reasons=reasons))
    return found


def _figures(key: Key, cell: Cell, found: list[metrics.Metric]) -> CellFigures:
    values: dict[str, Any] = {
        name: getattr(cell, name)
        for name in ("touches", "customers", "share", "mature_customers", "progression")
    }
    reasons = dict(cell.reasons)
    for metric in found:
        values |= metric.values
        reasons |= metric.reasons
    return CellFigures(*key, **values, reasons=reasons)


def _money_row(key: Key, known: Mapping[str, Any]) -> CellFigures:
    reasons = {name: ROW_OF_MONEY for name in METRICS if name not in known}
    return CellFigures(*key, **known, reasons=reasons)
