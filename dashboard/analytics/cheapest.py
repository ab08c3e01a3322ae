"""The cheapest set of levers that reaches a revenue, where each lever has a cost (DOMAIN section 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import isfinite

from dashboard.analytics.benchmarks import Benchmarks
from dashboard.analytics.levers import Lever
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import whatif
from dashboard.errors import JourneyError
from dashboard.journey.query import RepeatModel

MOST_PRICED = 10  # levers with a cost: a thousand sets at most are tried
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class PricedLever:
    """A lever, and what it costs to move it [money]."""

    lever: Lever
    cost: float


@dataclass(frozen=True, slots=True)
class Cheapest:
    """The answer.

    Attributes:
        goal: revenue wanted [money].
        chosen: the levers of the cheapest set; where all of them together do not reach the goal, all that help.
        cost: of the chosen ones [money].
        revenue: with the chosen ones, on top of the levers that are set [money].
        reachable: whether that reaches the goal.
    """

    goal: float
    chosen: tuple[PricedLever, ...]
    cost: float
    revenue: float
    reachable: bool


def cheapest_set(
    funnel: PricedFunnel,
    levers: Iterable[Lever],
    priced: Sequence[PricedLever],
    goal: float,
    segments: Collection[str] = (),
    model: RepeatModel = RepeatModel.LINEAR,
    own: Benchmarks | None = None,
) -> Cheapest:
    """The set of least cost that reaches a revenue on top of the levers that are set: the sets are tried by cost.

    Exact: each set is worked out as one scenario, so that levers multiply, caps bind and segments have their own
    terms. A lever that earns nothing by itself is in no set.

    Args:
        funnel, levers, segments, model, own: as for `whatif`.
        priced: levers with a cost; none of them is among `levers`.
        goal: revenue with what is outside the funnel.

    Raises:
        JourneyError: `too_many_priced` beyond `MOST_PRICED`; `bad_cost`; as `whatif`.
    """
    if len(priced) > MOST_PRICED:
        raise JourneyError("too_many_priced", most=MOST_PRICED)
    for one in priced:
        if not isfinite(one.cost) or one.cost < 0:
            raise JourneyError("bad_cost", value=one.cost)
    fixed = tuple(levers)

    def revenue(chosen: Sequence[PricedLever]) -> float:
        moved = [*fixed, *(one.lever for one in chosen)]
        return whatif(funnel, moved, segments, model, own).scenario.revenue

    least, still = goal - _ROUNDING * abs(goal), revenue(())
    useful = tuple(one for one in priced if revenue([one]) > still)
    if max(still, revenue(useful)) < least:
        return _answer(goal, useful, revenue(useful), reachable=False)
    chosen = next(some for some in by_cost(useful) if revenue(some) >= least)
    return _answer(goal, chosen, revenue(chosen), reachable=True)


def _answer(goal: float, chosen: tuple[PricedLever, ...], revenue: float, *, reachable: bool) -> Cheapest:
    return Cheapest(goal, chosen, sum(one.cost for one in chosen), revenue, reachable)


def by_cost(priced: Sequence[PricedLever]) -> Iterator[tuple[PricedLever, ...]]:
    """Every set of levers, the cheapest first; of equal cost the smaller one."""
    order = sorted(priced, key=lambda one: one.cost)
    yield ()
    # a set grows by the next lever, or takes the next one in place of its last: each set comes from one other
    waiting: list[tuple[float, int, tuple[int, ...]]] = []
    if order:
        heappush(waiting, (order[0].cost, 1, (0,)))
    while waiting:
        cost, size, places = heappop(waiting)
        yield tuple(order[place] for place in places)
        last = places[-1]
        if last + 1 < len(order):
            following = order[last + 1].cost
            heappush(waiting, (cost + following, size + 1, (*places, last + 1)))
            swapped = (*places[:-1], last + 1)
            heappush(waiting, (cost + following - order[last].cost, size, swapped))
