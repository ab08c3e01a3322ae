"""The what-if as `journey query` answers it: intervals, goals and the tornado, on both engines (DOMAIN section 7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.query import RepeatModel
from data_access.funnel import fetch_priced_funnel
from tests.facts import SCOPE, Event, Sale, load, model_of, question

MODEL = model_of("ABPX", deal="P", nth={"X": 2})
JULY = Period(date(2026, 7, 1), date(2026, 8, 1))
AMOUNTS = (80.0, 120.5, 40.0)


def company() -> tuple[list[Event], list[Sale], dict[str, str]]:
    """Six months alike but for their size: 40 + 10 x month customers, half evaluate, each fourth buys."""
    events, sales, segments = [Event("end", "A", 700)], [Sale("end", 700, 1)], {"end": "b"}
    for month in range(1, 8):
        for number in range(40 + 10 * month):
            name = f"{month} {number}"
            segments[name] = "a" if number % 3 else "b"
            day = (date(2026, month, 3) - date(2026, 1, 1)).days
            events.append(Event(name, "A", day))
            if number % 2 == 0:
                events.append(Event(name, "B", day + 1))
            if number % 4 == 0:
                sales += [
                    Sale(name, day + 2 + again, AMOUNTS[(number + again) % 3])
                    for again in range(1 + number // 12 % 2)
                ]
    return events, sales, segments


def asked(answers: Answers, *levers: str, of: str = "whatif", **fields: Any) -> dict[str, Any]:
    return twin(of, answers, SCOPE, question(**({"period": JULY} | fields)), levers)


def test_domain_7_answers_of_the_what_if(engine: sa.Engine) -> None:
    events, sales, segments = company()
    facts = load(engine, events, sales, model=MODEL, segments=segments)
    answers = Answers(facts)
    _sums_of_squares(facts, sales, segments)
    _intervals(answers)
    _goals(answers)
    _tornado(answers)


def _sums_of_squares(facts: Any, sales: list[Sale], segments: dict[str, str]) -> None:
    rows = fetch_priced_funnel(facts, SCOPE, question(period=JULY)).to_dict("records")
    spent: dict[str, list[float]] = {}
    for sale in sales:
        if str(sale.customer).startswith("7 "):
            spent.setdefault(str(sale.customer), []).append(float(sale.amount))
    for row in rows:
        own = [amounts for name, amounts in spent.items() if segments[name] == row["segment"]]
        assert row["deals_2"] == sum(len(amounts) ** 2 for amounts in own)
        assert row["revenue_2"] == pytest.approx(sum(sum(amounts) ** 2 for amounts in own))
        assert row["deals_revenue"] == pytest.approx(sum(len(amounts) * sum(amounts) for amounts in own))


def _intervals(answers: Answers) -> None:
    ends = ("gain_low_95", "gain_low", "gain", "gain_high", "gain_high_95")
    still = asked(answers)
    assert [still[name] for name in ends] == [0] * 5
    moved = asked(answers, "B>P=+10%")
    assert [moved[name] for name in ends] == sorted(moved[name] for name in ends)
    assert "2 000 draws" in moved["definition"]["interval"]
    assert asked(answers, "B>P=+10%")["gain_low"] == moved["gain_low"]
    ranged = asked(answers, "B>P=+0..10..20%")
    assert ranged["gain"] == moved["gain"]
    assert ranged["gain_high"] - ranged["gain_low"] > moved["gain_high"] - moved["gain_low"]
    linear, loop = (asked(answers, "P>X=+20%", model=model) for model in RepeatModel)
    assert loop["gain"] > linear["gain"] > 0
    assert (linear["definition"]["model"], loop["definition"]["model"]) == ("linear", "loop")
    parts = [asked(answers, "leads=+10%@a", segments=(name,))["gain"] for name in ("a", "b")]
    assert parts[1] == 0
    assert asked(answers, "leads=+10%@a")["gain"] == pytest.approx(parts[0])


def _goals(answers: Answers) -> None:
    base = asked(answers)["baseline"]["revenue"]
    assert "goal" not in asked(answers)
    near = asked(answers, goal=base + 1)
    assert near["goal"]["reachable"]
    assert near["scenario"]["revenue"] == pytest.approx(base + 1, rel=1e-6)
    assert near["gain"] == pytest.approx(1, rel=1e-3)
    assert {frozenset(step) for step in near["goal"]["steps"]} == {
        frozenset(("segment", "transition", "conversion", "wanted"))
    }
    far = asked(answers, goal=base * 100)
    found = far["goal"]
    assert (found["reachable"], found["share_of_headroom"]) == (False, None)
    assert found["missing_leads"] > 0
    assert found["alone"]["average_check"] == pytest.approx(99)
    assert found["alone"]["A>B"] is None
    assert far["definition"]["goal"] == base * 100
    with pytest.raises(JourneyError) as refused:
        asked(answers, goal=float("nan"))
    assert refused.value.code == "bad_goal"


def _tornado(answers: Answers) -> None:
    answer = asked(answers, of="tornado")
    assert set(answer) == {"rows", "total", "definition", "reasons"}
    rows = {row["lever"]: row for row in answer["rows"]}
    assert set(rows) == {"leads", "A>B", "B>P", "P>X", "average_check", "deals_per_buyer"}
    # the months before July with 60, ... 100 customers; the data begin inside January, so it is no whole one
    leads = rows["leads"]
    assert (leads["value"], leads["low"], leads["high"], leads["periods"]) == (110, 60, 100, 5)
    inside = asked(answers)["baseline"]["revenue"] - asked(answers)["baseline"]["outside"]
    assert leads["gain_at_low"] == pytest.approx(inside * (60 / 110 - 1))
    assert leads["ten_percent"] == pytest.approx(0.1 * inside)
    point = asked(answers, "B>P=+1pp")
    assert rows["B>P"]["one_point"] == pytest.approx(point["gain"])
    assert any(item["code"] == "not_a_share" for item in answer["reasons"])
    ended = asked(answers, of="tornado", period=Period())
    assert all(row["periods"] == 0 for row in ended["rows"])
    assert any(item["code"] == "no_history" for item in ended["reasons"])
