"""What `make test` leaves to `make thorough`: more of what one of its tests already claims, and real data sets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

thorough = pytest.mark.thorough


def first_now(values: Iterable[Any], now: int = 1) -> list[Any]:
    """Parameters of which `make test` takes the first ones, and `make thorough` the others.

    Args:
        values: tuples where a test has several parameters.
        now: how many `make test` takes.
    """
    given = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*value, marks=thorough if place >= now else ()) for place, value in enumerate(given)]
