"""A file that is read in pieces gives what it gives at once: the same facts, keys, sums and report."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import JourneyError
from data_access import schema
from data_access.ingest import readers, readers_csv, reading
from data_access.ingest.report import SourceReport
from data_access.ingest.write import NUMBERED
from tests.thorough import first_now
from tests.unit.data_access.ingest.imports import Company

HEADER = "id,who,phone,city,status,created,changed,sum,note\n"
SOURCE = """
  - name: crm
    file: crm*.csv
    {more}
    options: {{fill_down: [city]}}
    customer: {{column: phone, identity: phone, normalise: trim}}
    identities: {{email: {{column: who, split: "+"}}}}
    segment: city
    deal: id
    where: [{{column: status, not_in: [Spam]}}, {{column: sum, less: 100000}}]
    outcome: {{column: status, won: [Won], lost: [Lost]}}
    events:
      - {{stage: initial_consideration, at: created}}
      - stage: {{column: status, map: {{New: initial_consideration, Talk: active_evaluation}}}}
        at: {{first: [changed, created]}}
        attributes: {{sum: {{column: sum, type: number}}}}
    transactions: [{{id: id, at: changed, amount: sum, where: [{{column: status, in: [Won]}}]}}]
"""
_SNAPSHOT = "mode: snapshot\n    row: id"
MODES = {"hash": "", "id": "row: id", "snapshot": _SNAPSHOT, "lines": f"{_SNAPSHOT}\n    row_repeats: true"}

rows = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "4", "5", ""]),
        st.sampled_from(["a", "b", "a+b", "a+b+c"]),
        st.sampled_from(["79", "78", ""]),
        st.sampled_from(["Tver", "", "Omsk"]),
        st.sampled_from(["New", "Talk", "Won", "Lost", "Spam", "Odd"]),
        st.sampled_from(["2026-01-01", "2026-01-31 10:00", "31.02.2026", ""]),
        st.sampled_from(["2026-02-01", "2026-02-28T23:59:59+07:00", ""]),
        st.sampled_from(["5", '"1,5"', '"1,234"', '"1,234.5"', "1.234", "x", ""]),
        st.sampled_from(["", "short,row", '"two\nlines"']),
    ),
    max_size=25,
)


def everything(company: Company) -> dict[str, list[dict]]:
    tables = (*schema.RAW, schema.snapshot_row)
    return {table.name: [dict(row) for row in company.rows(table)] for table in tables}


def unordered(facts: dict[str, list[dict]]) -> dict[str, list[str]]:
    """Without the numbers of facts: where rows give way piece by piece, some numbers are left out."""
    numbers = NUMBERED.values()
    bare = {
        name: [{column: value for column, value in row.items() if column not in numbers} for row in found]
        for name, found in facts.items()
    }
    return {name: sorted(map(str, found)) for name, found in bare.items()}


def told(report: SourceReport) -> tuple[Any, ...]:
    rejections = [(one.reason, one.rows, sorted(map(str, one.examples))) for one in report.rejections]
    months = sorted(map(str, report.months))
    return (report.rows, report.accepted, report.known, report.left_out, report.replaced, report.removed,
            rejections, months, report.written, report.unmapped, report.look_alikes)  # fmt: skip


def _import(folder: Path, mode: str, files: list[list[tuple]], size: int) -> tuple[Any, ...]:
    """What two deliveries leave behind, read so many rows at a time."""
    company, reports = Company(folder), []
    with pytest.MonkeyPatch.context() as patch:
        for module in (readers, readers_csv):
            patch.setattr(module, "PIECE_ROWS", size)
        for file in files:
            company.write(crm=HEADER + "".join(",".join(row) + "\n" for row in file))
            try:
                source = company.one(SOURCE.format(more=MODES[mode]), now=datetime(2026, 6, 1, 12))
            except JourneyError as error:
                reports.append((error.code, error.facts))
            else:
                reports.append(told(source))
    facts = everything(company)
    company.engine.dispose()
    return reports, facts if "snapshot" not in MODES[mode] else unordered(facts)


@pytest.mark.parametrize("mode", first_now(MODES))
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=rows, second=rows)
def test_pieces_give_what_the_whole_gives(
    tmp_path_factory: pytest.TempPathFactory, mode: str, first: list[tuple], second: list[tuple]
) -> None:
    folder = tmp_path_factory.mktemp("pieces")
    whole = _import(folder, mode, [first, first[1:] + second], 200_000)
    assert _import(folder, mode, [first, first[1:] + second], 7) == whole


SALES = """
  - name: sales
    file: sales*
    customer: who
    transactions: [{id: order, at: at, amount: amount%s}]
"""


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (readers, readers_csv):
        monkeypatch.setattr(module, "PIECE_ROWS", 2)


@pytest.mark.usefixtures("small_pieces")
def test_the_last_row_may_tell_the_decimal_sign_of_the_first(company: Company) -> None:
    lines = ['a,1,2026-03-01,"1,234"'] + [f"a,{order},2026-03-01,7" for order in range(2, 9)]
    company.write(sales="who,order,at,amount\n" + "\n".join(lines))
    with pytest.raises(JourneyError, match="decimal_unclear"):
        company.one(SALES % "")
    company.write(sales="who,order,at,amount\n" + "\n".join([*lines, 'a,9,2026-03-01,"0,5"']))
    company.one(SALES % "")
    assert float(company.column(schema.transaction_line, "amount")[0]) == 1.234


@pytest.mark.usefixtures("small_pieces")
def test_rows_and_progress_of_a_packed_file(company: Company) -> None:
    lines = ["who,order,at,amount", *(f"a,{order},2026-03-01,{order}" for order in range(9))]
    lines[4:4] = ["", "short"]
    (company.folder / "sales.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    source = company.one(SALES % "")
    assert (source.rows, source.accepted, source.rejections[0].examples[0].row) == (10, 9, 6)
    assert [int(ref) for ref in company.column(schema.transaction_line, "transaction_ref")] == list(range(9))


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_times_of_parquet_are_judged_by_the_whole_column(company: Company, zone: str | None) -> None:
    days = [datetime(2026, 3, day) for day in range(1, 6)]
    for last, alone in ((datetime(2026, 3, 6), True), (datetime(2026, 3, 6, 12), False)):
        at = pa.array([*days, last], pa.timestamp("us", zone))
        table = pa.table({"who": ["a"] * 6, "order": list(range(6)), "at": at, "amount": [1.5] * 6})
        parquet.write_table(table, company.folder / "sales.parquet")
        found = [_lines(company.folder, size) for size in (2, 100)]
        assert found[0] == found[1]
        assert [row["date_only"] for row in found[0]] == [alone] * 6


def _lines(folder: Path, size: int) -> list[dict]:
    company = Company(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readers, "PIECE_ROWS", size)
        company.one(SALES % "")
    found = [dict(row) for row in company.rows(schema.transaction_line)]
    company.engine.dispose()
    return found


@pytest.mark.usefixtures("small_pieces")
def test_amounts_of_a_deal_are_read_at_once_and_not_without_end(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.write(sales="who,order,at,amount\n" + "a,1,2026-03-01,100\n" * 7)
    company.one(SALES % ", amount_per: deal")
    assert sum(company.column(schema.transaction_line, "amount")) == 100
    monkeypatch.setattr(reading, "WHOLE_BYTES", 100)
    with pytest.raises(JourneyError, match="file_too_large_at_once"):
        company.one(SALES % ", amount_per: deal")
