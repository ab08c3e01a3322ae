"""Sums in addresses: what is no sum is nothing, never an error."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.journey.amount import MOST, amount_of


@pytest.mark.parametrize(("said", "value"), [("0", 0.0), ("1000000", 1e6), ("2.5", 2.5), (3, 3.0)])
def test_a_sum_is_read(said: Any, value: float) -> None:
    assert amount_of(said) == value


@pytest.mark.parametrize("said", [None, "", "-1", "nan", "inf", "1e999", "ten", [], {}, str(MOST), "1,5"])
def test_anything_else_is_nothing(said: Any) -> None:
    assert amount_of(said) is None
