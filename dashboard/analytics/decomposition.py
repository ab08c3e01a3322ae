"""How much of a change of a product each of its factors explains (DOMAIN section 3, revenue bridge)."""

from __future__ import annotations

from collections.abc import Sequence
from math import expm1, factorial, log, prod


def contributions(before: Sequence[float], after: Sequence[float]) -> tuple[float, ...]:
    """Effect of each factor on the product; the effects add up to its change.

    LMDI-I: logmean(R1, R0) * ln(x1 / x0). Where a factor is zero or negative, logarithms fail and each
    factor gets its Shapley share instead: its mean effect over every order of moving the factors.

    Args:
        before, after: the factors of both sides in the same order, for example L, C, P, Q.
    """
    if min(*before, *after) <= 0:
        return _shapley(before, after)
    logs = [log(new / old) for old, new in zip(before, after, strict=True)]
    change = sum(logs)
    mean = prod(before) * (expm1(change) / change if change else 1.0)
    return tuple(mean * part for part in logs)


def _shapley(before: Sequence[float], after: Sequence[float]) -> tuple[float, ...]:
    """Mean effect of each factor over every order of moving them.

    The orders are not listed: in the polynomial prod(b_j + a_j t) of the other factors the coefficient of t^s
    sums the products of every choice of s moved ones, and each such choice weighs s! (n - 1 - s)! / n!.
    """
    number = len(before)
    weights = [factorial(size) * factorial(number - 1 - size) / factorial(number) for size in range(number)]

    def effect(factor: int) -> float:
        moved = [1.0]
        for place in range(number):
            if place != factor:
                kept = [before[place] * value for value in moved]
                gone = [after[place] * value for value in moved]
                moved = [one + other for one, other in zip([*kept, 0.0], [0.0, *gone], strict=True)]
        total = sum(weight * value for weight, value in zip(weights, moved, strict=True))
        return (after[factor] - before[factor]) * total

    return tuple(effect(factor) for factor in range(number))
