"""The two months beside an action: consultations, webinars, materials and checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SupportKind(StrEnum):
    """What is done beside an action."""

    CONSULTATION = "consultation"
    WEBINAR = "webinar"
    MATERIAL = "material"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class SupportRecord:
    """One appointment or material.

    Attributes:
        action_id: of which action; None = of all.
        url: http or https; empty = none.
        day: in the engagement's zone.
        user_id, who: who is reminded.
        version: grows with each change.
    """

    id: int
    engagement: str
    action_id: int | None
    kind: SupportKind
    title: str
    url: str
    day: date
    done: bool
    user_id: int
    who: str
    version: int

    def overdue(self, today: date) -> bool:
        """True where its day has passed and nobody has ticked it off."""
        return not self.done and self.day < today
