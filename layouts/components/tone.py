"""The seven steps of the diverging scale: worse than the average on the left, better on the right."""

from __future__ import annotations

_RELATIVE = (0.1, 0.3, 0.5)  # deviation from the average at which the colour deepens


def tone_of(value: float | None, average: float | None) -> str:
    """Class of a rate's colour by its relative deviation from the average; neutral where either is unknown.

    Args:
        value, average: shares 0..1.
    """
    if value is None or not average:
        return "tone--4"
    deviation = value / average - 1
    steps = sum(abs(deviation) >= limit for limit in _RELATIVE)
    return f"tone--{4 + (steps if deviation > 0 else -steps)}"
