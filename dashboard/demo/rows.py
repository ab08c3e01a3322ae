"""Columns of invented touches and deals."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from dashboard.demo.draws import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Rows:
    """Touches or deals as columns; `when` is even time in days since the start of the data.

    Attributes:
        customer: index of the customer.
        segment: index into `plan.SEGMENTS`.
        point: index into `plan.TOUCHPOINTS`.
        deal: number of the deal, -1 where the row is none.
    """

    customer: Ints
    segment: Ints
    when: Floats
    point: Ints
    deal: Ints

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, chosen: Bools | Ints) -> Rows:
        """The rows under a mask, or at positions."""
        return Rows(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def moved(self, when: Floats, point: Ints | None = None) -> Rows:
        """The same people at another time (and touchpoint); no deals."""
        stays = np.zeros(len(when), dtype=np.int64) if point is None else point
        return Rows(self.customer, self.segment, when, stays, np.full(len(when), -1))

    @classmethod
    def people(cls, who: Ints, segment_of: Ints, when: Floats) -> Rows:
        """Customers at moments, nowhere yet."""
        nothing = np.zeros(len(who), dtype=np.int64)
        return cls(who, segment_of[who], when, nothing, nothing - 1)

    @classmethod
    def join(cls, parts: list[Rows]) -> Rows:
        """All rows below one another."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))
