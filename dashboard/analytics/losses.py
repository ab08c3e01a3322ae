"""Why deals are lost: reasons by stage and segment, in deals, people and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.statistics import wilson
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import NO_SEGMENT

NO_OUTCOMES = "no_outcomes"
NO_AMOUNTS = "no_amounts"
UNKNOWN_STAGE = "(unknown)"


@dataclass(frozen=True, slots=True)
class Loss:
    """Lost deals of one reason, stage and segment; None in one of these = over all of them.

    Attributes:
        lost: deals that ended lost in the period; people: distinct customers of them.
        share: of the lost deals of the same segment and stage, 0..1.
        amount: what these deals were worth, as the file says; None where none says it.
        priced: lost deals that say an amount.
        won: deals that ended won; None but over all reasons and stages.
        loss_rate: lost / (lost + won); ci_low, ci_high: its Wilson 95 % interval.
        reasons: why a figure is None.
    """

    segment: str | None
    reason: str | None
    stage: str | None
    lost: int
    people: int
    share: float | None
    amount: Decimal | None
    priced: int
    won: int | None = None
    loss_rate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Losses:
    """Every row, and the whole: all reasons, stages and segments together."""

    rows: tuple[Loss, ...]
    total: Loss


def losses(frame: pd.DataFrame, info: GenerationInfo) -> Losses:
    """From the frame of `data_access.losses.fetch_losses`: everybody, then each segment; most lost first."""
    records: list[dict[str, Any]] = [
        {str(name): None if _missing(value) else value for name, value in row.items()}
        for row in plain_rows(frame)
    ]
    sizes = {(row["segment"], row["stage"]): int(row["lost"]) for row in records if row["reason"] is None}
    found = [_loss(row, sizes.get((row["segment"], row["stage"]), 0)) for row in records]
    stages = {key: place for place, key in enumerate(info.model.keys)}
    segments = {name: place for place, name in enumerate(info.segments)}

    def place(row: Loss) -> tuple[Any, ...]:
        segment = -1 if row.segment is None else segments.get(row.segment, len(segments))
        last = row.segment == NO_SEGMENT
        stage = -1 if row.stage is None else stages.get(row.stage, len(stages))
        return last, segment, row.segment or "", stage, row.reason is not None, -row.lost, row.reason or ""

    ordered = sorted(found, key=place)
    total = next(row for row in ordered if row.segment is row.reason is row.stage is None)
    return Losses(tuple(row for row in ordered if row is not total), total)


def _loss(row: Mapping[str, Any], size: int) -> Loss:
    lost, won = int(row["lost"]), None if row["won"] is None else int(row["won"])
    amount = None if row["amount"] is None else Decimal(str(row["amount"]))
    reasons = {}
    if amount is None:
        reasons["amount"] = NO_AMOUNTS
    if not size:
        reasons["share"] = NO_OUTCOMES
    ended = lost + (won or 0)
    ends = wilson(lost, ended) if won is not None else None
    if won is not None and ends is None:
        reasons["loss_rate"] = NO_OUTCOMES
    return Loss(
        row["segment"],
        row["reason"],
        row["stage"],
        lost,
        int(row["people"]),
        lost / size if size else None,
        amount,
        int(row["priced"]),
        won,
        lost / ended if ends else None,
        ends.low if ends else None,
        ends.high if ends else None,
        reasons,
    )


def _missing(value: Any) -> bool:
    return value is None or value != value
