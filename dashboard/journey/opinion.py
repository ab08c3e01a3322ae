"""What people can be asked about a touchpoint, and the scale of each answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """Parts of a touchpoint's score (DOMAIN section 5)."""

    EXPERIENCE = "experience"
    GOAL = "goal"
    EMOTION = "emotion"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Scale:
    """Lowest and highest answer, and the part of the score that it belongs to."""

    lowest: float
    highest: float
    part: Part

    def points(self, mean: float) -> float:
        """A mean answer as 0..100, such as (experience + 2) x 25."""
        return (mean - self.lowest) / (self.highest - self.lowest) * 100


NPS = "nps"
EMOTION = "emotion"
SCALES: Mapping[str, Scale] = {
    "experience": Scale(-2, 2, Part.EXPERIENCE),
    "goal": Scale(0, 5, Part.GOAL),
    EMOTION: Scale(-1, 1, Part.EMOTION),
    NPS: Scale(0, 10, Part.SURVEY),
    "csat": Scale(1, 5, Part.SURVEY),
    "ces": Scale(1, 7, Part.SURVEY),
    "score": Scale(0, 100, Part.SURVEY),
}
