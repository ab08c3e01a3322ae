"""Times of a column: instants and calendar days, in UTC and as the engagement's local day.

A time without a zone stands in the zone of the mapping (or of its value). Where the clock goes back and an
hour comes twice, the first of the two counts; a time in the hour that a clock change leaves out counts as
the first moment after it. A value without a time part is a calendar day: its moment is the start of that
local day, and it is never shifted between zones.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data_access.ingest.cells import every_midnight, wall_of

_ISO = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)? ?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
_ZONED = r":\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)$"
_DOTTED = {
    r"\d\d?\.\d\d?\.\d{4}": "%d.%m.%Y",
    r"\d\d?\.\d\d?\.\d{4} \d\d?:\d\d": "%d.%m.%Y %H:%M",
    r"\d\d?\.\d\d?\.\d{4} \d\d?:\d\d:\d\d": "%d.%m.%Y %H:%M:%S",
}
_TIME_PARTS = ("%H", "%I", "%M", "%S", "%f", "%p", "%X", "%c", "%T", "%R")
_EPOCH = {"epoch_s": 1_000_000, "epoch_ms": 1_000}
_EXCEL = "excel"
_EXCEL_EPOCH = 25_569  # 1970-01-01 as a spreadsheet counts days
_MONTHS = {  # three English letters, and how the month begins in either language
    "Jan": "янв|jan",
    "Feb": "фев|feb",
    "Mar": "мар|mar",
    "Apr": "апр|apr",
    "May": "ма[йя]|may",
    "Jun": "июн|jun",
    "Jul": "июл|jul",
    "Aug": "авг|aug",
    "Sep": "сен|sep",
    "Oct": "окт|oct",
    "Nov": "ноя|nov",
    "Dec": "дек|dec",
}
_FIRST, _LAST = np.datetime64("1900-01-01", "us"), np.datetime64("2200-01-01", "us")


@dataclass(frozen=True, slots=True)
class Moments:
    """Times of a column, row by row.

    Attributes:
        at: naive UTC to the microsecond; NaT where there is none.
        day: the local calendar day (midnight, without a zone).
        date_only: the value is a calendar day without a time.
        bad: the value is there, but is no time between 1900 and 2199.
    """

    at: pd.Series
    day: pd.Series
    date_only: np.ndarray
    bad: np.ndarray

    def where(self, first: np.ndarray, other: Moments) -> Moments:
        """These times where `first` holds, else the other's."""
        return Moments(
            self.at.where(first, other.at),
            self.day.where(first, other.day),
            np.where(first, self.date_only, other.date_only),
            np.where(first, self.bad, other.bad),
        )


def moments_of_text(text: pd.Series, pattern: str | None, zone: ZoneInfo, local: ZoneInfo) -> Moments:
    """Times written as text.

    Args:
        text: cleaned cells (NaN = empty).
        pattern: strptime format (%b and %B read English and Russian months, whole or cut short), `epoch_s`,
            `epoch_ms`, `excel` (days as a spreadsheet counts them); None reads ISO 8601 and dd.mm.yyyy.
        zone: of times that name none.
        local: the engagement's zone, for the local day.
    """
    parts = _of_pattern(text, pattern) if pattern else _of_usual(text)
    return _settled(parts, text.notna().to_numpy(), zone, local)


def moments_of_typed(
    cells: pa.ChunkedArray, zone: ZoneInfo, local: ZoneInfo, days_alone: bool | None = None
) -> Moments:
    """Times of a column that is typed: days where it is a DATE or where every value is midnight.

    Args:
        days_alone: every value of the whole column is midnight; None: the cells are the whole column.
    """
    given = ~cells.is_null().to_numpy().astype(bool)
    if pa.types.is_date(cells.type):
        parts = _Parts.empty(len(cells))
        parts.days = _naive(pc.cast(cells, pa.timestamp("us")))
        return _settled(parts, given, zone, local)
    parts = _Parts.empty(len(cells))
    wall = wall_of(cells)
    if every_midnight(wall) if days_alone is None else days_alone:
        parts.days = _naive(pc.cast(wall, pa.timestamp("us"), safe=False))
    elif cells.type.tz:
        parts.instants = _naive(
            pc.cast(cells, pa.timestamp("us", "UTC"), safe=False).cast(pa.timestamp("us"))
        )
    else:
        parts.naive = _naive(pc.cast(cells, pa.timestamp("us"), safe=False))
    return _settled(parts, given, zone, local)


def nothing_known(count: int) -> Moments:
    """No time in any row."""
    nothing = pd.Series(np.full(count, np.datetime64("NaT", "us")))
    no = np.zeros(count, dtype=bool)
    return Moments(nothing, nothing, no, no)


@dataclass(slots=True)
class _Parts:
    """What a value turned out to be: a UTC instant, a time without a zone, or a calendar day."""

    instants: pd.Series
    naive: pd.Series
    days: pd.Series

    @classmethod
    def empty(cls, count: int) -> _Parts:
        nothing = pd.Series(np.full(count, np.datetime64("NaT", "us")))
        return cls(nothing, nothing, nothing)


def _settled(parts: _Parts, given: np.ndarray, zone: ZoneInfo, local: ZoneInfo) -> Moments:
    instants, naive, days = (_in_range(part) for part in (parts.instants, parts.naive, parts.days))
    if naive.notna().any():
        instants = instants.fillna(_to_utc(naive, zone))
    date_only = days.notna().to_numpy()
    if date_only.any():
        day = days if date_only.all() else days.fillna(_local_day(instants, local))
        at = instants.where(~date_only, _day_starts(days, local))
    else:
        day, at = _local_day(instants, local), instants
    return Moments(at, day, date_only, given & at.isna().to_numpy())


def _day_starts(days: pd.Series, local: ZoneInfo) -> pd.Series:
    known = pd.Series(days.unique())
    starts = pd.Series(_to_utc(known, local).to_numpy(), index=known)
    return pd.Series(days.map(starts).to_numpy(dtype="datetime64[us]"))


def _to_utc(naive: pd.Series, zone: ZoneInfo) -> pd.Series:
    first_of_two = np.ones(len(naive), dtype=bool)
    zoned = naive.dt.tz_localize(zone, ambiguous=first_of_two, nonexistent="shift_forward")
    return zoned.dt.tz_convert("UTC").dt.tz_localize(None)


def _local_day(instants: pd.Series, local: ZoneInfo) -> pd.Series:
    return instants.dt.tz_localize("UTC").dt.tz_convert(local).dt.tz_localize(None).dt.normalize()


def _in_range(moments: pd.Series) -> pd.Series:
    return moments.where((moments >= _FIRST) & (moments < _LAST))


def _naive(cells: pa.ChunkedArray) -> pd.Series:
    return pd.Series(cells.to_numpy().astype("datetime64[us]"))


# ---------------------------------------------------------------------------------------- text


def _of_usual(text: pd.Series) -> _Parts:
    """ISO 8601 with or without time and offset, and dd.mm.yyyy with or without time."""
    parts = _Parts.empty(len(text))
    iso = _matches(text, _ISO)
    if iso.any():
        _read_iso(text.where(iso), parts)
    if not (iso | text.isna().to_numpy()).all():
        for shape, pattern in _DOTTED.items():
            found = _matches(text, shape) & ~iso
            if found.any():
                read = _strptime(text.where(found), pattern)
                parts.days = parts.days.fillna(read) if "%H" not in pattern else parts.days
                parts.naive = parts.naive.fillna(read) if "%H" in pattern else parts.naive
    return parts


def _read_iso(text: pd.Series, parts: _Parts) -> None:
    text = text.str.replace(",", ".", regex=False).str.replace(r"(\d) ([Z+-])", r"\1\2", regex=True)
    zoned = text.str.contains(_ZONED, regex=True).fillna(False).to_numpy(dtype=bool)
    day = (text.str.len() == len("2000-01-01")).fillna(False).to_numpy(dtype=bool)
    if zoned.any():
        parts.instants = _unzoned(
            pd.to_datetime(text.where(zoned), format="ISO8601", utc=True, errors="coerce")
        )
    if not zoned.all():
        plain = pd.to_datetime(text.where(~zoned), format="ISO8601", errors="coerce").astype("datetime64[us]")
        parts.days, parts.naive = plain.where(day), plain.where(~day)


def _of_pattern(text: pd.Series, pattern: str) -> _Parts:
    parts = _Parts.empty(len(text))
    if pattern in _EPOCH:
        parts.instants = _epoch(text, _EPOCH[pattern])
    elif pattern == _EXCEL:
        return _of_excel(text)
    elif "%z" in pattern:
        parts.instants = _unzoned(pd.to_datetime(text, format=pattern, utc=True, errors="coerce"))
    elif any(part in pattern for part in _TIME_PARTS):
        parts.naive = _strptime(text, pattern)
    else:
        parts.days = _strptime(text, pattern)
    return parts


def _of_excel(text: pd.Series) -> _Parts:
    """Days since 1900 with the time as their fraction; cells that hold a written date are read as such."""
    serial = _matches(text, r"\d{1,6}(?:[.,]\d+)?")
    parts = _of_usual(text.mask(serial))
    written = text.where(serial).str.replace(",", ".", regex=False)
    figures = np.asarray(pd.to_numeric(written, errors="coerce"), dtype="float64")
    moments = _epoch(pd.Series(((figures - _EXCEL_EPOCH) * 86_400).round()), 1_000_000)
    whole = figures % 1 == 0
    parts.days = parts.days.fillna(moments.where(whole))
    parts.naive = parts.naive.fillna(moments.where(~whole))
    return parts


def _strptime(text: pd.Series, pattern: str) -> pd.Series:
    if "%b" in pattern or "%B" in pattern:
        text, pattern = _english_months(text), pattern.replace("%B", "%b")
    return pd.to_datetime(text, format=pattern, errors="coerce").astype("datetime64[us]")


def _english_months(text: pd.Series) -> pd.Series:
    """Months as three English letters, however they were written."""
    text = text.str.lower()
    for month, beginnings in _MONTHS.items():
        text = text.str.replace(rf"\b(?:{beginnings})[a-zа-яё]*\.?", month, regex=True)
    return text


def _epoch(text: pd.Series, microseconds: int) -> pd.Series:
    """Whole and broken seconds since 1970, to the microsecond."""
    numbers = np.asarray(pd.to_numeric(text, errors="coerce"), dtype="float64") * microseconds
    numbers = np.where(np.abs(numbers) < 2**62, numbers, np.nan)
    known = ~np.isnan(numbers)
    moments = np.where(known, numbers, 0).round().astype("int64").astype("datetime64[us]")
    return pd.Series(np.where(known, moments, np.datetime64("NaT", "us")))


def _unzoned(moments: pd.Series) -> pd.Series:
    return moments.dt.tz_localize(None).astype("datetime64[us]")


def _matches(text: pd.Series, shape: str) -> np.ndarray:
    return text.str.fullmatch(shape).fillna(False).to_numpy(dtype=bool)


def day_text(moments: Moments) -> pd.Series:
    """The local day as ISO text (NaN where there is no time)."""
    return moments.day.dt.strftime("%Y-%m-%d").astype("str")
