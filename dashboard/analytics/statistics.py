"""Intervals and tests of shares: how far a rate seen on few customers may be from the true one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends of an interval, in the unit of its estimate."""

    low: float
    high: float


def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval | None:
    """Wilson score interval of a share 0..1; None without trials.

    References: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    _check(successes, trials)
    if not trials:
        return None
    z = _z(confidence)
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    # at 0 and at 1 the end is exact; rounding must not leave the range of a share
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == trials else (centre + spread) / scale
    return Interval(low, high)


def newcombe(
    successes: int, trials: int, other_successes: int, other_trials: int, confidence: float = 0.95
) -> Interval | None:
    """Newcombe's hybrid score interval of the first share minus the second; None where either has no trials.

    References: R. G. Newcombe, "Interval estimation for the difference between independent proportions",
    1998, method 10.
    """
    own = wilson(successes, trials, confidence)
    other = wilson(other_successes, other_trials, confidence)
    if own is None or other is None:
        return None
    share, other_share = successes / trials, other_successes / other_trials
    difference = share - other_share
    below = sqrt((share - own.low) ** 2 + (other.high - other_share) ** 2)
    above = sqrt((own.high - share) ** 2 + (other_share - other.low) ** 2)
    return Interval(difference - below, difference + above)


def pooled_z(successes: int, trials: int, other_successes: int, other_trials: int) -> float | None:
    """Standardised difference of two shares under one pooled share; None where no difference could show.

    Positive where the first share is the higher one.
    """
    _check(successes, trials)
    _check(other_successes, other_trials)
    if not trials or not other_trials:
        return None
    pooled = (successes + other_successes) / (trials + other_trials)
    spread = sqrt(pooled * (1 - pooled) * (1 / trials + 1 / other_trials))
    return (successes / trials - other_successes / other_trials) / spread if spread else None


def lower_tail(z: float) -> float:
    """Probability of a value at or below `z` where there is no difference: the one-sided test of "lower"."""
    return NormalDist().cdf(z)


def two_sided(z: float) -> float:
    """Probability of a value at least as far from 0 as `z` where there is no difference."""
    return 2 * NormalDist().cdf(-abs(z))


def benjamini_hochberg(p_values: Sequence[float], q: float) -> tuple[bool, ...]:
    """Which of many tests are significant, so that about a share `q` of those named is wrong.

    References: Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", 1995.
    """
    ordered = sorted(p_values)
    limits = [p for rank, p in enumerate(ordered, 1) if p <= q * rank / len(ordered)]
    return tuple(bool(limits) and p <= limits[-1] for p in p_values)


def _check(successes: int, trials: int) -> None:
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")


def _z(confidence: float) -> float:
    """Standard normal quantile of a two-sided interval (0.95 -> 1.96)."""
    return NormalDist().inv_cdf((1 + confidence) / 2)
