"""DOMAIN section 3, revenue bridge: golden values, sums that hold, what a side without data takes."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analytics.bridge import Bridge, BridgeRow, Side, Sides, bridge

STEPS = ("a>b", "b>deal")
NOBODY = Side(0, None, None, None, 0.0, (None, None))


def side(leads: int, rates: tuple[float | None, ...], buyers: int, deals: int, revenue: float) -> Side:
    """One side from plain numbers."""
    return Side(
        leads,
        buyers / leads if leads else None,
        revenue / deals if deals else None,
        deals / buyers if buyers else None,
        revenue,
        rates,
    )


def both(before: Side, after: Side) -> Bridge:
    """A bridge of one segment."""
    return bridge(*(Sides(STEPS, one, {"s": one}) for one in (before, after)))


def effects(rows: tuple[BridgeRow, ...]) -> dict[str, float]:
    return {row.factor: row.effect for row in rows}


BEFORE = side(1000, (0.4, 0.25), 100, 120, 600_000)
AFTER = side(1100, (0.36, 0.25), 99, 129, 709_500)


def test_domain_3_golden_bridge_with_the_path() -> None:
    # the golden 1000 x .10 x 5000 x 1.2 -> 1100 x .09 x 5500 x 1.3; C = kappa x .4 x .25 -> kappa x .36 x .25
    after = Side(1100, 0.09, 5500, 1.3, 707_850, (0.36, 0.25))
    found = effects(both(BEFORE, after).total)
    assert list(found) == ["leads", "path", *STEPS, "average_check", "deals"]
    assert found["leads"] == pytest.approx(62_184.18, abs=0.005)
    assert found["a>b"] == pytest.approx(-68_741.42, abs=0.005)
    assert (found["path"], found["b>deal"]) == (pytest.approx(0, abs=1e-6), 0)
    assert found["average_check"] == pytest.approx(62_184.18, abs=0.005)
    assert found["deals"] == pytest.approx(52_223.07, abs=0.005)


def test_domain_3_bought_outside_the_path_is_a_bar_of_its_own() -> None:
    # the path stays .4 x .25 = .1, twice as many buy: kappa 1 -> 2
    after = side(1000, (0.4, 0.25), 200, 240, 1_200_000)
    found = both(BEFORE, after)
    path = next(row for row in found.total if row.factor == "path")
    assert (path.before, path.after) == (pytest.approx(1), pytest.approx(2))
    assert path.effect == pytest.approx(600_000)


def test_domain_3_golden_new_segment() -> None:
    new = side(100, (0.5, 0.2), 10, 12, 60_000)
    found = both(NOBODY, new)
    assert effects(found.segments) == pytest.approx(
        {"leads": 60_000, "path": 0, "a>b": 0, "b>deal": 0, "average_check": 0, "deals": 0}
    )
    rows = {row.factor: row for row in found.total}
    assert rows["average_check"].before is None
    assert {row.factor: row.reasons["before"] for row in found.total if row.reasons} == {
        "path": "no_leads",
        "a>b": "no_customers",
        "b>deal": "no_customers",
        "average_check": "no_deals",
        "deals": "no_deals",
    }


def test_domain_3_a_step_that_nobody_passes_any_more_takes_shapley() -> None:
    after = side(1000, (0.4, 0.0), 0, 0, 0)
    found = effects(both(BEFORE, after).total)
    assert found["b>deal"] == pytest.approx(-600_000)
    assert sum(found.values()) == pytest.approx(-600_000)


def test_domain_3_buyers_beside_an_empty_path_are_kappas() -> None:
    after = side(1000, (0.4, 0.0), 50, 60, 300_000)
    found = both(BEFORE, after)
    assert effects(found.total)["path"] == pytest.approx(-300_000)
    step = next(row for row in found.total if row.factor == "b>deal")
    assert (step.after, step.effect, step.reasons) == (0, 0, {"after": "beside_the_path"})


def test_domain_3_mix_is_included_as_segments_are_summed() -> None:
    # nothing but the mix moves: 100 leads leave the cheap segment for the dear one
    cheap, dear = side(1000, (0.5, 0.2), 100, 100, 100_000), side(1000, (0.5, 0.2), 100, 100, 900_000)
    cheaper, dearer = side(900, (0.5, 0.2), 90, 90, 90_000), side(1100, (0.5, 0.2), 110, 110, 990_000)
    found = bridge(
        Sides(STEPS, side(2000, (0.5, 0.2), 200, 200, 1_000_000), {"x": cheap, "y": dear}),
        Sides(STEPS, side(2000, (0.5, 0.2), 200, 200, 1_080_000), {"x": cheaper, "y": dearer}),
    )
    assert effects(found.total) == pytest.approx(
        {"leads": 80_000, "path": 0, "a>b": 0, "b>deal": 0, "average_check": 0, "deals": 0}, abs=1e-6
    )
    rows = {row.factor: row for row in found.total}
    assert (rows["average_check"].before, rows["average_check"].after) == (5000, 5400)


def test_domain_3_refunds_without_sales_keep_the_sum() -> None:
    found = both(side(100, (0.4, 0.0), 0, 0, -500), AFTER)
    rows = {row.factor: row for row in found.total}
    assert (rows["refunds_without_sales"].before, rows["refunds_without_sales"].effect) == (-500, 500)
    assert rows["deals"].reasons == {"before": "refunds_without_sales"}
    assert sum(effects(found.total).values()) == pytest.approx(710_000, abs=0.01)


@st.composite
def anybody(draw: st.DrawFn) -> Side:
    """Groups of every kind: without leads, deals or entries, with refunds, with steps that nobody passed."""
    leads = draw(st.integers(0, 5000))
    buyers = draw(st.integers(0, leads)) if leads else 0
    deals = buyers + draw(st.integers(0, 3 * buyers)) if buyers else 0
    revenue = draw(st.integers(-(10**8), 10**10)) / 100 if deals else draw(st.integers(-(10**6), 0)) / 100
    entrants, rates = draw(st.integers(0, 5000)), []
    for _ in STEPS:
        passed = draw(st.integers(0, entrants)) if entrants else 0
        rates.append(passed / entrants if entrants else None)
        entrants = passed
    return side(leads, tuple(rates), buyers, deals, revenue)


def totals(groups: dict[str, Side]) -> Side:
    return replace(NOBODY, revenue=sum(group.revenue for group in groups.values()))


groups = st.dictionaries(st.sampled_from("uvwxyz"), anybody(), max_size=4)


@given(groups, groups)
def test_domain_3_parts_add_up_to_the_change_within_a_kopeck(
    before: dict[str, Side], after: dict[str, Side]
) -> None:
    found = bridge(Sides(STEPS, totals(before), before), Sides(STEPS, totals(after), after))
    change = found.after - found.before
    assert sum(row.effect for row in found.total) == pytest.approx(change, abs=0.01)
    for name in {*before, *after}:
        own = sum(row.effect for row in found.segments if row.segment == name)
        expected = after.get(name, NOBODY).revenue - before.get(name, NOBODY).revenue
        assert own == pytest.approx(expected, abs=0.01)


@given(anybody(), anybody())
def test_domain_3_swapping_the_sides_swaps_the_signs(before: Side, after: Side) -> None:
    there, back = effects(both(before, after).total), effects(both(after, before).total)
    size = abs(before.revenue) + abs(after.revenue)
    for factor, effect in there.items():
        assert back[factor] == pytest.approx(-effect, rel=1e-7, abs=1e-9 * size + 1e-6)


@given(anybody(), anybody())
def test_domain_3_the_order_of_the_steps_does_not_matter(before: Side, after: Side) -> None:
    there = effects(both(before, after).total)
    turned = effects(both(*(replace(one, steps=one.steps[::-1]) for one in (before, after))).total)
    size = abs(before.revenue) + abs(after.revenue)
    for factor, effect in there.items():
        place = {"a>b": "b>deal", "b>deal": "a>b"}.get(factor, factor)
        assert turned[place] == pytest.approx(effect, rel=1e-7, abs=1e-9 * size + 1e-6)


@given(anybody())
def test_domain_3_nothing_moved_is_nothing_explained(one: Side) -> None:
    assert all(row.effect == 0 for row in both(one, one).total)


def test_domain_3_displayed_factors_multiply_to_the_revenue() -> None:
    for end, revenue in (("before", 600_000), ("after", 709_500)):
        values = [getattr(row, end) for row in both(BEFORE, AFTER).total]
        assert prod(values) == pytest.approx(revenue)
