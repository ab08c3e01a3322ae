"""Random draws that are the same for the same question: an interval must not flicker when it is asked again."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.journey.query import JourneyQuery

Draws = NDArray[np.float64]

_NOT_OF_THE_COHORT = ("compare", "segments", "by", "model", "goal", "level", "top", "against", "targets")


def generator(query: JourneyQuery, *names: str) -> np.random.Generator:
    """Random numbers of one quantity, seeded by the question and the quantity's name.

    Shown segments, splits and levers leave the seed alone: scenarios on one cohort share its draws.
    """
    plain: dict[str, Any] = {
        name: getattr(JourneyQuery(query.engagement), name) for name in _NOT_OF_THE_COHORT
    }
    told = repr((query.with_(**plain), names)).encode()
    return np.random.default_rng(int.from_bytes(sha256(told).digest()[:16]))


def jeffreys(rng: np.random.Generator, passed: int, customers: int, size: int) -> Draws:
    """Draws of a conversion after `passed` of `customers` went on: Beta(k + 1/2, n - k + 1/2)."""
    return rng.beta(passed + 0.5, customers - passed + 0.5, size)
