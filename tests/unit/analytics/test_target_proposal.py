"""Targets that a plan suggests, by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.target_proposal import Scenario, proposed
from dashboard.journey.stages import preset
from dashboard.journey.targets import Kpi, TargetKey

MODEL = preset("loop6")
BEFORE = {"revenue": 100.0, "leads": 10.0, "conversion": 0.5, "average_check": 20.0, "deals_per_buyer": 1.0}


def month(name: str, leads: int, buyers: int, revenue: int, *, partial: bool = False) -> Lcpq:
    return Lcpq(leads, leads, 0, 0, buyers, buyers, buyers, Decimal(revenue), month=name, partial=partial)


def test_a_month_starts_from_the_year_before_else_from_the_last_three() -> None:
    known = [
        month("2025-11", 100, 10, 1001),
        month("2026-06", 200, 20, 4000),
        month("2026-07", 200, 40, 5000),
        month("2026-08", 200, 60, 6000),
        month("2026-09", 10, 1, 1, partial=True),
    ]
    promise = Scenario(
        BEFORE,
        BEFORE | {"revenue": 120.0, "conversion": 0.6},
        [("Gift", "active_evaluation>purchase", 0.4), ("Gift", "initial_consideration>purchase", 0.3)],
    )
    found = proposed(promise, ["2026-10", "2026-11"], known, MODEL)

    def key(kpi: Kpi, name: str, segment: str = "", stage: str = "") -> TargetKey:
        return TargetKey(kpi, stage, segment, name)

    assert found == {
        key(Kpi.REVENUE, "2026-10"): Decimal(6000),  # 1.2 times the mean of 4000, 5000, 6000
        key(Kpi.REVENUE, "2026-11"): Decimal(1201),  # 1.2 times last November: 1201.2
        key(Kpi.CONVERSION, "2026-10"): Decimal("0.24"),  # 1.2 times the mean of 10, 20 and 30 %
        key(Kpi.CONVERSION, "2026-11"): Decimal("0.12"),
        key(Kpi.CONVERSION, "2026-10", "Gift", "purchase"): Decimal("0.4"),
        key(Kpi.CONVERSION, "2026-11", "Gift", "purchase"): Decimal("0.4"),
    }


def test_nothing_to_start_from_and_shares_beyond_all() -> None:
    step = [("Gift", "active_evaluation>purchase", 1.2)]
    assert proposed(Scenario(BEFORE, BEFORE, step), ["2026-10"], [], MODEL) == {
        TargetKey(Kpi.CONVERSION, "purchase", "Gift", "2026-10"): Decimal(1)
    }
    empty = replace(month("2026-08", 0, 0, 0))
    nothing = dict.fromkeys(BEFORE)
    assert proposed(Scenario(nothing, nothing, []), ["2026-10"], [empty], MODEL) == {}
