"""A sum of money as it stands in an address or a request, which anybody may have written."""

from __future__ import annotations

from math import isfinite
from typing import Any

MOST = 1e13  # a larger sum is a slip of the hand


def amount_of(said: Any) -> float | None:
    """The sum, from 0 to below `MOST`; None for anything else, and for nothing."""
    try:
        value = float(said)
    except (TypeError, ValueError):
        return None
    return value if isfinite(value) and 0 <= value < MOST else None
