"""The prediction ledger on a table that fits on paper, and on random ones."""

from __future__ import annotations

from datetime import date
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analytics.ledger import (
    LEAST,
    SPREAD,
    MovedStep,
    Outcome,
    PerEntry,
    Promise,
    Ratio,
    Verdict,
    outcome,
    track_record,
)
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.statistics import newcombe
from tests.priced import funnel, segment

START = date(2026, 4, 1)
FIRST, SECOND = "initial_consideration>active_evaluation", "active_evaluation>purchase"


def promise(*steps: MovedStep, ends: date | None = None, money: tuple[PerEntry, ...] = ()) -> Promise:
    return Promise(1, "Call back", START, ends, steps, money)


def came(share: float, deviation: float = 0.0) -> Outcome:
    """An outcome of which only the ratio matters."""
    return Outcome(promise(), None, (), Ratio(share, deviation), Verdict.OPEN, None)


def test_a_promise_beside_what_came_true() -> None:
    """Before 1,000 of 4,000 bought; 30 % were promised, and 600 of 2,000 since then did."""
    step = MovedStep("all", SECOND, 4_000, 1_000, 0.30)
    since = funnel(segment("all", (5_000, 2_000, 600, 300, 100, 50), 780, 3_900_000))
    money = (PerEntry("all", 650.0, 715.0), PerEntry("gone", 9.0, 9.0))
    found = outcome(promise(step, money=money), since, None)
    (row,) = found.steps
    assert (row.customers, row.passed, row.actual) == (2_000, 600, 0.3)
    assert (step.before, step.lift) == (0.25, pytest.approx(0.05))
    assert row.lift == pytest.approx(0.05)
    assert row.interval == newcombe(600, 2_000, 1_000, 4_000)
    assert (row.verdict, found.verdict) == (Verdict.AS_EXPECTED, Verdict.AS_EXPECTED)
    assert found.ratio is not None
    assert found.ratio.share == pytest.approx(1.0)
    # sqrt(.25 * .75 / 4000 + .3 * .7 / 2000) = .01232; over an expected lift of .05 that is .246
    assert found.ratio.deviation == pytest.approx(0.2464, abs=2e-4)
    assert found.money is not None
    assert (found.money.entries, found.money.before, found.money.expected, found.money.actual) == (
        5_000,
        3_250_000,
        3_575_000,
        3_900_000,
    )


@pytest.mark.parametrize(
    ("passed", "expected", "verdict"),
    [
        (700, 0.30, Verdict.MORE),
        (600, 0.30, Verdict.AS_EXPECTED),
        (560, 0.32, Verdict.LESS),
        (510, 0.30, Verdict.NO_LIFT),
        (510, 0.26, Verdict.OPEN),
        (400, 0.30, Verdict.WORSE),
        (400, 0.20, Verdict.AS_EXPECTED),  # one that lowers is read in a mirror
        (600, 0.20, Verdict.WORSE),
    ],
)
def test_each_verdict(passed: int, expected: float, verdict: Verdict) -> None:
    step = MovedStep("all", SECOND, 4_000, 1_000, expected)
    since = funnel(segment("all", (5_000, 2_000, passed, 1, 1, 1), passed, passed))
    assert outcome(promise(step), since, None).steps[0].verdict is verdict


def test_what_cannot_be_told_yet_says_why() -> None:
    step = MovedStep("all", SECOND, 4_000, 1_000, 0.30)
    gone = MovedStep("all", "lost>found", 4_000, 1_000, 0.30)
    other = MovedStep("another", SECOND, 4_000, 1_000, 0.30)
    ready = date(2026, 7, 1)
    nobody = funnel(segment("all", (0,) * 6, 0, 0))
    few = funnel(segment("all", (60, LEAST - 1, 9, 0, 0, 0), 9, 9))

    def why(cohort: PricedFunnel | None, *steps: MovedStep, ends: date | None = None) -> list[str | None]:
        found = outcome(promise(*steps, ends=ends), cohort, ready)
        assert {row.verdict for row in found.steps} == {Verdict.WAITING}
        assert (found.verdict, found.ratio, found.ready_on) == (Verdict.WAITING, None, ready)
        return [row.reason for row in found.steps]

    assert why(nobody, step, gone, other) == ["not_ripe", "step_gone", "step_gone"]
    assert why(few, step) == ["few_customers"]
    assert why(None, step, ends=START) == ["replaced"]
    assert why(None, step) == ["not_begun"]
    assert track_record([outcome(promise(step), nobody, ready)]) is None


def test_after_five_forecasts_the_next_one_expects_what_they_have_earned() -> None:
    """Five well known ratios of .2, .4, .5, .7 and .9 and one that came true exactly: (1 + 2.7) / 6."""
    record = track_record([came(share) for share in (0.2, 0.4, 0.5, 0.7, 0.9)])
    assert record is not None
    assert record.forecasts == 5
    assert record.share == pytest.approx(3.7 / 6)
    least, likely, most = record.expects(SECOND)
    assert 0.03 * likely == pytest.approx(0.0185)  # +3 pp is expected to give +1.9 pp
    assert record.likely == pytest.approx(1.2816 * 0.5 * sqrt(1 + 1 / 6))
    assert (least, most) == (0.0, pytest.approx(3.7 / 6 + record.likely))


def test_what_is_badly_known_weighs_little() -> None:
    """A deviation as wide as the spread itself halves the weight: (1 + .5 * 0) / 1.5."""
    record = track_record([came(0.0, SPREAD)])
    assert record is not None
    assert record.share == pytest.approx(2 / 3)
    wrong = track_record([came(-9.0)])
    assert wrong is not None
    assert wrong.expects(FIRST) == (0.0, 0.0, 0.0)


def test_a_step_of_three_forecasts_has_a_ratio_of_its_own() -> None:
    """FIRST came true by .5 three times, SECOND by 1 twice: its two do not make a ratio of their own."""

    def forecast(*steps: tuple[str, float]) -> Outcome:
        moved = tuple(MovedStep("all", name, 1_000_000, 250_000, 0.35) for name, _ in steps)
        reached = {name: 0.25 + 0.1 * share for name, share in steps}
        first = 10_000_000 * reached.get(FIRST, 0.5)
        counts = (10_000_000, int(first), int(first * reached.get(SECOND, 0.5)), 0, 0, 0)
        return outcome(promise(*moved), funnel(segment("all", counts, 1, 1)), None)

    record = track_record(
        [forecast((FIRST, 0.5), (SECOND, 1.0)) for _ in range(2)] + [forecast((FIRST, 0.5))]
    )
    assert record is not None
    assert set(record.by_step) == {FIRST}
    assert record.by_step[FIRST] == pytest.approx((record.share + 3 * 0.5) / 4, abs=2e-3)
    assert record.expects(SECOND) == record.expects()
    assert record.expects(FIRST)[1] == record.by_step[FIRST]


@given(
    st.lists(
        st.tuples(st.floats(-2, 3), st.floats(0, 5)).map(lambda pair: came(*pair)), min_size=1, max_size=12
    )
)
def test_the_record_lies_between_the_ratios_and_one(told: list[Outcome]) -> None:
    record = track_record(told)
    assert record is not None
    shares = [one.ratio.share for one in told if one.ratio] + [1.0]
    assert min(shares) - 1e-9 <= record.share <= max(shares) + 1e-9
    least, likely, most = record.expects()
    assert 0 <= least <= likely <= most
    again = track_record([came(1.0), *told])
    assert again is not None
    assert abs(again.share - 1) <= abs(record.share - 1) + 1e-9  # one that came true draws it to 1


@given(customers=st.integers(LEAST, 50_000), since=st.integers(LEAST, 50_000), data=st.data())
def test_the_ratio_of_one_step_is_actual_over_expected(
    customers: int, since: int, data: st.DataObject
) -> None:
    passed, later = (data.draw(st.integers(1, size - 1)) for size in (customers, since))
    step = MovedStep("all", SECOND, customers, passed, data.draw(st.floats(0.01, 1.0)))
    if abs(step.lift) < 1e-3:
        return
    found = outcome(promise(step), funnel(segment("all", (since, since, later, 0, 0, 0), later, later)), None)
    assert found.ratio is not None
    assert found.ratio.share == pytest.approx((later / since - passed / customers) / step.lift)
    assert found.ratio.deviation > 0
