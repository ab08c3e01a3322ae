"""Does the 95 % interval of a what-if's gain hold the truth as often as it promises?

Draws cohorts of four segments from rates that are known, with buyers of whom few pay much (money of a customer is
lognormal, a standard deviation of 1.3 times the mean), asks for the interval of the gain of a lever, and looks whether
the gain at the true rates lies in it: relative and in points, of a step before the deal and after it, of the leads, the
check and the frequency, all at once, in both models of repeat purchases. Then the same with few buyers, and with money
so uneven that no interval can be right: there it says how wrong. Figures of a full run stand in docs/method.md.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from dashboard.analytics.levers import Lever, parse_lever
from dashboard.analytics.priced import PricedFunnel, PricedSegment, Squares
from dashboard.analytics.uncertainty import gain_range
from dashboard.analytics.whatif import whatif
from dashboard.journey.query import JourneyQuery, RepeatModel

SETS = 500
STEPS = tuple(f"step{place}" for place in range(6))
DEAL = 2
RATES = (
    (0.4, 0.25, 0.6, 0.5, 0.5),
    (0.5, 0.3, 0.7, 0.4, 0.6),
    (0.3, 0.2, 0.5, 0.5, 0.4),
    (0.6, 0.15, 0.6, 0.6, 0.5),
)
CHECKS = (5000.0, 3000.0, 8000.0, 4000.0)
MORE_DEALS = (0.3, 0.5, 0.2, 0.4)  # deals beyond the first, on average
MANY = 10**9  # entrants of a cohort in which nothing is left to chance
SCENARIOS = {
    "step 2 by 10 %": "step1>step2=+10%",
    "step 1 by 3 points": "step0>step1=+3pp",
    "step 5 by 10 %": "step4>step5=+10%",
    "leads by 10 %": "leads=+10%",
    "average check by 5 %": "average_check=+5%",
    "deals per buyer by 5 %": "deals=+5%",
    "steps 1, 2, 5 and the check": "step0>step1=+2pp step1>step2=+10% step4>step5=+3pp average_check=-2%",
}


@dataclass(frozen=True, slots=True)
class World:
    """What cohorts are drawn from.

    Attributes:
        entrants: of each segment.
        spread: standard deviation of the logarithm of a customer's money; 1 is heavy, 1.5 is a few whales.
    """

    entrants: int = 5000
    spread: float = 1.0


def main() -> None:
    """Print how often the interval held the truth."""
    sets = int(sys.argv[1]) if len(sys.argv) > 1 else SETS
    print(f"{sets} cohorts of {len(RATES)} segments; 95 % intervals that hold the true gain")
    for (name, model), held in coverage(SCENARIOS, sets, World()).items():
        print(f"{name + ', ' + model:<42} {held:>4} of {sets} ({held / sets:.1%})")
    one = {"step 2": SCENARIOS["step 2 by 10 %"]}
    for world in (World(500), World(5000, 1.5), World(500, 1.5)):
        held = coverage(one, sets, world)["step 2", RepeatModel.LINEAR]
        about = f"step 2, {world.entrants} entrants each, spread {world.spread}"
        print(f"{about:<42} {held:>4} of {sets} ({held / sets:.1%})")


def coverage(scenarios: Mapping[str, str], sets: int, world: World) -> dict[tuple[str, RepeatModel], int]:
    """In how many cohorts the 95 % interval of the gain holds the gain at the true rates, by scenario and model.

    Args:
        scenarios: name -> levers, with blanks between them.
    """
    asked = {name: [parse_lever(part) for part in text.split()] for name, text in scenarios.items()}
    truths = {
        (name, model): true_gain(levers, model, world)
        for name, levers in asked.items()
        for model in RepeatModel
    }
    held = dict.fromkeys(truths, 0)
    rng = np.random.default_rng(world.entrants)
    for number in range(sets):
        drawn = cohort(rng, world)
        for (name, model), truth in truths.items():
            query = JourneyQuery(f"simulated {number}", model=model)
            found = gain_range(drawn, asked[name], query)
            held[name, model] += found.low_95 <= truth <= found.high_95
    return held


def true_gain(levers: Sequence[Lever], model: RepeatModel, world: World) -> float:
    """The gain where every rate is as it really is."""
    segments = []
    for number, rates in enumerate(RATES):
        counts = [MANY]
        for rate in rates:
            counts.append(round(counts[-1] * rate))
        often = 1 + MORE_DEALS[number]
        deals = round(counts[DEAL] * often)
        money = Decimal(str(counts[DEAL] * often * CHECKS[number]))
        segments.append(PricedSegment(f"s{number}", tuple(counts), deals, money, Decimal(0), MANY))
    return whatif(_funnel(segments), levers, model=model).gain * world.entrants / MANY


def cohort(rng: np.random.Generator, world: World) -> PricedFunnel:
    """One cohort, by chance."""
    return _funnel([_segment(rng, world, number) for number in range(len(RATES))])


def _segment(rng: np.random.Generator, world: World, number: int) -> PricedSegment:
    counts = [world.entrants]
    for rate in RATES[number]:
        counts.append(int(rng.binomial(counts[-1], rate)))
    buyers = counts[DEAL]
    deals = 1 + rng.poisson(MORE_DEALS[number], buyers)
    level = rng.lognormal(-(world.spread**2) / 2, world.spread, buyers)
    money = deals * level * CHECKS[number]
    squares = Squares(float((deals**2).sum()), float((money**2).sum()), float((deals * money).sum()))
    revenue = Decimal(str(round(money.sum(), 4)))
    return PricedSegment(
        f"s{number}", tuple(counts), int(deals.sum()), revenue, Decimal(0), world.entrants, squares
    )


def _funnel(segments: Sequence[PricedSegment]) -> PricedFunnel:
    return PricedFunnel(STEPS, deal_index=DEAL, repeat_index=5, segments=tuple(segments))


if __name__ == "__main__":
    main()
