"""Notes on a time axis: what happened on a day, and where it stands on a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from string import ascii_uppercase

MOST_MARKS = 8  # on one axis: with more of them nobody reads the line behind
_NEAR = 0.035  # of the axis: notes that are nearer share a mark


class NoteKind(StrEnum):
    """What a note tells of; where room is scarce the first kinds stay."""

    NOTE = "note"
    DECISION = "decision"
    ACTION = "action"
    DEFINITION = "definition"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened on a day.

    Attributes:
        day: in the engagement's zone.
        text: what, in the reader's language.
        segment: whom it concerns; empty = everybody.
        link: path and search of the place in the product that tells more; empty = none.
        who: name or login of whose deed it was; empty = unknown.
        detail: further lines, such as the reason and the figures of a decision.
        action_id: the action of the plan that it is of.
        number: of a note by hand, to change it; `version` that was seen.
    """

    day: date
    text: str
    kind: NoteKind
    segment: str = ""
    link: str = ""
    who: str = ""
    detail: tuple[str, ...] = ()
    action_id: int | None = None
    number: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A lettered place on an axis.

    Attributes:
        sign: `A`, `B`, ...
        at: place along the axis in buckets: 0 is the middle of the first one.
        notes: what happened there, in order of time.
    """

    sign: str
    at: float
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """A line of buckets (weeks, months): the first day of each, and the first day after the last."""

    first_days: tuple[date, ...]
    end: date

    @classmethod
    def of(cls, first_days: Iterable[date]) -> Axis:
        """Buckets of equal kind: the last one is as long as the longest of the others."""
        days = tuple(first_days)
        if not days:
            return cls((), date.max)
        lengths = [(after - before).days for before, after in pairwise(days)]
        return cls(days, days[-1] + timedelta(max(lengths, default=7)))

    def at(self, day: date) -> float | None:
        """Where a day stands; None outside. What changed on a bucket's first day stands before its point."""
        if not self.first_days or not self.first_days[0] <= day < self.end:
            return None
        place = max(at for at, first in enumerate(self.first_days) if first <= day)
        edges = (*self.first_days, self.end)
        first, after = edges[place], edges[place + 1]
        return place - 0.5 + (day - first).days / (after - first).days


def marks(notes: Iterable[Note], axis: Axis, first: int = 0, most: int = MOST_MARKS) -> tuple[Mark, ...]:
    """The marks of an axis from left to right: at most so many, the notes by hand and the deeds before imports.

    Args:
        first: letters that the drawing uses for something else already.
    """
    placed = [(at, note) for note in notes if (at := axis.at(note.day)) is not None]
    groups = [*_near(sorted(placed, key=lambda one: (one[0], one[1].day)), len(axis.first_days) * _NEAR)]
    order = list(NoteKind)
    ranked = sorted(
        groups, key=lambda group: (min(order.index(note.kind) for _, note in group), -group[0][0])
    )
    kept = sorted(ranked[:most], key=lambda group: group[0][0])
    return tuple(
        Mark(ascii_uppercase[(first + place) % 26], group[0][0], tuple(note for _, note in group))
        for place, group in enumerate(kept)
    )


def _near(placed: Sequence[tuple[float, Note]], width: float) -> Iterable[list[tuple[float, Note]]]:
    """Runs of notes that begin within one mark's width."""
    group: list[tuple[float, Note]] = []
    for at, note in placed:
        if group and at - group[0][0] > width:
            yield group
            group = []
        group.append((at, note))
    if group:
        yield group
