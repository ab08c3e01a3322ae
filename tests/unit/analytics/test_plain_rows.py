"""Rows of a frame as values: the same as pandas gives, of the same types."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from dashboard.analytics.plain_rows import plain_rows

FRAME = pd.DataFrame(
    {
        "segment": ["a", None],
        "n": [1, 2],
        "share": [0.5, None],
        "money": [Decimal("1.20"), None],
        "day": pd.to_datetime(["2026-01-01", None]),
        "ripe": [True, False],
    }
)


def test_rows_are_those_of_pandas() -> None:
    parts = (pd.DataFrame(FRAME, columns=columns) for columns in (["n"], ["day"], ["n", "share"]))
    for frame in (FRAME, *parts, FRAME.iloc[:0]):
        told, ours = frame.to_dict(orient="records"), plain_rows(frame)
        assert repr(ours) == repr(told)
        assert [[type(value) for value in row.values()] for row in ours] == [
            [type(value) for value in row.values()] for row in told
        ]
