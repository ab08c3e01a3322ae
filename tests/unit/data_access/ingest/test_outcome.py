"""How deals end, amounts that stand once a deal, refunds, and values of several parts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from dashboard.errors import JourneyError
from data_access import schema
from tests.unit.data_access.ingest.imports import Company

DEALS = """
  - name: deals
    file: deals.csv
    customer: who
    deal: id
    outcome:
      column: status
      won: [Won]
      lost: ["Closed , lost", Junk]
      reason: why
      stage_when_lost: {column: was, map: {Talk: active_evaluation}}
    events:
      - {stage: initial_consideration, at: created, amount: budget, manager: seller}
    transactions:
      - {id: id, at: closed, amount: paid, where: [{column: status, in: [Won]}]}
"""
HEADER = "id,who,status,why,was,created,closed,budget,paid,seller\n"


def test_outcomes_come_from_the_status_of_the_row(company: Company) -> None:
    company.write(
        deals=HEADER + "1,a,Won,,,2026-01-01,2026-02-01 10:00,500,450,Ann\n"
        '2,b,"Closed, lost",price,Talk,2026-01-05,,300,,Bob\n'
        '3,c,"closed , lost",,,2026-01-06,,,,Bob\n'
        "4,d,Open,,Odd,2026-01-07,,10,,Bob\n"
        "5,,Junk,,Odd,2026-01-08,,10,,Bob\n"
    )
    source = company.one(DEALS.replace('"Closed , lost"', '"Closed, lost"'))
    assert source.written == {"event": 5, "transaction_line": 1, "outcome": 3}
    won, lost, junk = company.rows(schema.outcome)
    assert (won["outcome"], won["deal_ref"], won["occurred_at"], won["date_only"]) == (
        "won", "1", datetime(2026, 2, 1, 7), False,
    )  # fmt: skip
    assert won["amount"] == Decimal(500)
    assert (lost["outcome"], lost["reason"], lost["stage_when_lost"], lost["local_day"], lost["date_only"]) == (
        "lost", "price", "active_evaluation", date(2026, 1, 5), True,
    )  # fmt: skip
    assert (junk["customer_key"], junk["stage_when_lost"], junk["raw_label"]) == (None, None, "Junk")
    assert [(item.field, item.label, item.rows) for item in source.unmapped] == [
        ("stage_when_lost", "Odd", 1)
    ]
    assert source.look_alikes == ()


def test_an_outcome_may_have_a_time_of_its_own(company: Company) -> None:
    company.write(deals="id,who,status,ended\n1,a,lost,2026-03-01\n2,b,lost,\n3,c,open,\n4,d,lost,soon\n")
    source = company.one("""
  - name: deals
    file: deals.csv
    customer: who
    outcome: {column: status, lost: [lost], at: ended}
""")
    assert [(item.reason, item.rows) for item in source.rejections] == [("no_time", 1), ("not_a_time", 1)]
    assert source.left_out == {"nothing": 1}
    assert company.column(schema.outcome, "local_day") == [date(2026, 3, 1)]


def test_an_outcome_needs_a_label(company: Company) -> None:
    company.write(deals=HEADER)
    with pytest.raises(JourneyError, match="mapping_missing_key"):
        company.one(DEALS.replace('      won: [Won]\n      lost: ["Closed , lost", Junk]\n', ""))


LINES = """
  - name: lines
    file: lines*.csv
    customer: who
    transactions: [{id: deal, at: at, amount: sum, amount_per: deal, product: item, quantity: n}]
"""


def test_an_amount_of_the_deal_counts_once(company: Company) -> None:
    """Three lines of a deal of 100 are 100; another amount beside it is refused, and all money is told of."""
    first = "who,deal,at,sum,item,n\na,1,2026-01-01,100,tea,1\na,1,2026-01-01,100,cup,2\nb,2,2026-01-02,40,tea,1\n"
    company.write(lines1=first + "a,1,2026-01-01,70,pot,1\nc,,2026-01-03,5,x,1\nc,,2026-01-03,5,y,1\n")
    source = company.one(LINES)
    assert [(item.reason, item.rows) for item in source.rejections] == [("amount_differs", 1)]
    assert source.rejections[0].examples[0].value == "70.0000"
    assert company.column(schema.transaction_line, "amount") == [100, 0, 40, 5, 5]
    assert company.column(schema.transaction_line, "product") == ["tea", "cup", "tea", "x", "y"]
    (month,) = source.months
    assert (month.amount, month.amount_accepted, month.amount_rejected) == (220, 150, 70)
    again = company.one(LINES)
    assert (again.accepted, again.known, again.rejected) == (0, 5, 1)
    assert [month.amount for month in again.months] == [220]
    company.write(lines2="who,deal,at,sum,item,n\na,1,2026-01-01,100,spoon,1\na,1,2026-01-01,90,fork,1\n")
    more = company.one(LINES)
    assert (more.accepted, more.rejected) == (1, 2)
    assert sum(company.column(schema.transaction_line, "amount")) == 150


def test_a_rejected_row_leaves_the_amount_to_the_next(company: Company) -> None:
    company.write(lines="who,deal,at,sum,item,n\na,1,2026-01-01,100,tea,x\na,1,2026-01-01,100,cup,2\n")
    source = company.one(LINES)
    assert (source.accepted, source.rejected) == (1, 1)
    assert company.column(schema.transaction_line, "amount") == [100]
    assert [(month.amount, month.amount_rejected) for month in source.months] == [(100, 0)]


def test_refunds_name_their_deal_without_its_prefix(company: Company) -> None:
    company.write(sales="who,invoice,at,sum\na,536,2026-01-01,10\na,C536,2026-02-01,-10\n")
    company.one("""
  - name: sales
    file: sales.csv
    customer: who
    transactions: [{id: invoice, at: at, amount: sum, refund_of: {column: invoice, strip_prefix: C}}]
""")
    assert company.column(schema.transaction_line, "refund_ref") == ["536", "536"]


def test_cells_of_several_values_are_split(company: Company) -> None:
    company.write(
        people='id,phones,utm\n1,"8 916 1234567; +7 999 0000000",google / cpc\n2,8 999 000 00 00,direct\n'
    )
    company.one("""
  - name: people
    file: people.csv
    customer: id
    identities: {phone: {column: phones, split: ";", normalise: phone}}
    attributes:
      source: {column: utm, split: "/"}
      medium: {column: utm, split: ["/", 2], empty: none}
""")
    assert [(row["customer_key"], row["value"]) for row in company.rows(schema.identity)] == [
        ("1", "+79161234567"), ("1", "+79990000000"), ("2", "+79990000000"),
    ]  # fmt: skip
    told = [(row["customer_key"], row["name"], row["value"]) for row in company.rows(schema.attribute)]
    assert sorted(told) == [
        ("1", "medium", "cpc"), ("1", "source", "google"), ("2", "medium", "none"), ("2", "source", "direct"),
    ]  # fmt: skip


def test_choice_factors_have_importance_and_satisfaction(company: Company) -> None:
    company.write(answers="day,who,imp,sat,q\n2026-01-01,a,5,2,1\n2026-01-01,b,,4,7\n")
    source = company.one("""
  - name: answers
    file: answers.csv
    surveys:
      - {respondent: who, at: day, metric: {value: price}, importance: imp, satisfaction: sat,
         score: {column: q, range: [1, 5], reverse: true}}
""")
    (row,) = company.rows(schema.survey_answer)
    assert (row["importance"], row["satisfaction"], row["score"]) == (5.0, 2.0, 5.0)
    assert [(item.reason, item.rows) for item in source.rejections] == [("out_of_range", 1)]


def test_money_of_another_currency_is_refused(company: Company) -> None:
    company.write(
        sales="who,at,sum\na,2026-01-01,100 USD\na,2026-01-01,€ 5\na,2026-01-01,7 руб.\na,2026-01-01,many\n"
    )
    source = company.one("""
  - {name: sales, file: sales.csv, customer: who, transactions: [{at: at, amount: sum}]}
""")
    assert {item.reason: item.rows for item in source.rejections} == {"other_currency": 2, "not_a_number": 1}
    assert company.column(schema.transaction_line, "amount") == [7]
