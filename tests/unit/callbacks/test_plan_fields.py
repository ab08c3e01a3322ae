"""The texts of an action's form as values of its fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from callbacks.plan.routes import read_fields
from dashboard.errors import JourneyError


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("title", "  Call back ", "Call back"),
        ("due_on", "2026-12-31", date(2026, 12, 31)),
        ("due_on", "", None),
        ("cost", "150 000,50", Decimal("150000.5")),
        ("cost", "150\u00a0000", Decimal(150_000)),
        ("cost", " ", None),
        ("owner_id", "12", 12),
        ("owner_id", "", None),
    ],
)
def test_a_text_becomes_a_value(field: str, text: str, value: Any) -> None:
    assert read_fields({field: text}) == {field: value}


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("due_on", "31.12.2026", "bad_day"),
        ("due_on", "2026-02-30", "bad_day"),
        ("cost", "NaN", "action_cost"),
        ("cost", "much", "action_cost"),
        ("cost", "1e99999", "action_cost"),
        ("owner_id", "x", "unknown_owner"),
        ("owner_id", "-1", "unknown_owner"),
        ("owner_id", "9" * 30, "unknown_owner"),
    ],
)
def test_what_is_no_value_of_its_field_is_refused(field: str, text: str, code: str) -> None:
    with pytest.raises(JourneyError) as caught:
        read_fields({field: text})
    assert caught.value.code == code
