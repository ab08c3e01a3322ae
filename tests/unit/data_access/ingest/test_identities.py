"""One identity value makes customers one, unless too many have it; the report keeps the log."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.stages import preset
from data_access import schema
from data_access.ingest import derive
from data_access.ingest.identities import merge_log, separate
from data_access.ingest.report import Merges, Separated, SharedValue
from data_access.ingest.report_text import render
from tests.unit.data_access.ingest.imports import Company

NOW = datetime(2026, 1, 1)
PEOPLE = """
  - {name: people, file: people.csv, customer: id,
     identities: {phone: {column: phone, normalise: phone}, email: {column: email, normalise: email}}}
"""


def rebuilt(company: Company) -> tuple[Merges, dict[str, int]]:
    """The merge log of the next generation, and the id of each customer key."""
    with company.engine.begin() as connection:
        derive.rebuild(
            connection,
            engagement="test",
            number=1,
            now=NOW,
            zone="UTC",
            currency="RUB",
            model=preset("loop6"),
        )
        merges = merge_log(connection, "test")
        pairs = sa.select(schema.customer.c.customer_key, schema.customer.c.customer_id)
        return merges, {row[0]: row[1] for row in connection.execute(pairs)}


def say(company: Company, value: str, *, apart: bool) -> Separated:
    with company.engine.begin() as connection:
        return separate(connection, "test", "phone", value, apart=apart, who="ann", now=NOW)


def test_the_merge_log_names_who_is_one_and_what_merges_nobody(company: Company) -> None:
    company.write(
        people="id,phone,email\n1,8 916 111 22 33,A@x.ru\n2,+79161112233,\n3,,a@x.ru\n4,,own@x.ru\n"
        + "".join(f"z{n},0,\n" for n in range(6))
    )
    report = company.load(PEOPLE)
    merges, ids = rebuilt(company)
    assert ids["1"] == ids["2"] == ids["3"] != ids["4"]
    assert len(set(ids.values())) == len(ids) - 2
    assert merges == Merges(
        people=1,
        keys=3,
        values=(
            SharedValue("email", "a@x.ru", 2, ("1", "3")),
            SharedValue("phone", "+79161112233", 2, ("1", "2")),
        ),
        too_wide=(SharedValue("phone", "0", 6),),
        too_wide_values=1,
    )
    assert render(report, Words("ru")) is not None


def test_what_people_write_into_a_field_that_may_not_stay_empty_merges_nobody(company: Company) -> None:
    company.write(
        people="id,phone,email\n"
        "1,0,нет\n2,0,нет\n3,000-00-00,no@no.ru\n4,0000000,no@no.ru\n5,+7 999 999-99-99,a\n6,89999999999,a\n"
        "7,8 777 777 77 71,b@x.ru\n8,87777777771,\n"
    )
    company.load(PEOPLE)
    merges, ids = rebuilt(company)
    assert (merges.people, merges.keys) == (1, 2)
    assert ids["7"] == ids["8"]
    assert len(set(ids.values())) == 7
    assert {(item.kind, item.value) for item in merges.placeholders} == {
        *(("phone", "0"), ("phone", "0000000"), ("phone", "+79999999999")),
        *(("email", "нет"), ("email", "no@no.ru"), ("email", "a")),
    }
    assert merges.placeholder_values == 6


def test_orders_of_a_phone_that_stands_for_nobody_have_no_customer(company: Company) -> None:
    company.write(
        people="id,phone,email\n1,0,\n2,89161112233,\n", orders="phone,rub\n0,10\n+79161112233,20\n"
    )
    orders = """
  - {name: orders, file: orders.csv, customer: {column: phone, normalise: phone, identity: phone},
     transactions: [{at: {value: "2025-01-01"}, amount: rub}]}
"""
    company.load(PEOPLE + orders)
    assert company.column(schema.transaction_line, "customer_key") == [None, "2"]


def test_people_whose_customers_differ_are_to_look_at(company: Company) -> None:
    company.write(
        people="id,phone,email\n"
        "1,89160000001,one@x.ru\n2,89160000001,two@x.ru\n"  # one phone, two e-mails
        "3,89160000003,three@x.ru\n4,89160000003,\n"  # nothing against it
        "5,89160000005,five@x.ru\n5,89160000005,also@x.ru\n6,89160000005,five@x.ru\n"  # one customer has both
    )
    company.load(PEOPLE)
    merges, _ = rebuilt(company)
    assert (merges.people, merges.differing_people) == (3, 1)
    assert merges.differing == (SharedValue("phone", "+79160000001", 2, ("1", "2"), "email"),)


def test_a_value_is_kept_apart_and_joined_again(company: Company) -> None:
    company.write(people="id,phone,email\n1,89160000001,\n2,+79160000001,\n")
    company.load(PEOPLE)
    assert say(company, "8 916 000 00 01", apart=True) == Separated("phone", "+79160000001", True)
    merges, ids = rebuilt(company)
    assert (merges.people, merges.apart_values) == (0, 1)
    assert ids["1"] != ids["2"]
    company.write(people="id,phone,email\n3,8-916-0000001,\n")
    company.load(PEOPLE)
    assert len(set(rebuilt(company)[1].values())) == 3  # it holds for later imports
    for value, apart, code in (
        ("89160000001", True, "already_apart"),
        ("89990001122", True, "unknown_identity"),
    ):
        with pytest.raises(JourneyError, match=code):
            say(company, value, apart=apart)
    say(company, "+79160000001", apart=False)
    merges, ids = rebuilt(company)
    assert (merges.people, merges.keys, len(set(ids.values()))) == (1, 3, 1)
    with pytest.raises(JourneyError, match="not_apart"):
        say(company, "+79160000001", apart=False)
