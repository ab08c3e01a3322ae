"""Single metrics of a cell of the touchpoint heatmap, from their sums; each says why it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dashboard.analytics.heatmap import NO_TOUCHES, NOT_RIPE
from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.score import Key, Opinion, cell_key
from dashboard.analytics.spoil import NOBODY_TO_COMPARE
from dashboard.analytics.statistics import newcombe

NOBODY_WENT_ON = "nobody_went_on"
NO_SENTIMENT = "no_sentiment"
NO_ANSWERS = "no_answers"
TOO_FEW_ANSWERS = "too_few_answers"
NOBODY_STOPPED = "nobody_stopped"
LAST_STAGE = "last_stage"

Rows = Mapping[Key, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Metric:
    """Values by field of `CellFigures`, and why one of them is None."""

    values: Mapping[str, Any]
    reasons: Mapping[str, str] = field(default_factory=dict)


def by_cell(frame: pd.DataFrame) -> dict[Key, dict[str, Any]]:
    """Rows of a frame by their cell."""
    return {cell_key(row): {str(name): value for name, value in row.items()} for row in plain_rows(frame)}


def lift(cells: Rows, stages: Rows, key: Key) -> Metric:
    """Who had met the cell by the landmark against who had not, both still in the stage then."""
    own, whole = cells.get(key), stages.get((key[0], "", "" if key[2] is not None else None))
    n, k = (int(own["staying"]), int(own["passed"])) if own else (0, 0)
    n_all, k_all = (int(whole["staying"]), int(whole["passed"])) if whole else (0, 0)
    values: dict[str, Any] = {"lift_customers": n, "lift_others": n_all - n}
    interval = newcombe(k, n, k_all - k, n_all - n)
    if interval is None:
        names = ("lift", "ci_low", "ci_high")
        return Metric(values | dict.fromkeys(names), dict.fromkeys(names, NOBODY_TO_COMPARE))
    difference = k / n - (k_all - k) / (n_all - n)
    return Metric(values | {"lift": difference, "ci_low": interval.low, "ci_high": interval.high})


def pace(cells: Rows, key: Key, mature_customers: int, customers: int) -> Metric:
    """Median days to the next stage."""
    own = cells.get(key)
    if own is None:
        reason = NOBODY_WENT_ON if mature_customers else NOT_RIPE if customers else NO_TOUCHES
        return Metric({"median_days": None, "timed": 0}, {"median_days": reason})
    return Metric({"median_days": float(own["median_days"]), "timed": int(own["timed"])})


def mood(cells: Rows, key: Key) -> Metric:
    """Mean sentiment of the touches."""
    own = cells.get(key)
    if own is None:
        return Metric({"sentiment": None, "rated": 0}, {"sentiment": NO_SENTIMENT})
    return Metric({"sentiment": float(own["sentiment"]), "rated": int(own["rated"])})


def opinion(said: Mapping[Key, Opinion], key: Key) -> Metric:
    """NPS and score."""
    own = said.get(key, Opinion())
    reasons = {} if own.nps is not None else {"nps": NO_ANSWERS}
    if own.score is None:
        reasons["score"] = TOO_FEW_ANSWERS if own.score_answers else NO_ANSWERS
    return Metric(
        {
            "nps": own.nps,
            "nps_answers": own.nps_answers,
            "nps_rejected": own.nps_rejected,
            "score": own.score,
            "score_answers": own.score_answers,
        },
        reasons,
    )


def exits(cells: Rows, key: Key, last_stage: str) -> Metric:
    """Share of those who stopped in the stage whose last touch of it was here."""
    if key[0] == last_stage:
        return Metric(
            {"exit_share": None, "stopped": None}, dict.fromkeys(("exit_share", "stopped"), LAST_STAGE)
        )
    whole = sum(int(row["stopped"]) for other, row in cells.items() if other[0] == key[0])
    own = int(cells[key]["stopped"]) if key in cells else 0
    if not whole:
        return Metric({"exit_share": None, "stopped": 0}, {"exit_share": NOBODY_STOPPED})
    return Metric({"exit_share": own / whole, "stopped": own})
