"""How a revenue can be reached: by conversion alone, by one lever, or what is missing (DOMAIN section 7)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from math import isclose

from dashboard.analytics.benchmarks import Benchmarks, best_other
from dashboard.analytics.levers import AMOUNTS, Lever, Unit
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import WhatIf, whatif
from dashboard.journey.query import RepeatModel

_HALVINGS = 60
_POWERS = range(-4, 41)
_NEAR = 1e-9
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class StepGoal:
    """What one transition of a segment has to reach: both conversions as shares 0..1."""

    segment: str
    transition: str
    conversion: float
    wanted: float


@dataclass(frozen=True, slots=True)
class GoalSeek:
    """How the goal can be reached.

    Attributes:
        goal: revenue wanted [money].
        reachable: by conversion alone, no segment better than the best other one.
        share: smallest common share of the headroom that reaches the goal; None where all of it does not.
        steps: what each transition with headroom has to reach at that share, or at all of the headroom.
        alone: relative change of each lever that reaches the goal by itself; None where no change does.
        missing_leads: leads that are still missing with all of the headroom, unless `missing_average_check`
            [money] is added instead; both None where the goal is reachable, or without deals.
        levers: those of the question, and that share of the headroom in every other transition.
        scenario: what they give.
    """

    goal: float
    reachable: bool
    share: float | None
    steps: tuple[StepGoal, ...]
    alone: Mapping[str, float | None]
    missing_leads: float | None
    missing_average_check: float | None
    levers: tuple[Lever, ...]
    scenario: WhatIf


def goal_seek(
    funnel: PricedFunnel,
    levers: Iterable[Lever],
    goal: float,
    segments: Collection[str] = (),
    model: RepeatModel = RepeatModel.LINEAR,
    own: Benchmarks | None = None,
) -> GoalSeek:
    """The least that reaches a revenue, on top of the levers that are set.

    Headroom of a transition is the way up to the best other segment; a transition with a lever keeps it.

    Args:
        funnel, levers, segments, model, own: as for `whatif`.
        goal: revenue with what is outside the funnel.

    Raises:
        JourneyError: as `whatif`.
    """
    seek = _Seek(funnel, tuple(levers), goal, segments, model, own)
    full = seek.raised(1)
    reachable = seek.reaches(full)
    share = seek.least(seek.raised, 1) if reachable else None
    factor = None if reachable else _missing(full, goal)
    after = full.scenario
    return GoalSeek(
        goal=goal,
        reachable=reachable,
        share=share,
        steps=tuple(seek.step_goals(1 if share is None else share)),
        alone={name: seek.alone(name) for name in (*AMOUNTS, *seek.steps) if name not in seek.taken},
        missing_leads=None if factor is None else after.leads * factor,
        missing_average_check=None if factor is None else (after.average_check or 0.0) * factor,
        levers=seek.raising(1 if share is None else share),
        scenario=full if share is None else seek.raised(share),
    )


@dataclass(frozen=True, slots=True)
class _Seek:
    """The question: everything that stays as it is while one number is looked for."""

    funnel: PricedFunnel
    levers: tuple[Lever, ...]
    goal: float
    segments: Collection[str]
    model: RepeatModel
    own: Benchmarks | None

    @property
    def taken(self) -> frozenset[str]:
        """Targets with a lever of the total already."""
        return frozenset(lever.target for lever in self.levers if lever.segment is None)

    @property
    def steps(self) -> list[str]:
        """Names of the transitions that move revenue."""
        return [self.funnel.name(place) for place in self.funnel.transitions if self.funnel.is_priced(place)]

    def raising(self, share: float) -> tuple[Lever, ...]:
        """A share of the headroom in every transition that has no lever."""
        free = [name for name in self.steps if name not in self.taken]
        return (*self.levers, *(Lever(name, Unit.HEADROOM, share) for name in free))

    def raised(self, share: float) -> WhatIf:
        return whatif(self.funnel, self.raising(share), self.segments, self.model, self.own)

    def changed(self, target: str, amount: float) -> WhatIf:
        """One lever alone, relative."""
        lever = Lever(target, Unit.PERCENT, amount)
        return whatif(self.funnel, [*self.levers, lever], self.segments, self.model, self.own)

    def reaches(self, answer: WhatIf) -> bool:
        return answer.scenario.revenue >= self.goal - _ROUNDING * abs(self.goal)

    def least(self, answer: Callable[[float], WhatIf], most: float) -> float:
        """The smallest number in 0..most whose answer reaches the goal; `most` does."""
        if self.reaches(answer(0)):
            return 0.0
        low, high = 0.0, most
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if self.reaches(answer(middle)) else (middle, high)
        return high

    def alone(self, target: str) -> float | None:
        """Relative change of one lever that reaches the goal; None where caps, or nothing to move, stand before it.

        Revenue is a straight line in a lever while no cap binds, so two points give the answer; where it is not
        (a cap, the loop model), halving finds it.
        """
        still, nothing = (self.changed(target, amount).scenario.revenue for amount in (0, -1))
        if self.reaches(self.changed(target, 0)):
            return 0.0
        if still <= nothing:
            return None
        straight = (self.goal - still) / (still - nothing)
        if isclose(self.changed(target, straight).scenario.revenue, self.goal, rel_tol=_NEAR):
            return straight
        most = next((2.0**power for power in _POWERS if self.reaches(self.changed(target, 2.0**power))), None)
        return None if most is None else self.least(lambda amount: self.changed(target, amount), most)

    def step_goals(self, share: float) -> list[StepGoal]:
        """Every transition with headroom, and how far up it has to go."""
        best = best_other(self.funnel)
        found = []
        for segment in self.funnel.only(self.segments).segments:
            own = {lever.target for lever in self.levers if lever.segment in (None, segment.segment)}
            for place in self.funnel.transitions:
                name, rate, other = (
                    self.funnel.name(place),
                    segment.conversion(place),
                    best[segment.segment][place],
                )
                if name in self.steps and name not in own and rate and other and other.rate > rate:
                    wanted = rate + share * (other.rate - rate)
                    found.append(StepGoal(segment.segment, name, rate, wanted))
        return found


def _missing(full: WhatIf, goal: float) -> float | None:
    """By which share leads or the average check would have to grow beyond all of the headroom."""
    inside = full.scenario.revenue - full.scenario.outside
    return (goal - full.scenario.revenue) / inside if inside > 0 else None
