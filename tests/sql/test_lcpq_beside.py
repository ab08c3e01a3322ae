"""What stands beside L x C x P x Q: refunds, new customers, costs, filters of deals, changes (DOMAIN section 3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import Book, JourneyQuery, Split
from tests.facts import SCOPE, Cost, Event, Sale, load, model_of, question

MODEL = model_of("ABCD", deal="C")
MAY = Period(date(2026, 5, 1), date(2026, 6, 1))


def on(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}T12:00")


EVENTS = [
    Event("ann", "A", on("01-01"), "site"),
    Event("ann", "A", on("05-02"), "site", "landing", cost=3),
    Event(
        "bob", "A", on("05-03"), "ads", "banner", cost=9
    ),  # the cost row of ads and that day counts instead
    Event("cid", "B", on("05-04"), "ads", cost=1),
    Event(None, "A", on("05-05"), "ads"),
    Event("zoe", "A", on("06-20"), "site"),
]
SALES = [
    Sale("ann", on("02-01"), 100, "a1"),
    Sale("ann", on("05-10"), 60, "a2", "tea", "web"),
    Sale("ann", on("05-10"), 40, "a2", "cup", "web"),
    Sale("ann", on("06-10"), -100, "r1", "tea", refund_of="a2"),  # all of a2, later
    Sale("bob", on("05-11"), 50, "b1", "tea", "shop"),
    Sale("bob", on("05-12"), -20, "b1", "tea"),  # a part
    Sale("bob", on("05-13"), 0, "b2"),
    Sale(None, on("05-14"), 70, "n1"),
    Sale("zoe", on("06-20"), 1, "z1"),
]
COSTS = [Cost(date(2026, 5, 3), 20, "ads"), Cost(date(2026, 5, 9), 6), Cost(date(2026, 6, 1), 500, "ads")]


def company(engine: sa.Engine) -> Answers:
    segments = {"ann": "gift", "bob": "own"}
    return Answers(load(engine, EVENTS, SALES, model=MODEL, costs=COSTS, segments=segments))


def ask(answers: Answers, question_: str = "lcpq", **fields: Any) -> dict[str, Any]:
    query: JourneyQuery = question(**{"period": MAY, **fields})
    return twin(question_, answers, SCOPE, query)


def codes(answer: dict[str, Any], field: str) -> set[str]:
    return {reason["code"] for reason in answer["reasons"] if reason["field"] == field}


def test_domain_3_refunds_lower_revenue_and_never_the_number_of_deals(engine: sa.Engine) -> None:
    answers = company(engine)
    total = ask(answers)["total"]
    assert (total["buyers"], total["deals"], total["revenue"]) == (2, 2, 130)
    assert (total["refunds"], total["refunded"], total["zero_deals"]) == (1, 20, 1)
    assert total["fully_refunded"] == 1  # a2, by the refund of June that names it
    assert total["no_customer"] == {
        "event": {"rows": 1, "amount": 0},
        "transaction": {"rows": 1, "amount": 70},
    }
    assert (total["new_buyers"], total["returning_buyers"]) == (1, 1)
    assert (total["new_revenue"], total["returning_revenue"]) == (30, 100)
    assert total["conversion_of_leads"] == pytest.approx(2 / 3)
    early = ask(answers, period=Period(date(2026, 2, 1), date(2026, 3, 1)))
    assert early["total"]["new_buyers"] is None
    assert codes(early, "returning_buyers") == {"history_too_short"}
    assert (
        ask(answers, period=Period(date(2026, 2, 1), date(2026, 3, 1)), horizon_days=31)["total"][
            "new_buyers"
        ]
        == 1
    )


def test_domain_3_costs_of_one_channel_and_day_are_never_both_used(engine: sa.Engine) -> None:
    answers = company(engine)
    answer = ask(answers, margin=0.5, by=(Split.CHANNEL,))
    total = answer["total"]
    # 20 of ads + 6 of nobody's channel + 3 of ann's visit + 1 of cid's call
    assert (total["cost"], total["cpl"], total["cac"]) == (30, 10, 30)
    assert total["romi"] == pytest.approx((65 - 30) / 30)
    assert answer["definition"]["romi_on"] == "margin"
    by_channel = {row["channel"]: (row["cost"], row["cpl"]) for row in answer["rows"]}
    assert by_channel == {"ads": (21, 10.5), "site": (3, 3)}
    assert "cost_partly_split" in codes(answer, "cost")  # 6 stand in the total alone
    assert ask(answers)["total"]["romi"] == pytest.approx((130 - 30) / 30)
    segments = ask(answers, by=(Split.SEGMENT,))
    assert {row["segment"]: row["cost"] for row in segments["rows"]} == {"gift": 3, "own": 0, "(none)": 1}
    empty = ask(answers, period=Period(date(2026, 4, 1), date(2026, 5, 1)))
    assert (empty["total"]["cost"], empty["total"]["cpl"]) == (None, None)
    assert codes(empty, "cpl") == {"no_costs"}


def test_domain_3_filters_of_deals_leave_leads_and_conversion_whole(engine: sa.Engine) -> None:
    answers = company(engine)
    tea = ask(answers, products=("tea",))
    total = tea["total"]
    assert (total["leads"], total["buyers"], total["deals"], total["revenue"]) == (3, 2, 2, 90)
    product = total["leads"] * total["conversion"] * total["average_check"] * total["deals_per_buyer"]
    assert product == pytest.approx(total["revenue"])
    assert codes(tea, "leads") == {"whole_under_filter"}
    assert total["romi"] is None
    shop = ask(answers, sale_channels=("shop",))["total"]
    assert (shop["leads"], shop["deals"], shop["revenue"]) == (3, 1, 50)
    split = ask(answers, by=(Split.SALE_CHANNEL,), products=("tea",))["rows"]
    assert {row["sale_channel"]: row["revenue"] for row in split} == {"web": 60, "shop": 50, "(none)": -20}
    touched = ask(answers, touchpoints=("banner",))["total"]
    assert (touched["leads"], touched["revenue"]) == (1, 30)
    for name in ("products", "sale_channels", "touchpoints"):
        with pytest.raises(JourneyError) as refused:
            twin("lcpq", answers, SCOPE, question(period=MAY, **{name: ("nothing",)}))
        assert refused.value.code == f"unknown_{name.removesuffix('s')}"
    with pytest.raises(JourneyError):
        ask(answers, by=(Split.DAY, Split.MONTH))


def test_domain_3_q_prints_its_span_and_is_not_compared_over_other_lengths(engine: sa.Engine) -> None:
    answers = company(engine)
    answer = ask(answers, compare="previous")
    assert answer["definition"]["deals_per_buyer_span"] == {"unit": "month", "days": 31}
    change = answer["total"]["change"]
    assert change["leads"] == {"absolute": 3, "relative": None, "reason": "nothing_before"}
    other = ask(answers, compare="2026-02-01:2026-02-11")
    for name in ("revenue", "deals_per_buyer"):
        assert other["total"]["change"][name] == {
            "absolute": None,
            "relative": None,
            "reason": "different_length",
        }
    cohort = ask(answers, compare="2026-01-01:2026-01-11", book=Book.COHORT)
    assert cohort["total"]["change"]["deals_per_buyer"]["reason"] != "different_length"
    assert cohort["definition"]["deals_per_buyer_span"] == {"unit": "horizon", "days": 90}
    assert cohort["definition"]["segment_as_of"] == "entry"


def test_domain_3_an_unfinished_period_meets_as_many_days(engine: sa.Engine) -> None:
    answer = ask(company(engine), period=Period(date(2026, 6, 1), date(2026, 7, 1)), compare="previous")
    assert answer["comparison"]["definition"]["period"] == {"since": "2026-05-01", "until": "2026-05-21"}
    assert {"unfinished_period", "same_days"} <= {reason["code"] for reason in answer["reasons"]}
    assert answer["total"]["change"]["revenue"]["reason"] is None


def test_domain_3_long_periods_are_counted_not_added_up(engine: sa.Engine) -> None:
    answers = company(engine)
    year = Period(date(2026, 1, 1), date(2027, 1, 1))
    whole = ask(answers, period=year, by=(Split.QUARTER,))
    assert [(row["quarter"], row["leads"], row["buyers"]) for row in whole["rows"]] == [
        ("2026Q1", 1, 1),
        ("2026Q2", 4, 3),
        ("2026Q3", 0, 0),
        ("2026Q4", 0, 0),
    ]
    assert (whole["total"]["leads"], whole["total"]["buyers"]) == (4, 3)
    assert [row["partial"] for row in whole["rows"]] == [False, True, True, True]
