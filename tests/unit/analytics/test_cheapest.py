"""The cheapest set of levers: by hand, and against every set tried (DOMAIN section 7)."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analytics.cheapest import MOST_PRICED, PricedLever, by_cost, cheapest_set
from dashboard.analytics.levers import AMOUNTS, Lever, Unit, parse_lever
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import whatif
from dashboard.errors import JourneyError
from tests.priced import example, funnels, priced_transitions

STEP_2 = "active_evaluation>purchase=+10%"  # +650 000 of 6.5 M
LEADS = "leads=+5%"  # +325 000
CHECK = "average_check=+4%"  # +260 000


def priced(**costs: float) -> list[PricedLever]:
    texts = {"step": STEP_2, "leads": LEADS, "check": CHECK}
    return [PricedLever(parse_lever(texts[name]), cost) for name, cost in costs.items()]


def names(found: tuple[PricedLever, ...]) -> set[str]:
    return {one.lever.target for one in found}


def test_by_hand() -> None:
    costs = {"step": 900.0, "leads": 300.0, "check": 500.0}
    one = cheapest_set(example(), (), priced(**costs), 6_800_000)
    assert (names(one.chosen), one.cost, one.revenue) == ({"leads"}, 300, pytest.approx(6_825_000))
    # 1.05 x 1.04: 598 000 of the 580 000 wanted for 800, where the step alone would cost 900
    both = cheapest_set(example(), (), priced(**costs), 7_080_000)
    assert (names(both.chosen), both.cost) == ({"leads", "average_check"}, 800)
    more = cheapest_set(example(), (), priced(**costs), 7_100_000)
    assert names(more.chosen) == {"active_evaluation>purchase"}
    assert cheapest_set(example(), (), priced(**costs), 6_000_000).chosen == ()
    set_already = cheapest_set(example(), [parse_lever(LEADS)], priced(check=500), 7_080_000)
    assert (set_already.reachable, names(set_already.chosen)) == (True, {"average_check"})


def test_what_no_set_reaches_says_how_far_all_of_them_go() -> None:
    far = cheapest_set(example(), (), priced(leads=300, check=500), 10_000_000)
    assert (far.reachable, far.cost, far.revenue) == (False, 800, pytest.approx(6_500_000 * 1.05 * 1.04))
    harmful = PricedLever(parse_lever("average_check=-5%"), 0)
    assert harmful not in cheapest_set(example(), (), [*priced(leads=1), harmful], 10_000_000).chosen


def test_refuses_what_makes_no_sense() -> None:
    for costs, code in (([-1.0], "bad_cost"), ([1.0] * (MOST_PRICED + 1), "too_many_priced")):
        many = [PricedLever(parse_lever(LEADS), cost) for cost in costs]
        with pytest.raises(JourneyError) as error:
            cheapest_set(example(), (), many, 1)
        assert error.value.code == code


@given(st.lists(st.integers(0, 30), max_size=6))
def test_sets_come_by_cost_each_of_them_once(costs: list[int]) -> None:
    levers = [PricedLever(Lever(f"step{n}>step{n + 1}", Unit.BEST), cost) for n, cost in enumerate(costs)]
    found = list(by_cost(levers))
    sums = [sum(one.cost for one in chosen) for chosen in found]
    assert sums == sorted(sums)
    assert len({frozenset(one.lever.target for one in chosen) for chosen in found}) == 2 ** len(levers)


@settings(max_examples=25, deadline=None)
@given(st.data(), funnels())
def test_no_other_set_is_cheaper(data: st.DataObject, cohort: PricedFunnel) -> None:
    targets = data.draw(
        st.lists(st.sampled_from([*AMOUNTS, *priced_transitions(cohort)]), max_size=5, unique=True)
    )
    levers = [
        PricedLever(
            Lever(name, Unit.PERCENT, data.draw(st.floats(-0.2, 0.5)))
            if name in AMOUNTS or data.draw(st.booleans())
            else Lever(name, Unit.BEST),
            data.draw(st.integers(0, 100)),
        )
        for name in targets
    ]
    base = whatif(cohort, ()).baseline.revenue
    goal = base * data.draw(st.floats(1, 1.6))
    found = cheapest_set(cohort, (), levers, goal)
    every = chain.from_iterable(combinations(levers, size) for size in range(len(levers) + 1))
    reach = {
        chosen: sum(one.cost for one in chosen)
        for chosen in every
        if whatif(cohort, [one.lever for one in chosen]).scenario.revenue >= goal - 1e-12 * abs(goal)
    }
    assert found.reachable == bool(reach)
    if reach:
        assert found.cost == min(reach.values())
        assert found.revenue >= goal - 1e-12 * abs(goal)
