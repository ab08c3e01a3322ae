"""Does the effect of an intervention say the right thing where the truth is known?

Draws customers who come to a step on days of up to a year and go on or not: some come again, with a leaning of
their own, so that entries of one customer are alike. Then asks both methods every week for eight weeks, as somebody
does who watches: does the 95 % interval hold the true effect at all eight looks, and at the last one; how often is
something confirmed or called harmful where nothing was done; how often is an effect of 1.5 times the least
detectable one confirmed in the end. Worlds differ by what is known (an untouched group or not, a past of half a
year or a whole one) and by what disturbs: trends, weeks that swing for everybody or for one group alone. Figures of
a full run stand in docs/method.md.

`effects.py 4000 "groups swing"` asks the worlds whose names hold these words alone, so many times.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from dashboard.analytics.effect import EffectPlan, Verdict
from dashboard.analytics.effect_answer import power
from dashboard.analytics.effect_looks import looks_of
from dashboard.analytics.effect_span import WEEK, EffectSpan
from dashboard.analytics.effect_sums import EffectSums

RUNS = 500
PASTS = 25  # whose least detectable effect is looked at
START = date(2026, 3, 2)
WEEKS = 8
TARGET, CONTROL = 0, 1
NAMES = ("target", "left alone")
EARLIER = 10 * WEEK  # customers who came first so long before the span may come again in it


@dataclass(frozen=True, slots=True)
class World:
    """What entries are drawn from.

    Attributes:
        before: weeks of the past.
        weekly: entries of a week in each group; control 0: nobody was left alone.
        rate: share that goes on; the comparison's is `rate` + `apart`.
        again: chance that a customer comes once more, each time.
        leaning: how much customers differ: standard deviation of their own rate, as a share of it.
        shared, own: standard deviation of a week's swing of the rate, for everybody and for each group by itself.
        trend: change of everybody's rate over the whole span.
    """

    before: int = 26
    weekly: int = 500
    control: int = 500
    rate: float = 0.25
    apart: float = -0.05
    again: float = 0.2
    leaning: float = 0.3
    shared: float = 0.0
    own: float = 0.0
    trend: float = 0.0

    @property
    def comparison(self) -> tuple[str, ...]:
        """Segments that were left alone."""
        return NAMES[1:] if self.control else ()

    @property
    def plan(self) -> EffectPlan:
        """What is registered."""
        return EffectPlan(
            1, "simulated", "a", "b", NAMES[TARGET], "", START, 0.0, self.comparison, START, WEEKS
        )

    def least(self, seed: int = 2) -> float:
        """The least detectable effect that somebody reads on the day of registration: the middle of some pasts."""
        rng = np.random.default_rng(seed)
        told = (power(self.plan, drawn(rng, self, 0.0)).detectable for _ in range(PASTS))
        return float(np.median([one for one in told if one is not None]))


WORLDS = {
    "untouched group, half a year": World(),
    "untouched group, a whole year": World(before=52),
    "everybody swings and rises": World(shared=0.02, trend=0.04),
    "groups swing by themselves": World(own=0.01),
    "rare step, large group untouched": World(before=52, weekly=150, control=450, rate=0.08, apart=0.02),
    "rare step, small group untouched": World(weekly=150, control=150, rate=0.08, apart=0.02),
    "a series alone, half a year": World(control=0),
    "a series alone, a whole year": World(before=52, control=0),
    "a series alone that swings": World(before=52, control=0, own=0.01),
    "a series alone that rises": World(before=52, control=0, trend=0.04),
}


@dataclass(slots=True)
class Score:
    """How often, of so many runs."""

    runs: int = 0
    held_always: int = 0
    held_last: int = 0
    alarms: int = 0
    found: int = 0


def main() -> None:
    """Print how often the answers were right."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    words = sys.argv[2] if len(sys.argv) > 2 else ""
    print(
        f"{runs} runs; intervals hold the truth (all looks, last look), false alarms, found at 1.5 x detectable"
    )
    for name, world in WORLDS.items():
        if words not in name:
            continue
        nothing, planted = score(world, runs, 0.0), score(world, runs, 1.5 * world.least())
        shares = (nothing.held_always, nothing.held_last, nothing.alarms, planted.found)
        print(f"{name:<34}" + "".join(f"{share / runs:>8.1%}" for share in shares), flush=True)


def score(world: World, runs: int, effect: float, seed: int = 1) -> Score:
    """How often the looks of so many runs were right."""
    rng = np.random.default_rng(seed)
    total = Score()
    plan = replace(world.plan, expected=effect)
    for _ in range(runs):
        seen = looks_of(plan, drawn(rng, world, effect), comparison=world.comparison)
        held = [found.low <= effect <= found.high for look in seen if (found := look.chosen)]
        total.runs += 1
        total.held_always += all(held)
        total.held_last += held[-1]
        total.alarms += any(look.verdict in (Verdict.CONFIRMED, Verdict.HARMFUL) for look in seen)
        total.found += any(look.verdict is Verdict.CONFIRMED for look in seen)
    return total


def drawn(rng: np.random.Generator, world: World, effect: float) -> EffectSums:
    """The sums of one history, by chance."""
    span = EffectSpan(START, world.before, WEEKS, world.before + WEEKS)
    days = WEEK * (span.before + span.after)
    shared = rng.normal(0, world.shared, days // WEEK) + world.trend * np.arange(days // WEEK) / (
        days // WEEK
    )
    rows = []
    for group, weekly in ((TARGET, world.weekly), (CONTROL, world.control)):
        if not weekly:
            continue
        swing = shared + rng.normal(0, world.own, days // WEEK)
        rows.append(_entries(rng, world, group, weekly, swing, effect, span))
    return sums_of(span, NAMES, np.concatenate(rows))


def _entries(
    rng: np.random.Generator,
    world: World,
    group: int,
    weekly: int,
    swing: np.ndarray,
    effect: float,
    span: EffectSpan,
) -> np.ndarray:
    """Rows customer, group, day, went: one of each customer and week."""
    days = WEEK * (span.before + span.after)
    people = rng.poisson(weekly * (1 - world.again) * (days + EARLIER) / WEEK)
    first = rng.integers(-EARLIER, days, people)
    rate = world.rate + (world.apart if group == CONTROL else 0)
    leaning = rng.normal(0, world.leaning * rate, people)
    rows = []
    who, day = np.arange(people), first
    while who.size:
        here = (day >= 0) & (day < days)
        on = day[here]
        chance = rate + leaning[who[here]] + swing[on // WEEK]
        if group == TARGET:
            chance = chance + effect * (on >= WEEK * span.before)
        went = rng.random(on.size) < chance
        rows.append(np.stack([who[here] * 2 + group, np.full(on.size, group), on, went], axis=1))
        more = rng.random(who.size) < world.again
        who, day = who[more], day[more] + rng.integers(WEEK, 6 * WEEK, int(more.sum()))
    every = np.concatenate(rows)
    _, place = np.unique(every[:, 0] * days + every[:, 2] // WEEK, return_index=True)
    return every[place]


def sums_of(span: EffectSpan, names: tuple[str, ...], rows: np.ndarray) -> EffectSums:
    """What the statement returns for such rows: customer, segment, day, went; one of each customer and week."""
    days = WEEK * (span.before + span.after)
    who, group, day, on = rows.T
    reached, went = (
        np.bincount(group * days + day, weights, len(names) * days).reshape(len(names), days)
        for weights in (None, on)
    )
    part = np.maximum(0, day // WEEK - span.before + 1)
    blocks = len(names) * (1 + span.look)
    there = part <= span.look
    moments = _moments(who[there], (group * (1 + span.look) + part)[there], on[there], blocks)
    return EffectSums(span, names, reached.astype(float), went.astype(float), moments)


def _moments(customer: np.ndarray, block: np.ndarray, on: np.ndarray, blocks: int) -> np.ndarray:
    """Sum over customers of the products of their sums, by pairs of entries."""
    order = np.argsort(customer, kind="stable")
    customer, block, on = customer[order], block[order], on[order]
    moments = np.zeros((2 * blocks, 2 * blocks))
    for lag in range(int(np.unique(customer, return_counts=True)[1].max())):
        later, earlier = slice(lag, None), slice(None, len(customer) - lag)
        pairs = customer[later] == customer[earlier]
        cell = block[later][pairs] * blocks + block[earlier][pairs]
        y_one, y_two = on[later][pairs], on[earlier][pairs]
        for left, right, weight in ((0, 0, None), (0, 1, y_two), (1, 0, y_one), (1, 1, y_one * y_two)):
            products = np.bincount(cell, weight, blocks * blocks).reshape(blocks, blocks)
            moments[left::2, right::2] += products
            if lag:
                moments[right::2, left::2] += products.T
    return moments


if __name__ == "__main__":
    main()
