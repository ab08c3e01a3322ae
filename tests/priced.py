"""Priced funnels for tests: the example of DOMAIN section 6 and random ones."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import strategies as st

from dashboard.analytics.priced import PricedFunnel, PricedSegment

EXAMPLE_COUNTS = (10_000, 4_000, 1_000, 600, 300, 150)
EXAMPLE_STEPS = (
    "initial_consideration",
    "active_evaluation",
    "purchase",
    "experience",
    "trigger",
    "loyalty_loop",
)


def segment(
    name: str,
    counts: Sequence[int],
    deals: int,
    revenue: int | str | Decimal,
    outside: int | str | Decimal = 0,
) -> PricedSegment:
    """A segment from plain numbers."""
    return PricedSegment(name, tuple(counts), deals, Decimal(revenue), Decimal(outside), counts[0])


def funnel(
    *segments: PricedSegment,
    steps: Sequence[str] = EXAMPLE_STEPS,
    deal_index: int = 2,
    repeat_index: int | None = 5,
) -> PricedFunnel:
    """A funnel of `loop6`, everybody mature."""
    return PricedFunnel(tuple(steps), deal_index, repeat_index, segments)


def example(outside: int = 0) -> PricedFunnel:
    """DOMAIN section 6: P 5000, Q 1.3, R 6.5 M."""
    return funnel(segment("all", EXAMPLE_COUNTS, 1_300, 6_500_000, outside))


@st.composite
def funnels(draw: st.DrawFn, refunds: bool = False) -> PricedFunnel:
    """1..6 segments over 2..11 steps; segments without customers, without deals and with a step nobody passed."""
    length = draw(st.integers(2, 11))
    deal_index = draw(st.integers(0, length - 1))
    repeat_index = draw(st.none() | st.integers(deal_index, length - 1))
    segments = []
    for number in range(draw(st.integers(1, 6))):
        sizes = draw(st.lists(st.integers(0, 20_000), min_size=length, max_size=length))
        counts = sorted(sizes, reverse=True)
        buyers = counts[deal_index]
        deals = buyers + draw(st.integers(0, 3 * buyers)) if buyers else 0
        kopecks = draw(st.integers(-deals * 100 if refunds else deals, deals * 10_000_000))
        outside = draw(st.integers(0, 10**9))
        segments.append(segment(f"s{number}", counts, deals, Decimal(kopecks) / 100, Decimal(outside) / 100))
    return funnel(
        *segments,
        steps=[f"step{place}" for place in range(length)],
        deal_index=deal_index,
        repeat_index=repeat_index,
    )


def priced_transitions(funnel: PricedFunnel) -> list[str]:
    """Names of the transitions that levers may move."""
    return [funnel.name(place) for place in funnel.transitions if funnel.is_priced(place)]
