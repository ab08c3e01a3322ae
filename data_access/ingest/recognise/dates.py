"""How a column writes its dates, by all of its values: what the importer must be told, what nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pandas as pd

from data_access.ingest.cells import clean_text
from data_access.ingest.times import moments_of_text

SURE = 0.9  # share of the values that must be dates
_ANYWHERE = ZoneInfo("UTC")  # a date is one in every zone
_DIGIT = re.compile(r"\d")
_NAMED = re.compile(
    r"дата|врем|созда|закры|измен|редактир|когда|день|date|time|day|when|_at$|_on$|\bat\b|creat|clos|modif|updat|stamp|\bts\b",
    re.IGNORECASE,
)
_MONTH = r"[A-Za-zА-Яа-яё]{3,9}\.?"
_DAYS = (  # shape of the day, its patterns
    (r"\d{1,2}/\d{1,2}/\d{4}", ("%d/%m/%Y", "%m/%d/%Y")),
    (r"\d{1,2}-\d{1,2}-\d{4}", ("%d-%m-%Y", "%m-%d-%Y")),
    (r"\d{1,2}/\d{1,2}/\d{2}", ("%d/%m/%y", "%m/%d/%y")),
    (r"\d{1,2}\.\d{1,2}\.\d{4}", ("%d.%m.%Y",)),
    (r"\d{1,2}\.\d{1,2}\.\d{2}", ("%d.%m.%y",)),
    (r"\d{4}-\d{1,2}-\d{1,2}", ("%Y-%m-%d",)),
    (r"\d{4}/\d{1,2}/\d{1,2}", ("%Y/%m/%d",)),
    (r"\d{4}\.\d{1,2}\.\d{1,2}", ("%Y.%m.%d",)),
    (rf"\d{{1,2}} {_MONTH} \d{{4}} г\.?", ("%d %b %Y г.", "%d %b %Y г")),
    (rf"\d{{1,2}} {_MONTH} \d{{4}}", ("%d %b %Y",)),
    (rf"\d{{1,2}}-{_MONTH}-\d{{4}}", ("%d-%b-%Y",)),
    (rf"\d{{1,2}}-{_MONTH}-\d{{2}}", ("%d-%b-%y",)),
    (rf"{_MONTH} \d{{1,2}}, \d{{4}}", ("%b %d, %Y",)),
    (rf"{_MONTH} \d{{1,2}} \d{{4}}", ("%b %d %Y",)),
)
_TIMES = (  # what stands behind the day
    (r"", ""),
    (r"\d{1,2}:\d\d", "%H:%M"),
    (r"\d{1,2}:\d\d:\d\d", "%H:%M:%S"),
    (r"\d{1,2}:\d\d:\d\d\.\d{1,6}", "%H:%M:%S.%f"),
    (r"\d{1,2}:\d\d [AaPp][Mm]", "%I:%M %p"),
    (r"\d{1,2}:\d\d:\d\d [AaPp][Mm]", "%I:%M:%S %p"),
    (r"\d{1,2}:\d\d[AaPp][Mm]", "%I:%M%p"),
    (r"\d{1,2}:\d\d ?(?:Z|[+-]\d\d:?\d\d)", "%H:%M%z"),
    (r"\d{1,2}:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)", "%H:%M:%S%z"),
    (r"\d{1,2}:\d\d:\d\d (?:Z|[+-]\d\d:?\d\d)", "%H:%M:%S %z"),
)
_BARE = (  # digits alone are dates only where the header says so
    (r"(?:19|20)\d{6}", "%Y%m%d"),
    (r"(?:19|20)\d{12}", "%Y%m%d%H%M%S"),
    (r"(?:19|20)\d{10}", "%Y%m%d%H%M"),
    (r"[3-5]\d{4}(?:[.,]\d+)?", "excel"),
    (r"1\d{9}(?:\.\d+)?", "epoch_s"),
    (r"1\d{12}", "epoch_ms"),
)
_USUAL = ""  # the importer reads it without a pattern


class DateGuess:
    """Patterns that the values of one column may have, and how many of them each one reads."""

    def __init__(self, header: str) -> None:
        self._header = header
        self._read: dict[str, int] | None = None  # pattern -> values that it reads
        self._seen = 0

    def add(self, values: pd.Series) -> None:
        """Look at further different values that are not empty."""
        if values.empty:
            return
        if self._read is None:
            self._read = dict.fromkeys(_candidates(clean_text(values.head(300)), self._header), 0)
        self._seen += len(values)
        if self._read:
            values = clean_text(values)
        for pattern in self._read:
            moments = moments_of_text(values, pattern or None, _ANYWHERE, _ANYWHERE)
            self._read[pattern] += len(values) - int(moments.bad.sum())

    @property
    def found(self) -> bool:
        """True where nearly all values are dates by one pattern."""
        return bool(self._read) and max(self._read.values()) >= SURE * self._seen

    @property
    def patterns(self) -> tuple[str, ...]:
        """The pattern that reads most values; several where as many are read by each; none where none is needed."""
        most = max((self._read or {"": 0}).values())
        best = tuple(pattern for pattern, count in (self._read or {}).items() if count == most)
        return () if _USUAL in best else best


def _candidates(values: pd.Series, header: str) -> tuple[str, ...]:
    """Patterns that most of some values have the shape of."""
    words = values.tolist()
    if sum(_could_be(word) for word in words) < len(words) / 2:
        return ()
    usual = moments_of_text(values, None, _ANYWHERE, _ANYWHERE)
    if usual.bad.mean() <= 1 - SURE:
        return (_USUAL,)
    for shape, patterns in _shapes(words, header):
        fits = re.compile(shape).fullmatch
        if sum(1 for word in words if fits(word)) * 2 >= len(words):
            return patterns
    return ()


def _could_be(word: str) -> bool:
    """True where a word has enough digits for a date."""
    digits = len(_DIGIT.findall(word))
    return digits >= 4 and digits * 4 >= len(word)


def _shapes(words: list[str], header: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if _NAMED.search(header):
        yield from ((shape, (pattern,)) for shape, pattern in _BARE)
    for day, patterns in _DAYS:
        if not any(re.match(day, word) for word in words[:20]):
            continue
        for between in ("", " ", ", ", "T", " в "):
            for time, pattern in _TIMES:
                if bool(between) == bool(time):
                    shape = f"{day}{re.escape(between)}{time}"
                    yield shape, tuple(f"{start}{between}{pattern}" for start in patterns)
