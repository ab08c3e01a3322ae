"""The priced funnel from its sums, and which steps move revenue."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from dashboard.analytics.bottleneck import bottlenecks
from dashboard.analytics.priced import PricedFunnel, priced_funnel
from dashboard.analytics.whatif import whatif
from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Mode
from dashboard.journey.stages import StageModel, preset

MONEY = {"deals": 6, "revenue": Decimal("1234.5600"), "outside": Decimal("7.5000"), "entrants": 120}
MONEY |= {"deals_2": 14.0, "revenue_2": 2e6, "deals_revenue": 3e3}


def _info(model: StageModel, has_transactions: bool = True) -> GenerationInfo:
    return GenerationInfo(
        engagement="acme", number=1, built_at=datetime(2026, 1, 1), zone="UTC", currency="RUB", model=model,
        data_end=None, data_end_day=None, data_end_date_only=False, first_day=None, last_day=None,
        has_transactions=has_transactions, segments=("b", "a", "(none)"), channels=(), sources=(), set_aside={},
    )  # fmt: skip


def _row(segment: str, *counts: int, **money: Any) -> dict[str, Any]:
    steps = {f"n{step}": count for step, count in enumerate(counts, 1)}
    return {"segment": segment, **steps, **MONEY, **money}


def _priced(
    *rows: dict[str, Any], stages: tuple[str, ...] = (), model: str = "loop6", money: bool = True
) -> PricedFunnel:
    query = JourneyQuery("acme", stages=stages)
    return priced_funnel(pd.DataFrame(rows), query, _info(preset(model), money))


def test_segments_stand_in_the_engagements_order_also_without_an_entry() -> None:
    priced = _priced(_row("a", 100, 50, 5, 4, 3, 2), _row("b", 30, 20, 10, 6, 5, 1))
    assert [one.segment for one in priced.segments] == ["b", "a", "(none)"]
    assert [one.counts[0] for one in priced.segments] == [30, 100, 0]
    assert (priced.mature, priced.entrants) == (130, 240)
    assert priced.segments[1].revenue == Decimal("1234.56")
    rows = [row for row in bottlenecks(priced, JourneyQuery("acme")) if row.segment == "(none)"]
    assert [row.customers for row in rows] == [0] * 5


def test_only_keeps_the_named_segments() -> None:
    priced = _priced(_row("a", 100, 50, 5, 4, 3, 2), _row("b", 30, 20, 10, 6, 5, 1)).only(("a",))
    assert [one.segment for one in priced.segments] == ["a"]
    assert (priced.mature, priced.entrants) == (100, 120)


@pytest.mark.parametrize(
    ("model", "stages", "deal", "priced"),
    [
        ("loop6", (), 2, [True] * 5),
        ("goals11", (), 5, [True] * 7 + [False] * 3),
        ("classic5", (), 3, [True] * 4),
        ("goals11", ("interest", "action", "satisfaction", "loyalty"), 1, [True, True, False]),
        ("goals11", ("interest", "action", "loyalty"), 1, [True, False]),
    ],
)
def test_domain_6_steps_up_to_the_second_deal_have_a_price(
    model: str, stages: tuple[str, ...], deal: int, priced: list[bool]
) -> None:
    length = len(stages or preset(model).keys)
    funnel = _priced(_row("a", *range(100, 100 - length, -1)), stages=stages, model=model)
    assert funnel.deal_index == deal
    assert [funnel.is_priced(place) for place in funnel.transitions] == priced


def test_without_the_deal_among_the_steps_nothing_has_a_price() -> None:
    with pytest.raises(JourneyError) as refused:
        _priced(_row("a", 100, 50), stages=("initial_consideration", "active_evaluation"))
    assert refused.value.code == "steps_without_deal"


def test_domain_6_without_transactions_nothing_is_priced() -> None:
    nothing = {"deals": 0, "revenue": 0, "outside": 0}
    priced = _priced(
        _row("a", 100, 50, 5, 4, 3, 2, **nothing), _row("b", 90, 60, 9, 4, 3, 2, **nothing), money=False
    )
    rows = bottlenecks(priced, JourneyQuery("acme"))
    assert {row.reasons["recoverable"] for row in rows if row.customers} == {"no_transactions"}
    assert all(row.recoverable is None and row.gross_loss is None for row in rows)
    with pytest.raises(JourneyError) as refused:
        whatif(priced, [])
    assert refused.value.code == "no_transactions"


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({}, 90),
        ({"window_days": 30}, 90),
        ({"window_days": 120}, 120),
        ({"window_days": 30, "horizon_days": 45}, 45),
        ({"window_days": 30, "horizon_days": 10}, 30),
        ({"mode": Mode.REACHED}, None),
        ({"mode": Mode.REACHED, "horizon_days": 60}, 60),
    ],
)
def test_domain_6_money_counts_to_the_longer_of_horizon_and_window(
    fields: dict[str, Any], days: int | None
) -> None:
    assert JourneyQuery("acme", **fields).money_days == days
