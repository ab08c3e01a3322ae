"""Random draws that are the same for the same question: an interval must not flicker when it is asked again."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.journey.query import JourneyQuery

Draws = NDArray[np.float64]

NOT_OF_THE_COHORT = ("compare", "segments", "by", "model", "goal", "level", "top", "against", "targets")


def of_the_cohort(query: JourneyQuery) -> JourneyQuery:
    """The question without what leaves its cohort as it is: shown segments, splits and levers."""
    plain: dict[str, Any] = {
        name: getattr(JourneyQuery(query.engagement), name) for name in NOT_OF_THE_COHORT
    }
    return query.with_(**plain)


def generator(query: JourneyQuery, *names: str) -> np.random.Generator:
    """Random numbers of one quantity, seeded by the question's cohort and the quantity's name.

    Scenarios on one cohort share its draws.
    """
    told = repr((of_the_cohort(query), names)).encode()
    return np.random.default_rng(int.from_bytes(sha256(told).digest()[:16]))
