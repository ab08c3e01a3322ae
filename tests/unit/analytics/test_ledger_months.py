"""Revenue by month, plan and fact, on a table that fits on paper."""

from __future__ import annotations

from datetime import date

from dashboard.analytics.ledger_months import MonthOutcome, PromisedMonth, month_outcomes

PROMISED = (
    PromisedMonth(date(2026, 4, 1), 10, 500.0),  # the plan began on 21 April
    PromisedMonth(date(2026, 5, 1), 31, 3_000.0),
    PromisedMonth(date(2026, 6, 1), 30, 3_000.0),
)


def test_whole_months_count_from_the_start_of_the_plan() -> None:
    """A day brought 100 before."""
    found = month_outcomes(PROMISED, 100.0, {"2026-04": 1_400.0, "2026-06": 9_999.0}, date(2026, 6, 30))
    assert found == (
        MonthOutcome(date(2026, 4, 21), date(2026, 5, 1), 1_000.0, 1_500.0, 1_400.0),
        MonthOutcome(date(2026, 5, 1), date(2026, 6, 1), 3_100.0, 6_100.0, 0.0),
    )


def test_nothing_before_the_first_month_is_over() -> None:
    assert month_outcomes(PROMISED, 100.0, {}, date(2026, 4, 30)) == ()
    assert len(month_outcomes(PROMISED, 100.0, {}, date(2027, 1, 1))) == 3
