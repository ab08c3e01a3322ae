"""Where notes stand on an axis, which of them are drawn, and what somebody is reminded of on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.journey.notes import MOST_MARKS, Axis, Note, NoteKind, marks
from dashboard.journey.period import add_months
from dashboard.journey.plan import ActionRecord, Status
from dashboard.journey.reminders import Cause, Reminder, Watched, due
from dashboard.journey.support import SupportKind, SupportRecord

MONDAY = date(2026, 3, 2)
WEEKS = Axis.of(MONDAY + timedelta(7 * week) for week in range(12))


def note(day: date, kind: NoteKind = NoteKind.NOTE, text: str = "x") -> Note:
    return Note(day, text, kind)


def test_a_day_stands_before_the_point_of_the_week_that_it_begins() -> None:
    assert WEEKS.end == MONDAY + timedelta(84)
    assert [WEEKS.at(MONDAY + timedelta(days)) for days in (0, 7, 10, 83)] == [
        -0.5,
        0.5,
        pytest.approx(0.5 + 3 / 7),
        pytest.approx(11.5 - 1 / 7),
    ]
    assert WEEKS.at(MONDAY - timedelta(1)) is WEEKS.at(MONDAY + timedelta(84)) is None
    assert Axis.of([]).at(MONDAY) is None


@given(st.integers(0, 364), st.integers(1, 12))
def test_months_of_any_length_keep_the_order_of_days(day: int, count: int) -> None:
    firsts = [one.date() for one in pd.date_range("2026-01-01", periods=count, freq="MS")]
    axis = Axis(tuple(firsts), add_months(firsts[-1], 1))
    at, following = (axis.at(date(2026, 1, 1) + timedelta(day + more)) for more in (0, 1))
    month = (date(2026, 1, 1) + timedelta(day)).month
    assert (at is None) == (month > count)
    if at is not None:
        assert month - 1.5 <= at < month - 0.5
        assert following is None or following > at


def test_near_notes_share_a_letter_and_deeds_go_before_imports() -> None:
    imports = [note(MONDAY + timedelta(7 * week), NoteKind.IMPORT) for week in range(12)]
    told = [note(MONDAY + timedelta(38), text="first"), note(MONDAY + timedelta(39), text="second")]
    found = marks([*imports, *told], WEEKS)
    assert [one.sign for one in found] == list("ABCDEFGH"[:MOST_MARKS])
    assert [one.at for one in found] == sorted(one.at for one in found)
    (both,) = [one for one in found if one.notes[0].kind is NoteKind.NOTE]
    assert [one.text for one in both.notes] == ["first", "second"]
    weeks = [one.at for one in found if one.notes[0].kind is NoteKind.IMPORT]
    assert weeks == [week - 0.5 for week in range(5, 12)]  # the last ones
    assert marks(told, WEEKS, first=2)[0].sign == "C"


def appointment(day: date, user: int = 1, *, done: bool = False) -> SupportRecord:
    return SupportRecord(1, "acme", None, SupportKind.CHECK, f"of {day}", "", day, done, user, "Anna", 0)


def test_what_is_due_on_a_day() -> None:
    support = [appointment(MONDAY + timedelta(days)) for days in (-1, 0, 1, 2)]
    support.append(appointment(MONDAY, done=True))
    looks = tuple(MONDAY + timedelta(7 * week) for week in (-1, 0, 1))
    found = due(support, [Watched(2, "Call back", looks)], [], MONDAY)
    assert found == (
        Reminder(1, Cause.TODAY, f"of {MONDAY}"),
        Reminder(1, Cause.TOMORROW, f"of {MONDAY + timedelta(1)}"),
        Reminder(2, Cause.LOOK, "Call back", 2),
    )
    told = [len(due([appointment(MONDAY)], [], [], MONDAY + timedelta(days))) for days in range(-3, 4)]
    assert told == [0, 0, 1, 1, 0, 0, 0]


@given(st.integers(-30, 60))
def test_a_late_action_is_told_on_its_first_late_day_and_each_week_after(days: int) -> None:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    texts = dict.fromkeys(("chain_segment", "from_stage", "to_stage", "problem", "stage", "segment"), "")
    texts |= dict.fromkeys(("channel", "touchpoint", "measure", "comparison", "decision"), "")
    nothing = dict.fromkeys(("chain_id", "scenario_id", "starts_on", "live_on", "cost", "lift", "value"))
    one = ActionRecord(
        id=1,
        engagement="acme",
        title="Train",
        status=Status.IN_PROGRESS,
        owner_id=3,
        owner="Vera",
        due_on=MONDAY,
        source={},
        needs=(),
        version=0,
        author="Anna",
        created_at=made,
        changed_at=made,
        **texts,
        **nothing,
    )
    found = due([], [], [one], MONDAY + timedelta(days))
    expected = days in {1 + 7 * week for week in range(10)}
    assert found == ((Reminder(3, Cause.LATE, "Train", days),) if expected else ())
