"""Since the last visit: what is kept of a person's visits."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from data_access.state import engagements
from data_access.state.visits import note_visit
from tests.sql.state.conftest import NOW


def test_a_visit_is_held_against_the_one_before_until_the_next(state: sa.Engine, ann: int) -> None:
    key = engagements.add(state, "acme", "Acme").key

    def seen(hours: float, revenue: float, period: str = "2026Q1") -> tuple[str, float] | None:
        found = note_visit(state, ann, key, NOW + timedelta(hours=hours), period, {"revenue": revenue})
        return None if found is None else (found.period, found.figures["revenue"])

    assert seen(0, 100.0) is None  # the first visit
    assert seen(0.5, 110.0) is None  # still the same one
    assert seen(26, 130.0) == ("2026Q1", 110.0)  # what stood there when the first one ended
    assert seen(26.5, 140.0) == ("2026Q1", 110.0)
    assert seen(50, 150.0, "2026Q2") == ("2026Q1", 140.0)
