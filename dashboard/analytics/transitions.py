"""Transitions: the ways customers really took, straight from one stage or touchpoint to the next."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dashboard.analytics.plain_rows import plain_rows

OTHER = "(other)"


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from a place straight to a place, which may be the same.

    Attributes:
        start, finish: stage keys or touchpoint names; "(other)" = every way behind the most frequent ones.
        count: how many times customers went it.
        median_hours: half of them took at most this long [hours].
    """

    start: str
    finish: str
    count: int
    median_hours: float


def transitions(frame: pd.DataFrame) -> tuple[Transition, ...]:
    """The ways from the frame of `data_access.transitions.fetch_transitions`, the most frequent first."""
    return tuple(
        Transition(
            start=OTHER if pd.isna(row["start"]) else str(row["start"]),
            finish=OTHER if pd.isna(row["finish"]) else str(row["finish"]),
            count=int(row["count"]),
            median_hours=float(row["median_hours"]),
        )
        for row in plain_rows(frame)
    )
