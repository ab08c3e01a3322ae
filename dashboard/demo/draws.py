"""Random draws for invented data: balanced shares, lags and the rhythm of the week.

Plain coin tosses would hide the stories in a small data set, so decisions are drawn by quota: of any
neighbours in time, the planned number goes on. Large and small sets then tell the same stories; what
wobbles from week to week is planned too.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from dashboard.demo.plan import HOURS, WEEKDAYS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
BLOCK = 20
LONGEST_SHIFT = 0.3  # days by which `Rhythm` may move a moment towards the weekend
_LATEST = 0.985  # the longest lags are cut: a step that takes months belongs to another round


def balanced(rng: np.random.Generator, group: Ints, when: Floats, block: int = BLOCK) -> Floats:
    """Uniform numbers 0..1 that are spread evenly over each block of neighbours in time of a group."""
    size = len(group)
    if not size:
        return np.empty(0)
    order = np.lexsort((when, group))
    ordered = np.asarray(group)[order]
    position = np.arange(size) - _run_starts(ordered[1:] != ordered[:-1])
    new_block = (ordered[1:] != ordered[:-1]) | (position[1:] % block == 0)
    number = np.concatenate(([0], np.cumsum(new_block)))
    rank = np.empty(size)
    rank[np.lexsort((rng.random(size), number))] = np.arange(size) - _run_starts(new_block)
    uniform = np.empty(size)
    uniform[order] = (rank + rng.random(size)) / np.bincount(number)[number]
    return uniform


def quota(rng: np.random.Generator, group: Ints, when: Floats, share: Floats | float) -> Bools:
    """Who does it, when each does with a probability of their own.

    In any span of time a group's number of those who do is the sum of their shares, give or take one.
    """
    order = np.lexsort((when, group))
    expected = np.cumsum(np.broadcast_to(share, len(group))[order]) + rng.random()
    does = np.empty(len(group), dtype=bool)
    does[order] = np.diff(np.floor(expected), prepend=0) > 0
    return does


def _run_starts(begins: Bools) -> Ints:
    """For each row of a sorted column, the index at which its run of equal values begins."""
    starts = np.concatenate(([0], np.where(begins, np.arange(1, len(begins) + 1), 0)))
    return np.maximum.accumulate(starts)


def lags(rng: np.random.Generator, median: Floats, deviation: float) -> Floats:
    """Skewed waiting times [days] around a median, without the longest 1.5 %."""
    return median * np.exp(deviation * ndtri(rng.random(len(median)) * _LATEST))


def normal(uniform: Floats) -> Floats:
    """Normal numbers from uniform ones, without the wildest."""
    return ndtri(np.clip(uniform, 0.002, 0.998))


class Rhythm:
    """Moves even time to the hours and weekdays at which people shop, without changing any order."""

    def __init__(self, start: date, days: int) -> None:
        weekdays = [WEEKDAYS[(start.weekday() + day) % 7] for day in range(7)]
        self._week = self._inverse(np.outer(weekdays, HOURS).ravel())
        self._day = self._inverse(np.array(HOURS))
        self._whole_weeks = days // 7 * 7

    @staticmethod
    def _inverse(weights: Floats) -> tuple[Floats, Floats]:
        """Nodes of the function from even time to busy time, both 0..1."""
        return np.concatenate(([0], np.cumsum(weights) / weights.sum())), np.linspace(0, 1, len(weights) + 1)

    def seconds(self, days: Floats) -> Ints:
        """Whole seconds since the start of the data for even time in days."""
        in_week = np.floor(days / 7) * 7 + 7 * np.interp(days % 7 / 7, *self._week)
        in_day = np.floor(days) + np.interp(days % 1, *self._day)
        return np.floor(np.where(days < self._whole_weeks, in_week, in_day) * 86_400).astype(np.int64)
