"""Which actions to pay for: the set under a budget with the largest expected gain (DOMAIN section 7).

Actions on different steps add up (the steps multiply, so that together they earn a little more than that). Actions on
one step of one segment share its headroom: what the second of them adds counts up to what is left of the way to the
benchmark, and an action for everybody shares the headroom of the step with those of the segments. One action alone
always counts in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from dashboard.errors import JourneyError

EVERYBODY = ""
_FINE = 1e4  # the solver stops at a millionth of its objective
_SECONDS = 5.0  # for one set; two hundred actions take a fraction of one
_NEAR = 1e-9
_LINES = 8  # budgets of a frontier
_ROUGH = 0.005

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """An action that may be paid for.

    Attributes:
        key: number of the action.
        cost: money to spend, 0 or more; value: expected money, above 0.
        place: (segment, stage) whose headroom it shares; an empty segment is everybody; None: of no step.
    """

    key: int
    cost: float
    value: float
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """The best set.

    Attributes:
        chosen: numbers of its actions; of equally good sets the cheapest one.
        cost, gain: of the set [money].
        counted: action -> what of its expected money counts beside the others.
    """

    budget: float
    chosen: frozenset[int]
    cost: float
    gain: float
    counted: Mapping[int, float]


def allocate(options: Sequence[Option], budget: float, headroom: Mapping[Place, float]) -> Allocation:
    """The set of actions that costs at most the budget and earns most.

    Args:
        headroom: (segment, stage) -> money up to the benchmark; a step that is missing has none beyond its
            largest action.

    Raises:
        JourneyError: `bad_budget` for less than nothing.
    """
    if not budget >= 0:
        raise JourneyError("bad_budget", value=budget)
    problem = _Problem(tuple(options), headroom)
    chosen = problem.best(budget)
    counted = problem.counted(chosen)
    return Allocation(
        budget=budget,
        chosen=frozenset(one.key for one in chosen),
        cost=sum(one.cost for one in chosen),
        gain=sum(counted.values()),
        counted=counted,
    )


def frontier(
    options: Sequence[Option], headroom: Mapping[Place, float], budget: float | None = None
) -> tuple[tuple[float, float], ...]:
    """(budget, largest gain) from nothing to all of the actions: in even steps, at the chosen budget, and where the
    actions that earn most for their cost are paid for one after the other.

    For a drawing: a gain may be half a per cent short of the largest one.
    """
    problem, whole = _Problem(tuple(options), headroom), sum(one.cost for one in options)
    budgets = {whole * step / _LINES for step in range(_LINES + 1)} | ({budget} if budget else set())
    thrifty = sorted(options, key=lambda one: one.cost / one.value)[:_LINES]
    budgets |= set(accumulate(one.cost for one in thrifty))
    gains = [problem.gain(problem.richest(one, _ROUGH)) for one in sorted(budgets)]
    return tuple(zip(sorted(budgets), accumulate(gains, max), strict=True))


class _Problem:
    """Binary x: taken or not. u: what counts of each action, at most its value and what its steps still have."""

    def __init__(self, options: tuple[Option, ...], headroom: Mapping[Place, float]) -> None:
        self.options = options
        self.caps = _caps(options, headroom)

    def best(self, budget: float) -> tuple[Option, ...]:
        """The richest set, and of the equally rich ones the cheapest."""
        richest = self.richest(budget)
        most = self.gain(richest)
        cheap = self._solve(budget, least=most * (1 - _NEAR))
        return cheap if self.gain(cheap) >= most * (1 - 1e-6) else richest

    def richest(self, budget: float, gap: float = 0.0) -> tuple[Option, ...]:
        """The richest set; with a gap one that is at most this share poorer."""
        return self._solve(budget, least=None, gap=gap)

    def gain(self, chosen: Sequence[Option]) -> float:
        return sum(self.counted(chosen).values())

    def counted(self, chosen: Sequence[Option]) -> dict[int, float]:
        """The largest action of a step counts first; the order changes no sum."""
        left = [most for _, most in self.caps]
        found: dict[int, float] = {}
        for one in sorted(chosen, key=lambda option: (-option.value, option.key)):
            mine = [place for place, (members, _) in enumerate(self.caps) if one.key in members]
            found[one.key] = max(0.0, min([one.value, *(left[place] for place in mine)]))
            for place in mine:
                left[place] -= found[one.key]
        return found

    def _solve(self, budget: float, least: float | None, gap: float = 0.0) -> tuple[Option, ...]:
        """The set with the largest gain; with `least` the cheapest one that earns so much."""
        if not self.options:
            return ()
        n, size = len(self.options), max(one.value for one in self.options)
        values = np.array([one.value for one in self.options]) / size
        dear = max(1.0, *(one.cost for one in self.options))
        costs = np.array([one.cost for one in self.options]) / dear
        none = np.zeros(n)
        rules = [
            LinearConstraint(np.hstack([-np.diag(values), np.eye(n)]), -np.inf, 0),
            LinearConstraint(np.concatenate([costs, none]), -np.inf, budget / dear),
            *(self._cap(members, most / size) for members, most in self.caps),
        ]
        if least is None:
            aim = np.concatenate([none, -np.ones(n)]) * _FINE
        else:
            aim = np.concatenate([costs, none]) * _FINE
            rules.append(LinearConstraint(np.concatenate([none, np.ones(n)]), least / size, np.inf))
        return self._within(budget, aim, rules, gap)

    def _within(
        self, budget: float, aim: NDArray[np.float64], rules: list[Any], gap: float
    ) -> tuple[Option, ...]:
        """The solver's set; one that is dearer than the budget by its tolerance is forbidden and asked again."""
        n = len(self.options)
        kinds = np.repeat([1, 0], n)
        highest: Any = np.repeat([1.0, np.inf], n)
        bounds = Bounds(0, highest)
        while True:
            found = milp(
                aim,
                integrality=kinds,
                bounds=bounds,
                constraints=rules,
                options={"mip_rel_gap": gap, "time_limit": _SECONDS},
            )
            if found.x is None:
                return ()
            taken = found.x[:n] > 0.5
            chosen = tuple(one for one, yes in zip(self.options, taken, strict=True) if yes)
            if sum(one.cost for one in chosen) <= budget * (1 + 1e-12):
                return chosen
            row = np.concatenate([taken.astype(float), np.zeros(n)])
            rules.append(LinearConstraint(row, -np.inf, len(chosen) - 1))

    def _cap(self, members: frozenset[int], most: float) -> LinearConstraint:
        row = [0.0] * len(self.options) + [float(one.key in members) for one in self.options]
        return LinearConstraint(np.array(row), -np.inf, most)


def _caps(options: Sequence[Option], headroom: Mapping[Place, float]) -> list[tuple[frozenset[int], float]]:
    """Who shares a headroom, and how much it is: of each step of a segment, and of the step over everybody."""
    whole: dict[str, float] = {}
    for (_, stage), money in headroom.items():
        whole[stage] = whole.get(stage, 0.0) + money
    groups: dict[Place, list[Option]] = {}
    for one in options:
        if one.place is not None:
            groups.setdefault(one.place, []).append(one)
            if one.place[0] != EVERYBODY and any(
                other.place == (EVERYBODY, one.place[1]) for other in options
            ):
                groups.setdefault((EVERYBODY, one.place[1]), []).append(one)
    caps = []
    for (segment, stage), members in groups.items():
        room = whole.get(stage, 0.0) if segment == EVERYBODY else headroom.get((segment, stage), 0.0)
        if len(members) > 1:
            caps.append((frozenset(one.key for one in members), max(room, *(one.value for one in members))))
    return caps
