"""One identity value makes customers one, unless too many have it; the report keeps the log."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from dashboard.i18n.words import Words
from dashboard.journey.stages import preset
from data_access import schema
from data_access.ingest import derive
from data_access.ingest.identities import merge_log
from data_access.ingest.report import Merges, SharedValue
from data_access.ingest.report_text import render
from tests.unit.data_access.ingest.imports import Company

PEOPLE = """
  - {name: people, file: people.csv, customer: id,
     identities: {phone: {column: phone, normalise: phone}, email: {column: email, normalise: email}}}
"""


def test_the_merge_log_names_who_is_one_and_what_merges_nobody(company: Company) -> None:
    company.write(
        people="id,phone,email\n1,8 916 111 22 33,A@x.ru\n2,+79161112233,\n3,,a@x.ru\n4,,own@x.ru\n"
        + "".join(f"z{n},0,\n" for n in range(6))
    )
    report = company.load(PEOPLE)
    with company.engine.begin() as connection:
        derive.rebuild(
            connection,
            engagement="test",
            number=1,
            now=datetime(2026, 1, 1),
            zone="UTC",
            currency="RUB",
            model=preset("loop6"),
        )
        merges = merge_log(connection, "test")
        ids = dict(
            connection.execute(sa.select(schema.customer.c.customer_key, schema.customer.c.customer_id)).all()
        )
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
