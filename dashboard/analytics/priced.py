"""The priced funnel: per segment who reached each step, and the money of those who bought (DOMAIN section 6).

Bottlenecks and the what-if stand on it. Everything is of the funnel's own mature cohort, so that
R = n_1 * prod(c_k up to the deal) * P * Q holds exactly in every segment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.analytics.funnel import MOST_HIDDEN
from dashboard.analytics.plain_rows import plain_rows
from dashboard.errors import JourneyError
from dashboard.journey.funnel_steps import required_steps
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from dashboard.journey.stages import StageModel


@dataclass(frozen=True, slots=True)
class Squares:
    """Sums over the customers at the deal step that tell how much buyers differ.

    Attributes:
        deals: sum of the squares of each one's deals.
        revenue: sum of the squares of each one's money.
        deals_revenue: sum of deals times money.
    """

    deals: float
    revenue: float
    deals_revenue: float


@dataclass(frozen=True, slots=True)
class PricedSegment:
    """One segment of the cohort.

    Attributes:
        counts: customers at each step, n_1 .. n_K; their entries are ripe: window and horizon are over.
        deals: deals of the customers at the deal step, from entry to entry + horizon.
        revenue: R, money of these deals net of refunds.
        outside: money of entrants who did not reach the deal step: a constant that no lever touches.
        entrants: everybody with an entry in the period, ripe or not.
        squares: how much the buyers differ; None = not known, so that they count as alike.
        hidden: customers at each step who lost a deal at a stage that nobody knows; empty = nobody.
    """

    segment: str
    counts: tuple[int, ...]
    deals: int
    revenue: Decimal
    outside: Decimal
    entrants: int
    squares: Squares | None = None
    hidden: tuple[int, ...] = ()

    def is_unknown(self, transition: int) -> bool:
        """True where more than 5 % of the deals may have made the transition unseen (DOMAIN section 4)."""
        if not self.hidden:
            return False
        earlier = self.hidden[0] - self.hidden[transition]
        stopped = self.hidden[transition] - self.hidden[transition + 1]
        return earlier + stopped > MOST_HIDDEN * (self.counts[transition] + earlier)

    def conversion(self, transition: int) -> float | None:
        """Share of the customers at a step who reached the next one; None where nobody stood there."""
        customers = self.counts[transition]
        return self.counts[transition + 1] / customers if customers else None


@dataclass(frozen=True, slots=True)
class PricedFunnel:
    """The cohort by segment.

    Attributes:
        steps: keys of the stages that must be met, in order: a transition leads from one to the next.
        deal_index: place of the deal among the steps (from 0).
        repeat_index: place of the last step that repeat purchases hang on: the stage that the second deal
            reaches, or the last step before it where that stage is not among the steps; None = the model
            declares no such stage, and every step after the deal counts.
        has_money: False without transactions: then nothing has a price.
    """

    steps: tuple[str, ...]
    deal_index: int
    repeat_index: int | None
    segments: tuple[PricedSegment, ...]
    has_money: bool = True

    @property
    def entrants(self) -> int:
        """Customers with an entry in the period, ripe or not."""
        return sum(segment.entrants for segment in self.segments)

    @property
    def mature(self) -> int:
        """Those of them whose window and horizon are over: the customers counted here."""
        return sum(segment.counts[0] for segment in self.segments)

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
        return self.has_money and transition < max(last, self.deal_index)

    def only(self, names: Collection[str]) -> PricedFunnel:
        """The same cohort with the named segments alone; all of them where none is named."""
        kept = tuple(segment for segment in self.segments if not names or segment.segment in names)
        return replace(self, segments=kept)

    def name(self, transition: int) -> str:
        """`from>to`, as levers name it."""
        return f"{self.steps[transition]}>{self.steps[transition + 1]}"


def priced_funnel(frame: pd.DataFrame, query: JourneyQuery, info: GenerationInfo) -> PricedFunnel:
    """The cohort from its sums; every segment of the engagement stands in it, also without an entry.

    Args:
        frame: `segment`, `n1` .. `nK`, `deals`, `revenue`, `outside`, `entrants`, `deals_2`, `revenue_2`,
            `deals_revenue` (see `fetch_priced_funnel`).

    Raises:
        JourneyError: `steps_without_deal` where the deal is not among the steps: nothing has a price then.
    """
    steps = required_steps(query, info)
    deal = info.model.deal.key
    if deal not in steps:
        raise JourneyError("steps_without_deal", stage=deal)
    found = {str(row["segment"]): row for row in plain_rows(frame)}
    names = [name for name in info.segments if not query.segments or name in query.segments]
    names += [name for name in found if name not in names]
    return PricedFunnel(
        steps=steps,
        deal_index=steps.index(deal),
        repeat_index=_repeat_index(steps, info.model),
        segments=tuple(_segment(name, found.get(name), len(steps)) for name in names),
        has_money=info.has_transactions,
    )


def _segment(name: str, row: dict[Any, Any] | None, steps: int) -> PricedSegment:
    if row is None:
        return PricedSegment(name, (0,) * steps, 0, Decimal(0), Decimal(0), 0)
    return PricedSegment(
        segment=name,
        counts=tuple(int(row[f"n{step}"]) for step in range(1, steps + 1)),
        hidden=tuple(int(row[f"h{step}"]) for step in range(1, steps + 1)) if "h1" in row else (),
        deals=int(row["deals"]),
        revenue=Decimal(str(row["revenue"])),
        outside=Decimal(str(row["outside"])),
        entrants=int(row["entrants"]),
        squares=Squares(float(row["deals_2"]), float(row["revenue_2"]), float(row["deals_revenue"])),
    )


def _repeat_index(steps: tuple[str, ...], model: StageModel) -> int | None:
    """See `PricedFunnel.repeat_index`."""
    second = next((stage.key for stage in model.stages if stage.nth_deal == 2), None)
    if second is None:
        return None
    return max(place for place, key in enumerate(steps) if model.order(key) <= model.order(second))
