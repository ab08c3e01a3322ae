"""One ordered journey per customer: ties, instants, absorbed events, what comes next."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from data_access import schema
from tests.facts import Event, Sale, load, model_of, walk
from tests.raw_rows import at

MODEL = model_of("ABCDE", deal="C", nth={"E": 2})
J = schema.journey.c


def journey(engine: sa.Engine, *columns: Any, customer: str = "u1") -> list[Any]:
    """Columns of one customer's journey in order; a single column comes as plain values."""
    known = schema.customer
    statement = (
        sa.select(*columns)
        .join(known, known.c.customer_id == J.customer_id)
        .where(known.c.customer_key == customer)
        .order_by(J.item)
    )
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(statement)]
    return [row[0] for row in rows] if len(columns) == 1 else rows


def test_time_comes_first_then_the_stage_then_the_row(duck: sa.Engine) -> None:
    events = [
        Event("u1", "B", 1, touchpoint="second"),
        Event("u1", "B", 1, touchpoint="third"),
        Event("u1", "A", 1, touchpoint="first"),
        Event("u1", "A", 0, touchpoint="earlier"),
    ]
    load(duck, events, model=MODEL)
    assert journey(duck, J.touchpoint) == ["earlier", "first", "second", "third"]


def test_a_day_that_holds_a_calendar_day_fact_is_one_instant(duck: sa.Engine) -> None:
    day = date(2026, 3, 5)
    events = [
        Event("u1", "B", datetime(2026, 3, 5, 9)),
        Event("u1", "A", day),
        Event("u1", "A", datetime(2026, 3, 6, 9)),
        Event("u2", "B", datetime(2026, 3, 5, 9)),
    ]
    load(duck, events, model=MODEL)
    start, noon = datetime(2026, 3, 5), datetime(2026, 3, 6, 9)
    assert journey(duck, J.stage, J.moment, J.instant) == [
        ("A", start, True),
        ("B", start, True),
        ("A", noon, False),
    ]
    assert journey(duck, J.moment, J.instant, customer="u2") == [(datetime(2026, 3, 5, 9), False)]


def test_a_calendar_day_is_a_day_of_the_engagements_zone(duck: sa.Engine) -> None:
    # 5 March begins at 18:15 UTC of the 4th in Kathmandu; 18:30 UTC lies in it
    events = [Event("u1", "A", date(2026, 3, 5)), Event("u1", "B", datetime(2026, 3, 4, 18, 30))]
    load(duck, events, model=MODEL, zone="Asia/Kathmandu")
    start = datetime(2026, 3, 4, 18, 15)
    assert journey(duck, J.moment, J.local_day, J.instant) == [(start, date(2026, 3, 5), True)] * 2


def test_a_date_only_deal_makes_its_day_an_instant_too(duck: sa.Engine) -> None:
    load(duck, [Event("u1", "B", datetime(2026, 3, 5, 9))], [Sale("u1", date(2026, 3, 5), 10)], model=MODEL)
    assert journey(duck, J.stage, J.instant) == [("B", True), ("C", True)]


def test_deals_alone_reach_the_deal_stage_where_there_are_transactions(duck: sa.Engine) -> None:
    events = [*walk("u1 A0"), Event("u1", "C", 1, channel="site", deal_ref="d1")]
    load(duck, events, [Sale("u1", 2, 10, "d1", channel="store")], model=MODEL)
    assert journey(duck, J.stage, J.is_step, J.is_touch, J.reach_order, J.channel) == [
        ("A", True, True, 1, "(none)"),
        ("C", False, True, None, "site"),
        ("C", True, False, 3, "store"),
    ]


def aside(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        statement = sa.select(schema.set_aside.c.reason, schema.set_aside.c.rows)
        return {row[0]: row[1] for row in connection.execute(statement)}


def test_an_event_is_absorbed_by_its_deal_id_else_by_the_day(duck: sa.Engine) -> None:
    events = [
        Event("u1", "C", 0, deal_ref="d1"),  # same id, other day
        Event("u1", "C", 5.1),  # no id, same day
        Event("u1", "C", 9),  # neither: won without money
        Event("u2", "C", 5, deal_ref="d1"),  # of somebody else
    ]
    load(duck, events, [Sale("u1", 5, 10, "d1")], model=MODEL)
    assert aside(duck) == {"won_without_money": 2}


def test_a_refund_absorbs_nothing(duck: sa.Engine) -> None:
    load(duck, [Event("u1", "C", 0)], [Sale("u1", 0, -10, "r1")], model=MODEL)
    assert aside(duck) == {"won_without_money": 1}


def test_without_transactions_events_reach_the_deal_stage(duck: sa.Engine) -> None:
    load(duck, walk("u1 A0 C1"), model=MODEL)
    assert journey(duck, J.stage, J.is_step, J.is_touch, J.reach_order) == [
        ("A", True, True, 1),
        ("C", True, True, 3),
    ]
    assert aside(duck) == {}


def test_the_second_deal_reaches_its_stage(duck: sa.Engine) -> None:
    load(duck, (), [Sale("u1", 0, 1), Sale("u1", 1, -1), Sale("u1", 2, 1), Sale("u1", 3, 1)], model=MODEL)
    assert journey(duck, J.deal_no, J.reach_order) == [(1, 3), (2, 5), (3, 5)]


def test_refunds_and_zero_deals_are_no_rows_of_the_journey(duck: sa.Engine) -> None:
    load(duck, walk("u1 A0"), [Sale("u1", 1, -5), Sale("u1", 2, 0)], model=MODEL)
    assert journey(duck, J.stage) == ["A"]


def test_unmapped_events_neither_walk_nor_touch(duck: sa.Engine) -> None:
    load(duck, [*walk("u1 A0"), Event("u1", "unmapped", 1), *walk("u1 B2")], model=MODEL)
    assert journey(duck, J.stage, J.is_step, J.is_touch, J.run_no) == [
        ("A", True, True, 1),
        ("unmapped", False, False, None),
        ("B", True, True, 2),
    ]
    assert aside(duck) == {"event_unmapped": 1}


def test_runs_of_one_stage_are_numbered_over_steps_alone(duck: sa.Engine) -> None:
    events = [*walk("u1 A0 A1 B2 A4"), Event("u1", "C", 3, deal_ref="x")]
    load(duck, events, [Sale("u1", 9, 1)], model=MODEL)
    assert journey(duck, J.stage, J.run_no) == [
        ("A", 1),
        ("A", 1),
        ("B", 2),
        ("C", None),
        ("A", 3),
        ("C", 4),
    ]


def test_onward_is_the_next_later_stage_never_an_earlier_one(duck: sa.Engine) -> None:
    load(duck, walk("u1 B0 A1 B2 D3 A4"), model=MODEL)
    assert journey(duck, J.stage, J.onward_moment) == [
        ("B", at(3)),
        ("A", at(2)),
        ("B", at(3)),
        ("D", None),
        ("A", None),
    ]


def test_a_later_stage_at_the_same_instant_counts(duck: sa.Engine) -> None:
    load(duck, walk("u1 A0 B0"), model=MODEL)
    assert journey(duck, J.stage, J.onward_moment) == [("A", at(0)), ("B", None)]


def test_onward_to_the_deal_is_the_deal_not_the_event(duck: sa.Engine) -> None:
    load(duck, walk("u1 A0 C1"), [Sale("u1", 5, 10)], model=MODEL)
    assert journey(duck, J.stage, J.onward_moment)[:2] == [("A", at(5)), ("C", None)]


def test_the_second_deal_is_later_than_what_follows_the_first(duck: sa.Engine) -> None:
    load(duck, walk("u1 D1"), [Sale("u1", 0, 10), Sale("u1", 5, 10)], model=MODEL)
    assert [row for row in journey(duck, J.stage, J.onward_moment) if row[0] == "D"] == [("D", at(5))]


def test_from_the_last_stage_onward_is_another_deal(duck: sa.Engine) -> None:
    load(duck, walk("u1 E3 E9"), [Sale("u1", 0, 10), Sale("u1", 3, 10), Sale("u1", 5, 10)], model=MODEL)
    touched = [row for row in journey(duck, J.stage, J.moment, J.onward_moment) if row[0] == "E"]
    # the deal of the same instant is what brought the customer here, not another one
    assert touched == [("E", at(3), at(5)), ("E", at(9), None)]


def test_onward_keeps_the_day_and_whether_it_is_a_calendar_day(duck: sa.Engine) -> None:
    events = [Event("u1", "A", datetime(2026, 3, 1, 9)), Event("u1", "B", date(2026, 3, 5))]
    load(duck, events, model=MODEL)
    first = journey(duck, J.onward_moment, J.onward_day, J.onward_instant)[0]
    assert first == (datetime(2026, 3, 5), date(2026, 3, 5), True)


def test_deals_have_no_onward(duck: sa.Engine) -> None:
    load(duck, walk("u1 D5"), [Sale("u1", 0, 10)], model=MODEL)
    assert journey(duck, J.stage, J.onward_moment) == [("C", None), ("D", None)]
