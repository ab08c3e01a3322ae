"""Removal effect: what share of the sales would be lost if a contact did not exist (Markov chain of paths)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True, slots=True)
class Removal:
    """The chain's answer.

    Attributes:
        base: probability that a journey ends in a sale, 0..1.
        effects: cell -> share of the sales lost without it, 0..1; empty without sales.
    """

    base: float
    effects: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of journeys that ended without a sale.

    Attributes:
        cell: where they were.
        target: the cell they came to next; None: they ended here.
        begins: True where the journeys began at `cell`.
        people: how many.
    """

    cell: int
    target: int | None
    begins: bool
    people: float


def removal(sold: Iterable[tuple[tuple[int, ...], float]], lost: Iterable[Step]) -> Removal:
    """Removal effects from the paths to sales, (cells in order, sales), and the steps of those who bought nothing.

    The chain remembers one cell: of journeys without a sale their steps say all that it asks for.

    First order and pooled: one table of transitions from start over the cells to "bought" or "lost"; a removed
    cell leads to "lost". A journey that would buy through cell i is one that ever comes to i (probability
    h_i) and buys from there (b_i), so the effect is h_i * b_i / base; both come from one inverse.

    References: E. Anderl et al., "Mapping the customer journey: lessons learned from graph-based online
    attribution modeling", 2016.
    """
    steps: dict[tuple[int, int], float] = defaultdict(float)
    starts: dict[int, float] = defaultdict(float)
    bought: dict[int, float] = defaultdict(float)
    left: dict[int, float] = defaultdict(float)  # everything that leaves a cell
    for cells, people in sold:
        if not cells or not people:
            continue
        starts[cells[0]] += people
        bought[cells[-1]] += people
        for cell in cells:
            left[cell] += people
        for pair in pairwise(cells):
            steps[pair] += people
    for step in lost:
        left[step.cell] += step.people
        if step.begins:
            starts[step.cell] += step.people
        if step.target is not None:
            steps[step.cell, step.target] += step.people
    if not sum(bought.values()):
        return Removal(0.0, {})
    return _effects(sorted(left), steps, starts, bought, left)


def _effects(
    cells: list[int],
    steps: Mapping[tuple[int, int], float],
    starts: Mapping[int, float],
    bought: Mapping[int, float],
    left: Mapping[int, float],
) -> Removal:
    place = {cell: index for index, cell in enumerate(cells)}
    onward = np.zeros((len(cells), len(cells)))
    for (origin, target), people in steps.items():
        onward[place[origin], place[target]] = people / left[origin]
    visits = np.linalg.inv(np.eye(len(cells)) - onward)  # expected visits of j from i
    start = np.array([starts.get(cell, 0.0) for cell in cells]) / sum(starts.values())
    buys = visits @ np.array([bought.get(cell, 0.0) / left[cell] for cell in cells])
    comes = (start @ visits) / np.diag(visits)
    base = float(start @ buys)
    lost = np.clip(comes * buys / base, 0.0, 1.0)
    return Removal(base, {cell: float(lost[place[cell]]) for cell in cells})
