"""The sums behind an effect as arrays: entries by segment and day, and how customers tie the weeks together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.analytics.effect import LEAST_ENTRIES, EffectPlan
from dashboard.analytics.effect_span import WEEK, EffectSpan

COLUMNS = (
    "kind",
    "segment",
    "part",
    "other_segment",
    "other_part",
    "nn",
    "ny",
    "yn",
    "yy",
)  # of the sums' rows
Floats = NDArray[np.float64]
Cells = tuple[tuple[int, ...], ...]  # places of segments; those of one cell are counted together


@dataclass(frozen=True, slots=True, eq=False)
class EffectSums:
    """Sums of one effect.

    Attributes:
        segments: those with entries, in alphabetical order.
        reached, went: entries, and those who went on, by segment and day of the span.
        moments: sums over customers of the products of each two of their sums. A customer's sums stand in the order
            segment, part (0 all mature weeks before the start, m mature week m after it), entries and went on.
    """

    span: EffectSpan
    segments: tuple[str, ...]
    reached: Floats
    went: Floats
    moments: Floats

    def places(
        self, plan: EffectPlan, *, comparison: Sequence[str]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Segments of the target and those of the comparison; everybody's target leaves the comparison out."""
        control = tuple(k for k, name in enumerate(self.segments) if name in comparison)
        named = (
            [plan.segment] if plan.segment else [one for one in self.segments if one not in plan.comparison]
        )
        return tuple(k for k, name in enumerate(self.segments) if name in named), control

    def by_week(self, values: Floats) -> Floats:
        """Sums of weeks out of those of days."""
        return values.reshape(*values.shape[:-1], self.span.before + self.span.after, WEEK).sum(axis=-1)

    def past(self, values: Floats) -> Floats:
        """Sum over the mature weeks before the start."""
        return values[..., : WEEK * self.span.past].sum(axis=-1)

    def since_start(self, values: Floats, weeks: int) -> Floats:
        """Sum over the first so many weeks after the start."""
        start = WEEK * self.span.before
        return values[..., start : start + WEEK * weeks].sum(axis=-1)

    def cells(self, places: Sequence[int], weeks: int) -> Cells:
        """Segments that keep their share of the mix; those with too few entries to have a rate share one cell."""
        before, after = self.past(self.reached), self.since_start(self.reached, weeks)
        large = [k for k in places if min(before[k], after[k]) >= LEAST_ENTRIES]
        small = tuple(k for k in places if k not in large)
        return (*((k,) for k in large), *((small,) if small and self._any(small, weeks) else ()))

    def _any(self, places: tuple[int, ...], weeks: int) -> bool:
        own = list(places)
        return bool(self.past(self.reached)[own].sum() and self.since_start(self.reached, weeks)[own].sum())

    def gap(self, places: Sequence[int]) -> tuple[Floats, Floats]:
        """By day: entries, and how many more went on than at each segment's own rate before the start.

        So a shift of the mix between segments moves nothing.
        """
        own = list(places)
        before = self.past(self.reached)[own]
        rates = np.divide(self.past(self.went)[own], before, out=np.zeros(len(own)), where=before > 0)
        expected = (self.reached[own] * rates[:, None]).sum(axis=0)
        return self.reached[own].sum(axis=0), self.went[own].sum(axis=0) - expected

    def share(self, places: Sequence[int]) -> float | None:
        """Share of the segments' entries before the start that went on; None without entries."""
        own = list(places)
        entries = self.past(self.reached)[own].sum()
        return float(self.past(self.went)[own].sum() / entries) if entries else None

    def row(self, segment: int, part: int, went: bool) -> int:
        """Place of a sum in `moments`."""
        return (segment * (1 + self.span.look) + part) * 2 + went


def effect_sums(frame: pd.DataFrame, span: EffectSpan) -> EffectSums:
    """Arrays out of the rows of `fetch_effect`."""
    segments = tuple(sorted(set(frame["segment"])))
    place = {name: k for k, name in enumerate(segments)}
    size, days = 2 * len(segments) * (1 + span.look), WEEK * (span.before + span.after)
    shape = len(segments), days
    sums = EffectSums(span, segments, np.zeros(shape), np.zeros(shape), np.zeros((size, size)))
    for kind, name, part, other, other_part, nn, ny, yn, yy in zip(*_columns(frame), strict=True):
        segment = place[name]
        if kind == "day":
            sums.reached[segment, int(part)] = nn
            sums.went[segment, int(part)] = yy
            continue
        one = sums.row(segment, _part(part), went=False)
        two = sums.row(place[other], _part(other_part), went=False)
        sums.moments[one : one + 2, two : two + 2] = ((nn, ny), (yn, yy))
    return sums


def _columns(frame: pd.DataFrame) -> Iterable[list[Any]]:
    return (frame[name].tolist() for name in COLUMNS)


def _part(days: float) -> int:
    """0 for everything before the start, m for the m-th week after it; `days` as in the frame."""
    return 0 if days < 0 else int(days) // WEEK + 1
