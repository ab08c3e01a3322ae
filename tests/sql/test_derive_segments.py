"""Segments over time, people under several keys, labels in the order of screens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from data_access import schema
from tests.facts import SCOPE, Event, Sale, load, model_of, walk
from tests.raw_rows import at

MODEL = model_of("ABC", deal="C")
START, END = datetime(1, 1, 1), datetime(9999, 12, 31)


def spans(engine: sa.Engine, customer: str = "u1") -> list[tuple[Any, ...]]:
    span, known = schema.segment_span.c, schema.customer
    statement = (
        sa.select(span.segment, span.since, span.until)
        .join(known, known.c.customer_id == span.customer_id)
        .where(known.c.customer_key == customer)
        .order_by(span.since)
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def test_a_segment_without_a_date_holds_always(duck: sa.Engine) -> None:
    load(duck, walk("u1 A0"), model=MODEL, segments={"u1": "gift"})
    assert spans(duck) == [("gift", START, END)]


def test_dated_segments_take_over_one_after_the_other(duck: sa.Engine) -> None:
    events = [
        Event("u1", "A", 5, segment="loyal"),
        Event("u1", "A", 0, segment="new"),
        Event("u1", "B", 3, segment="new"),
    ]
    load(duck, events, model=MODEL)
    assert spans(duck) == [("new", at(0), at(5)), ("loyal", at(5), END)]


def test_a_dated_segment_takes_over_from_the_one_that_holds_always(duck: sa.Engine) -> None:
    load(duck, [Event("u1", "A", 5, segment="loyal")], model=MODEL, segments={"u1": "gift"})
    assert spans(duck) == [("gift", START, at(5)), ("loyal", at(5), END)]


def test_of_two_values_at_one_moment_the_later_row_wins(duck: sa.Engine) -> None:
    events = [Event("u1", "A", 0, segment="first"), Event("u1", "B", 0, segment="second")]
    load(duck, events, model=MODEL)
    assert spans(duck) == [("second", at(0), END)]


def test_a_segment_of_the_future_stands_outside(duck: sa.Engine) -> None:
    events = [Event("u1", "A", 0, segment="new"), Event("u1", "A", 9, segment="loyal")]
    facts = load(duck, events, model=MODEL, now=at(5))
    assert spans(duck) == [("new", at(0), END)]
    assert facts.info(SCOPE).segments == ("new",)


def test_segments_stand_by_size_and_nobody_last(duck: sa.Engine) -> None:
    segments = {"u1": "a", "u2": "b", "u3": "b"}
    facts = load(duck, walk("u9 A0"), model=MODEL, segments=segments)
    assert facts.info(SCOPE).segments == ("b", "a", "(none)")


def test_without_segments_everybody_is_nobodys(duck: sa.Engine) -> None:
    assert load(duck, walk("u1 A0"), model=MODEL).info(SCOPE).segments == ("(none)",)


def test_channels_stand_by_touches_and_sales_channels_apart(duck: sa.Engine) -> None:
    events = [
        *walk("u1 A0", channel="ads"),
        *walk("u1 A1 A2", channel="site"),
        *[Event("u1", "unmapped", 3, channel="fax")] * 3,
    ]
    facts = load(duck, events, [Sale("u1", 3, 1, channel="store")], model=MODEL)
    assert facts.info(SCOPE).channels == ("site", "ads")


def people(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        statement = sa.select(schema.customer.c.customer_key, schema.customer.c.customer_id)
        return {row[0]: row[1] for row in connection.execute(statement)}


@pytest.mark.parametrize("shared", [2, 3, 5])
def test_a_value_on_two_to_five_customers_makes_them_one(duck: sa.Engine, shared: int) -> None:
    keys = [f"u{place}" for place in range(shared)]
    load(duck, walk("u9 A0"), model=MODEL, identities=[(key, "card", "900") for key in keys])
    found = people(duck)
    assert len({found[key] for key in keys}) == 1
    assert found["u9"] not in {found[key] for key in keys}


def test_a_value_on_six_customers_merges_nobody(duck: sa.Engine) -> None:
    keys = [f"u{place}" for place in range(6)]
    load(duck, (), model=MODEL, identities=[(key, "phone", "0") for key in keys])
    assert len(set(people(duck).values())) == 6


def test_the_same_value_of_another_kind_merges_nobody(duck: sa.Engine) -> None:
    load(duck, (), model=MODEL, identities=[("u1", "seller", "7"), ("u2", "card", "7")])
    assert len(set(people(duck).values())) == 2


def test_merging_goes_on_through_chains(duck: sa.Engine) -> None:
    chain = [("u3", "card", "1"), ("u2", "card", "1"), ("u2", "mail", "x"), ("u1", "mail", "x")]
    load(duck, walk("u4 A0"), model=MODEL, identities=chain)
    found = people(duck)
    assert found["u1"] == found["u2"] == found["u3"] != found["u4"]


def test_one_person_under_two_keys_has_one_journey(duck: sa.Engine) -> None:
    facts = load(
        duck,
        [*walk("u1 A0"), *walk("u2 B1", segment="gift")],
        [Sale("u2", 2, 10), Sale("u1", 3, 10)],
        model=MODEL,
        identities=[("u1", "card", "7"), ("u2", "card", "7")],
    )
    journey = schema.journey.c
    found = facts.frame(
        SCOPE, sa.select(journey.customer_id, journey.stage, journey.deal_no).order_by(journey.item)
    )
    assert found["stage"].tolist() == ["A", "B", "C", "C"]
    assert len(set(found["customer_id"])) == 1
    assert found["deal_no"].tolist()[2:] == [1, 2]
    assert spans(duck, "u1") == spans(duck, "u2") == [("gift", at(1), END)]


def test_a_date_only_segment_holds_from_the_start_of_its_day(duck: sa.Engine) -> None:
    load(duck, [Event("u1", "A", date(2026, 3, 5), segment="new")], model=MODEL, zone="Asia/Kathmandu")
    assert spans(duck) == [("new", datetime(2026, 3, 4, 18, 15), END)]
