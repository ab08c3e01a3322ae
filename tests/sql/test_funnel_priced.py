"""The priced funnel on sales that one can add up by hand (DOMAIN section 6), on both engines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import Mode
from data_access.facts import EngineFacts
from data_access.funnel import fetch_priced_funnel
from tests.facts import SCOPE, Sale, load, model_of, question, walk

MODEL = model_of("ABP", deal="P")
DATA_END = walk("end A400")  # so that everything else is mature


def cohort(facts: EngineFacts, segment: str = "s", **fields: Any) -> dict[str, Any]:
    rows = fetch_priced_funnel(facts, SCOPE, question(**fields)).to_dict("records")
    return {str(name): value for row in rows if row["segment"] == segment for name, value in row.items()}


def money(row: dict[str, Any]) -> tuple[int, Decimal, Decimal]:
    return row["deals"], row["revenue"], row["outside"]


def company(engine: sa.Engine, events: list[Any], sales: list[Sale]) -> EngineFacts:
    people = {event.customer: "s" for event in events} | {sale.customer: "s" for sale in sales}
    return load(
        engine,
        [*events, *DATA_END],
        [*sales, Sale("end", 400, 1)],
        model=MODEL,
        segments={name: segment for name, segment in people.items() if name},
    )


def test_money_of_the_customers_at_the_deal_step_and_of_the_others(engine: sa.Engine) -> None:
    events = [*walk("u A0 B1"), *walk("v A0"), *walk("w A0 B1")]
    sales = [
        Sale("u", 2, 100),
        Sale("u", 50, 40),
        Sale("u", 51, -30),
        Sale("v", 5, 70),  # bought beside the path: never evaluated
        Sale("x", 5, 900),  # has no entry
    ]
    row = cohort(company(engine, events, sales))
    assert [row["n1"], row["n2"], row["n3"]] == [3, 2, 1]
    assert money(row) == (2, Decimal(110), Decimal(70))
    assert (row["entrants"], row["mature"]) == (3, 3)


def test_money_counts_from_the_entry_to_the_horizon_both_included(engine: sa.Engine) -> None:
    sales = [Sale("u", day, 2**bit) for bit, day in enumerate((-1, 0, 2, 90, 90.001, 120))]
    facts = company(engine, walk("u A0 B1"), sales)
    assert money(cohort(facts)) == (3, Decimal(2 + 4 + 8), Decimal(0))
    assert money(cohort(facts, horizon_days=120))[1] == 2 + 4 + 8 + 16 + 32
    # the horizon is never shorter than the window: the deal of the walk is always inside
    assert money(cohort(facts, horizon_days=1, window_days=2))[1] == 2 + 4


def test_cohort_is_mature_for_window_and_horizon(engine: sa.Engine) -> None:
    events = [*walk("u A0 B1"), *walk("v A330 B331")]
    facts = company(engine, events, [Sale("u", 2, 100), Sale("v", 332, 50)])
    row = cohort(facts, window_days=30)
    assert (row["entrants"], row["mature"], row["n1"], row["revenue"]) == (2, 1, 1, 100)
    row = cohort(facts, window_days=30, horizon_days=30)
    assert (row["entrants"], row["mature"], row["n1"], row["revenue"]) == (2, 2, 2, 150)


def test_reached_counts_every_deal_unless_it_has_a_horizon(engine: sa.Engine) -> None:
    sales = [Sale("u", 3, 100), Sale("u", 300, 50)]
    facts = company(engine, [*walk("u A0"), *walk("v A390")], sales)
    row = cohort(facts, mode=Mode.REACHED)
    assert [row["n1"], row["n2"], row["mature"]] == [2, 1, 2]  # nobody ever reached B
    assert money(row) == (2, Decimal(150), Decimal(0))
    row = cohort(facts, mode=Mode.REACHED, horizon_days=90)
    assert [row["n1"], row["n2"], row["entrants"], row["mature"]] == [1, 1, 2, 1]
    assert money(row) == (1, Decimal(100), Decimal(0))


def test_strict_walks_have_their_own_cohort(engine: sa.Engine) -> None:
    facts = company(engine, [*walk("u A0 B1 A2"), *walk("v A0 B1")], [Sale("u", 3, 10), Sale("v", 3, 20)])
    row = cohort(facts, mode=Mode.STRICT)
    assert [row["n1"], row["n2"], row["n3"]] == [2, 2, 1]
    assert money(row) == (1, Decimal(20), Decimal(10))


def test_without_transactions_nothing_has_a_price(engine: sa.Engine) -> None:
    facts = load(engine, [*walk("u A0 B1 P2"), *DATA_END], model=MODEL, segments={"u": "s"})
    row = cohort(facts)
    assert [row["n1"], row["n2"], row["n3"]] == [1, 1, 1]
    assert money(row) == (0, Decimal(0), Decimal(0))


def test_any_order_is_not_priced(engine: sa.Engine) -> None:
    facts = company(engine, walk("u A0"), [])
    with pytest.raises(JourneyError) as error:
        fetch_priced_funnel(facts, SCOPE, question(mode=Mode.ANY))
    assert error.value.code == "mode_not_priced"


def test_no_entry_no_row(engine: sa.Engine) -> None:
    facts = company(engine, walk("u A0"), [Sale("u", 1, 10)])
    nobody = Period(date(2020, 1, 1), date(2020, 2, 1))
    assert cohort(facts, period=nobody) == {}
