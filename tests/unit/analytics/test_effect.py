"""Effects of actions: by hand, by property, and against statsmodels; the five words and what stands in their way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analytics.effect import Effect, EffectPlan, Finding, Method, Verdict, Why
from dashboard.analytics.effect_answer import effect, power
from dashboard.analytics.effect_difference import Comparison, comparison_of, difference
from dashboard.analytics.effect_holidays import public_holidays
from dashboard.analytics.effect_joint import joint_plans, overlap, touched
from dashboard.analytics.effect_limits import detectable, limit, needed, restless
from dashboard.analytics.effect_looks import looks_of
from dashboard.analytics.effect_series import Line, line_of, newey_west, series
from dashboard.analytics.effect_span import WEEK, EffectSpan
from dashboard.analytics.effect_sums import EffectSums
from dashboard.analytics.effect_verdict import agree, judge

START = date(2026, 3, 2)
# Ten weeks before the start, all alike: Student's 97.5 % quantile of 9 is 2.2622 (the printed tables), and although the
# weeks seem calm, so few of them do not prove it. Variances grow by (2.2622 / 1.96)^2 = 1.332, errors by 1.154.
TEN_WEEKS = (2.2622 / 1.96) ** 2
PLAN = EffectPlan(1, "Call back", "a", "b", "x", "", START, 0.05, ("y",), START, weeks=8, window_days=7)


def sums(
    x: tuple[int, int, int, int], y: tuple[int, int, int, int] = (0, 0, 0, 0), before: int = 10, look: int = 8
) -> EffectSums:
    """Every day alike: entries and went on of a day before, then after the start; every customer comes once."""
    span = EffectSpan(START, before, 8, before + look)
    days = WEEK * (before + 8)
    after = np.arange(days) >= WEEK * before
    names = ("x", "y") if y[0] else ("x",)
    sides = [x, y][: len(names)]
    reached = np.array([np.where(after, side[2], side[0]) for side in sides], dtype=float)
    went = np.array([np.where(after, side[3], side[1]) for side in sides], dtype=float)
    made = EffectSums(span, names, reached, went, np.zeros((2 * len(names) * (1 + look),) * 2))
    for segment in range(len(names)):
        for part in range(1 + look):
            one = made.row(segment, part, went=False)
            n, k = (
                made.past(values)[segment] if part == 0 else made.by_week(values)[segment, before + part - 1]
                for values in (reached, went)
            )
            made.moments[one : one + 2, one : one + 2] = ((n, k), (k, k))
    return made


def compared(made: EffectSums, week: int = 8) -> Finding:
    groups = comparison_of(made, (0,), (1,))
    assert isinstance(groups, Comparison)
    found = difference(made, groups, week)
    assert isinstance(found, Finding)
    return found


def carried_on(made: EffectSums, week: int = 8) -> Finding:
    line = line_of(made, (0,))
    assert isinstance(line, Line)
    found = series(made, line, week)
    assert isinstance(found, Finding)
    return found


def test_domain_8_golden_limits_and_least_effect() -> None:
    assert [round(limit(week, 8), 2) for week in range(1, 9)] == [
        5.86,
        4.14,
        3.38,
        2.93,
        2.62,
        2.39,
        2.22,
        2.07,
    ]
    least = detectable(0.25, 4000)
    assert least is not None
    assert round(100 * least, 1) == 2.7
    assert needed(0.25, least) == pytest.approx(4000, abs=1)
    assert detectable(0.25, 0) is None
    assert detectable(0.25, 4000, breadth=4.0) == pytest.approx(
        2 * least
    )  # weeks twice as restless tell half as much
    assert needed(0.25, least, breadth=4.0) == pytest.approx(16_000, abs=1)
    assert needed(0.25, 0) is None


@pytest.mark.parametrize("weeks", [4, 8, 12])
def test_all_looks_together_are_wrong_in_five_of_a_hundred(weeks: int) -> None:
    rng = np.random.default_rng(3)
    walks = rng.standard_normal((60_000, weeks)).cumsum(axis=1) / np.sqrt(np.arange(1, weeks + 1))
    bars = np.array([limit(week, weeks) for week in range(1, weeks + 1)])
    assert (np.abs(walks) > bars).any(axis=1).mean() == pytest.approx(0.05, abs=0.003)
    if weeks == 8:
        assert (np.abs(walks) > 1.96).any(axis=1).mean() == pytest.approx(0.176, abs=0.005)


def test_a_difference_by_hand() -> None:
    # 20 -> 30 of 100 a day against 40 -> 45 of 100: ten points less five
    found = compared(sums((100, 20, 100, 30), (100, 40, 100, 45)))
    assert found.estimate == pytest.approx(0.05)
    by_chance = 0.2 * 0.8 / 7000 + 0.3 * 0.7 / 5600 + 0.4 * 0.6 / 7000 + 0.45 * 0.55 / 5600
    assert found.error == pytest.approx(sqrt(by_chance * TEN_WEEKS), rel=0.05)  # 2000 draws
    assert (found.before, found.after) == (pytest.approx(0.2), pytest.approx(0.3))
    assert found.without == pytest.approx(0.25)
    assert found.sound
    assert found.high - found.estimate == pytest.approx(2.072 * found.error)
    assert found.plain_high - found.estimate == pytest.approx(1.96 * found.error)
    first = compared(sums((100, 20, 100, 30), (100, 40, 100, 45)), 1)
    assert (first.estimate, first.limit) == (pytest.approx(0.05), pytest.approx(5.86, abs=0.01))


def test_how_restless_weeks_are_by_hand() -> None:
    assert restless(0.0, 9) == restless(9.0, 9) == pytest.approx(TEN_WEEKS, rel=1e-4)
    assert restless(18.0, 9) == pytest.approx(2 * TEN_WEEKS, rel=1e-4)
    assert restless(0.0, 51) == pytest.approx((2.0076 / 1.96) ** 2, rel=1e-4)  # a year proves more


def test_the_least_effect_and_the_verdict_know_the_same_error() -> None:
    made = sums((100, 20, 100, 20), (100, 20, 100, 20))
    of_error = compared(made).error * sqrt(
        (2 / 5600) / (2 / 5600 + 2 / 7000)
    )  # without the error of the past
    assert answered(made).detectable == pytest.approx(2.8 * of_error, rel=0.05)
    ahead = power(PLAN, made)
    assert ahead.detectable == pytest.approx(answered(made).detectable)
    assert ahead.needed == pytest.approx(2 * 2.8**2 * 0.2 * 0.8 * TEN_WEEKS / 0.05**2, abs=1)


def test_few_people_left_alone_tell_less() -> None:
    # a fifth as many at 40 %: 0.16 + 5 * 0.24 in the place of 2 * 0.16
    few = power(PLAN, sums((100, 20, 100, 20), (20, 8, 20, 8)))
    assert few.detectable == pytest.approx(2.8 * sqrt((0.16 + 5 * 0.24) / 5600 * TEN_WEEKS), rel=1e-4)
    assert few.needed == pytest.approx(2.8**2 * (0.16 + 5 * 0.24) * TEN_WEEKS / 0.05**2, abs=1)


def test_a_series_by_hand() -> None:
    found = carried_on(sums((100, 20, 100, 30)))
    assert (found.estimate, found.level) == (pytest.approx(0.1), pytest.approx(0.1))
    assert found.slope == pytest.approx(0, abs=1e-9)
    assert (found.before, found.without) == (pytest.approx(0.2), pytest.approx(0.2))
    # a steady past leaves chance alone: of the days after, and of the line carried on to their middle
    assert found.error > sqrt(0.3 * 0.7 / 5600)
    assert all(gap == pytest.approx(0, abs=1e-9) for gap in found.placebo)


Days = tuple[int, int, int, int]
days = st.tuples(st.integers(40, 90), st.integers(5, 30), st.integers(40, 90), st.integers(5, 30))


@settings(max_examples=10, deadline=None)
@given(x=days, y=days)
def test_groups_that_change_places_change_the_sign(x: Days, y: Days) -> None:
    one, other = compared(sums(x, y)), compared(sums(y, x))
    assert one.estimate == pytest.approx(-other.estimate)
    assert one.error == pytest.approx(other.error, rel=0.15)


@settings(max_examples=10, deadline=None)
@given(x=days, y=days)
def test_nothing_that_happens_is_no_effect(x: Days, y: Days) -> None:
    still = sums((*x[:2], *x[:2]), (*y[:2], *y[:2]))
    assert compared(still).estimate == pytest.approx(0, abs=1e-12)
    assert carried_on(still).estimate == pytest.approx(0, abs=1e-9)
    seen = looks_of(PLAN, still, comparison=("y",))[-1]
    assert seen.verdict in (Verdict.CANNOT_TELL, Verdict.NO_EFFECT)


@settings(max_examples=8, deadline=None)
@given(x=days, lift=st.integers(1, 8))
def test_what_changes_for_everybody_is_no_effect_of_the_difference(x: tuple[int, ...], lift: int) -> None:
    n, k = x[:2]
    found = compared(sums((n, k, n, k + lift), (n, k, n, k + lift)))
    assert found.estimate == pytest.approx(0, abs=1e-12)
    assert carried_on(sums((n, k, n, k + lift))).estimate == pytest.approx(lift / n)


def test_a_shift_of_the_mix_moves_nothing() -> None:
    # two segments of 50 % and 10 %; after the start far more come of the poor one, at the same shares
    rich, poor = sums((60, 30, 20, 10)), sums((60, 6, 100, 10))
    span = rich.span
    both = EffectSums(
        span,
        ("p", "r"),
        np.vstack([poor.reached, rich.reached]),
        np.vstack([poor.went, rich.went]),
        np.block(
            [
                [poor.moments, np.zeros_like(poor.moments)],
                [np.zeros_like(poor.moments), rich.moments],
            ]
        ),
    )
    line = line_of(both, (0, 1))
    assert isinstance(line, Line)
    found = series(both, line, 8)
    assert isinstance(found, Finding)
    assert found.estimate == pytest.approx(0, abs=1e-9)
    plain = float(both.since_start(both.went, 8).sum() / both.since_start(both.reached, 8).sum())
    assert plain == pytest.approx(20 / 120)
    assert found.after == pytest.approx(0.3)


def test_newey_west_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(4)
    design = np.column_stack([np.ones(200), np.arange(200) / 7, rng.standard_normal(200)])
    noise = np.convolve(rng.standard_normal(230), np.ones(5) / 2, "same")[:200]
    weights = rng.integers(20, 80, 200).astype(float)
    y = design @ (0.2, 0.01, -0.1) + noise
    theirs = sm.WLS(y, design, weights=weights).fit(  # pyright: ignore[reportArgumentType]
        cov_type="HAC", cov_kwds={"maxlags": 14, "use_correction": True}
    )
    assert newey_west(design, theirs.resid, weights, 14) == pytest.approx(theirs.cov_params(), rel=1e-9)


def test_the_line_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(5)
    made = sums((100, 20, 100, 30), before=20)
    made.reached[:] = rng.integers(40, 120, made.reached.shape)
    made.went[:] = rng.binomial(made.reached.astype(int), 0.2)
    line = line_of(made, (0,), public_holidays("Europe/Moscow", made.span.since, made.span.until))
    assert isinstance(line, Line)
    past = slice(0, line.past)
    shares = made.went[0, past] / made.reached[0, past]
    weights = made.reached[0, past]
    theirs = sm.WLS(shares, line.design[past], weights=weights).fit()  # pyright: ignore[reportArgumentType]
    assert line.slopes + line.rate * (np.arange(len(line.slopes)) == 0) == pytest.approx(theirs.params)
    assert line.design.shape[1] == 9  # level, weeks, six weekdays and the new year's holidays
    after = slice(line.past, line.past + 56)
    centre = np.average(line.design[after], axis=0, weights=made.reached[0, after])
    assert line.rate + line.without(after) == pytest.approx(float(theirs.predict(centre)[0]))


def test_holidays_are_those_of_the_country_of_the_zone() -> None:
    found = public_holidays("Europe/Moscow", date(2026, 1, 1), date(2026, 6, 1))
    assert {date(2026, 1, 1), date(2026, 1, 7), date(2026, 2, 23), date(2026, 5, 9)} <= found
    assert public_holidays("UTC", date(2026, 1, 1), date(2027, 1, 1)) == frozenset()


FOUND = Finding(
    Method.DIFFERENCE, 0.06, 0.02, 0.02, 0.1, 0.02, 0.1, 3.0, 2.07, 0.2, 0.26, 0.2, sound=True, check=0.3
)
UNSURE = replace(FOUND, sound=False, why=Why.DIFFERENT_PAST)
WIDE = replace(FOUND, method=Method.SERIES, plain_low=-0.02, plain_high=0.2)


@pytest.mark.parametrize(
    ("plan", "findings", "verdict", "reasons"),
    [
        (PLAN, (FOUND,), Verdict.CONFIRMED, ()),
        (PLAN, (FOUND, WIDE), Verdict.CONFIRMED, ()),
        (replace(PLAN, registered_on=START + timedelta(days=1)), (FOUND,), Verdict.LIKELY, (Why.NOT_IN_ADVANCE,)),
        (PLAN, (FOUND, replace(WIDE, plain_low=-0.3, plain_high=0.0)), Verdict.LIKELY, (Why.DISAGREE,)),
        (PLAN, (UNSURE,), Verdict.LIKELY, (Why.DIFFERENT_PAST,)),
        # the series takes over where the groups moved apart before, and proves only what the difference shows
        (PLAN, (UNSURE, WIDE), Verdict.CONFIRMED, ()),
        (PLAN, (replace(UNSURE, z=1.9), WIDE), Verdict.LIKELY, (Why.DIFFERENT_PAST,)),
        (PLAN, (replace(UNSURE, z=-3.0), replace(WIDE, z=-3.0)), Verdict.HARMFUL, ()),
        (PLAN, (replace(UNSURE, z=3.0), replace(WIDE, z=-3.0)), Verdict.CANNOT_TELL, (Why.DIFFERENT_PAST,)),
        (PLAN, (replace(FOUND, z=2.0),), Verdict.LIKELY, ()),
        (PLAN, (replace(FOUND, z=-2.5),), Verdict.HARMFUL, ()),
        (PLAN, (replace(UNSURE, z=-2.5),), Verdict.CANNOT_TELL, (Why.DIFFERENT_PAST,)),
        (PLAN, (replace(FOUND, z=0.5, high=0.02),), Verdict.NO_EFFECT, ()),
        (PLAN, (replace(FOUND, z=0.5, high=0.04),), Verdict.CANNOT_TELL, ()),
        # a promise smaller than what can be told is never called "no effect" before it is left out too
        (replace(PLAN, expected=0.01), (replace(FOUND, z=0.5, high=0.02),), Verdict.CANNOT_TELL, ()),
        (PLAN, (), Verdict.CANNOT_TELL, ()),
    ],
)  # fmt: skip
def test_the_five_words(
    plan: EffectPlan, findings: tuple[Finding, ...], verdict: Verdict, reasons: tuple[Why, ...]
) -> None:
    assert judge(plan, findings, 0.03) == (verdict, reasons)


def test_whether_methods_agree() -> None:
    assert agree((FOUND,)) is None
    assert agree((FOUND, WIDE)) is True
    assert agree((FOUND, replace(WIDE, plain_low=0.11, plain_high=0.2))) is False


def answered(made: EffectSums, plan: EffectPlan = PLAN, **more: Any) -> Effect:
    return effect(plan, made, until=date(2026, 6, 1), **more)


def test_the_whole_answer() -> None:
    found = answered(sums((100, 20, 100, 30), (100, 40, 100, 40)), price=Decimal("2000"))
    assert (found.verdict, found.look, found.chosen) == (Verdict.CONFIRMED, 8, Method.DIFFERENCE)
    assert found.agree
    assert found.points is not None
    assert found.people is not None
    assert found.money is not None
    assert (found.points.actual, found.points.expected) == (pytest.approx(0.1), 0.05)
    assert (found.people.actual, found.people.expected) == (pytest.approx(560), pytest.approx(280))
    assert found.money.actual == pytest.approx(1_120_000)
    assert found.money.low == pytest.approx(found.points.low * 5600 * 2000)
    assert found.detectable == pytest.approx(2.8 * sqrt((0.2 * 0.8 + 0.4 * 0.6) / 5600 * TEN_WEEKS), rel=1e-4)
    assert (found.needed, found.told_on, found.not_counted) == (0, None, 0)
    assert [week.number for week in found.weeks][9:11] == [-1, 1]
    assert all(week.without == pytest.approx(0.2) for week in found.weeks)
    assert {round(week.rate, 2) for week in found.control if week.rate is not None} == {0.4}
    assert [one.done for one in found.looks] == [True] * 8
    assert found.looks[0].verdict is Verdict.LIKELY  # 5.86 is not passed in the first week
    assert found.looks[-1].verdict is Verdict.CONFIRMED


def test_what_is_not_mature_is_not_counted() -> None:
    made = sums((100, 20, 100, 30), (100, 40, 100, 40), look=3)
    found = answered(made, replace(PLAN, expected=0.005))
    assert (found.look, found.entries, found.not_counted) == (3, 2100, 3500)
    assert [one.done for one in found.looks] == [True] * 3 + [False] * 5
    assert [week.rate is None for week in found.weeks[10:]] == [False] * 3 + [True] * 5
    assert found.looks[3].day == START + timedelta(days=4 * 7 + 7)
    before = answered(sums((100, 20, 100, 30), look=0))
    assert (before.verdict, before.reasons, before.points) == (Verdict.CANNOT_TELL, (Why.NOT_MATURE,), None)
    assert before.told_on is not None
    early = replace(PLAN, starts_on=date(2026, 7, 1))
    assert answered(sums((100, 20, 100, 30), look=0), early).reasons == (Why.NOT_STARTED,)


def test_what_is_missing_until_it_can_be_told() -> None:
    made = sums((20, 4, 20, 4), (20, 8, 20, 8))
    found = answered(made, replace(PLAN, expected=0.03))
    error = found.findings[0].error
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.needed == pytest.approx(1120 * ((2.072 + 0.84) * error / 0.03) ** 2 - 1120, abs=1)
    assert found.told_on is not None
    assert found.told_on > PLAN.look_day(8)


def test_too_short_a_past_has_no_answer() -> None:
    found = answered(sums((100, 20, 100, 30), (100, 40, 100, 40), before=7))
    assert (found.verdict, found.reasons, found.findings) == (Verdict.CANNOT_TELL, (Why.SHORT_PAST,), ())
    assert dict(found.missing) == {Method.DIFFERENCE: Why.SHORT_PAST, Method.SERIES: Why.SHORT_PAST}


def test_what_a_registration_can_hope_for() -> None:
    ahead = power(replace(PLAN, expected=0.01), sums((100, 25, 0, 0), look=0))
    assert (ahead.rate, ahead.entries) == (0.25, 5600)
    assert ahead.detectable == pytest.approx(2.8 * sqrt(2 * 0.25 * 0.75 / 5600))
    assert ahead.weak
    assert ahead.needed == pytest.approx(2 * 2.8**2 * 0.25 * 0.75 / 0.01**2, abs=1)
    assert ahead.told_on == START + timedelta(days=7 * 42 + 7)  # 29 400 entries at 700 a week
    assert (ahead.first_look, ahead.last_look) == (PLAN.look_day(1), PLAN.look_day(8))
    assert not power(replace(PLAN, expected=0.05), sums((100, 25, 0, 0), look=0)).weak


def test_overlapping_actions_are_one() -> None:
    second = replace(
        PLAN,
        action_id=2,
        title="Script",
        starts_on=START + timedelta(days=21),
        registered_on=START,
        expected=0.01,
    )
    apart = replace(PLAN, action_id=3, starts_on=START + timedelta(days=300))
    elsewhere = replace(PLAN, action_id=4, from_stage="b", to_stage="c")
    both, far, other = sorted(joint_plans((second, apart, elsewhere, PLAN)), key=lambda one: len(one.ids) < 2)
    assert both.ids == (1, 2)
    assert (both.starts_on, both.weeks, both.expected) == (START, 11, pytest.approx(0.06))
    assert both.in_advance
    assert {far.ids, other.ids} == {(3,), (4,)}
    late = replace(second, registered_on=START + timedelta(days=22))
    assert not joint_plans((PLAN, late))[0].in_advance
    everybody = replace(second, segment="")
    assert overlap(PLAN, everybody)
    assert joint_plans((PLAN, everybody))[0].segment == ""
    assert not overlap(replace(PLAN, channel="site"), replace(second, channel="store"))


def test_promises_of_joint_actions_count_for_their_part_of_the_people() -> None:
    everybody = replace(PLAN, action_id=2, segment="", expected=0.02, comparison=())
    (both,) = joint_plans((PLAN, everybody))
    found = answered(sums((100, 20, 100, 30), (300, 120, 300, 120)), both)
    assert found.plan.expected == pytest.approx(0.02 + 0.05 / 4)
    assert found.entries == 400 * 56


def test_a_comparison_that_another_action_changes_is_none() -> None:
    other = replace(PLAN, action_id=9, segment="y")
    assert touched(PLAN, (PLAN, other)) == ("y",)
    assert touched(PLAN, (replace(other, starts_on=START + timedelta(days=56)),)) == ()
    found = answered(sums((100, 20, 100, 30), (100, 40, 100, 40)), touched=("y",))
    assert found.chosen is Method.SERIES
    assert dict(found.missing)[Method.DIFFERENCE] is Why.COMPARISON_TOUCHED
