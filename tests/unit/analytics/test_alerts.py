"""Alert rules on series: a hand table, what holds of every series, and a slow p-chart in pandas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.analytics.alert_episodes import Walk, back_tested, walk
from dashboard.analytics.alert_explain import Sums, effects, explained, money_of_factor
from dashboard.analytics.alert_limits import SIGMA, p_chart, xmr
from dashboard.analytics.alert_points import Point
from dashboard.analytics.alert_states import judge_data, judge_pace
from dashboard.analytics.targets import Progress
from dashboard.journey.alerts import AlertKind, AlertRule, Base, Every, Limits, Side
from dashboard.journey.incidents import RESOLVED_BACK, RESOLVED_NEW_LEVEL, State
from dashboard.journey.period import Period
from dashboard.journey.targets import Kpi

MONDAY = date(2024, 1, 1)
RULE = AlertRule(1, "e", "r", AlertKind.LIMITS, Kpi.CONVERSION, "a", "", "", Limits())
COUNTS = st.integers(0, 2000)
KINDS = st.sampled_from((AlertKind.LIMITS, AlertKind.RELATIVE, AlertKind.ABSOLUTE))


def week(
    number: int, top: float, bottom: float | None = None, *, n: int | None = None, ripe: bool = True
) -> Point:
    since = MONDAY + timedelta(days=7 * number)
    many = n if n is not None else int(bottom if bottom is not None else top)
    return Point(since, since + timedelta(days=7), top, bottom, many, ripe)


def weeks(*passed: int, of: int = 1000) -> list[Point]:
    return [week(number, one, of) for number, one in enumerate(passed)]


def states(found: Walk) -> str:
    """One letter for each period: F(iring), C(alm), U(nknown)."""
    return "".join(one.state[0].upper() for one in found.signals)


def rule(kind: AlertKind = AlertKind.LIMITS, kpi: Kpi = Kpi.CONVERSION, **limits: Any) -> AlertRule:
    return replace(RULE, kind=kind, kpi=kpi, limits=Limits(**limits))


def test_a_hand_table_of_a_conversion() -> None:
    # p = 0.25, n = 1000: sigma 0.01369, limits 0.25 -+ 0.03067
    points = weeks(*[250] * 8, 220, 215, 230, 226, 250, 260, 282)
    found = walk(RULE, points)
    assert states(found) == "U" * 8 + "CFCCCCC"
    signal = found.signals[9]
    before = (8 * 250 + 220) / 9000
    assert signal.base == pytest.approx(before)
    assert signal.limit == pytest.approx(before - 2.24 * sqrt(before * (1 - before) / 1000), abs=1e-5)
    assert (signal.base_name, signal.n, signal.reason) == (Base.PAST, 1000, None)
    assert (signal.low, signal.high) == pytest.approx((0.1907, 0.2415), abs=2e-4)  # Wilson of 215 / 1000
    (episode,) = found.episodes
    assert (episode.opened, episode.ended) == (signal, RESOLVED_BACK)
    assert episode.closed == found.signals[11]  # two calm periods; 0.23 and 0.226 are no margin
    assert states(walk(rule(side=Side.BOTH), points))[-1] == "F"
    assert states(walk(rule(side=Side.ABOVE), points))[9:] == "CCCCCF"


def test_a_return_by_a_margin_closes_at_once() -> None:
    found = walk(RULE, weeks(*[250] * 10, 200, 245))
    (episode,) = found.episodes
    assert (episode.closed, episode.ended) == (found.signals[-1], RESOLVED_BACK)
    assert walk(RULE, weeks(*[250] * 10, 200, 230)).going is not None


def test_a_lasting_change_becomes_the_new_level() -> None:
    found = walk(RULE, weeks(*[250] * 10, *[180] * 20))
    (episode,) = found.episodes
    assert episode.ended == RESOLVED_NEW_LEVEL
    assert episode.opened == found.signals[10]
    assert episode.closed == found.signals[18]
    assert episode.last.base == 0.25  # the base stays what it was before
    assert found.signals[-1].base == pytest.approx(0.18)
    # a level that somebody named is never a habit
    level = rule(AlertKind.ABSOLUTE, threshold=0.22)
    assert walk(level, weeks(*[250] * 10, *[180] * 20)).going is not None


def test_what_cannot_be_said_is_no_signal_and_has_its_reason() -> None:
    few = [week(number, 10, 40) for number in range(12)]
    assert {one.reason for one in walk(RULE, few).signals} == {"low_n"}
    young = [*weeks(*[250] * 10), week(10, 0, 1000, ripe=False)]
    found = walk(RULE, young)
    assert (found.signals[-1].state, found.signals[-1].reason) == (State.UNKNOWN, "not_ripe")
    assert found.latest == found.signals[-2]
    nobody = [*weeks(*[250] * 10), week(10, 0, 0)]
    assert walk(RULE, nobody).signals[-1].reason == "low_n"
    assert walk(RULE, weeks(*[250] * 7)).signals[-1].reason == "no_base"


def test_a_gap_in_an_episode_neither_ends_nor_repeats_it() -> None:
    points = [*weeks(*[250] * 10, 180), week(11, 1, 4), week(12, 180, 1000)]
    found = walk(RULE, points)
    assert states(found)[-3:] == "FUF"
    assert len(found.episodes) == 1


@pytest.mark.parametrize(
    ("limits", "last", "fires"),
    [
        ({"base": Base.PREVIOUS}, 190, True),  # 24 % below 250
        ({"base": Base.PREVIOUS}, 210, False),  # 16 %
        ({"base": Base.PREVIOUS, "change": 0.01}, 240, False),  # beyond, but chance explains it
        ({"base": Base.MEAN, "periods": 4}, 190, True),
        ({"base": Base.YEAR_AGO}, 190, False),  # a year ago nobody knows
        ({"base": Base.PREVIOUS, "side": Side.ABOVE}, 310, True),
    ],
)
def test_a_change_against_a_named_base(limits: dict[str, Any], last: int, fires: bool) -> None:
    found = walk(rule(AlertKind.RELATIVE, **limits), weeks(*[250] * 10, last))
    assert (found.signals[-1].state is State.FIRING) is fires


def test_a_year_ago_is_52_weeks() -> None:
    points = weeks(*[300] * 4, *[200] * 48, *[300] * 3, 200)
    found = walk(rule(AlertKind.RELATIVE, base=Base.YEAR_AGO), points)
    assert (found.signals[-1].base, found.signals[-1].state) == (0.3, State.FIRING)
    assert found.signals[54].state is State.CALM


def test_money_with_seasons_is_held_against_its_own_year_before() -> None:
    # every December is three times as much: no alarm; a November of half is one
    rng = np.random.default_rng(3)
    level = [3.0 if 48 <= number % 52 <= 51 else 1.0 for number in range(120)]
    money = [1e6 * high * rng.normal(1, 0.03) for high in level]
    points = [week(number, one, n=500) for number, one in enumerate(money)]
    both = rule(kpi=Kpi.REVENUE, side=Side.BOTH)
    assert all(one.state is State.CALM for one in walk(both, points).signals[99:106])
    half = [*points[:-1], replace(points[-1], top=points[-1].top / 2)]
    assert walk(both, half).signals[-1].state is State.FIRING


def test_few_leads_are_the_news_and_not_a_reason_to_be_silent() -> None:
    points = [week(number, 1000 + number % 3) for number in range(12)]
    found = walk(rule(kpi=Kpi.LEADS), [*points, week(12, 4)])
    assert found.signals[-1].state is State.FIRING
    rare = [week(number, 20 + number % 3) for number in range(12)]
    assert walk(rule(kpi=Kpi.LEADS), [*rare, week(12, 0)]).signals[-1].reason == "low_n"


def test_days_are_held_against_their_own_weekday() -> None:
    money = [1000.0 if number % 7 < 5 else 100.0 for number in range(100)]
    points = [
        Point(MONDAY + timedelta(days=n), MONDAY + timedelta(days=n + 1), one + n % 2, None, 500)
        for n, one in enumerate(money)
    ]
    daily = rule(kpi=Kpi.REVENUE, every=Every.DAY)
    assert all(one.state is not State.FIRING for one in walk(daily, points).signals)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=9, max_size=30), COUNTS)
@example([(0, 0)] * 8 + [(3, 9)], 100)
@settings(max_examples=60)
def test_the_p_chart_is_that_of_a_slow_table(drawn: list[tuple[int, int]], n: int) -> None:
    past = [week(number, min(pair), max(pair)) for number, pair in enumerate(drawn)]
    found = p_chart(past, n)
    table: Any = pd.DataFrame({"top": [one.top for one in past], "bottom": [one.bottom for one in past]})
    if table["bottom"].sum() == 0 or n == 0:
        assert found is None
        return
    assert found is not None
    p = (table["top"].sum() + 0.5) / (table["bottom"].sum() + 1)
    seen = table[table["bottom"] > 0]
    centre = table["top"].sum() / table["bottom"].sum()
    z = (seen["top"] / seen["bottom"] - centre) / (p * (1 - p) / seen["bottom"]) ** 0.5
    scatter = float(z.diff().abs().mean() / 1.128) if len(z) > 1 else 1.0
    wide = scatter if scatter > 1 + 1.7 / len(z) ** 0.5 else 1.0
    assert found.centre == pytest.approx(centre)
    assert found.high - found.centre == pytest.approx(2.24 * (p * (1 - p) / n) ** 0.5 * wide)


@given(st.lists(st.integers(150, 350), min_size=9, max_size=20), st.integers(0, 1000), st.integers(0, 1000))
@settings(max_examples=60)
def test_a_lower_value_never_fires_less(past: list[int], one: int, other: int) -> None:
    low, high = sorted((one, other))
    for kind in (AlertKind.LIMITS, AlertKind.RELATIVE, AlertKind.ABSOLUTE):
        watched = rule(kind, threshold=0.2)
        fired = [walk(watched, weeks(*past, last)).signals[-1].state is State.FIRING for last in (low, high)]
        assert fired[0] >= fired[1]


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=30),
    st.sampled_from(AlertKind),
)
@settings(max_examples=60)
def test_below_the_least_n_nothing_fires(drawn: list[tuple[int, int]], kind: AlertKind) -> None:
    points = [week(number, min(pair), max(pair)) for number, pair in enumerate(drawn)]
    found = walk(rule(kind, threshold=0.2, side=Side.BOTH, least=201), points)
    assert states(found) == "U" * len(points)
    assert found.episodes == ()


@given(st.lists(st.tuples(st.integers(30, 300), st.integers(301, 1000)), min_size=1, max_size=60))
@settings(max_examples=60)
def test_a_walk_says_of_the_past_what_it_said_then(drawn: list[tuple[int, int]]) -> None:
    points = [week(number, *pair) for number, pair in enumerate(drawn)]
    whole, then = walk(RULE, points), walk(RULE, points[: len(points) // 2])
    assert whole.signals[: len(then.signals)] == then.signals
    assert back_tested(whole, lambda _: True).episodes == whole.episodes


def test_xmr_limits_are_two_point_24_sigma_of_a_long_past() -> None:
    rng = np.random.default_rng(1)
    found = xmr(list(rng.normal(100, 10, 5000)))
    assert found is not None
    assert found.high - found.centre == pytest.approx(SIGMA * 10, rel=0.03)
    short = xmr([90.0, 110.0] * 4)
    assert short is not None
    assert short.high - short.centre > SIGMA * 20 / 1.128


PARTS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(*[st.tuples(st.integers(0, 500), st.integers(0, 500))] * 2),
    min_size=1,
)


@given(PARTS)
@settings(max_examples=100)
def test_the_parts_of_a_change_add_up_to_it(drawn: dict[str, Sequence[tuple[int, int]]]) -> None:
    parts = {
        name: (Sums(min(now), max(now)), Sums(min(before), max(before)))
        for name, (now, before) in drawn.items()
    }
    wholes = [
        (
            sum(sides[side].top for sides in parts.values()),
            sum(sides[side].bottom or 0 for sides in parts.values()),
        )
        for side in (0, 1)
    ]
    found = effects(parts)
    if not all(bottom for _, bottom in wholes):
        assert found == {}
        return
    change = wholes[0][0] / wholes[0][1] - wholes[1][0] / wholes[1][1]
    assert sum(found.values()) == pytest.approx(change, abs=1e-9)
    told = explained(change, {"segment": parts})  # type: ignore[dict-item]
    if told.slices:
        assert sum(one.effect for one in told.slices) + (told.rest or 0) == pytest.approx(change, abs=1e-9)


def test_the_golden_bridge_of_section_3() -> None:
    before, after = (1000.0, 0.10, 5000.0, 1.2), (1100.0, 0.09, 5500.0, 1.3)
    told = {kpi: round(money_of_factor(kpi, before, after), 2) for kpi in Kpi}
    assert told == {
        Kpi.REVENUE: 107_850.0,
        Kpi.LEADS: 62_184.18,
        Kpi.CONVERSION: -68_741.42,
        Kpi.AVERAGE_CHECK: 62_184.18,
        Kpi.DEALS_PER_BUYER: 52_223.07,
    }


def test_the_split_that_says_most_is_told() -> None:
    even = {"site": (Sums(100, 500), Sums(125, 500)), "ads": (Sums(100, 500), Sums(125, 500))}
    uneven = {"gift": (Sums(75, 500), Sums(125, 500)), "own": (Sums(125, 500), Sums(125, 500))}
    told = explained(
        -0.05, {"channel": even, "segment": uneven, "manager": {"eve": (Sums(200, 1000), Sums(250, 1000))}}
    )
    assert (told.dimension, told.slices[0].name) == ("segment", "gift")
    assert (told.slices[0].effect, told.slices[0].share) == pytest.approx((-0.05, 1.0))


@pytest.mark.parametrize(("last", "state", "days"), [(9, "firing", 5), (12, "calm", 2), (14, "calm", 0)])
def test_late_data(last: int, state: str, days: int) -> None:
    late = rule(AlertKind.DATA, days=2)
    signal = judge_data(late, date(2026, 6, last), date(2026, 6, 15))
    assert (signal.state, signal.value) == (state, days)
    assert judge_data(late, None, date(2026, 6, 15)).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "said", "state"),
    [
        (AlertKind.PACE, {"actual": 40, "pace": 50}, "firing"),
        (AlertKind.PACE, {"actual": 48, "pace": 50}, "calm"),
        (AlertKind.PACE, {"reason": "too_early"}, "unknown"),
        (AlertKind.FORECAST, {"actual": 40, "pace": 50, "forecast": 80, "low": 70, "high": 90}, "firing"),
        (AlertKind.FORECAST, {"actual": 40, "pace": 50, "forecast": 90, "low": 75, "high": 99}, "calm"),
        (AlertKind.FORECAST, {"actual": 90, "pace": 100, "over": True}, "firing"),
    ],
)
def test_the_pace_and_the_end_of_a_month(kind: AlertKind, said: dict[str, int], state: str) -> None:
    month = Period.parse("2026-06")
    found = judge_pace(rule(kind, Kpi.REVENUE), Progress(target=100, **said), month)  # type: ignore[arg-type] - of several fields
    assert found.state == state
