"""How often does the ranking of bottlenecks say the right thing, when the truth is known?

Draws many sets of eight segments over the five transitions of the contract's example and asks two questions: of equal
segments, is nothing proven; with one segment that converts a fifth less at one step, is that row first and proven?
Figures of a full run stand in docs/method.md.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from dashboard.analytics.bottleneck import Bottleneck, bottlenecks
from dashboard.analytics.priced import PricedFunnel, PricedSegment
from dashboard.journey.query import JourneyQuery

SETS = 1000
SEGMENTS = 8
RATES = (0.4, 0.25, 0.6, 0.5, 0.5)
LEAK = 0.8
AT_STEP = 3000
CHECK, DEALS_PER_BUYER = 5000, 1.3


def main() -> None:
    """Print both shares, the second for each step."""
    sets = int(sys.argv[1]) if len(sys.argv) > 1 else SETS
    print(f"{sets} sets of {SEGMENTS} segments, {len(RATES)} transitions of {RATES}, {AT_STEP} at the step")
    for entrants in (AT_STEP, 30_000):
        right = equal_sets_without_proof(sets, entrants)
        print(f"equal segments of {entrants} entrants, nothing proven: {right} of {sets}")
    for transition in range(len(RATES)):
        right = leaks_found(sets, transition)
        print(f"a leak of {1 - LEAK:.0%} at transition {transition + 1}, first and proven: {right} of {sets}")


def equal_sets_without_proof(sets: int, entrants: int) -> int:
    """Sets of equal segments in which no row is proven."""
    rng = np.random.default_rng(entrants)
    return sum(not any(row.proven for row in ranking(rng, entrants)) for _ in range(sets))


def leaks_found(sets: int, transition: int) -> int:
    """Sets in which the leaking row stands first and is proven; `AT_STEP` customers stand at its step."""
    rng = np.random.default_rng(transition)
    entrants = round(AT_STEP / float(np.prod(RATES[:transition])))
    found = 0
    for _ in range(sets):
        first = ranking(rng, entrants, transition)[0]
        found += bool(first.proven) and (first.segment, first.from_stage) == ("s0", f"step{transition}")
    return found


def ranking(rng: np.random.Generator, entrants: int, leak: int | None = None) -> Sequence[Bottleneck]:
    """The ranking of one set; segment `s0` leaks at a transition, all else is equal."""
    segments = []
    for number in range(SEGMENTS):
        counts = [entrants]
        for place, rate in enumerate(RATES):
            truth = rate * LEAK if number == 0 and place == leak else rate
            counts.append(int(rng.binomial(counts[-1], truth)))
        segments.append(_segment(f"s{number}", counts))
    steps = tuple(f"step{place}" for place in range(len(RATES) + 1))
    funnel = PricedFunnel(steps, deal_index=2, repeat_index=5, segments=tuple(segments))
    return bottlenecks(funnel, JourneyQuery("simulated"))


def _segment(name: str, counts: Sequence[int]) -> PricedSegment:
    deals = round(counts[2] * DEALS_PER_BUYER)
    return PricedSegment(name, tuple(counts), deals, Decimal(deals * CHECK), Decimal(0), counts[0])


if __name__ == "__main__":
    main()
