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


def tone_by(deviation: float | None, limits: tuple[float, float, float]) -> str:
    """Class of a figure's colour by how far it lies from what it is held against, more being better.

    Args:
        limits: deviations at which the colour deepens, in the unit of the figure.
    """
    if deviation is None:
        return "tone--4"
    steps = sum(abs(deviation) >= limit for limit in limits)
    return f"tone--{4 + (steps if deviation > 0 else -steps)}"
