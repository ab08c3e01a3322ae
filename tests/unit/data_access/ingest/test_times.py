"""Times: UTC, the local day, and calendar days that are never shifted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.ingest.times import Moments, moments_of_text, moments_of_typed
from tests.unit.data_access.ingest.imports import unhurried

MOSCOW, AMSTERDAM, KATHMANDU = (
    ZoneInfo("Europe/Moscow"),
    ZoneInfo("Europe/Amsterdam"),
    ZoneInfo("Asia/Kathmandu"),
)
zones = st.sampled_from([MOSCOW, AMSTERDAM, KATHMANDU, ZoneInfo("America/Sao_Paulo"), ZoneInfo("UTC")])
days = st.dates(date(1950, 1, 1), date(2150, 1, 1))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1))
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def read(*cells: str | None, pattern: str | None = None, zone: ZoneInfo = MOSCOW) -> Moments:
    return moments_of_text(pd.Series(list(cells), dtype="str"), pattern, zone, zone)


def rows(found: Moments) -> list[tuple[datetime | None, date | None, bool]]:
    nothing = found.at.isna()
    return [
        (None, None, bool(bad)) if none else (at.to_pydatetime(), day.date(), bool(only))
        for at, day, only, none, bad in zip(
            found.at, found.day, found.date_only, nothing, found.bad, strict=True
        )
    ]


@unhurried
@given(moments, offsets, zones)
def test_a_time_with_an_offset_keeps_its_instant(moment: datetime, offset: timezone, zone: ZoneInfo) -> None:
    zoned = moment.replace(tzinfo=offset)
    at, day, date_only = rows(read(zoned.isoformat(), zone=zone))[0]
    assert at == zoned.astimezone(UTC).replace(tzinfo=None)
    assert day == zoned.astimezone(zone).date()
    assert not date_only


@unhurried
@given(days, zones)
def test_a_day_is_never_shifted(day: date, zone: ZoneInfo) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    assert rows(read(day.isoformat(), zone=zone)) == [(start, day, True)]
    assert rows(read(f"{day:%d.%m.%Y}", zone=zone)) == [(start, day, True)]
    typed = pa.chunked_array([pa.array([day])])
    assert rows(moments_of_typed(typed, zone, zone)) == [(start, day, True)]


@unhurried
@given(moments, zones)
def test_a_time_without_a_zone_is_local(moment: datetime, zone: ZoneInfo) -> None:
    at, day, _ = rows(read(moment.isoformat(" "), zone=zone))[0]
    back = at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if at else None
    assert back is not None
    assert day == back.date()
    first = moment.replace(tzinfo=zone, fold=0)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment:  # not in a gap
        assert at == first.astimezone(UTC).replace(tzinfo=None)
    else:
        assert moment < back <= moment + timedelta(hours=3)


def test_the_hour_that_comes_twice_and_the_hour_that_is_left_out() -> None:
    twice, gone = rows(read("2011-10-30 02:30", "2011-03-27 02:30", zone=AMSTERDAM))
    assert twice[0] == datetime(2011, 10, 30, 0, 30)  # the first of the two, still summer time
    assert gone[0] == datetime(2011, 3, 27, 1, 0)  # the first moment after the gap


@pytest.mark.parametrize(
    ("cell", "pattern", "expected"),
    [
        ("2011-10-01T00:38:44.546+02:00", None, datetime(2011, 9, 30, 22, 38, 44, 546000)),
        ("2011-10-01 00:38:44,5Z", None, datetime(2011, 10, 1, 0, 38, 44, 500000)),
        ("2011-10-01 00:38 +0200", None, datetime(2011, 9, 30, 22, 38)),
        ("01.02.2020 5:06", None, datetime(2020, 2, 1, 2, 6)),
        ("1317422324.546", "epoch_s", datetime(2011, 9, 30, 22, 38, 44, 546000)),
        ("1317422324546", "epoch_ms", datetime(2011, 9, 30, 22, 38, 44, 546000)),
        ("05/13/17 10:00 PM", "%m/%d/%y %I:%M %p", datetime(2017, 5, 13, 19, 0)),
        ("13/05/17 10:00 +0000", "%d/%m/%y %H:%M %z", datetime(2017, 5, 13, 10, 0)),
        ("45123.5", "excel", datetime(2023, 7, 16, 9, 0)),
        ("45123,25", "excel", datetime(2023, 7, 16, 3, 0)),
        ("45123", "excel", datetime(2023, 7, 15, 21, 0)),  # a calendar day of Moscow
        ("16.07.2023 12:00", "excel", datetime(2023, 7, 16, 9, 0)),  # a written date beside them
        ("3 января 2026", "%d %b %Y", datetime(2026, 1, 2, 21, 0)),
        ("3 Мая 2026 г. 10:00", "%d %B %Y г. %H:%M", datetime(2026, 5, 3, 7, 0)),
        ("Sept. 3, 2026", "%b %d, %Y", datetime(2026, 9, 2, 21, 0)),
        ("14 авг. 2026", "%d %b %Y", datetime(2026, 8, 13, 21, 0)),
    ],
)
def test_written_times(cell: str, pattern: str | None, expected: datetime) -> None:
    assert rows(read(cell, pattern=pattern))[0][0] == expected


@pytest.mark.parametrize(
    ("cell", "pattern"),
    [("x", None), ("2020-13-01", None), ("31.02.2020", None), ("2020", None), ("0001-01-01", None),
     ("3/4/2020", None), ("1e40", "epoch_s"), ("13/05/17", "%m/%d/%y")],
)  # fmt: skip
def test_what_is_no_time_is_bad(cell: str, pattern: str | None) -> None:
    assert read(cell, None, pattern=pattern).bad.tolist() == [True, False]


def test_a_typed_column_of_midnights_is_days_but_one_time_makes_times() -> None:
    midnight, noon = datetime(2020, 1, 2), datetime(2020, 1, 2, 12)
    only = moments_of_typed(pa.chunked_array([[midnight, None]]), MOSCOW, MOSCOW)
    assert rows(only) == [(datetime(2020, 1, 1, 21), date(2020, 1, 2), True), (None, None, False)]
    mixed = moments_of_typed(pa.chunked_array([[midnight, noon]]), MOSCOW, MOSCOW)
    assert mixed.date_only.tolist() == [False, False]
    assert not read("2020-01-02 00:00:00").date_only.any()  # text with a time part is a time
