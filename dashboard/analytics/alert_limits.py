"""Limits that chance alone seldom crosses: p-chart for conversions, XmR for money, people and ratios.

Both are 2.24 sigma, so that about one stationary period in forty crosses one of two limits. A spread that is known
from few periods is known badly: XmR limits are those of Student's t with as many degrees of freedom, which at many
periods are 2.24 sigma again. A p-chart whose past scatters clearly more than binomial chance is widened by as much
(Laney's p').
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt

from dashboard.analytics.alert_points import Point

SIGMA = 2.24  # DOMAIN section 8
LEAST_PERIODS = 8  # of the past, below which it says nothing
MOST_PERIODS = 26  # older ones say little of now
_D2 = 1.128  # mean moving range of two normal values, in sigma


@dataclass(frozen=True, slots=True)
class Range:
    """Where a figure usually lies: its centre and both limits, in its unit."""

    centre: float
    low: float
    high: float


def p_chart(past: Sequence[Point], n: int) -> Range | None:
    """Where the conversion of `n` customers lies, if it is what it was.

    Args:
        past: at least `LEAST_PERIODS` periods; None where there are fewer, or where nobody came.
    """
    bottom = sum(point.bottom or 0 for point in past)
    if len(past) < LEAST_PERIODS or not bottom or not n:
        return None
    top = sum(point.top for point in past)
    centre = top / bottom
    drawn = (top + 0.5) / (bottom + 1)  # a past without a single miss or hit has a spread too
    one = sqrt(drawn * (1 - drawn))
    scores = [
        (point.top / point.bottom - centre) * sqrt(point.bottom) / one for point in past if point.bottom
    ]
    room = SIGMA * one / sqrt(n) * _widening(scores)
    return Range(centre, centre - room, centre + room)


def xmr(past: Sequence[float]) -> Range | None:
    """Where the next value lies, if it is like the past ones; None of fewer than `LEAST_PERIODS`."""
    if len(past) < LEAST_PERIODS:
        return None
    centre = sum(past) / len(past)
    room = like_chance(past) or 0.0
    return Range(centre, centre - room, centre + room)


def seasonal_xmr(past: Sequence[tuple[float, float]], year_ago: float) -> Range | None:
    """The same of figures with seasons: XmR of how each compares with a year before, on the scale of ratios.

    Args:
        past: (value, value a year before), both above zero.
        year_ago: value a year before the looked-at period.
    """
    found = xmr([log(value / before) for value, before in past])
    if found is None or year_ago <= 0:
        return None
    return Range(*(year_ago * exp(end) for end in (found.centre, found.low, found.high)))


def like_chance(past: Sequence[float]) -> float | None:
    """How far a single value lies from the mean of `past` by chance at most; None of fewer than `LEAST_PERIODS`."""
    if len(past) < LEAST_PERIODS:
        return None
    moved = [abs(after - before) for before, after in pairwise(past)]
    spread = sum(moved) / len(moved) / _D2
    return _student(0.62 * len(moved)) * spread * sqrt(1 + 1 / len(past))


def _widening(scores: Sequence[float]) -> float:
    """Sigma of standardised rates where it is clearly above 1; else 1."""
    moved = [abs(after - before) for before, after in pairwise(scores)]
    if not moved:
        return 1.0
    spread = sum(moved) / len(moved) / _D2
    return spread if spread > 1 + 2 * 0.85 / sqrt(len(scores)) else 1.0


def _student(freedom: float) -> float:
    """The quantile of Student's t that is `SIGMA` for a normal (Cornish-Fisher, good from 4 degrees on)."""
    z = SIGMA
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
