"""Changes of rates between two periods, and a step taken apart: by hand, by property, and by pandas."""

from __future__ import annotations

import random
from math import erfc, sqrt

import pytest

from dashboard.analytics.funnel import Funnel, funnel
from dashboard.analytics.funnel_change import changes
from dashboard.analytics.funnel_groups import differences
from dashboard.analytics.funnel_parts import Part, step_parts
from tests.unit.analytics.test_funnel import BY_SEGMENT, INFO, frame


def found(s: list[int], t: list[int]) -> Funnel:
    everybody = [left + right for left, right in zip(s, t, strict=True)]
    return funnel(frame(everybody=everybody, s=s, t=t), BY_SEGMENT, INFO)


def test_domain_4_golden_interval_of_a_change() -> None:
    now, before = found([1000, 120, 0], [500, 50, 10]), found([1000, 100, 40], [20, 3, 1])
    moved = changes(now.segments, before.segments)
    step = moved[("s",), "B"]
    assert step.change == pytest.approx(0.02)
    assert (step.low, step.high) == (pytest.approx(-0.0075, abs=1e-4), pytest.approx(0.0476, abs=1e-4))
    assert (step.before, step.from_first, step.customers) == (0.1, 0.1, 1000)
    assert not step.significant
    fallen = moved[("s",), "C"]
    assert (fallen.change, fallen.significant, fallen.low_n) == (-0.4, True, False)
    assert moved[("t",), "B"].low_n
    assert set(moved) == {((name,), stage) for name in "st" for stage in "BC"}


def test_a_rate_that_is_unknown_in_one_period_has_no_change() -> None:
    moved = changes(found([100, 0, 0], [5, 1, 1]).segments, found([100, 50, 20], [5, 1, 1]).segments)
    assert (("s",), "B") in moved
    assert (("s",), "C") not in moved


def test_turned_around_the_change_changes_its_sign_and_nothing_else() -> None:
    chance = random.Random(4)
    for _ in range(50):
        sides = []
        for _side in range(2):
            groups = []
            for _group in range(2):
                first = chance.randint(1, 400)
                second = chance.randint(1, first)
                groups.append([first, second, chance.randint(0, second)])
            sides.append(found(*groups))
        there, back = (changes(a.segments, b.segments) for a, b in (sides, sides[::-1]))
        assert set(there) == set(back)
        for key, one in there.items():
            other = back[key]
            assert one.change == pytest.approx(-other.change)
            assert (one.low, one.high) == (pytest.approx(-other.high), pytest.approx(-other.low))
            assert one.low <= one.change <= one.high
            assert (one.significant, one.low_n) == (other.significant, other.low_n)


def test_significance_is_that_of_pandas() -> None:
    chance = random.Random(9)
    sides = [found([300, chance.randint(60, 240), 40], [200, chance.randint(40, 160), 30]) for _ in range(2)]
    moved = changes(sides[0].segments, sides[1].segments)
    rows = []
    for (group, stage), one in moved.items():
        place = "ABC".index(stage)
        n, m = (next(g for g in side.segments if g.segment == group[0]).steps for side in sides)
        a, b, c, d = n[place].customers, n[place - 1].customers, m[place].customers, m[place - 1].customers
        pooled = (a + c) / (b + d)
        z = (a / b - c / d) / sqrt(pooled * (1 - pooled) * (1 / b + 1 / d))
        rows.append({"p": erfc(abs(z) / sqrt(2)), "ours": one.significant})
    rows.sort(key=lambda row: row["p"])
    under = [place for place, row in enumerate(rows) if row["p"] <= 0.1 * (place + 1) / len(rows)]
    assert under
    assert [row["ours"] for row in rows] == [place <= under[-1] for place in range(len(rows))]


def parts(value: float | None = 1000.0) -> tuple[Part, ...]:
    apart = found([200, 20, 5], [100, 40, 10])
    return step_parts(apart, differences(apart), "A", "B", value)


def test_a_part_below_the_step_costs_what_it_would_bring_at_the_steps_rate() -> None:
    worst, best = parts()
    assert (worst.value, worst.entered, worst.passed, worst.rate) == ("s", 200, 20, 0.1)
    assert worst.deviation == pytest.approx(-0.1)
    assert worst.lost == pytest.approx(200 * 0.1 * 1000)  # the step goes on at 60 / 300
    assert (best.value, best.lost, best.deviation) == ("t", 0.0, pytest.approx(0.2))
    assert worst.against is not None
    assert worst.against.significant


def test_parts_add_up_and_few_customers_cost_nothing() -> None:
    assert sum(part.entered for part in parts()) == 300
    assert sum(part.passed for part in parts()) == 60
    assert [part.lost for part in parts(None)] == [None, None]
    apart = found([29, 1, 0], [100, 40, 10])
    largest, few = step_parts(apart, differences(apart), "A", "B", 1000.0)
    assert (few.value, few.low_n, few.lost) == ("s", True, None)
    assert not largest.low_n
    assert step_parts(found([0, 0, 0], [0, 0, 0]), {}, "A", "B", 1.0) == ()
