"""Looking every week without crying wolf: the limits of O'Brien and Fleming.

Whoever looks eight times at 1.96 finds something in 17.6 % of the cases in which nothing happened. These limits are
high at first and fall with the root of the weeks counted, C * sqrt(weeks / week), so that all looks together are
wrong in 5 %.

References: P. C. O'Brien, T. R. Fleming, "A multiple testing procedure for clinical trials", 1979; the constants are
those of C. Jennison, B. W. Turnbull, "Group Sequential Methods", 2000, table 2.3.
"""

from __future__ import annotations

from math import sqrt

from scipy.special import stdtrit

from dashboard.analytics.effect import LEAST_WEEKS

_LAST = (
    2.024,
    2.040,
    2.053,
    2.063,
    2.072,
    2.080,
    2.087,
    2.092,
    2.098,
)  # limit of the last of 4, 5, ... 12 looks
ONE_LOOK = 1.96
POWER = 0.84  # quantile of 80 %: an effect is found four times in five
DETECTABLE = 2.8  # ONE_LOOK + POWER


def limit(week: int, weeks: int) -> float:
    """|z| that the look after `week` of `weeks` has to pass: 5.86, 4.14, ... 2.07 of eight."""
    return _LAST[weeks - LEAST_WEEKS] * sqrt(weeks / week)


def restless(swings: float, free: float) -> float:
    """How much wider than chance an error has to be, from the squared z's of weeks; at least Student's factor.

    What is estimated from few weeks is itself uncertain: Student's quantile stands in for the normal one. It stays
    where the weeks seem calm: so few weeks often look calm while they are not, and an error that was widened only
    where they look restless would be too small just then.

    Args:
        swings: sum of the squares.
        free: weeks less what was fitted to them.
    """
    return max(1.0, swings / free) * (float(stdtrit(free, 0.975)) / ONE_LOOK) ** 2


def detectable(rate: float, entries: float, breadth: float = 1.0) -> float | None:
    """Least change of a share that two groups of so many entries tell, four times in five; None without entries.

    2.8 * sqrt(2 c (1 - c) / n): 4000 entries at 25 % tell 2.7 points.

    Args:
        breadth: how much larger the variance is than by chance alone, with two groups alike: a measured error grows
            by its root, and so does this.
    """
    return DETECTABLE * sqrt(2 * rate * (1 - rate) * breadth / entries) if entries > 0 else None


def needed(rate: float, effect: float, breadth: float = 1.0) -> int | None:
    """Entries of the target that tell a change of the share; None for no change. `breadth` as of `detectable`."""
    return round(2 * DETECTABLE**2 * rate * (1 - rate) * breadth / effect**2 + 0.5) if effect else None
