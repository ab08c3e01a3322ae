"""Is this file the export of a product that we know? Headers and content decide, never the file's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from data_access.ingest.recognise.draft import NOT_IMPORTED, Kind
from data_access.ingest.recognise.known_counters import COUNTERS
from data_access.ingest.recognise.known_crms import CRMS
from data_access.ingest.recognise.plain_forms import FORMS
from data_access.ingest.recognise.preset_form import Expected, Preset
from data_access.ingest.recognise.profile import MOST_LABELS, ColumnProfile, FileProfile
from data_access.ingest.recognise.roles import REQUIRED, SEVERAL

PRESETS: Mapping[str, Preset] = {**CRMS, **COUNTERS, **FORMS}
_LEAST = 0.6  # of confidence
_BY_FIRST_NAME, _BY_OTHER_NAME, _LEFT_OUT = 0.95, 0.9, 0.8
_MOST_PER_DEAL = 20  # rows of one deal (products, steps); a column with more of them holds no ids
_MOST_STATUSES = 100
_REPEATED = re.compile(r"#\d+$")
_CURRENCY = {"руб", "р", "rub", "usd", "eur", "kzt", "тг", "byn", "uah", "доллар", "тенге"}


@dataclass(frozen=True, slots=True)
class Match:
    """A file that is a known export.

    Attributes:
        preset: key of the format (`PRESETS`).
        kind: what one row is.
        confidence: 0..1; renamed and missing columns lower it.
        roles: column -> role or `NOT_IMPORTED`, of every column of the file.
        certain: column -> 0..1, how sure its role is.
        source: name of the source in the mapping.
        date_formats: column -> strptime pattern, where the importer needs one.
    """

    preset: str
    kind: Kind
    confidence: float
    roles: dict[str, str]
    certain: dict[str, float]
    source: str
    date_formats: dict[str, str] = field(default_factory=dict)


def match(profile: FileProfile) -> Match | None:
    """The known export that the file is, the surest of them; None where it is none."""
    found = [made for key, preset in PRESETS.items() if (made := _match(key, preset, profile)) is not None]
    return max(found, key=lambda made: made.confidence, default=None)


def preset_name(key: str, language: str) -> str:
    """What people call a format: "amoCRM: deals"; the key where it is not known (any more)."""
    return PRESETS[key].names[language] if key in PRESETS else key


def _match(key: str, preset: Preset, profile: FileProfile) -> Match | None:
    columns = _by_header(profile.columns)
    marks = sum(_bare(mark) in columns for mark in preset.marks)
    if not profile.rows or marks < preset.needed:
        return None
    taken = list(_taken(preset, columns))
    found = {expected for expected, _, _ in taken}
    given = {expected.role for expected, column, _ in taken if column.filled}
    if any(expected.required and expected not in found for expected in preset.columns):
        return None
    if any(given.isdisjoint(group) for group in REQUIRED[preset.kind]):
        return None
    confidence = _confidence(preset, len(found), marks)
    if confidence < _LEAST:
        return None
    beside = {_bare(header) for header in preset.attributes} & columns.keys()
    named = {column.name: expected.role for expected, column, _ in taken}
    named |= {columns[header][0].name: "attribute" for header in beside}
    return Match(
        preset=key,
        kind=preset.kind,
        confidence=round(confidence, 3),
        roles={column.name: named.get(column.name, NOT_IMPORTED) for column in profile.columns},
        certain={column.name: _LEFT_OUT for column in profile.columns}
        | {column.name: _BY_OTHER_NAME if later else _BY_FIRST_NAME for _, column, later in taken},
        source=preset.source,
        date_formats={
            column.name: expected.date_format for expected, column, _ in taken if expected.date_format
        },
    )


def _confidence(preset: Preset, taken: int, marks: int) -> float:
    """Everything required and enough marks give most of it, the usual columns beside them the rest."""
    required = sum(expected.required for expected in preset.columns)
    others = max(len(preset.columns) - required, 1)
    beside = (taken - required) / others
    known = min(marks / (preset.needed + 2), 1.0) if preset.needed else 1.0
    usual = beside if preset.needed else min(beside * 1.5, 1.0)  # nobody's form has all that a form can have
    return preset.ceiling * (0.6 + 0.25 * usual + 0.15 * known)


def _taken(
    preset: Preset, columns: Mapping[str, list[ColumnProfile]]
) -> Iterator[tuple[Expected, ColumnProfile, bool]]:
    """Each expected column with the file's column that takes it (some roles have several), by a later name or not."""
    used: set[str] = set()
    for expected in preset.columns:
        named = [
            (column, place > 0)
            for place, header in enumerate(expected.headers)
            for column in columns.get(_bare(header), ())
            if column.name not in used and _fits(expected, column)
        ]
        filled = [found for found in named if found[0].filled]
        for column, later in (filled if expected.role in SEVERAL else ()) or (filled or named)[:1]:
            used.add(column.name)
            yield expected, column, later


def _fits(expected: Expected, column: ColumnProfile) -> bool:
    """True where the column holds what its header promises."""
    if column.kind not in expected.kinds or (expected.required and not column.filled):
        return False
    if expected.shape and not all(re.fullmatch(expected.shape, text) for text in column.samples):
        return False
    if expected.role == "deal":
        return column.different > MOST_LABELS or column.different * _MOST_PER_DEAL >= column.filled
    if expected.role == "status" and expected.required:
        return 0 < column.different <= _MOST_STATUSES
    return True


def _by_header(columns: Iterable[ColumnProfile]) -> dict[str, list[ColumnProfile]]:
    """Columns by what their header says; a header that is repeated has several."""
    found: dict[str, list[ColumnProfile]] = {}
    for column in columns:
        found.setdefault(_bare(_REPEATED.sub("", column.name)), []).append(column)
    return found


def _bare(header: str) -> str:
    """A header without case, signs and the currency at its end."""
    folded = unicodedata.normalize("NFKC", header).casefold().replace("ё", "е")
    words = re.findall(r"[^\W_]+", folded)
    return " ".join(words[:-1] if len(words) > 1 and words[-1] in _CURRENCY else words)
