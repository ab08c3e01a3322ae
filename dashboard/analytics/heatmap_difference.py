"""The touchpoint heatmap of one segment minus that of another, or of one period minus another: beyond chance or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.analytics.funnel_groups import Q
from dashboard.analytics.heatmap import SMALL_SAMPLE, Cell, Heatmap, Touched
from dashboard.analytics.heatmap_shown import Measure, key_of
from dashboard.analytics.score import Key
from dashboard.analytics.statistics import benjamini_hochberg, newcombe, pooled_z, two_sided

Counts = tuple[int, int]  # how many did, of how many


@dataclass(frozen=True, slots=True)
class Contrast:
    """One share on two sides.

    Attributes:
        own, other: the shares, 0..1; `n`, `other_n` customers behind them.
        difference: own minus other, in shares: 0.01 is one point.
        low, high: Newcombe 95 % interval of it.
        significant: beyond chance by a two-sided pooled z; in a map Benjamini-Hochberg at 10 % over all its cells.
    """

    own: float
    other: float
    n: int
    other_n: int
    difference: float
    low: float
    high: float
    significant: bool

    @property
    def low_n(self) -> bool:
        """Fewer than 30 customers on either side: no difference is shown."""
        return min(self.n, self.other_n) < SMALL_SAMPLE


@dataclass(frozen=True, slots=True)
class MapDifference:
    """Every cell that met somebody of both sides, and each stage as a whole.

    Attributes:
        cells: by cell; under 30 customers on a side a cell is not tested.
        stages: by stage, by its own test.
        tested: how many cells were.
    """

    measure: Measure
    cells: Mapping[Key, Contrast]
    stages: Mapping[str, Contrast]
    tested: int


def contrast(own: Counts, other: Counts) -> Contrast | None:
    """Own share minus the other one, alone: significant at 5 %; None where a side has nobody."""
    interval = newcombe(*own, *other)
    if interval is None:
        return None
    p = _p_value(own, other)
    return Contrast(
        own=own[0] / own[1],
        other=other[0] / other[1],
        n=own[1],
        other_n=other[1],
        difference=own[0] / own[1] - other[0] / other[1],
        low=interval.low,
        high=interval.high,
        significant=p is not None and p < 0.05,
    )


def map_difference(own: Heatmap, other: Heatmap, measure: Measure) -> MapDifference:
    """How far the cells of one map lie above those of another.

    Args:
        own, other: of different customers, over the same cells.
        measure: `PROGRESSION` or `SHARE`: both are shares of customers.
    """
    theirs = {key_of(cell): cell for cell in other.cells}
    sides: dict[Key, tuple[Counts, Counts]] = {}
    for cell in own.cells:
        if key_of(cell) in theirs:
            sides[key_of(cell)] = (_counts(cell, own, measure), _counts(theirs[key_of(cell)], other, measure))
    ripe = {key: side for key, side in sides.items() if min(side[0][1], side[1][1]) >= SMALL_SAMPLE}
    p_values = {key: p for key, side in ripe.items() if (p := _p_value(*side)) is not None}
    named = dict(zip(p_values, benjamini_hochberg(list(p_values.values()), Q), strict=True))
    cells = {}
    for key, side in sides.items():
        found = contrast(*side)
        if found is not None:
            cells[key] = _judged(found, named.get(key, False))
    stages = {}
    if measure is Measure.PROGRESSION:
        for stage in own.stages:
            found = contrast(_went_on(stage), _went_on(other.stage(stage.stage)))
            if found is not None:
                stages[stage.stage] = found
    return MapDifference(measure, cells, stages, len(ripe))


def _counts(cell: Cell, heat: Heatmap, measure: Measure) -> Counts:
    if measure is Measure.SHARE:
        return cell.customers, heat.stage(cell.stage).customers
    return _went_on(cell)


def _went_on(met: Touched) -> Counts:
    return met.passed, met.mature_customers


def _p_value(own: Counts, other: Counts) -> float | None:
    z = pooled_z(*own, *other)
    return None if z is None else two_sided(z)


def _judged(found: Contrast, significant: bool) -> Contrast:
    return Contrast(
        *(found.own, found.other, found.n, found.other_n, found.difference, found.low, found.high),
        significant,
    )
