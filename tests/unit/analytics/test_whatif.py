"""DOMAIN section 7: golden values of both models, exactness, caps, and what levers refuse."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analytics.benchmarks import best_other
from dashboard.analytics.levers import AMOUNTS, Lever, Unit, parse_lever
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import FACTORS, REPEAT_SHARE, Cap, Figures, Reason, WhatIf, whatif
from dashboard.errors import JourneyError
from dashboard.journey.query import RepeatModel
from tests.priced import EXAMPLE_STEPS, example, funnel, funnels, priced_transitions, segment

STEP_2 = "active_evaluation>purchase"
STEP_5 = "trigger>loyalty_loop"


LOOP = RepeatModel.LOOP


def _with(*levers: str, outside: int = 0, model: RepeatModel = RepeatModel.LINEAR) -> WhatIf:
    return whatif(example(outside), [parse_lever(text) for text in levers], model=model)


def test_domain_7_step_2_plus_10_per_cent_golden() -> None:
    assert _with(f"{STEP_2}=+10%").scenario.revenue == pytest.approx(7_150_000, abs=0.005)


def test_domain_7_step_5_plus_10_per_cent_linear_golden() -> None:
    answer = _with(f"{STEP_5}=+10%")
    assert answer.scenario.revenue == pytest.approx(6_650_000, abs=0.005)
    assert answer.scenario.deals_per_buyer == pytest.approx(1.33)


def test_domain_7_golden_step_5_plus_10_per_cent_loop() -> None:
    answer = _with(f"{STEP_5}=+10%", model=LOOP)
    assert answer.scenario.revenue == pytest.approx(6_701_031, abs=0.5)
    assert answer.scenario.deals_per_buyer == pytest.approx(1.3402, abs=0.00005)
    assert sum(answer.parts.values()) == pytest.approx(answer.gain, abs=0.005)


def test_domain_7_before_the_deal_both_models_agree() -> None:
    levers = (f"{STEP_2}=+10%", "leads=+3%", "deals=+4%")
    assert _with(*levers, model=LOOP) == _with(*levers)
    assert _with(f"{STEP_2}=+10%", model=LOOP).scenario.revenue == pytest.approx(7_150_000, abs=0.005)


def test_domain_7_loop_stops_at_99_of_100_deals_being_repeats_and_says_so() -> None:
    often = funnel(segment("all", (10, 10, 10, 10, 10, 5), 30, 300))
    answer = whatif(often, [parse_lever(f"{STEP_5}=+100%"), parse_lever("deals=+10%")], model=LOOP)
    assert answer.caps == (Cap("all", REPEAT_SHARE, 0.99),)
    assert answer.scenario.deals_per_buyer == pytest.approx(100 * 1.1)  # the direct lever comes after
    assert sum(answer.parts.values()) == pytest.approx(answer.gain, abs=0.005)


def test_domain_7_loop_beyond_its_own_cap_never_falls_when_a_step_rises() -> None:
    heavy = funnel(segment("all", (10, 10, 10, 10, 10, 5), 2_000, 300))
    answer = whatif(heavy, [parse_lever(f"{STEP_5}=+10%")], model=LOOP)
    assert answer.caps == (Cap("all", REPEAT_SHARE, 0.995),)
    assert answer.scenario.deals_per_buyer == pytest.approx(200)


@pytest.mark.parametrize(
    ("lever", "conversion"),
    [("=target:30%", 0.30), ("=target:20%", 0.25), ("=headroom:50%", 0.29), ("=best", 0.33)],
)
def test_domain_7_levers_up_to_a_target_and_part_of_the_way_to_the_best(
    lever: str, conversion: float
) -> None:
    priced = funnel(
        segment("a", (10_000, 4_000, 1_000), 1_300, 6_500_000),
        segment("b", (10_000, 40_000, 13_200), 1_300, 6_500_000),
        steps=EXAMPLE_STEPS[:3],
    )
    best = best_other(priced)["a"][1]
    assert best is not None
    expected = {"=headroom:50%": (0.25 + best.rate) / 2, "=best": best.rate}.get(lever, conversion)
    answer = whatif(priced, [parse_lever(f"{STEP_2}{lever}@a")], {"a"})
    assert answer.scenario.conversion == pytest.approx(0.4 * expected)
    assert expected == pytest.approx(conversion, abs=0.002)


def test_domain_7_outside_is_a_constant_on_both_sides() -> None:
    answer = _with(f"{STEP_2}=+10%", "leads=+50%", outside=4_500_000)
    assert answer.baseline.revenue == 11_000_000
    assert answer.baseline.outside == answer.scenario.outside == 4_500_000
    assert answer.scenario.revenue == pytest.approx(6_500_000 * 1.1 * 1.5 + 4_500_000)


def test_domain_7_all_levers_multiply() -> None:
    answer = _with("leads=+3%", f"{STEP_2}=+2pp", "average_check=+1%", "deals=+4%")
    after = answer.scenario
    assert after.leads == pytest.approx(10_300)
    assert after.conversion == pytest.approx(0.4 * 0.27)
    assert after.average_check == pytest.approx(5_050)
    assert after.deals_per_buyer == pytest.approx(1.3 * 1.04)
    assert after.revenue == pytest.approx(10_300 * 0.108 * 5_050 * 1.352)
    assert sum(answer.parts.values()) == pytest.approx(answer.gain, abs=0.005)
    assert tuple(answer.parts) == FACTORS


def test_a_repeat_lever_and_the_direct_one_on_deals_multiply() -> None:
    answer = _with(f"{STEP_5}=+10%", "deals_per_buyer=+5%")
    assert answer.scenario.deals_per_buyer == pytest.approx(1.33 * 1.05)


def test_totals_come_from_the_sums_of_segments() -> None:
    priced = funnel(
        segment("a", (1000, 500, 100), 120, 60_000, 5_000),
        segment("b", (3000, 600, 60), 60, 90_000),
        steps=("x", "y", "z"),
    )
    answer = whatif(priced, [parse_lever("y>z=+10%")])
    assert astuple(answer.baseline) == (4000, 160 / 4000, 150_000 / 180, 180 / 160, 155_000, 5_000)
    assert answer.scenario.conversion == pytest.approx(176 / 4000)
    assert answer.scenario.revenue == pytest.approx(170_000)
    assert answer.gain == pytest.approx(sum(one.gain for one in answer.segments))


def test_a_segments_own_lever_stands_in_place_of_the_totals() -> None:
    priced = funnel(
        segment("a", (1000, 500, 100), 100, 60_000),
        segment("b", (1000, 500, 100), 100, 40_000),
        steps=("x", "y", "z"),
    )
    answer = whatif(priced, [parse_lever("leads=+10%"), parse_lever("leads=-20%", "b")])
    assert [one.gain for one in answer.segments] == pytest.approx([6_000, -8_000])


@pytest.mark.parametrize(
    ("lever", "limit", "conversion"), [("=+301%", 1.0, 1.0), ("=+80pp", 1.0, 1.0), ("=-30pp", 0.0, 0.0)]
)
def test_domain_7_a_cap_that_binds_is_named(lever: str, limit: float, conversion: float) -> None:
    answer = _with(STEP_2 + lever)
    assert answer.caps == (Cap("all", STEP_2, limit),)
    assert answer.scenario.conversion == pytest.approx(0.4 * conversion)
    assert sum(answer.parts.values()) == pytest.approx(answer.gain, abs=0.005)


def test_reaching_a_bound_exactly_is_no_cap() -> None:
    assert _with(f"{STEP_2}=+75pp").caps == _with(f"{STEP_2}=+300%").caps == ()
    assert _with(f"{STEP_2}=-100%").caps == ()


def test_domain_7_a_transition_that_nobody_passed_offers_no_lever() -> None:
    priced = funnel(
        segment("a", (1000, 0, 0), 0, 0),
        segment("b", (1000, 500, 100), 100, 1000),
        steps=("x", "y", "z"),
    )
    for text in ("x>y=+10%", "x>y=+10pp"):
        answer = whatif(priced, [parse_lever(text)])
        assert answer.reasons == (Reason("a", "x>y", "nobody_passed"),)
        assert answer.gain == pytest.approx(answer.segments[1].gain)


def test_without_deals_check_and_frequency_say_why_they_move_nothing() -> None:
    priced = funnel(segment("a", (1000, 10, 0), 0, 0, 500), steps=("x", "y", "z"))
    answer = whatif(priced, [parse_lever("average_check=+5%"), parse_lever("leads=+10%")])
    assert answer.reasons == (Reason("a", "average_check", "no_deals"),)
    assert answer.scenario == Figures(1100, 0, None, None, 500, 500)
    assert answer.gain == 0


def test_up_to_the_best_segment_needs_another_one() -> None:
    answer = _with(f"{STEP_2}=best")
    assert answer.reasons == (Reason("all", STEP_2, "nothing_to_compare"),)
    assert answer.gain == 0


def test_counting_some_segments_keeps_the_others_as_benchmarks() -> None:
    priced = funnel(
        segment("a", (1000, 500, 100), 100, 60_000),
        segment("b", (1000, 500, 300), 300, 40_000),
        steps=("x", "y", "z"),
    )
    best = parse_lever("y>z=best")
    answer = whatif(priced, [best], {"a"})
    assert [one.segment for one in answer.segments] == ["a"]
    assert answer.gain == whatif(priced, [best]).segments[0].gain > 0


def test_leads_lost_altogether_leave_what_is_outside() -> None:
    answer = _with("leads=-100%", outside=70)
    assert answer.scenario == Figures(0, None, None, None, 70, 70)
    assert answer.parts["leads"] == -6_500_000


@pytest.mark.parametrize(
    ("text", "lever"),
    [
        ("leads=+3%", Lever("leads", Unit.PERCENT, 0.03)),
        ("average_check = -1,5 %", Lever("average_check", Unit.PERCENT, -0.015)),
        ("deals=2%", Lever("deals_per_buyer", Unit.PERCENT, 0.02)),
        ("deals_per_buyer=\u22122%", Lever("deals_per_buyer", Unit.PERCENT, -0.02)),
        ("a>b=+2pp", Lever("a>b", Unit.POINTS, 0.02)),
        ("a>b=best", Lever("a>b", Unit.BEST)),
        ("a>b=target: 30 %", Lever("a>b", Unit.TARGET, 0.3)),
        ("a>b=headroom:12,5%", Lever("a>b", Unit.HEADROOM, 0.125)),
        ("leads=+3%@new customers", Lever("leads", Unit.PERCENT, 0.03, "new customers")),
        ("a>b=best@x=y@z", Lever("a>b", Unit.BEST, 0.0, "x=y@z")),
        ("a>b=+1..3..5%", Lever("a>b", Unit.PERCENT, 0.03, None, 0.01, 0.05)),
        ("a>b = -1,5 .. 0 .. +2.5 pp", Lever("a>b", Unit.POINTS, 0, None, -0.015, 0.025)),
    ],
)
def test_levers_are_read_as_people_write_them(text: str, lever: Lever) -> None:
    assert parse_lever(text) == lever


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("leads", "bad_lever"),
        ("=+3%", "bad_lever"),
        ("leads=3", "bad_lever"),
        ("leads=+x%", "bad_lever"),
        ("leads=-101%", "bad_lever"),
        ("leads=nan%", "bad_lever"),
        ("leads=+2pp", "points_need_transition"),
        ("average_check=best", "points_need_transition"),
        ("leads=target:30%", "points_need_transition"),
        ("a>b=target:130%", "bad_lever"),
        ("a>b=target:+3pp", "bad_lever"),
        ("a>b=+1..5%", "bad_lever"),
        ("a>b=5..3..1%", "bad_lever"),
        ("leads=-200..0..5%", "bad_lever"),
        ("leads=+3%@", "bad_lever"),
    ],
)
def test_levers_that_make_no_sense_are_refused(text: str, code: str) -> None:
    with pytest.raises(JourneyError) as refused:
        parse_lever(text)
    assert refused.value.code == code


def test_unknown_levers_name_the_known_ones() -> None:
    with pytest.raises(JourneyError) as refused:
        _with("active_evaluation>loyalty_loop=+2pp")
    assert refused.value.code == "unknown_lever"
    assert STEP_2 in refused.value.facts["known"]


def test_levers_on_what_has_no_price_on_unknown_segments_and_twice_are_refused() -> None:
    counts = (1000, 500, 100, 60, 40, 20)
    priced = funnel(segment("a", counts, 150, 1000), repeat_index=4)
    for levers, code in (
        ([parse_lever(f"{STEP_5}=+2pp")], "transition_not_priced"),
        ([parse_lever("leads=+2%", "nobody")], "unknown_segment"),
        ([parse_lever("deals=+2%"), parse_lever("deals_per_buyer=+3%")], "lever_twice"),
    ):
        with pytest.raises(JourneyError) as refused:
            whatif(priced, levers)
        assert refused.value.code == code


@settings(max_examples=150, deadline=None)
@given(funnels(refunds=True))
def test_domain_7_no_lever_moved_is_the_same_revenue_exactly(priced: PricedFunnel) -> None:
    zeros = [Lever(target, Unit.PERCENT) for target in (*AMOUNTS, *priced_transitions(priced))]
    for levers in ([], zeros):
        for model in RepeatModel:
            answer = whatif(priced, levers, model=model)
            assert answer.scenario == answer.baseline
            assert answer.gain == 0


@settings(max_examples=200, deadline=None)
@given(st.data(), funnels(refunds=True))
def test_domain_7_revenue_is_the_product_of_the_levers_and_parts_add_up(
    data: st.DataObject, priced: PricedFunnel
) -> None:
    levers = [Lever(target, Unit.PERCENT, data.draw(st.floats(-1, 2))) for target in AMOUNTS]
    levers += [
        Lever(target, Unit.POINTS, data.draw(st.floats(-1, 1))) for target in priced_transitions(priced)
    ]
    answer = whatif(priced, levers, model=data.draw(st.sampled_from(RepeatModel)))
    size = sum(abs(one.baseline.revenue) + abs(one.scenario.revenue) for one in answer.segments)
    for side in (answer.baseline, answer.scenario):
        factors = (side.leads, side.conversion, side.average_check, side.deals_per_buyer)
        product = 1.0
        for factor in factors:
            product *= factor or 0.0
        inside = side.revenue - side.outside
        refunds_alone = not side.average_check
        assert refunds_alone or product == pytest.approx(inside, rel=1e-9, abs=1e-9 * size + 0.005)
    assert sum(answer.parts.values()) == pytest.approx(answer.gain, abs=1e-9 * size + 0.005)
    assert answer.scenario.revenue - answer.baseline.revenue == pytest.approx(
        answer.gain, abs=1e-9 * size + 0.005
    )
