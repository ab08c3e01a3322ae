"""The priced funnel: per segment who reached each step, and the money of those who bought (DOMAIN section 6).

Bottlenecks and the what-if stand on it. Everything is of the funnel's own mature cohort, so that
R = n_1 * prod(c_k up to the deal) * P * Q holds exactly in every segment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PricedSegment:
    """One segment of the cohort.

    Attributes:
        counts: customers at each step, n_1 .. n_K.
        deals: deals of the customers at the deal step, from entry to entry + horizon.
        revenue: R, money of these deals net of refunds.
        outside: money of entrants who did not reach the deal step: a constant that no lever touches.
    """

    segment: str
    counts: tuple[int, ...]
    deals: int
    revenue: Decimal
    outside: Decimal

    def conversion(self, transition: int) -> float | None:
        """Share of the customers at a step who reached the next one; None where nobody stood there."""
        customers = self.counts[transition]
        return self.counts[transition + 1] / customers if customers else None


@dataclass(frozen=True, slots=True)
class PricedFunnel:
    """The cohort by segment.

    Attributes:
        steps: stage keys in order.
        deal_index: place of the deal among the steps (from 0).
        repeat_index: place of the last step that repeat purchases hang on: the stage that the second deal
            reaches, or the last step before it where that stage is not among the steps; None = the model
            declares no such stage, and every step after the deal counts.
        entrants: entries of the period, ripe or not.
        mature: those of them whose window and horizon are over: the customers counted here.
    """

    steps: tuple[str, ...]
    deal_index: int
    repeat_index: int | None
    segments: tuple[PricedSegment, ...]
    entrants: int
    mature: int

    @property
    def transitions(self) -> range:
        """Places of the transitions: k leads from step k to step k + 1."""
        return range(len(self.steps) - 1)

    def before_deal(self, transition: int) -> bool:
        """True where the transition drives C; after the deal it drives Q."""
        return transition < self.deal_index

    def is_priced(self, transition: int) -> bool:
        """True where the transition moves revenue: up to the deal, then up to the second deal's stage."""
        last = len(self.steps) - 1 if self.repeat_index is None else self.repeat_index
        return transition < max(last, self.deal_index)

    def only(self, names: Collection[str]) -> PricedFunnel:
        """The same cohort with the named segments alone; all of them where none is named."""
        kept = tuple(segment for segment in self.segments if not names or segment.segment in names)
        return replace(self, segments=kept)

    def name(self, transition: int) -> str:
        """`from>to`, as levers name it."""
        return f"{self.steps[transition]}>{self.steps[transition + 1]}"
