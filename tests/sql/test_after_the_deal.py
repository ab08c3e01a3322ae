"""Repeat cohorts, products, losses and sources on tables that a marketer checks by hand, on both engines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.journey.period import Period
from dashboard.journey.query import Book, Split
from tests.facts import SCOPE, Cost, Ending, Event, Sale, load, model_of, question, walk

MODEL = model_of("ABCD", deal="C")
FIRST_QUARTER = Period(date(2026, 1, 1), date(2026, 4, 1))


def rows(found: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in found["rows"]]


def on(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T12:00")


def test_repeat_cohorts_and_the_time_between_deals(engine: sa.Engine) -> None:
    sales = [
        Sale("ann", on("2026-01-10"), 10),
        Sale("ann", on("2026-01-20"), 10),
        Sale("ann", on("2026-03-01"), 10),
        Sale("bob", on("2026-01-31"), 10),
        Sale("bob", on("2026-02-01"), 10),  # the next calendar month, a day later
        Sale("bob", on("2026-02-02"), -10, "r"),  # a refund is no deal
        Sale("cid", on("2026-01-05"), 10),
        Sale("dan", on("2026-02-10"), 10),
        Sale("dan", on("2026-03-31"), 10),
    ]
    answers = Answers(load(engine, [], sales, model=MODEL, segments={"ann": "gift", "bob": "gift"}))
    found = twin("retention", answers, SCOPE, question())
    # the data end on 31 March at noon: March is over in no cell of those with times
    assert rows(found, "month", "deal_no", "months_since", "customers", "repeated", "share") == [
        ("2026-01", 2, 0, 3, 1, pytest.approx(1 / 3)),
        ("2026-01", 2, 1, 3, 2, pytest.approx(2 / 3)),
        ("2026-01", 2, 2, 3, 2, pytest.approx(2 / 3)),
        ("2026-01", 3, 0, 3, 0, 0),
        ("2026-01", 3, 1, 3, 0, 0),
        ("2026-01", 3, 2, 3, 1, pytest.approx(1 / 3)),
        ("2026-02", 2, 0, 1, 0, 0),
        ("2026-02", 2, 1, 1, 1, 1),
        ("2026-02", 3, 0, 1, 0, 0),
        ("2026-02", 3, 1, 1, 0, 0),
    ]
    gaps = found["total"]["gaps"]
    assert [(gap["deal_no"], gap["customers"], gap["repeated"], gap["median_days"]) for gap in gaps] == [
        (1, 4, 3, 10),  # 10, 1 and 49 days
        (2, 3, 1, 40),
        (3, 1, 0, None),
    ]
    assert gaps[0]["p75_days"] == pytest.approx(29.5)
    split = twin("retention", answers, SCOPE, question(by=(Split.SEGMENT,)))
    january = [row for row in split["rows"] if row["month"] == "2026-01" and row["deal_no"] == 2]
    assert [
        (row["segment"], row["customers"], row["repeated"]) for row in january if row["months_since"] == 1
    ] == [
        (None, 3, 2),
        ("gift", 2, 2),
        ("(none)", 1, 0),
    ]


def test_a_month_that_is_not_over_has_no_cell(engine: sa.Engine) -> None:
    sales = [Sale("ann", on("2026-01-10"), 10), Sale("ann", on("2026-02-20"), 10)]
    found = twin("retention", Answers(load(engine, [], sales, model=MODEL)), SCOPE, question())
    assert rows(found, "month", "deal_no", "months_since") == [("2026-01", 2, 0), ("2026-01", 3, 0)]


def test_products_by_segment_and_month_with_their_trend(engine: sa.Engine) -> None:
    sales = [
        Sale("ann", on("2026-01-10"), 10, "d1", "tea", quantity=1),
        Sale("ann", on("2026-01-10"), 5, "d1", "cup", quantity=2),
        Sale("bob", on("2026-02-10"), 30, "d2", "tea", quantity=3),
        Sale("bob", on("2026-03-10"), 50, "d3", "tea", quantity=5),
        Sale("bob", on("2026-03-20"), -20, "d3", "tea"),
        Sale("zoe", on("2025-12-20"), 1, "d4", "jam"),
        Sale("zoe", on("2026-04-20"), 1, "d5", "jam"),
    ]
    answers = Answers(load(engine, [], sales, model=MODEL, segments={"ann": "gift", "bob": "own"}))
    found = twin("products", answers, SCOPE, question(period=FIRST_QUARTER, by=(Split.SEGMENT,)))
    assert rows(found, "product", "segment", "deals", "quantity", "revenue", "trend") == [
        ("tea", None, 3, 9, 70, 10),  # 10, 30, 30
        ("cup", None, 1, 2, 5, -2.5),
        ("tea", "gift", 1, 1, 10, -5),
        ("cup", "gift", 1, 2, 5, -2.5),
        ("tea", "own", 2, 8, 60, 15),
    ]
    assert {row["product"]: row["share"] for row in found["rows"] if row["segment"] is None} == {
        "tea": pytest.approx(70 / 75),
        "cup": pytest.approx(5 / 75),
    }
    by_month = twin("products", answers, SCOPE, question(period=FIRST_QUARTER, by=(Split.MONTH,)))
    tea = [row for row in by_month["rows"] if row["product"] == "tea"]
    assert [(row["month"], row["revenue"], row["change"], row["relative"]) for row in tea] == [
        ("2026-01", 10, None, None),  # December is outside the period
        ("2026-02", 30, 20, 2),
        ("2026-03", 30, 0, 0),
    ]
    assert twin("products", answers, SCOPE, question(products=("jam",)))["rows"][0]["quantity"] is None


def test_losses_in_deals_people_and_money(engine: sa.Engine) -> None:
    events = [*walk("ann A0 B1"), *walk("bob A0"), *walk("cid A0")]
    endings = [
        Ending("ann", "lost", 5, "price", "B", "d1", 100),
        Ending("ann", "lost", 6, "price", "A", "d2", 50),
        Ending("bob", "lost", 7, None, None, "d3"),
        Ending("cid", "won", 8, deal_ref="d4"),
        Ending("bob", "lost", 40, "price", "A", "d5"),  # February
    ]
    answers = Answers(
        load(
            engine, events, [Sale("cid", 8, 1, "d4")], model=MODEL, endings=endings, segments={"ann": "gift"}
        )
    )
    january = question(period=Period(date(2026, 1, 1), date(2026, 2, 1)), by=(Split.SEGMENT,))
    found = twin("losses", answers, SCOPE, january)
    total = found["total"]
    assert (total["lost"], total["people"], total["amount"], total["priced"], total["won"]) == (
        3,
        2,
        150,
        2,
        1,
    )
    assert total["loss_rate"] == 0.75
    whole = [row for row in found["rows"] if row["segment"] is None]
    assert [(row["stage"], row["reason"], row["lost"], row["people"], row["amount"]) for row in whole] == [
        (None, "price", 2, 1, 150),
        (None, "(none)", 1, 1, None),
        ("A", None, 1, 1, 50),
        ("A", "price", 1, 1, 50),
        ("B", None, 1, 1, 100),
        ("B", "price", 1, 1, 100),
        ("(unknown)", None, 1, 1, None),
        ("(unknown)", "(none)", 1, 1, None),
    ]
    gift = next(row for row in found["rows"] if row["segment"] == "gift" and row["reason"] == "price")
    assert (gift["lost"], gift["share"]) == (2, 1)


def test_losses_without_any_outcome_are_nothing(engine: sa.Engine) -> None:
    found = twin("losses", Answers(load(engine, walk("ann A0"), model=MODEL)), SCOPE, question())
    assert (found["rows"], found["total"]["lost"], found["total"]["loss_rate"]) == ([], 0, None)
    assert {reason["code"] for reason in found["reasons"]} == {"no_outcomes", "no_amounts"}


def test_sources_by_segment_with_costs_and_later_revenue(engine: sa.Engine) -> None:
    events = [
        Event("ann", "A", 0, "site"),
        Event("ann", "A", 2, "ads", cost=7),  # covered by the cost row of ads and that day
        Event("bob", "A", 1, "ads"),
        Event("cid", "A", 3, "ads", cost=5),  # no cost row that day: counts
        Event("zoe", "A", 300, "site"),
    ]
    sales = [Sale("ann", 10, 100), Sale("bob", 20, 60), Sale("bob", 21, -10), Sale("zoe", 300, 1)]
    costs = [Cost(date(2026, 1, 3), 20, "ads"), Cost(date(2026, 1, 9), 4, "email")]
    segments = {"ann": "gift", "bob": "gift"}
    answers = Answers(load(engine, events, sales, model=MODEL, costs=costs, segments=segments))
    january = Period(date(2026, 1, 1), date(2026, 2, 1))
    found = twin("sources", answers, SCOPE, question(period=january, by=(Split.SEGMENT,), horizon_days=30))
    names = ("segment", "channel", "leads", "cost", "cpl", "buyers", "revenue", "revenue_per_lead")
    # costs that name no segment stand in the total alone
    assert [row for row in rows(found, *names) if row[0] is None] == [
        (None, "ads", 2, 25, 12.5, 1, 50, 25),
        (None, "site", 1, 0, 0, 1, 100, 100),
        (None, "email", 0, 4, None, 0, 0, None),
    ]
    shares = {(row["segment"], row["channel"]): row["share"] for row in found["rows"]}
    assert shares["gift", "ads"] == shares["gift", "site"] == 0.5
    assert shares["(none)", "ads"] == 1
    assert found["total"] == {"leads": 3, "buyers": 2, "cost": 29, "revenue": 150, "immature": 0}
    lcpq = twin(
        "lcpq", answers, SCOPE, question(period=january, book=Book.COHORT, horizon_days=30, margin=0.5)
    )
    total = lcpq["total"]
    assert (total["cost"], total["cpl"], total["cac"]) == (29, pytest.approx(29 / 3), None)
    assert {"history_too_short"} == {item["code"] for item in lcpq["reasons"] if item["field"] == "cac"}
    assert total["romi"] == pytest.approx((75 - 29) / 29)
