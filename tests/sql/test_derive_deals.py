"""Deals from transaction lines: what adds up, what is a refund, what is no deal."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from data_access import schema
from tests.facts import Event, Sale, load, model_of

MODEL = model_of("ABC", deal="C")


def deals(engine: sa.Engine, *sales: Sale, events: tuple[Event, ...] = ()) -> list[tuple[Any, ...]]:
    """(kind, amount, deal number, reference) in order of time."""
    load(engine, events, sales, model=MODEL)
    deal = schema.deal.c
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(deal.kind, deal.amount, deal.deal_no, deal.deal_ref).order_by(deal.deal_id)
        )
        return [(row[0], float(row[1]), row[2], row[3]) for row in rows]


def test_lines_of_one_id_on_one_day_add_up(duck: sa.Engine) -> None:
    found = deals(duck, Sale("u1", 0, 70, "d1"), Sale("u1", 0.1, 30, "d1"))
    assert found == [("deal", 100, 1, "d1")]


def test_a_negative_line_of_the_same_day_is_a_discount(duck: sa.Engine) -> None:
    assert deals(duck, Sale("u1", 0, 100, "d1"), Sale("u1", 0.2, -15, "d1")) == [("deal", 85, 1, "d1")]


def test_a_negative_line_of_a_later_day_is_a_refund_at_its_own_time(duck: sa.Engine) -> None:
    found = deals(duck, Sale("u1", 0, 100, "d1"), Sale("u1", 1, -15, "d1"))
    assert found == [("deal", 100, 1, "d1"), ("refund", -15, None, "d1")]


def test_a_negative_line_with_an_id_of_its_own_is_a_refund(duck: sa.Engine) -> None:
    found = deals(duck, Sale("u1", 0, 100, "d1"), Sale("u1", 0, -15, "r1"))
    assert sorted(found) == [("deal", 100, 1, "d1"), ("refund", -15, None, "r1")]


def test_one_id_on_two_days_is_two_deals(duck: sa.Engine) -> None:
    found = deals(duck, Sale("u1", 0, 100, "d1"), Sale("u1", 1, 40, "d1"))
    assert found == [("deal", 100, 1, "d1"), ("deal", 40, 2, "d1")]


def test_rows_without_an_id_are_deals_of_their_own(duck: sa.Engine) -> None:
    found = deals(duck, Sale("u1", 0, 100), Sale("u1", 0, 100), Sale("u1", 0, -30))
    assert sorted(found, key=str) == [
        ("deal", 100, 1, None),
        ("deal", 100, 2, None),
        ("refund", -30, None, None),
    ]


def test_one_id_of_two_customers_is_two_deals(duck: sa.Engine) -> None:
    found = deals(duck, Sale("u1", 0, 100, "d1"), Sale("u2", 0, 40, "d1"))
    assert found == [("deal", 100, 1, "d1"), ("deal", 40, 1, "d1")]


def test_one_id_in_two_sources_is_two_deals(duck: sa.Engine) -> None:
    found = deals(duck, Sale("u1", 0, 100, "7", source="shop"), Sale("u1", 0, 40, "7", source="web"))
    assert sorted(found) == [("deal", 40, 2, "7"), ("deal", 100, 1, "7")]


@pytest.mark.parametrize("lines", [(0,), (50, -50)])
def test_zero_amounts_are_listed_and_are_no_deals(duck: sa.Engine, lines: tuple[int, ...]) -> None:
    found = deals(duck, *(Sale("u1", 0, amount, "d0") for amount in lines), Sale("u1", 1, 10, "d1"))
    assert found == [("zero", 0, None, "d0"), ("deal", 10, 1, "d1")]
    with duck.connect() as connection:
        aside = dict(connection.execute(sa.select(schema.set_aside.c.reason, schema.set_aside.c.rows)).all())
    assert aside == {"deal_zero": 1}


def test_deals_are_numbered_by_time_not_by_row(duck: sa.Engine) -> None:
    found = deals(duck, Sale("u1", 5, 2, "late"), Sale("u1", 1, 1, "early"), Sale("u2", 3, 9, "other"))
    assert found == [("deal", 1, 1, "early"), ("deal", 9, 1, "other"), ("deal", 2, 2, "late")]


def test_money_is_exact_to_four_places(duck: sa.Engine) -> None:
    load(duck, (), [Sale("u1", 0, "0.1001", "d1"), Sale("u1", 0, "0.2002", "d1")], model=MODEL)
    with duck.connect() as connection:
        assert connection.scalar(sa.select(schema.deal.c.amount)) == Decimal("0.3003")


def test_lines_of_a_deal_by_product_add_up_to_the_deal(duck: sa.Engine) -> None:
    sales = [
        Sale("u1", 0, 70, "d1", "tea"),
        Sale("u1", 0.1, -5, "d1", "tea"),
        Sale("u1", 0, 30, "d1", "cup"),
        Sale("u1", 0, 11, None, "tea"),
        Sale("u1", 0.01, 22, None, "cup"),
        Sale("u1", 0, 33),
    ]
    load(duck, (), sales, model=MODEL)
    line, deal = schema.deal_line, schema.deal
    with duck.connect() as connection:
        found = connection.execute(
            sa.select(deal.c.amount, line.c.product, line.c.amount)
            .join(line, line.c.deal_id == deal.c.deal_id)
            .order_by(deal.c.amount, line.c.product)
        ).all()
    assert [tuple(row) for row in found] == [
        (11, "tea", 11),
        (22, "cup", 22),
        (33, "(none)", 33),
        (95, "cup", 30),
        (95, "tea", 65),
    ]


def test_the_sale_channel_is_the_known_one(duck: sa.Engine) -> None:
    sales = [
        Sale("u1", 0, 70, "d1", channel=None),
        Sale("u1", 0, 30, "d1", channel="store"),
        Sale("u2", 0, 30, "d2"),
    ]
    load(duck, (), sales, model=MODEL)
    with duck.connect() as connection:
        found = connection.execute(sa.select(schema.deal.c.deal_ref, schema.deal.c.sale_channel)).all()
    assert {tuple(row) for row in found} == {("d1", "store"), ("d2", "(none)")}


def test_the_local_day_decides_what_adds_up(duck: sa.Engine) -> None:
    # 23:30 and 00:30 in Berlin are two days, although both are 5 March in UTC
    sales = [
        Sale("u1", datetime(2026, 3, 5, 22, 30), 10, "d1"),
        Sale("u1", datetime(2026, 3, 5, 23, 30), 20, "d1"),
    ]
    load(duck, (), sales, model=MODEL, zone="Europe/Berlin")
    with duck.connect() as connection:
        found = connection.execute(sa.select(schema.deal.c.local_day, schema.deal.c.amount)).all()
    assert sorted(tuple(row) for row in found) == [(date(2026, 3, 5), 10), (date(2026, 3, 6), 20)]


def test_a_sale_without_a_customer_stands_outside(duck: sa.Engine) -> None:
    assert deals(duck, Sale(None, 0, 100, "d1"), Sale("u1", 0, 5, "d2")) == [("deal", 5, 1, "d2")]
    with duck.connect() as connection:
        row = connection.execute(
            sa.select(schema.set_aside.c.reason, schema.set_aside.c.rows, schema.set_aside.c.amount)
        ).one()
    assert tuple(row) == ("transaction_no_customer", 1, Decimal(100))
