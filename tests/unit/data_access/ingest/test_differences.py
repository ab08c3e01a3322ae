"""Each month's difference between the file and the accepted rows is explained by rows, to the kopeck."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.ingest.report import SourceReport
from tests.unit.data_access.ingest.imports import Company

SALES = """
  - name: sales
    file: sales*.csv
    row: {column: order}
    where: [{column: kind, in: [x]}]
    customer: who
    transactions: [{at: at, amount: amount}]
"""
HEAD = "who,order,at,amount,kind"


def test_differences_by_hand(company: Company) -> None:
    rows = ["a,1,2026-01-31,10.5,x", "b,2,2026-02-01,abc,x", "b,3,2026-02-02,7.25,skip", "c,4,2026-02-99,3,x"]
    rows += ["c,4,2026-02-03,4.5,x", "c,5,2026-02-03", "c,6,2026-02-04,1,skip", "d,1,2026-01-30,0.01,x"]
    source = company.write(sales="\n".join([HEAD, *rows])).one(SALES)
    found = [
        (one.month, one.outcome, one.reason, one.rows, one.amount, [row.row for row in one.examples])
        for one in source.differences
    ]
    assert found == [
        ("2026-01", "rejected", "row_id_repeats", 1, Decimal("0.01"), [9]),
        ("2026-02", "left_out", "where", 2, Decimal("8.25"), [4, 8]),
        ("2026-02", "rejected", "not_a_number", 1, Decimal(0), [3]),
        ("2026-02", "rejected", "row_id_repeats", 1, Decimal("4.5"), [6]),
        (None, "rejected", "not_a_time", 1, Decimal(3), [5]),
        (None, "rejected", "wrong_cell_count", 1, Decimal(0), [7]),
    ]
    assert_explained(source)
    wrong = next(one for one in source.differences if one.reason == "not_a_number").examples[0]
    assert (wrong.file, wrong.column, wrong.value) == ("sales.csv", "amount", "abc")


def assert_explained(source: SourceReport) -> None:
    """The reasons of each month add up to its control sum, in rows and money."""
    for month in source.months:
        for outcome in ("rejected", "left_out"):
            own = [one for one in source.differences if (one.month, one.outcome) == (month.month, outcome)]
            assert sum(one.rows for one in own) == getattr(month, f"rows_{outcome}")
            assert sum((one.amount for one in own), Decimal(0)) == getattr(month, f"amount_{outcome}")
            assert all(1 <= len(one.examples) <= min(one.rows, 3) for one in own if one.rows)
    assert {one.month for one in source.differences} <= {one.month for one in source.months}


CELLS = st.tuples(
    st.sampled_from(["a", "b", ""]),
    st.sampled_from(["1", "2", "3", "4", "5", "6", "7", "8", "9", ""]),
    st.sampled_from(["2026-01-05", "2026-02-06", "2026-03-07", "2026-13-01", ""]),
    st.sampled_from(["1.10", "-2.25", "3.1234", "x", "", "1e40"]),
    st.sampled_from(["x", "x", "y"]),
)


@given(st.lists(CELLS, max_size=12), st.lists(CELLS, max_size=12))
@settings(max_examples=12, deadline=None)
def test_reasons_add_up_to_every_months_difference(first: list[tuple], second: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        company = Company(Path(folder))
        for number, rows in enumerate((first, second)):
            company.write(**{f"sales{number}": "\n".join([HEAD, *(",".join(row) for row in rows), "short"])})
        assert_explained(company.one(SALES))
        assert_explained(company.one(SALES))  # what was accepted is known now
        company.engine.dispose()
