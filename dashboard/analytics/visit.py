"""What moved between two visits of a person, in money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TOP = 3
LEAST = 1.0  # less than a rouble is no news


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure that changed.

    Attributes:
        kind: `revenue`, or `step`: money recoverable at a step.
        segment: None = everybody.
        from_stage, to_stage: of a step; empty for revenue.
        change: now minus then, in money.
    """

    kind: str
    segment: str | None
    from_stage: str
    to_stage: str
    change: float


Figures = Mapping[str, float]  # `revenue` or `step`, segment, from, to, joined by newlines -> money


def figure_key(kind: str, segment: str | None = None, from_stage: str = "", to_stage: str = "") -> str:
    """The name of a figure in the store."""
    return "\n".join((kind, segment or "", from_stage, to_stage))


def largest_changes(then: Figures, now: Figures) -> tuple[Moved, ...]:
    """The three figures that moved most, largest first.

    A figure that one of the visits did not see is left out: a step that is no bottleneck any more has 0 there, not
    nothing. Everybody's revenue goes before that of a segment which moved as much.
    """
    both = [(key, now[key] - then[key]) for key in now if key in then]
    moved = [(key, change) for key, change in both if abs(change) >= LEAST]
    moved.sort(key=lambda one: (-abs(one[1]), one[0]))
    return tuple(_moved(key, change) for key, change in moved[:TOP])


def _moved(key: str, change: float) -> Moved:
    kind, segment, from_stage, to_stage = key.split("\n")
    return Moved(kind, segment or None, from_stage, to_stage, change)
