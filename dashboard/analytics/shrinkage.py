"""Shrinkage: rates of small groups drawn towards the common one, as far as groups differ no more than by chance."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

_LEAST_PRIOR = 10  # the common rate weighs at least as much as so many customers


def shrunk_rates(groups: Mapping[Key, tuple[float, float]]) -> dict[Key, float]:
    """(k + m p) / (n + m) of each group (n, k); the pooled rate p where groups do not differ beyond chance.

    m = max(10, 1 / rho - 1) from the groups' own spread (DOMAIN section 6). Groups are those that count: the caller
    leaves small ones out.
    """
    total = sum(n for n, _ in groups.values())
    if not total:
        return {}
    pooled = sum(k for _, k in groups.values()) / total
    rho = _spread(groups.values(), total, pooled)
    if rho <= 0:
        return dict.fromkeys(groups, pooled)
    prior = max(_LEAST_PRIOR, 1 / rho - 1)
    return {key: (k + prior * pooled) / (n + prior) for key, (n, k) in groups.items()}


def _spread(groups: Collection[tuple[float, float]], total: float, pooled: float) -> float:
    """rho: how much groups differ beyond chance; 0 where that cannot be told."""
    if len(groups) < 2 or not 0 < pooled < 1:
        return 0.0
    excess = sum(n * (k / n - pooled) ** 2 for n, k in groups) / (pooled * (1 - pooled)) - (len(groups) - 1)
    return excess / (total - sum(n * n for n, _ in groups) / total - (len(groups) - 1))
