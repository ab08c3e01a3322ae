"""DOMAIN section 7, tornado: one point, ten per cent, and each lever's own history."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.tornado import TornadoBar, tornado
from tests.priced import EXAMPLE_COUNTS, example, funnel, segment

STEP_1, STEP_2 = "initial_consideration>active_evaluation", "active_evaluation>purchase"
STEP_5 = "trigger>loyalty_loop"


def bars(*history: PricedFunnel) -> dict[str, TornadoBar]:
    return {bar.lever: bar for bar in tornado(example(), history)}


def test_domain_7_tornado_one_point_is_that_of_section_6_and_ten_per_cent_that_of_the_what_if() -> None:
    found = bars()
    assert found[STEP_1].one_point == pytest.approx(162_500)
    assert found[STEP_2].one_point == pytest.approx(260_000)
    assert found[STEP_5].one_point == pytest.approx(30_000)
    for lever in ("leads", STEP_1, STEP_2, "average_check", "deals_per_buyer"):
        assert found[lever].ten_percent == pytest.approx(650_000)
    assert found[STEP_5].ten_percent == pytest.approx(150_000)
    assert found["leads"].one_point is None
    assert found["leads"].reasons["one_point"] == "not_a_share"
    assert found["leads"].reasons["gain_at_high"] == "no_history"


def test_domain_7_tornado_over_each_levers_own_history() -> None:
    worse = funnel(segment("all", (9_000, 3_600, 720, 400, 200, 100), 900, 3_600_000))
    better = funnel(segment("all", (12_000, 4_800, 1_440, 800, 400, 200), 2_016, 10_000_000))
    empty = funnel(segment("all", (0,) * 6, 0, 0))
    found = bars(worse, empty, better)
    leads, check = found["leads"], found["average_check"]
    assert (leads.low, leads.high, leads.periods) == (9_000, 12_000, 2)
    assert (leads.gain_at_low, leads.gain_at_high) == (pytest.approx(-650_000), pytest.approx(1_300_000))
    assert (found[STEP_2].low, found[STEP_2].high) == (pytest.approx(0.2), pytest.approx(0.3))
    assert found[STEP_2].gain_at_low == pytest.approx(-1_300_000)
    assert (check.low, check.high) == (4_000, pytest.approx(10_000_000 / 2_016))
    order = list(found)
    assert order[0] == STEP_2  # 25 % went from 20 to 30 %: the longest bar
    assert [abs((bar.gain_at_high or 0) - (bar.gain_at_low or 0)) for bar in found.values()] == sorted(
        (abs((bar.gain_at_high or 0) - (bar.gain_at_low or 0)) for bar in found.values()), reverse=True
    )


def test_a_figure_of_a_few_customers_makes_no_range() -> None:
    few = funnel(segment("all", (40, 29, 29, 20, 10, 5), 29, 900_000))
    found = bars(few)
    assert (found["leads"].periods, found[STEP_1].periods) == (1, 1)
    for lever in (STEP_2, STEP_5, "average_check", "deals_per_buyer"):
        assert (found[lever].periods, found[lever].reasons["low"]) == (0, "no_history")


def test_a_lever_without_anything_to_move_says_why() -> None:
    found = {bar.lever: bar for bar in tornado(funnel(segment("a", (100, 40, 0, 0, 0, 0), 0, 0)), [])}
    assert found[STEP_2].reasons["ten_percent"] == "nobody_passed"
    assert found["average_check"].reasons["value"] == "no_deals"
    assert found[STEP_5].value is None
    nobody = {bar.lever: bar for bar in tornado(funnel(segment("a", (0,) * 6, 0, 0)), [example()])}
    assert (nobody["leads"].value, nobody["leads"].reasons["value"]) == (None, "no_leads")
    assert nobody["leads"].high == 10_000


def test_domain_4_an_unknown_transition_has_no_bar_and_no_history() -> None:
    """Of 4 000 at the second step 300 lost deals stopped at a stage that nobody knows: 7.5 %, more than 5 %."""
    hidden = replace(segment("all", EXAMPLE_COUNTS, 1_300, 6_500_000), hidden=(300, 300, 0, 0, 0, 0))
    assert [hidden.is_unknown(place) for place in range(2)] == [False, True]
    now = {bar.lever: bar for bar in tornado(funnel(hidden), [example()])}
    assert (now[STEP_2].value, now[STEP_2].ten_percent) == (None, None)
    assert now[STEP_2].reasons["ten_percent"] == "unknown_transition"
    assert now[STEP_1].ten_percent == pytest.approx(650_000)
    past = bars(funnel(hidden), example())
    assert (past[STEP_2].periods, past[STEP_1].periods) == (1, 2)


def test_domain_7_levers_of_chosen_segments_move_these_alone() -> None:
    pair = funnel(segment("a", EXAMPLE_COUNTS, 1_300, 6_500_000), segment("b", EXAMPLE_COUNTS, 1_300, 10**6))
    found = {bar.lever: bar for bar in tornado(pair, [], {"a"})}
    assert found["leads"].value == 10_000
    assert found["leads"].ten_percent == pytest.approx(650_000)
