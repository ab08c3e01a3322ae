"""How long the entry cohorts of a chart are: by the span, and longer where they would hold too few customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dashboard.analytics.funnel_time import Cohort, Line, cohort_unit, longer_unit
from dashboard.journey.period import Period
from tests.unit.analytics.test_funnel import INFO


@pytest.mark.parametrize(
    ("period", "unit"),
    [
        ("2026-03", "week"),
        ("2026Q3", "week"),
        ("2026", "month"),
        ("2020-01-01..2026-01-01", "quarter"),
        ("all", "month"),
    ],
)
def test_the_span_names_the_unit(period: str, unit: str) -> None:
    info = replace(INFO, first_day=date(2025, 1, 1), last_day=date(2026, 1, 1))
    assert cohort_unit(Period.parse(period), info) == unit


def test_cohorts_under_thirty_are_joined_unless_few_points_would_be_left() -> None:
    def line(*sizes: int) -> tuple[Line, ...]:
        first = date(2026, 1, 5)
        return (
            Line(
                None,
                tuple(
                    Cohort(first + timedelta(days=7 * k), n, 0, 0, 0.0, 0.0, 0.1, None)
                    for k, n in enumerate(sizes)
                ),
            ),
        )

    assert longer_unit("week", line(*[29] * 7)) == "month"
    assert longer_unit("month", line(*[29] * 7)) == "quarter"
    assert longer_unit("week", line(*[30] * 7)) is None
    assert longer_unit("week", line(*[29] * 3, *[30] * 4)) is None
    assert longer_unit("week", line(*[5] * 5)) is None
    assert longer_unit("quarter", line(*[5] * 9)) is None
