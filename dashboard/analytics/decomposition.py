"""How much of a change of a product each of its factors explains (DOMAIN section 3, revenue bridge)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
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
    places = range(len(before))

    def effect(factor: int) -> float:
        others = [place for place in places if place != factor]
        total = 0.0
        for size in range(len(others) + 1):
            weight = factorial(size) * factorial(len(others) - size) / factorial(len(before))
            for moved in combinations(others, size):
                total += weight * prod(after[place] if place in moved else before[place] for place in others)
        return (after[factor] - before[factor]) * total

    return tuple(effect(factor) for factor in places)
