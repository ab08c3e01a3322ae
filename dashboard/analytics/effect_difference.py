"""Difference in differences: what changed at the action's people, less what changed meanwhile at people left alone.

Both groups keep the mix of segments that they had before the start. The error is that of a bootstrap of whole
customers: since resampled totals are sums over very many customers, they are drawn from the normal distribution
with the totals as mean and the customers' own second moments as variance, which is what drawing customers one by
one leads to; the sums of the answer are enough for it. Where weeks before the start differ from each other more
than chance allows (campaigns, weather), the error grows by as much; and always by Student's factor, since few weeks
that look calm prove no calm.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from dashboard.analytics.effect import LEAST_ENTRIES, LEAST_PRE_WEEKS, Finding, Method, Why
from dashboard.analytics.effect_limits import ONE_LOOK, limit, restless
from dashboard.analytics.effect_sums import Cells, EffectSums, Floats

DRAWS = 2000
SEED = 7


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyGap:
    """The groups by week: how far the target and the comparison lie from their own past, and how sure that is.

    Attributes:
        target, control: share above the own rate before the start, by week; nan without entries.
        target_error, control_error: standard errors of them by chance alone.
    """

    target: Floats
    control: Floats
    target_error: Floats
    control_error: Floats

    @property
    def between(self) -> Floats:
        """Target less comparison."""
        return self.target - self.control

    @property
    def variance(self) -> Floats:
        """Of `between`."""
        return self.target_error**2 + self.control_error**2


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Both groups before anything is asked about the weeks after the start.

    Attributes:
        target, control: places of their segments.
        apart: z of how they moved apart before the start.
        unrest: how much more the weeks before the start differ than by chance; at least 1.
        beside: variance of the difference as a part of that of two groups like the target: more than 1 where fewer were
            left alone, or their share lies nearer to a half.
    """

    target: tuple[int, ...]
    control: tuple[int, ...]
    gap: WeeklyGap
    apart: float
    unrest: float
    beside: float

    @property
    def breadth(self) -> float:
        """What the variance of two groups like the target has to be multiplied by to be that of the verdict."""
        return self.unrest * self.beside


def comparison_of(sums: EffectSums, target: tuple[int, ...], control: tuple[int, ...]) -> Comparison | Why:
    """The groups and their past; or why they cannot be compared."""
    if not control:
        return Why.NO_COMPARISON
    if sums.span.past < LEAST_PRE_WEEKS:
        return Why.SHORT_PAST
    if min(sums.past(sums.reached)[list(places)].sum() for places in (target, control)) < LEAST_ENTRIES:
        return Why.FEW_ENTRIES
    gap = weekly_gap(sums, target, control)
    past = sums.span.past
    own, other = (_chance(sums, places) for places in (target, control))
    beside = (own + other) / (2 * own) if own else 1.0
    return Comparison(target, control, gap, moved_apart(gap, past), _unrest(gap, past), beside)


def difference(sums: EffectSums, groups: Comparison, week: int) -> Finding | Why:
    """What the weeks 1..`week` show against the comparison; or why they show nothing."""
    after = sums.since_start(sums.reached, week)
    if min(after[list(places)].sum() for places in (groups.target, groups.control)) < LEAST_ENTRIES:
        return Why.FEW_ENTRIES
    own, other = sums.cells(groups.target, week), sums.cells(groups.control, week)
    totals, spread = _totals(sums, own + other, week)
    rng = np.random.default_rng(SEED)
    drawn = totals + rng.standard_normal((DRAWS, totals.size)) @ spread.T
    before, now = (float(_rates(totals[None], slice(0, len(own)), side)[0]) for side in (0, 2))
    estimate = float(_effect(totals[None], len(own))[0])
    error = float(_effect(drawn, len(own)).std()) * sqrt(groups.unrest)
    if not error:
        return Why.FEW_ENTRIES
    sound = abs(groups.apart) < ONE_LOOK
    bar = limit(week, sums.span.after)
    return Finding(
        method=Method.DIFFERENCE,
        estimate=estimate,
        error=error,
        low=estimate - bar * error,
        high=estimate + bar * error,
        plain_low=estimate - ONE_LOOK * error,
        plain_high=estimate + ONE_LOOK * error,
        z=estimate / error,
        limit=bar,
        before=before,
        after=now,
        without=now - estimate,
        sound=sound,
        check=groups.apart,
        why=None if sound else Why.DIFFERENT_PAST,
    )


def weekly_gap(sums: EffectSums, target: tuple[int, ...], control: tuple[int, ...]) -> WeeklyGap:
    """Both groups by week of the span."""
    found: list[Floats] = []
    for places in (target, control):
        entries, more = (sums.by_week(values) for values in sums.gap(places))
        rate = float(sums.past(sums.went)[list(places)].sum() / sums.past(sums.reached)[list(places)].sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            found += [more / entries, np.sqrt(rate * (1 - rate) / entries)]
    return WeeklyGap(found[0], found[2], found[1], found[3])


def moved_apart(gap: WeeklyGap, past: int) -> float:
    """Whether the groups moved apart week by week before the start: z of the slope of their difference."""
    between, variance = gap.between[:past], gap.variance[:past]
    there = np.isfinite(between) & (variance > 0)
    weeks, weights = np.arange(past)[there], 1 / variance[there]
    if weeks.size < LEAST_PRE_WEEKS:
        return 0.0
    centred = weeks - np.average(weeks, weights=weights)
    size = float((weights * centred**2).sum())
    slope = float((weights * centred * between[there]).sum()) / size
    level = np.average(between[there], weights=weights)
    left = between[there] - level - slope * centred
    unrest = max(1.0, float((weights * left**2).sum()) / (weeks.size - 2))
    return slope * sqrt(size / unrest)


def _chance(sums: EffectSums, places: tuple[int, ...]) -> float:
    """Variance by chance of a group's share before the start."""
    rate = sums.share(places) or 0.0
    return rate * (1 - rate) / float(sums.past(sums.reached)[list(places)].sum())


def _unrest(gap: WeeklyGap, past: int) -> float:
    """How much more the weeks before the start differ than by chance; at least 1."""
    between, variance = gap.between[:past], gap.variance[:past]
    there = np.isfinite(between) & (variance > 0)
    if there.sum() < LEAST_PRE_WEEKS:
        return 1.0
    weights = 1 / variance[there]
    left = between[there] - np.average(between[there], weights=weights)
    return restless(float((weights * left**2).sum()), int(there.sum()) - 1)


def _totals(sums: EffectSums, cells: Cells, week: int) -> tuple[Floats, Floats]:
    """Of each cell entries and went on before, then after; and a square root of their covariance over customers."""
    pick = np.zeros((4 * len(cells), len(sums.moments)))
    for cell, places in enumerate(cells):
        for segment in places:
            for went in (False, True):
                pick[4 * cell + went, sums.row(segment, 0, went)] = 1
                for part in range(1, week + 1):
                    pick[4 * cell + 2 + went, sums.row(segment, part, went)] = 1
    sides = [
        side[list(places)].sum()
        for places in cells
        for side in (
            sums.past(sums.reached),
            sums.past(sums.went),
            sums.since_start(sums.reached, week),
            sums.since_start(sums.went, week),
        )
    ]
    values, vectors = np.linalg.eigh(pick @ sums.moments @ pick.T)
    return np.array(sides), vectors * np.sqrt(np.clip(values, 0, None))


def _effect(totals: Floats, own: int) -> Floats:
    """Change of the first `own` cells less that of the others, of each row of totals."""
    change = [
        _rates(totals, cells, 2) - _rates(totals, cells, 0) for cells in (slice(0, own), slice(own, None))
    ]
    return change[0] - change[1]


def _rates(totals: Floats, cells: slice, side: int) -> Floats:
    """Share that went on, before (`side` 0) or after (2), with the cells weighed as before."""
    by_cell = totals.reshape(len(totals), -1, 4)[:, cells]
    weights = by_cell[:, :, 0] / by_cell[:, :, 0].sum(axis=1, keepdims=True)
    return (weights * by_cell[:, :, side + 1] / by_cell[:, :, side]).sum(axis=1)
