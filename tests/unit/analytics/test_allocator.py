"""Which actions to pay for: by hand, and against every set tried (DOMAIN section 7)."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analytics.allocator import EVERYBODY, Option, allocate, frontier
from dashboard.errors import JourneyError

A, B, ALL = ("a", "step"), ("b", "step"), (EVERYBODY, "step")


def test_by_hand() -> None:
    options = [Option(1, 60, 100), Option(2, 50, 70), Option(3, 50, 65), Option(4, 0, 1)]
    assert allocate(options, 100, {}).chosen == {2, 3, 4}  # the largest one alone is not the best
    assert allocate(options, 70, {}).chosen == {1, 4}
    assert allocate(options, 0, {}).chosen == {4}
    whole = allocate(options, 1000, {})
    assert (whole.chosen, whole.cost, whole.gain) == ({1, 2, 3, 4}, 160, pytest.approx(236))


def test_two_actions_on_one_step_share_its_headroom() -> None:
    options = [Option(1, 10, 100, A), Option(2, 10, 80, A), Option(3, 10, 60, B)]
    found = allocate(options, 30, {A: 120, B: 200})
    assert (found.gain, dict(found.counted)) == (180, {1: 100, 2: 20, 3: 60})
    assert allocate(options, 20, {A: 120, B: 200}).chosen == {1, 3}
    # without a benchmark nothing counts beyond the largest one, and nobody pays for what adds nothing
    assert allocate(options, 30, {B: 200}).chosen == {1, 3}
    # one action alone counts in full, whatever the benchmark says
    assert allocate(options[:1], 10, {A: 5}).gain == 100


def test_an_action_for_everybody_shares_the_headroom_with_those_of_the_segments() -> None:
    options = [Option(1, 10, 100, A), Option(2, 10, 150, ALL), Option(3, 10, 90, B)]
    found = allocate(options, 30, {A: 100, B: 100})
    assert found.gain == 200
    assert allocate(options, 20, {A: 100, B: 100}).gain == 200
    assert sum(found.counted.values()) == pytest.approx(found.gain)


def test_of_equally_good_sets_the_cheapest() -> None:
    options = [Option(1, 30, 50), Option(2, 20, 50, A), Option(3, 20, 50, A)]
    assert allocate(options, 60, {}).chosen in ({1, 2}, {1, 3})
    assert allocate(options, 60, {}).cost == 50


def test_refuses_less_than_nothing_and_takes_nothing_of_nothing() -> None:
    with pytest.raises(JourneyError):
        allocate([], -1, {})
    assert allocate([], 5, {}).gain == 0


OPTIONS = st.lists(
    st.tuples(
        st.integers(0, 100),
        st.integers(1, 1000),
        st.sampled_from([None, A, B, ALL, ("a", "later"), (EVERYBODY, "later")]),
    ),
    max_size=7,
)
ROOM = st.dictionaries(st.sampled_from([A, B, ("a", "later")]), st.integers(0, 1500))


@settings(max_examples=20, deadline=None)
@given(OPTIONS, ROOM, st.integers(0, 400))
def test_no_other_set_earns_more(
    found: list[tuple[int, int, tuple[str, str] | None]], room: dict[tuple[str, str], int], budget: int
) -> None:
    options = [Option(key, *one) for key, one in enumerate(found)]
    answer = allocate(options, budget, room)
    every = chain.from_iterable(combinations(options, size) for size in range(len(options) + 1))
    affordable = [(_gain(chosen, options, room), sum(one.cost for one in chosen)) for chosen in every]
    affordable = [(gain, cost) for gain, cost in affordable if cost <= budget]
    most = max(gain for gain, _ in affordable)
    assert answer.gain == pytest.approx(most)
    assert answer.cost == min(cost for gain, cost in affordable if gain > most - 1e-6)


def _gain(chosen: tuple[Option, ...], options: list[Option], room: dict[tuple[str, str], int]) -> float:
    """The rule as it is written, from below: each segment's step, then everybody's."""
    total = sum(one.value for one in chosen if one.place is None)
    for stage in ("step", "later"):
        of_stage = [one for one in options if one.place and one.place[1] == stage]
        parts = 0.0
        for segment in ("a", "b"):
            mine = [one for one in of_stage if one.place == (segment, stage)]
            most = max([room.get((segment, stage), 0), *(one.value for one in mine)])
            parts += min(most, sum(one.value for one in mine if one in chosen))
        everybody = [one for one in of_stage if one.place == (EVERYBODY, stage)]
        if everybody:
            whole = sum(money for (_, at), money in room.items() if at == stage)
            parts += sum(one.value for one in everybody if one in chosen)
            parts = min(parts, max([whole, *(one.value for one in of_stage)]))
        total += parts
    return total


def test_frontier_never_falls_and_ends_with_everything() -> None:
    options = [Option(key, 10 + key, 100 - key) for key in range(12)]
    line = frontier(options, {}, budget=33)
    assert [budget for budget, _ in line] == sorted(budget for budget, _ in line)
    gains = [gain for _, gain in line]
    assert gains == sorted(gains)
    assert (gains[0], gains[-1]) == (0, sum(one.value for one in options))
    assert 33 in [budget for budget, _ in line]


def test_forty_actions_take_a_moment() -> None:
    options = [
        Option(key, 97 + key * 37 % 211, 1000 + key * 53 % 307, (str(key % 9), "step")) for key in range(40)
    ]
    found = allocate(options, 2000, {(str(one), "step"): 2500 for one in range(9)})
    assert found.cost <= 2000
    assert len(found.chosen) > 5
