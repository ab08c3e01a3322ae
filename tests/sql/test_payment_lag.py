"""How long after a step the money comes: by hand, and against plain pandas, on both engines (DOMAIN section 7)."""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.query import Mode
from data_access.payment_lag import LONGEST, fetch_payment_lag
from tests.facts import SCOPE, Event, Sale, load, model_of, question, walk

MODEL = model_of("ABPX", deal="P", nth={"X": 2})
END = walk("end A400")
Lags = dict[tuple[str, int, int], tuple[Decimal, Decimal]]


def told(frame: Any) -> Lags:
    return {
        (str(row["segment"]), int(row["step"]), int(row["days"])): (row["money"], row["repeat_money"])
        for row in frame.to_dict("records")
    }


def test_money_by_days_since_each_step_by_hand(engine: sa.Engine) -> None:
    events = [*walk("u A0 B3"), *walk("v A0"), *walk("w A0 B1"), *walk("young A390 B391"), *END]
    sales = [
        Sale("u", 5, 100),
        Sale("u", 50, 40),
        Sale("u", 51, -30),  # a refund says nothing of when people pay
        Sale("u", 91, 7),  # after the horizon
        Sale("v", 5, 70),  # bought beside the path
        Sale("w", 1, 10),
        Sale("young", 392, 500),  # not ripe
        Sale("end", 400, 1),
    ]
    people: dict[str, str] = dict.fromkeys(("u", "v", "w", "young"), "s")
    facts = load(engine, events, sales, model=MODEL, segments=people)
    found = told(fetch_payment_lag(facts, SCOPE, question()))
    assert found == {
        ("s", 1, 1): (10, 0),
        ("s", 1, 5): (100, 0),
        ("s", 1, 50): (40, 40),
        ("s", 2, 0): (10, 0),
        ("s", 2, 2): (100, 0),
        ("s", 2, 47): (40, 40),
        ("s", 3, 0): (110, 0),
        ("s", 3, 45): (40, 40),
        ("s", 4, 0): (140, 40),  # the second deal reaches X; the first came before it
    }
    short = told(fetch_payment_lag(facts, SCOPE, question(window_days=30, horizon_days=30)))
    assert {key: value for key, value in short.items() if key[1] == 1} == {
        ("s", 1, 1): (10, 0),
        ("s", 1, 5): (100, 0),
    }
    nobody = fetch_payment_lag(facts, SCOPE, question(window_days=30, horizon_days=500))
    assert nobody.empty


def test_reached_counts_every_later_deal_and_very_late_ones_on_the_last_day(engine: sa.Engine) -> None:
    events = [*walk("u A0 B3"), Event("end", "A", 1300)]
    sales = [Sale("u", 5, 100), Sale("u", 1200, 40), Sale("end", 1300, 1)]
    facts = load(engine, events, sales, model=MODEL, segments={"u": "s"})
    found = told(fetch_payment_lag(facts, SCOPE, question(mode=Mode.REACHED)))
    assert found["s", 1, 5] == (100, 0)
    assert found["s", 1, LONGEST] == (40, 40)
    assert found["s", 3, LONGEST] == (40, 40)


def test_what_cannot_be_priced_has_no_lag(engine: sa.Engine) -> None:
    facts = load(engine, [*walk("u A0 B3 P5"), *END], model=MODEL, segments={"u": "s"})
    assert fetch_payment_lag(facts, SCOPE, question()).empty  # no transactions
    with pytest.raises(JourneyError) as error:
        fetch_payment_lag(facts, SCOPE, question(mode=Mode.ANY))
    assert error.value.code == "mode_not_priced"


def _random() -> tuple[list[Event], list[Sale], dict[str, str]]:
    """Customers who meet each stage once, at random hours, and buy at random ones."""
    dice = random.Random(7)
    events, sales, segments = [*END], [Sale("end", 400, 1)], {}
    for number in range(120):
        name, entry = f"c{number}", dice.uniform(0, 200)
        segments[name] = "ab"[number % 2]
        events.append(Event(name, "A", entry))
        if dice.random() < 0.8:
            events.append(Event(name, "B", entry + dice.uniform(-1, 30)))
        sales += [
            Sale(name, entry + dice.uniform(-5, 110), dice.randint(1, 900))
            for _ in range(dice.choice((0, 1, 1, 3)))
        ]
    return events, sales, segments


def _expected(events: Iterable[Event], sales: Iterable[Sale], segments: dict[str, str]) -> Lags:
    """The same in plain Python and pandas: the earliest B and deal after the entry, and the days to every deal."""
    rows = []
    for name, segment in segments.items():
        own = {event.stage: float(event.when) for event in events if event.customer == name}
        entry, later = own["A"], own.get("B", -1.0)
        inside = sorted(
            (float(sale.when), sale.amount)
            for sale in sales
            if sale.customer == name and entry <= float(sale.when) <= entry + 90
        )
        bought = [when for when, _ in inside if when >= later]
        if not entry <= later <= entry + 90 or not bought:
            continue
        all_deals = sorted(
            float(sale.when) for sale in sales if sale.customer == name and float(sale.when) >= entry
        )
        second = [when for when in all_deals if when > bought[0] and when <= entry + 90]
        came = [entry, later, bought[0], second[0] if second else None]
        for turn, (when, amount) in enumerate(inside):
            for step, day in enumerate(came, 1):
                if day is not None:
                    rows.append((segment, step, max(0, _day(when) - _day(day)), amount, amount * (turn > 0)))
    frame: Any = pd.DataFrame(rows, columns=["segment", "step", "days", "money", "repeat_money"])
    sums = frame.groupby(["segment", "step", "days"])[["money", "repeat_money"]].sum()
    return {
        key: (Decimal(int(row[0])), Decimal(int(row[1])))
        for key, row in zip(sums.index, sums.to_numpy(), strict=True)
    }


def _day(when: float) -> int:
    """The calendar day: days of the tests begin at noon."""
    return int(when + 0.5)


def test_money_by_days_against_pandas(engine: sa.Engine) -> None:
    events, sales, segments = _random()
    facts = load(engine, events, sales, model=MODEL, segments=segments)
    frame: Any = fetch_payment_lag(facts, SCOPE, question())
    assert told(frame) == _expected(events, sales, segments)
    gross = frame.groupby(["segment", "step"])["money"].sum().unstack("step")
    assert (gross[1] == gross[2]).all()  # every buyer was at every step up to the deal
    assert (gross[1] == gross[3]).all()
