"""What moved since the last visit, in money."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.analytics.visit import figure_key, largest_changes

STEP = figure_key("step", "Gift, fast", "evaluation", "purchase")
TOTAL, GIFT, NEW = figure_key("revenue"), figure_key("revenue", "Gift, fast"), figure_key("revenue", "New")


def test_the_three_that_weigh_most_come_first_whatever_their_direction() -> None:
    then = {TOTAL: 100.0, GIFT: 60.0, NEW: 40.0, STEP: 30.0}
    now = {TOTAL: 103.0, GIFT: 56.0, NEW: 47.0, STEP: 10.0}
    moved = largest_changes(then, now)
    assert [(one.kind, one.segment, one.change) for one in moved] == [
        ("step", "Gift, fast", -20.0),
        ("revenue", "New", 7.0),
        ("revenue", "Gift, fast", -4.0),
    ]
    assert (moved[0].from_stage, moved[0].to_stage) == ("evaluation", "purchase")


def test_what_one_visit_did_not_see_is_no_change_and_less_than_a_rouble_no_news() -> None:
    assert largest_changes({TOTAL: 100.0}, {TOTAL: 100.9, NEW: 40.0}) == ()
    assert largest_changes({}, {TOTAL: 5.0}) == ()


@given(st.dictionaries(st.sampled_from([TOTAL, GIFT, NEW, STEP]), st.floats(-1e9, 1e9)))
def test_nothing_moves_between_equal_visits(figures: dict[str, float]) -> None:
    assert largest_changes(figures, figures) == ()
