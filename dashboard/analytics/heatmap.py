"""Touchpoint heatmap: which contact people meet, and after which one they go on less than the stage's average."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dashboard.analytics.plain_rows import plain_rows
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery

SMALL_SAMPLE = 30
NO_TOUCHES = "no_touches"
NOT_RIPE = "not_ripe"


@dataclass(frozen=True, slots=True)
class Touched:
    """Customers whom a stage, or one cell of it, met in the period.

    Attributes:
        touches: number of contacts.
        customers: distinct customers (reach).
        mature_customers: of these, whose window after their first touch here is over at the data end.
        passed: of the mature ones, who reached a later stage in the window (last stage: another deal).
        reasons: why a figure is None: field -> reason.
    """

    stage: str
    touches: int
    customers: int
    mature_customers: int
    passed: int
    reasons: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def progression(self) -> float | None:
        """Share of the mature customers who went on, 0..1: an association, not a cause."""
        return self.passed / self.mature_customers if self.mature_customers else None

    @property
    def low_n(self) -> bool:
        """True under 30 customers: faded, never best or worst."""
        return self.customers < SMALL_SAMPLE

    @property
    def low_mature(self) -> bool:
        """True under 30 mature customers: the progression is faded."""
        return self.mature_customers < SMALL_SAMPLE


@dataclass(frozen=True, slots=True)
class Cell(Touched):
    """One channel, or one touchpoint of it, inside a stage.

    Attributes:
        touchpoint: None where the map is not expanded to touchpoints.
        share: share of the stage's customers whom this cell met.
    """

    channel: str
    touchpoint: str | None
    share: float | None


@dataclass(frozen=True, slots=True)
class WeakLink:
    """The cell of a stage that loses most against the stage's average.

    Attributes:
        average: progression of all customers of the stage.
        loss: reach x (average - own progression): customers who would have gone on at the stage's average.
    """

    cell: Cell
    average: float
    loss: float


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Cells in the order of the screen, and each stage of the model as a whole.

    Attributes:
        window_days: days after the first touch in which going on counts [days].
    """

    cells: tuple[Cell, ...]
    stages: tuple[Touched, ...]
    window_days: int

    def stage(self, key: str) -> Touched:
        """The stage as a whole: what its cells are compared with."""
        return next(stage for stage in self.stages if stage.stage == key)

    @property
    def weakest(self) -> Mapping[str, WeakLink]:
        """Stage -> its weakest link; a stage without one is absent."""
        found = {stage.stage: _weakest(self.cells, stage) for stage in self.stages}
        return {key: link for key, link in found.items() if link is not None}


def heatmap(frame: pd.DataFrame, query: JourneyQuery, info: GenerationInfo) -> Heatmap:
    """The heatmap from the sums of `data_access.heatmap.fetch_heatmap`.

    A cell that occurs in the engagement but met nobody in the period stands with zeros; one that never
    occurred is absent ("no such touchpoint").
    """
    rows = [{str(name): value for name, value in row.items()} for row in plain_rows(frame)]
    found = {row["stage"]: row for row in rows if row["level"] == "stage"}
    stages = {key: Touched(**_numbers(key, found.get(key, {}))) for key in info.model.keys}
    places = {channel: place for place, channel in enumerate(info.channels)}
    cells = [_cell(row, stages[row["stage"]]) for row in rows if row["level"] == "cell"]
    cells.sort(
        key=lambda cell: (
            info.model.order(cell.stage),
            places.get(cell.channel, len(places)),
            cell.touchpoint or "",
        )
    )
    return Heatmap(tuple(cells), tuple(stages.values()), query.window_days)


def _numbers(stage: str, row: Mapping[str, Any]) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        name: int(row.get(name, 0)) for name in ("touches", "customers", "mature_customers", "passed")
    }
    reasons = {}
    if not numbers["mature_customers"]:
        reasons["progression"] = NOT_RIPE if numbers["customers"] else NO_TOUCHES
    return {"stage": stage, "reasons": reasons, **numbers}


def _cell(row: Mapping[str, Any], stage: Touched) -> Cell:
    numbers = _numbers(stage.stage, row)
    if not stage.customers:
        numbers["reasons"]["share"] = NO_TOUCHES
    return Cell(
        **numbers,
        channel=row["channel"],
        touchpoint=row.get("touchpoint"),
        share=numbers["customers"] / stage.customers if stage.customers else None,
    )


def _weakest(cells: tuple[Cell, ...], stage: Touched) -> WeakLink | None:
    """The largest reach x (average - own progression) among cells of 30 mature customers and more."""
    average = stage.progression
    if average is None:
        return None
    links = [
        WeakLink(cell, average, cell.customers * (average - own))
        for cell in cells
        if cell.stage == stage.stage and not cell.low_mature and (own := cell.progression) is not None
    ]
    worst = max(links, key=lambda link: link.loss, default=None)
    return worst if worst is not None and worst.loss > 0 else None
