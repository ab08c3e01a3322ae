"""How whole the data are: gaps against the weekdays, weeks that jump, unfinished months, ends of sources."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analytics.health import DOUBTS, Unfinished, health
from dashboard.analytics.health_days import Gap, Jump, find_gaps, find_jumps

MONDAY = date(2026, 1, 5)
DAY = timedelta(1)


def days_of(text: str, start: date = MONDAY) -> list[tuple[date, int]]:
    """A day for each sign: a dot is an empty one, a digit its rows."""
    signs = enumerate(text.replace(" ", ""))
    return [(start + place * DAY, int(sign)) for place, sign in signs if sign != "."]


def frame(*rows: tuple[str, str, date, int], **counts: int) -> pd.DataFrame:
    empty = dict.fromkeys(DOUBTS, 0)
    names = ("source", "kind", "local_day", "rows")
    made: list[dict[str, Any]] = [
        dict(zip(names, row, strict=True)) | {"amount": Decimal(row[3])} | empty | counts for row in rows
    ]
    return pd.DataFrame(made, columns=[*names, "amount", *DOUBTS])


# ----------------------------------------------------------------------------------- gaps, by hand


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("99999.. " * 12, []),  # closed at weekends
        # the Wednesday of the sixth week is empty, the weekends are not missed
        ("99999.. " * 5 + "99.99.. " + "99999.. " * 6, [Gap(date(2026, 2, 11), date(2026, 2, 11), 1)]),
        # a week without anything: five days of it are missed
        ("99999.. " * 5 + "....... " + "99999.. " * 6, [Gap(date(2026, 2, 7), date(2026, 2, 15), 5)]),
        ("9...... " * 12, []),  # one file a week
        ("9...... " * 5 + "....... " + "9...... " * 6, [Gap(date(2026, 2, 3), date(2026, 2, 15), 1)]),
        ("1.1..1. .1..1.1 " * 8, []),  # about every other day, and no span is long
        ("999.999", []),  # a week is no pattern
        ("11111.. " * 5 + "111.1.. " + "11111.. " * 6, []),  # one row a day: a day without any is no wonder
        ("11111.. " * 5 + ".....1. " + "11111.. " * 6, [Gap(date(2026, 2, 7), date(2026, 2, 13), 5)]),
        ("1", []),
        ("", []),
    ],
)
def test_gaps_by_hand(text: str, gaps: list[Gap]) -> None:
    assert list(find_gaps(days_of(text))) == gaps


def test_a_long_silence_of_a_sparse_source_is_a_gap_by_its_chance() -> None:
    rng = np.random.default_rng(7)
    before, after = ("".join("1" if one < 0.5 else "." for one in rng.random(140)) for _ in range(2))
    text = f"{before}1{'.' * 14}1{after}"
    found = find_gaps(days_of(text))
    assert [(gap.since, gap.days, 5 <= gap.missing <= 9) for gap in found] == [(MONDAY + 141 * DAY, 14, True)]


def test_a_source_of_pure_chance_has_a_gap_in_some_years_only() -> None:
    rng = np.random.default_rng(1)
    for usual in (1, 3, 7):
        days = [
            (MONDAY + place * DAY, int(rows)) for place, rows in enumerate(rng.poisson(usual, 2000)) if rows
        ]
        assert len(find_gaps(days)) <= 4


def test_a_stray_date_of_long_ago_is_a_gap_of_years() -> None:
    (gap,) = find_gaps([(date(1900, 1, 1), 1), *days_of("9999999" * 5)])
    assert (gap.since, gap.last) == (date(1900, 1, 2), MONDAY - DAY)


@given(st.integers(1, 400), st.lists(st.integers(1, 500), min_size=1), st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_a_source_with_rows_on_every_day_has_no_gap(length: int, rows: list[int], shift: int) -> None:
    days = [(MONDAY + (shift + place) * DAY, rows[place % len(rows)]) for place in range(length)]
    assert find_gaps(days) == ()


@given(st.integers(10, 60), st.data())
@settings(max_examples=60, deadline=None)
def test_one_day_missing_of_a_daily_source_is_found_wherever_it_is(weeks: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, 7 * weeks - 2))
    days = [(MONDAY + number * DAY, 3) for number in range(7 * weeks) if number != place]
    assert find_gaps(days) == (Gap(MONDAY + place * DAY, MONDAY + place * DAY, 1),)


# ---------------------------------------------------------------------------------- jumps, by hand


def weekly(*rows: int) -> list[tuple[date, int]]:
    """All rows of a week on its Monday, and a row on the last Sunday, so that the last week is whole."""
    days = [(MONDAY + 7 * place * DAY, count) for place, count in enumerate(rows)]
    return [*days[:-1], (days[-1][0], rows[-1] - 1), (days[-1][0] + 6 * DAY, 1)]


EIGHT = (100, 104, 98, 102, 100, 97, 103, 100)  # median 100, MAD 2: the root of 100 is larger


@pytest.mark.parametrize(
    ("then", "jumps"),
    [
        ((135,), []),  # 35 % more, but 35 = 3.5 x 10 is still the limit
        ((136,), [Jump(MONDAY + 56 * DAY, 1, 136, 100.0)]),
        ((64,), [Jump(MONDAY + 56 * DAY, 1, 64, 100.0)]),
        ((64, 63), [Jump(MONDAY + 56 * DAY, 2, 64, 100.0)]),  # the same fall goes on
        ((64, 140), [Jump(MONDAY + 63 * DAY, 1, 140, 100.0), Jump(MONDAY + 56 * DAY, 1, 64, 100.0)]),
    ],
)
def test_jumps_by_hand(then: tuple[int, ...], jumps: list[Jump]) -> None:
    assert list(find_jumps(weekly(*EIGHT, *then))) == jumps


def test_a_large_source_must_move_by_thirty_per_cent() -> None:
    eight = [100 * count for count in EIGHT]  # MAD 200, root 100: the limit of outliers is 1 038
    assert find_jumps(weekly(*eight, 12_900)) == ()
    assert [jump.change for jump in find_jumps(weekly(*eight, 13_000))] == [pytest.approx(0.3)]


def test_first_and_last_weeks_that_are_cut_off_are_no_fall() -> None:
    days = days_of("..11111 " + "9999999 " * 9 + "9......")[:-1]
    assert find_jumps(days) == ()


def test_steady_weeks_jump_rarely() -> None:
    rng = np.random.default_rng(1)
    for usual, most in ((100, 9), (1000, 0)):
        assert len(find_jumps(weekly(*rng.poisson(usual, 3000).tolist()))) <= most


# ------------------------------------------------------------------------------ the whole engagement


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.sampled_from(["event", "cost"]), st.integers(0, 60), st.integers(1, 9)
        ),
        min_size=1,
        unique_by=lambda row: row[:3],
    )
)
@settings(max_examples=40, deadline=None)
def test_sums_of_days_are_the_totals(rows: list[tuple[str, str, int, int]]) -> None:
    made = frame(
        *((source, kind, MONDAY + day * DAY, count) for source, kind, day, count in rows), unmapped=1
    )
    found = health(made)
    assert sum(one.rows for one in found.sources) == made["rows"].sum()
    assert sum(one.amount for one in found.sources) == made["amount"].sum()
    assert sum(one.doubts["unmapped"] for one in found.sources) == len(rows)
    assert all(sum(one.recent) == one.rows for one in found.sources)
    assert len(found.sources) == len({row[:2] for row in rows})


def test_ends_ages_and_what_is_unfinished() -> None:
    end = date(2026, 2, 11)  # a Wednesday
    found = health(
        frame(
            ("crm", "event", date(2026, 2, 9), 5),
            ("crm", "event", end, 5),
            ("till", "transaction", date(2026, 1, 31), 2),
            ("ads", "cost", date(2026, 3, 1), 2),
        )
    )
    ads, crm, till = found.sources
    assert [one.behind for one in found.sources] == [0, 0, 11]
    assert found.ends == {"event": end, "transaction": date(2026, 1, 31)}
    assert found.apart
    assert crm.unfinished == (
        Unfinished("month", date(2026, 2, 1), 11, 28),
        Unfinished("week", date(2026, 2, 9), 3, 7),
    )
    assert till.unfinished == (Unfinished("week", date(2026, 1, 26), 6, 7),)
    assert ads.unfinished == (Unfinished("month", date(2026, 3, 1), 1, 31),)
    assert crm.age(date(2026, 2, 13)) == 2
    assert crm.recent[-3:] == (5, 0, 5)


def test_a_day_of_difference_is_none() -> None:
    rows = (("crm", "event", MONDAY, 5), ("till", "transaction", MONDAY + DAY, 2))
    assert not health(frame(*rows)).apart
    assert health(frame(rows[0], ("till", "transaction", MONDAY + 2 * DAY, 2))).apart


def test_rows_of_the_future_stretch_nothing() -> None:
    days = pd.concat(
        [frame(("crm", "event", MONDAY, 99)), frame(("crm", "event", date(2199, 1, 1), 1), future=1)]
    )
    (crm,) = health(days).sources
    assert (crm.rows, crm.first_day, crm.last_day, crm.gaps) == (100, MONDAY, MONDAY, ())
    assert (crm.share("future"), crm.looks) == (0.01, ("future",))


def test_order_is_a_hint_alone() -> None:
    (crm,) = health(frame(("crm", "event", MONDAY, 100), backward=9, unmapped=1)).sources
    assert crm.looks == ("unmapped",)
    (crm,) = health(frame(("crm", "event", MONDAY, 100), backward=10)).sources
    assert crm.looks == ("backward",)


def test_nothing_imported() -> None:
    found = health(frame())
    assert (found.sources, found.ends, found.apart) == ((), {}, False)
