"""Rows become facts: what counts, what is refused, what is known, and that the sums agree."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from data_access import schema
from data_access.ingest.report import ImportReport
from data_access.ingest.report_text import render
from tests.unit.data_access.ingest.imports import SMALL, Company

EVENTS = """
  - name: touches
    file: touches.csv
    customer: who
    events:
      - {stage: {column: stage, map: {Lead: initial_consideration, Talk: active_evaluation}}, at: at, channel: channel}
"""
SALES = """
  - name: sales
    file: sales*.csv
    customer: who
    transactions: [{id: order, at: at, amount: amount}]
"""


def test_events_keep_label_channel_and_time(company: Company) -> None:
    company.write(
        touches="who,stage,at,channel\nann,Lead,2026-03-01 10:00,E-Mail\nbob, Talk ,2026-03-02,paid_search\n"
    )
    source = company.one(EVENTS)
    first, second = company.rows(schema.event)
    assert (first["stage"], first["raw_label"], first["channel"]) == (
        "initial_consideration",
        "Lead",
        "email",
    )
    assert first["occurred_at"] == datetime(2026, 3, 1, 7)
    assert (second["stage"], second["channel"]) == ("active_evaluation", "paid_search")
    assert (second["local_day"], second["date_only"]) == (date(2026, 3, 2), True)
    assert [first["event_id"], second["event_id"]] == [1, 2]
    assert (source.rows, source.accepted, source.written) == (2, 2, {"event": 2})


def test_unmapped_labels_are_kept_and_counted(company: Company) -> None:
    company.write(
        touches="who,stage,at,channel\na,Lead,2026-03-01,\nb,Odd,2026-03-01,\nc,Odd,2026-03-01,\nd,,2026-03-01,\n"
    )
    source = company.one(EVENTS)
    assert [(item.field, item.label, item.rows) for item in source.unmapped] == [
        ("stage", "Odd", 2),
        ("stage", None, 1),
    ]
    assert company.column(schema.event, "stage") == [
        "initial_consideration",
        "unmapped",
        "unmapped",
        "unmapped",
    ]
    assert company.column(schema.event, "raw_label") == ["Lead", "Odd", "Odd", None]


def test_a_row_is_taken_or_refused_as_a_whole(company: Company) -> None:
    company.write(
        sales="who,order,at,amount\n"
        "ann,1,2026-03-01,10.50\n"
        "ann,2,2026-03-99,20\n"
        "ann,3,2026-03-03,abc\n"
        "\n"
        "ann,4,2026-03-04\n"
        "ann,5,,40\n"
        "ann,6,2026-03-06,\n"
        ",7,2026-03-07,70\n"
    )
    source = company.one(SALES, rejected_path=company.folder / "rejected.csv")
    assert (source.rows, source.accepted, source.rejected) == (7, 2, 5)
    found = {item.reason: (item.rows, item.examples[0]) for item in source.rejections}
    assert {reason: (rows, row.row, row.column, row.value) for reason, (rows, row) in found.items()} == {
        "not_a_time": (1, 3, "at", "2026-03-99"),
        "not_a_number": (1, 4, "amount", "abc"),
        "wrong_cell_count": (1, 6, "", "ann,4,2026-03-04"),
        "no_time": (1, 7, "at", None),
        "no_amount": (1, 8, "amount", None),
    }
    assert company.column(schema.transaction_line, "transaction_ref") == ["1", "7"]
    assert company.column(schema.transaction_line, "customer_key") == ["ann", None]
    assert (source.rows_without_customer, source.amount_without_customer) == (1, Decimal(70))
    listed = (company.folder / "rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(listed) == 6
    assert listed[1].split(",")[1] == "sales.csv"


def test_rejected_cells_are_no_formulas(company: Company) -> None:
    company.write(sales="who,order,at,amount\na,1,=1+1,5\na,2,-5,5\n")
    company.one(SALES, rejected_path=company.folder / "rejected.csv")
    text = (company.folder / "rejected.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert ",-5," in text


def test_control_sums_add_up_by_month(company: Company) -> None:
    rows = ["who,order,at,amount,kind"]
    rows += ["a,1,2026-01-31,0.01,x", "b,2,2026-02-01,99999999999999.99,x", "b,2,2026-02-02,-5.5,x"]
    rows += ["c,3,2026-02-03,1,skip", "c,3,bad,7,x"]
    company.write(sales="\n".join(rows))
    where = SALES.replace("    customer", "    where: [{column: kind, in: [x]}]\n    customer")
    source = company.one(where)
    january, february, undated = source.months
    assert (january.month, january.amount, january.amount_accepted) == (
        "2026-01",
        Decimal("0.01"),
        Decimal("0.01"),
    )
    assert february.amount_accepted == Decimal("99999999999994.49")
    assert (february.rows_left_out, february.amount_left_out) == (1, Decimal(1))
    assert (undated.month, undated.rows_rejected, undated.amount_rejected) == (None, 1, Decimal(7))
    assert sum(month.rows for month in source.months) == source.rows == 5
    assert source.left_out == {"where": 1}


lines = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.integers(0, 3)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=lines, more=lines)
def test_importing_again_changes_nothing_and_growth_brings_new_rows_alone(
    tmp_path_factory: pytest.TempPathFactory, first: list[tuple], more: list[tuple]
) -> None:
    company = Company(tmp_path_factory.mktemp("company"))
    before = _sheet(first)
    assert company.write(sales=before).one(SALES).accepted == len(first)
    again = company.one(SALES)
    assert (again.accepted, again.known) == (0, len(first))
    grown = company.write(sales=_sheet(first + more)).one(SALES)
    assert (grown.accepted, grown.known) == (len(more), len(first))
    stored = company.rows(schema.transaction_line)
    assert sorted(
        (row["customer_key"], int(row["transaction_ref"]), int(row["amount"])) for row in stored
    ) == sorted(first + more)
    assert len({row["row_key"] for row in stored}) == len(stored)
    assert sorted(row["line_id"] for row in stored) == list(range(1, len(stored) + 1))
    company.engine.dispose()


def _sheet(rows: list[tuple]) -> str:
    return "who,order,at,amount\n" + "".join(
        f"{who},{order},2026-03-01,{amount}\n" for who, order, amount in rows
    )


def test_rows_that_two_files_share_are_one(company: Company) -> None:
    company.write(sales1=_sheet([("a", 1, 5), ("a", 1, 5)]), sales2=_sheet([("a", 1, 5), ("b", 2, 6)]))
    source = company.one(SALES)
    assert [file.file for file in source.files] == ["sales1.csv", "sales2.csv"]
    assert (source.rows, source.accepted, source.known) == (4, 3, 1)


def test_a_row_id_that_repeats_in_the_file_is_refused(company: Company) -> None:
    company.write(sales="id,who,order,at,amount\n1,a,1,2026-03-01,5\n1,a,2,2026-03-01,6\n,a,3,2026-03-01,7\n")
    own = SALES.replace("    customer", "    row: id\n    customer")
    source = company.one(own)
    assert {item.reason: item.rows for item in source.rejections} == {"row_id_repeats": 1, "no_row_id": 1}
    assert company.column(schema.transaction_line, "row_key") == ["id:1"]
    company.write(sales="id,who,order,at,amount\n1,a,1,2026-03-01,999\n2,a,2,2026-03-01,6\n")
    again = company.one(own)
    assert (again.accepted, again.known) == (1, 1)
    assert company.column(schema.transaction_line, "amount") == [Decimal(5), Decimal(6)]


def test_one_row_gives_several_facts(company: Company) -> None:
    company.write(deals="who,created,closed,sum,status,city,age,device\n"
                  "a,2026-01-01,2026-02-01,100,won,Тверь,30,phone\n"
                  "b,2026-01-05,,50,open,,,\"it's \"\"x\"\"\"\n")  # fmt: skip
    source = company.one("""
  - name: deals
    file: deals.csv
    customer: who
    segment: {column: city, empty: "(none)"}
    attributes: {age: {column: age, type: integer, bands: [18, 30, 60]}}
    events:
      - {stage: initial_consideration, at: created, attributes: {device: device, age: {column: age, type: integer}}}
      - {stage: active_evaluation, at: closed}
    transactions:
      - {at: {first: [closed, created]}, amount: sum, where: [{column: status, in: [won]}]}
""")
    assert source.accepted == 2
    assert source.written == {"event": 3, "transaction_line": 1, "attribute": 1, "segment_value": 2}
    events = company.rows(schema.event)
    assert [(row["customer_key"], row["stage"]) for row in events] == [
        ("a", "initial_consideration"), ("a", "active_evaluation"), ("b", "initial_consideration"),
    ]  # fmt: skip
    assert json.loads(events[0]["attributes"]) == {"age": 30, "device": "phone"}
    assert json.loads(events[2]["attributes"]) == {"device": 'it\'s "x"'}
    assert company.column(schema.attribute, "value") == ["30-59"]
    values = company.rows(schema.segment_value)
    assert [row["segment"] for row in values] == ["Тверь", "(none)"]
    assert values[0]["valid_from"] == datetime(2025, 12, 31, 21)  # from the row's earliest time on
    assert len({row["row_key"] for row in events}) == 2


def test_identities_find_customers_of_other_sources(company: Company) -> None:
    company.write(
        people="id,phone\n1,8 (916) 123-45-67\n2,+7 999 000 00 00\n",
        calls="phone,at\n79161234567,2026-03-01\n9160000001,2026-03-02\n,2026-03-03\n",
    )
    people = """
  - {name: people, file: people.csv, customer: id, identities: {phone: {column: phone, normalise: phone}}}
"""
    calls = """
  - name: calls
    file: calls.csv
    customer: {column: phone, normalise: phone, identity: phone, only_known: %s}
    events: [{stage: active_evaluation, at: at}]
"""
    known = company.load(people + calls % "true").sources[1]
    assert (known.accepted, known.left_out) == (1, {"only_known": 2})
    assert company.column(schema.event, "customer_key") == ["1"]
    everybody = company.load(calls % "false").sources[0]
    assert (everybody.accepted, everybody.known, everybody.rows_without_customer) == (2, 1, 1)
    assert company.column(schema.event, "customer_key") == ["1", "phone:+79160000001", None]
    assert [(row["customer_key"], row["value"]) for row in company.rows(schema.identity)] == [
        ("1", "+79161234567"), ("2", "+79990000000"), ("phone:+79160000001", "+79160000001"),
    ]  # fmt: skip


def test_costs_surveys_and_lookups(company: Company) -> None:
    company.write(
        spend="day;channel;rub\n01.03.2026;Сайт;1 000,50\n",
        nps="day,who,q,a,why\n1,a,nps,9,ok\n2,b,nps,11,\n",
        names="code,label\nS,site\n",
    )
    report = company.load("""
  - {name: spend, file: spend.csv, costs: [{day: day, channel: channel, amount: rub, stage: purchase}]}
  - name: nps
    file: nps.csv
    customer: who
    surveys:
      - at: {text: "2026-03-0{day}"}
        metric: nps
        stage: experience
        channel: {value: S, lookup: {file: names.csv, key: code, value: label}}
        score: {column: a, invalid: [11]}
        text: why
""")
    spent = company.rows(schema.cost)[0]
    assert (spent["local_day"], spent["channel"], spent["amount"], spent["stage"]) == (
        date(2026, 3, 1), "site", Decimal("1000.5"), "purchase",
    )  # fmt: skip
    first, second = company.rows(schema.survey_answer)
    assert (first["score"], first["channel"], first["comment"], first["metric"]) == (9.0, "site", "ok", "nps")
    assert (second["score"], second["date_only"]) == (None, True)
    assert report.accepted == 3


def test_wrong_scales_are_refused(company: Company) -> None:
    company.write(touches="who,at,mood,n\na,2026-03-01,5,1\na,2026-03-02,3,x\na,2026-03-03,1,2.5\n")
    source = company.one("""
  - name: touches
    file: touches.csv
    customer: who
    attributes: {n: {column: n, type: integer}}
    events: [{stage: experience, at: at, sentiment: {column: mood, scale: 0.5, offset: -1}}]
""")
    assert {item.reason: item.examples[0].row for item in source.rejections} == {
        "out_of_range": 2, "not_a_number": 3, "not_whole": 4,
    }  # fmt: skip


def test_labels_that_look_alike_are_reported_and_kept_apart(company: Company) -> None:
    company.write(touches="who,stage,at,channel\na,Lead,2026-03-01,GTXPro\nb,Lead,2026-03-01,GTX Pro\n")
    source = company.one(EVENTS)
    assert [item.labels for item in source.look_alikes] == [("GTX Pro", "GTXPro")]
    assert company.column(schema.event, "channel") == ["GTXPro", "GTX Pro"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("who,order,at,sum\n", "no_such_column"),
        ("", "file_empty"),
        ("a,b,c,d,e\n", "too_many_columns"),
        ("who,order,at,amount\n" + "x,1,2026-01-01,5\n" * 400, "file_too_large"),
    ],
)
def test_files_that_cannot_be_read_are_named(company: Company, content: str, code: str) -> None:
    company.write(sales=content)
    with pytest.raises(JourneyError) as caught:
        company.one(SALES, limits=SMALL)
    assert caught.value.code == code
    for language in ("en", "ru"):
        sentence = Words(language).error(caught.value)
        assert "sales.csv" in sentence
        assert "{" not in sentence


def test_a_long_cell_is_refused(company: Company) -> None:
    company.write(sales=f"who,order,at,amount\n{'x' * 101},1,2026-01-01,5\na,2,2026-01-01,6\n")
    source = company.one(SALES, limits=SMALL)
    assert {item.reason: item.rows for item in source.rejections} == {"cell_too_long": 1}


def test_files_outside_the_folder_are_not_read(company: Company) -> None:
    for place in ("../x.csv", "/etc/passwd", "a/../../x.csv"):
        with pytest.raises(JourneyError, match="file_outside_folder"):
            company.one(SALES.replace("sales*.csv", place))
    (company.folder / "sales.csv").symlink_to("/etc/passwd")
    with pytest.raises(JourneyError, match="file_outside_folder"):
        company.one(SALES)


def test_a_report_survives_json_and_is_drawn_in_both_languages(company: Company) -> None:
    company.write(sales="who,order,at,amount\na,1,2026-03-01,10.55\n,2,2026-03-01,1\na,3,x,1\n")
    report = company.load(SALES)
    plain = json.loads(json.dumps(report.to_json()))
    assert TypeAdapter(ImportReport).validate_python(plain) == report
    assert plain["changed"] is True
    assert plain["sources"][0]["months"][0]["amount"] == 11.55
    assert render(report, Words("ru")) is not None


def test_zip_and_gz_are_unpacked_under_the_limit(company: Company) -> None:
    with zipfile.ZipFile(company.folder / "sales.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.csv", _sheet([("a", 1, 5)]))
    assert company.one(SALES.replace("sales*.csv", "sales.zip"), limits=SMALL).accepted == 1
    with zipfile.ZipFile(company.folder / "sales.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.csv", _sheet([("a", 1, 5)] * 2_000))
    with pytest.raises(JourneyError, match="file_unpacks_too_large"):
        company.one(SALES.replace("sales*.csv", "sales.zip"), limits=SMALL)
