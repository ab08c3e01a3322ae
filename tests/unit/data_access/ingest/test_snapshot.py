"""`mode: snapshot`: newer rows replace older facts, and what a row said before stays as an event."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dashboard.errors import JourneyError
from data_access import schema
from tests.unit.data_access.ingest.imports import Company

CRM = """
  - name: crm
    file: crm*.csv
    mode: snapshot
    row: id
    customer: who
    deal: id
    segment: city
    outcome: {column: status, won: [Won], lost: [Lost], reason: why}
    where: [{column: status, not_in: [Spam]}]
    events:
      - {stage: initial_consideration, at: created}
      - stage: {column: status, map: {New: initial_consideration, Talk: active_evaluation, Offer: active_evaluation}}
        at: {first: [changed, created]}
        where: [{column: status, not_in: [Won, Lost]}]
    transactions: [{id: id, at: changed, amount: sum, where: [{column: status, in: [Won]}]}]
"""
HEADER = "id,who,city,status,why,created,changed,sum\n"
NOW = datetime(2026, 6, 1, 12)


def crm(company: Company, name: str, *rows: str, now: datetime = NOW) -> Any:
    company.write(**{name: HEADER + "".join(f"{row}\n" for row in rows)})
    return company.one(CRM, now=now)


def statuses(company: Company) -> list[tuple]:
    """Deal, label, local day and `past` of the statuses, in time order."""
    rows = [row for row in company.rows(schema.event) if row["raw_label"]]
    rows.sort(key=lambda row: (row["deal_ref"], row["occurred_at"]))
    return [(row["deal_ref"], row["raw_label"], row["local_day"], bool(row["past"])) for row in rows]


def test_a_corrected_row_replaces_its_facts(company: Company) -> None:
    crm(company, "crm", "1,a,Tver,Won,,2026-01-01,2026-02-01,100", "2,b,Omsk,New,,2026-01-01,,")
    source = crm(company, "crm", "1,a,Tver,Won,,2026-01-01,2026-02-03,120.50", "2,b,Omsk,New,,2026-01-01,,")
    assert (source.accepted, source.known, source.replaced, source.removed) == (1, 1, 1, 0)
    (line,) = company.rows(schema.transaction_line)
    assert (line["amount"], line["local_day"]) == (Decimal("120.5"), date(2026, 2, 3))
    assert len(company.rows(schema.event)) == 3
    assert len(company.rows(schema.segment_value)) == 2
    assert len(company.rows(schema.outcome)) == 1


def test_status_changes_become_events(company: Company) -> None:
    crm(company, "crm", "1,a,Tver,New,,2026-01-01,,")
    crm(company, "crm", "1,a,Tver,Talk,,2026-01-01,2026-01-10,")
    source = crm(company, "crm", "1,a,Tver,Offer,,2026-01-01,2026-01-20,")
    assert source.replaced == 1
    assert statuses(company) == [
        ("1", "New", date(2026, 1, 1), True),
        ("1", "Talk", date(2026, 1, 10), True),
        ("1", "Offer", date(2026, 1, 20), False),
    ]
    crm(company, "crm", "1,z,Tver,Lost,price,2026-01-01,2026-02-01,")  # the customer was corrected too
    assert [label for _, label, _, past in statuses(company) if past] == ["New", "Talk", "Offer"]
    assert set(company.column(schema.event, "customer_key")) == {"z"}
    (ending,) = company.rows(schema.outcome)
    assert (ending["outcome"], ending["reason"], ending["customer_key"]) == ("lost", "price", "z")
    crm(company, "crm", "1,z,Tver,Talk,,2026-01-01,2026-03-01,")  # opened again
    assert company.rows(schema.outcome) == []
    assert [(label, past) for _, label, _, past in statuses(company)] == [
        ("New", True), ("Talk", True), ("Offer", True), ("Talk", False),
    ]  # fmt: skip


def test_a_change_without_a_time_stands_at_the_import(company: Company) -> None:
    crm(company, "crm", "1,a,Tver,New,,2026-01-01,,")
    crm(company, "crm", "1,a,Tver,Talk,,2026-01-01,,", now=datetime(2026, 3, 5, 22))
    assert statuses(company) == [
        ("1", "New", date(2026, 1, 1), True),
        ("1", "Talk", date(2026, 3, 6), False),  # after midnight in Moscow
    ]
    talk = next(row for row in company.rows(schema.event) if row["raw_label"] == "Talk")
    assert (talk["occurred_at"], talk["date_only"]) == (datetime(2026, 3, 5, 21), True)


def test_importing_the_same_files_twice_changes_nothing(company: Company) -> None:
    crm(company, "crm1", "1,a,Tver,New,,2026-01-01,,", "2,b,Omsk,Won,,2026-01-01,2026-02-01,70")
    first = crm(
        company, "crm2", "1,a,Tver,Talk,,2026-01-01,2026-01-10,", "2,b,Omsk,Won,,2026-01-01,2026-02-01,90"
    )
    before = {table.name: company.rows(table) for table in schema.RAW}
    again = company.one(CRM)
    assert (again.accepted, again.known, again.replaced, again.removed) == (0, 4, 0, 0)
    assert {table.name: company.rows(table) for table in schema.RAW} == before
    assert (first.accepted, first.known, first.replaced) == (2, 2, 2)


def test_files_of_one_import_follow_each_other(company: Company) -> None:
    company.write(crm1=HEADER + "1,a,Tver,Won,,2026-01-01,2026-02-01,70\n")
    source = crm(company, "crm2", "1,a,Tver,Won,,2026-01-01,2026-02-01,90")
    assert (source.accepted, source.replaced) == (2, 1)
    assert company.column(schema.transaction_line, "amount") == [90]


def test_a_row_that_gives_nothing_any_more_takes_its_facts_along(company: Company) -> None:
    crm(company, "crm", "1,a,Tver,New,,2026-01-01,,", "2,b,Omsk,New,,2026-01-01,,")
    source = crm(company, "crm", "1,a,Tver,Spam,,2026-01-01,,", "2,b,Omsk,New,,2026-01-01,,")
    assert (source.accepted, source.removed) == (0, 1)
    assert set(company.column(schema.event, "deal_ref")) == {"2"}
    again = crm(company, "crm", "1,a,Tver,Spam,,2026-01-01,,", "2,b,Omsk,New,,2026-01-01,,")
    assert (again.accepted, again.removed) == (0, 0)
    back = crm(company, "crm", "1,a,Tver,Talk,,2026-01-01,,", "2,b,Omsk,New,,2026-01-01,,")
    assert back.accepted == 1


def test_a_newer_row_that_is_wrong_leaves_the_older_facts(company: Company) -> None:
    crm(company, "crm", "1,a,Tver,Won,,2026-01-01,2026-02-01,70")
    source = crm(company, "crm", "1,a,Tver,Won,,2026-01-01,2026-02-01,many")
    assert (source.rejected, source.replaced) == (1, 0)
    assert company.column(schema.transaction_line, "amount") == [70]


def test_a_snapshot_needs_the_id_of_its_rows(company: Company) -> None:
    company.write(crm=HEADER)
    with pytest.raises(JourneyError, match="mapping_needs_row"):
        company.one(CRM.replace("    row: id\n", ""))


def test_an_amount_of_the_deal_moves_to_the_row_that_tells_it_anew(company: Company) -> None:
    lines = """
  - name: lines
    file: lines.csv
    mode: snapshot
    row: {columns: [deal, item], join: ":"}
    customer: who
    transactions: [{id: deal, at: at, amount: sum, amount_per: deal, product: item}]
"""
    header = "who,deal,at,sum,item,note\n"
    company.write(lines=header + "a,1,2026-01-01,100,tea,\na,1,2026-01-01,100,cup,\n")
    company.one(lines)
    company.write(lines=header + "a,1,2026-01-01,100,tea,\na,1,2026-01-01,120,cup,\n")
    assert company.one(lines).rejected == 1  # the tea still says 100
    company.write(lines=header + "a,1,2026-01-01,120,tea,\na,1,2026-01-01,120,cup,\n")
    source = company.one(lines)
    assert (source.accepted, source.replaced) == (2, 2)
    assert sorted(company.column(schema.transaction_line, "amount")) == [0, 120]


def test_a_source_may_become_a_snapshot(company: Company) -> None:
    company.write(crm=HEADER + "1,a,Tver,Won,,2026-01-01,2026-02-01,70\n2,b,Omsk,New,,2026-01-01,,\n")
    company.one(CRM.replace("    mode: snapshot\n", ""))
    source = crm(company, "crm", "1,a,Tver,Won,,2026-01-01,2026-02-01,80", "2,b,Omsk,New,,2026-01-01,,")
    assert (source.accepted, source.replaced) == (2, 2)
    assert company.column(schema.transaction_line, "amount") == [80]
    assert len(company.rows(schema.event)) == 3


def test_an_id_that_stands_twice_takes_no_facts_of_its_first_row_along(company: Company) -> None:
    crm(company, "crm", "1,a,Tver,New,,2026-01-01,,")
    for _ in range(2):
        crm(company, "crm", "1,a,Tver,Talk,,2026-01-01,,", "1,a,Tver,Spam,,2026-01-01,,")
        assert [label for _, label, _, past in statuses(company) if not past] == ["Talk"]
