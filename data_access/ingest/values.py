"""Values of the mapping, computed for a whole sheet at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from dashboard.journey.stages import UNMAPPED
from data_access.ingest.cells import Cells, clean_text
from data_access.ingest.mapping_values import Lookup, Value
from data_access.ingest.numbers import (
    Numbers,
    Writing,
    floats_of,
    in_other_currency,
    mirrored,
    money_of,
    numbers_of,
    product_of,
    scaled,
    text_of,
)
from data_access.ingest.patterns import pattern_pieces
from data_access.ingest.signs import Signs
from data_access.ingest.times import Moments, day_text, moments_of_text, moments_of_typed
from data_access.ingest.wording import NORMALISE, TRUTH, band_names, clean, coalesced, joined, part_of

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Rows whose value cannot be used.

    Attributes:
        reason: code of the sentence that says why.
        column: columns of the value.
        rows: True where the row has the flaw.
        text: what stands in the cell.
    """

    reason: str
    column: str
    rows: np.ndarray
    text: pd.Series


@dataclass(frozen=True, slots=True)
class Reading(Generic[Result]):
    """A value of every row.

    Attributes:
        values: text, exact money, floats or moments, row by row.
        label: the text before `map`.
        unmapped: True where `map` does not name the label and there is no `default`.
        flaws: rows whose value cannot be used.
    """

    values: Result
    label: pd.Series
    unmapped: np.ndarray
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What values need to know beyond their own row.

    Attributes:
        zone: the engagement's zone.
        currency: its currency.
        lookup: reads another file as key -> value.
        signs: of a file that is read in pieces; None: the sheet is the whole file.
    """

    zone: ZoneInfo
    currency: str
    lookup: Callable[[Lookup], pd.Series]
    signs: Signs | None = None


class Values:
    """The values of one sheet; each is computed once, however many items name it."""

    def __init__(self, cells: Cells, setting: Setting) -> None:
        self.cells, self.setting = cells, setting
        self.sought: list[tuple[str, pd.Series, pd.Series]] = []  # columns, keys and tables of every lookup
        self._made: dict[tuple[str, str], Reading] = {}

    def text(self, value: Value) -> Reading[pd.Series]:
        """Text (NaN = empty), with map, bands and type applied."""
        return self._once("text", value, self._text)

    def moments(self, value: Value) -> Reading[Moments]:
        """Times and calendar days."""
        return self._once("moments", value, self._moments)

    def money(self, value: Value) -> Reading[pa.Array]:
        """Exact amounts with four places (null = empty)."""
        return self._once("money", value, self._money)

    def floats(self, value: Value) -> Reading[np.ndarray]:
        """Numbers as floats (NaN = empty)."""
        return self._once("floats", value, self._floats)

    def _once(self, kind: str, value: Value, make: Callable[[Value], Reading]) -> Reading:
        key = (kind, value.model_dump_json())
        if key not in self._made:
            self._made[key] = make(value)
        return self._made[key]

    # ---------------------------------------------------------------------------------- text

    def _text(self, value: Value) -> Reading[pd.Series]:
        label = self._label(value)
        text, unmapped = _mapped(label, value)
        reading = Reading(text, label, unmapped)
        if value.bands is not None:
            return self._banded(value, reading)
        if value.type == "date":
            return self._dated(value, reading)
        if value.type == "boolean":
            return _truth(value, reading)
        if value.type in ("integer", "number") or _is_numeric(value):
            return self._numeric_text(value, reading)
        return reading

    def _label(self, value: Value) -> pd.Series:
        """The value's text as it stands in the file, clean, before `map` and `empty`."""
        text = self._origin(value)
        if value.lookup is not None:
            key = text if _has_origin(value) else self.cells.text(value.lookup.key)
            table = self.setting.lookup(value.lookup)
            self.sought.append((value.place, key, table))
            text = _looked_up(key, table)
        if value.split is not None:
            text = part_of(text, *value.split)
        if value.strip_prefix:
            text = clean_text(text.str.removeprefix(value.strip_prefix))
        if value.normalise:
            text = NORMALISE[value.normalise](text)
        return text.mask(text.isin([clean(word) for word in value.invalid])) if value.invalid else text

    def _origin(self, value: Value) -> pd.Series:
        if value.column is not None:
            return self.cells.text(value.column)
        if value.first is not None:
            return coalesced([self.text(part).values for part in value.first])
        if value.columns is not None:
            return joined([self.cells.text(column) for column in value.columns], value.join)
        if value.product is not None:
            return text_of(self._product(value).values)
        if value.text is not None:
            return self._pattern(value.text)
        return self._constant(value.value)

    def _constant(self, word: str | None) -> pd.Series:
        return pd.Series(np.full(self.cells.count, clean(word or "") or None, dtype=object), dtype="str")

    def _pattern(self, pattern: str) -> pd.Series:
        """The columns set into the text; nothing where one of them is empty."""
        pieces = [
            self.cells.text(words) if kind == "column" else self._literal(words)
            for kind, words in pattern_pieces(pattern)
        ]
        text = pieces[0]
        for piece in pieces[1:]:
            text = text + piece
        return clean_text(text)

    def _literal(self, words: str) -> pd.Series:
        return pd.Series(np.full(self.cells.count, words, dtype=object), dtype="str")

    def _banded(self, value: Value, reading: Reading[pd.Series]) -> Reading[pd.Series]:
        numbers, flaws = self._checked(value, reading)
        limits = value.bands or ()
        names = np.array([*band_names(limits), None], dtype=object)
        figures = floats_of(numbers)
        band = np.searchsorted(np.array(limits, dtype=float), np.nan_to_num(figures), side="right")
        labels = pd.Series(names[np.where(np.isnan(figures), -1, band)], dtype="str")
        return replace(reading, values=_or_empty(labels, value), flaws=flaws)

    def _numeric_text(self, value: Value, reading: Reading[pd.Series]) -> Reading[pd.Series]:
        numbers, flaws = self._checked(value, reading)
        text = text_of(numbers.values)
        if value.type == "integer":
            broken = text.str.contains(".", regex=False).fillna(False).to_numpy(dtype=bool)
            flaws += _flaw("not_whole", value, broken, reading.values)
        return replace(reading, values=_or_empty(text, value), flaws=flaws)

    def _dated(self, value: Value, reading: Reading[pd.Series]) -> Reading[pd.Series]:
        moments = self.moments(value)
        return replace(reading, values=day_text(moments.values), flaws=moments.flaws)

    # ------------------------------------------------------------------------------- numbers

    def _money(self, value: Value) -> Reading[pa.Array]:
        reading = self._plain(value)
        numbers, flaws = self._checked(value, reading)
        amounts, bad = money_of(numbers)
        if (beyond := bad & ~numbers.bad).any():
            flaws += _flaw("number_too_large", value, beyond, reading.values)
        return Reading(amounts, reading.label, reading.unmapped, flaws)

    def _floats(self, value: Value) -> Reading[np.ndarray]:
        reading = self._plain(value)
        numbers, flaws = self._checked(value, reading)
        return Reading(floats_of(numbers), reading.label, reading.unmapped, flaws)

    def _plain(self, value: Value) -> Reading[pd.Series]:
        label = self._label(value)
        text, unmapped = _mapped(label, value)
        return Reading(text, label, unmapped)

    def _checked(self, value: Value, reading: Reading[pd.Series]) -> tuple[Numbers, tuple[Flaw, ...]]:
        """Exact numbers with scale, offset and range applied."""
        numbers = self.numbers(value, reading.values)
        if value.product is not None:  # a factor that is no number leaves no text to judge
            bad = self._product(value).bad
            numbers = Numbers(numbers.values, numbers.bad | bad)
        shown = self._shown(value, reading.values)
        foreign = in_other_currency(shown, numbers.bad)
        flaws = _flaw("other_currency", value, foreign, shown)
        flaws += _flaw("not_a_number", value, numbers.bad & ~foreign, shown)
        if value.range is not None:
            figures = floats_of(numbers)
            low, high = value.range
            outside = (figures < float(low)) | (figures > float(high))
            flaws += _flaw("out_of_range", value, outside, reading.values)
            numbers = mirrored(numbers, low, high) if value.reverse else numbers
        return scaled(numbers, value.scale, value.offset), flaws

    def _product(self, value: Value) -> Numbers:
        return product_of([self._checked(part, self._plain(part))[0] for part in value.product or ()])

    def _shown(self, value: Value, text: pd.Series) -> pd.Series:
        """What a list of rejected rows shows: of a product its factors."""
        if value.product is None:
            return text
        return joined([self._label(part) for part in value.product], " * ")

    def numbers(self, value: Value, text: pd.Series) -> Numbers:
        """The numbers that a value's text says, by the decimal sign of its column."""
        sheet, signs = self.cells.sheet, self.setting.signs
        constant = value.value is not None or value.product is not None  # written by us, not by the file
        decimal = value.decimal or ("." if constant else sheet.decimal)
        evidence = signs.of(value, text) if signs is not None and decimal is None else None
        writing = Writing(decimal, sheet.semicolons, self.setting.currency, sheet.file, evidence)
        return numbers_of(text, writing, value.place)

    def learn_signs(self) -> None:
        """Take the numbers of one more piece into account before any is decided about."""
        signs = self.setting.signs
        for value in list(signs.asked.values()) if signs is not None else ():
            self.numbers(value, self._plain(value).values)

    # --------------------------------------------------------------------------------- times

    def _moments(self, value: Value) -> Reading[Moments]:
        if value.first is not None:
            return self._first_moments(value)
        local = self.setting.zone
        zone = ZoneInfo(value.timezone) if value.timezone else local
        typed = self.cells.moments(value.column) if value.column and value.lookup is None else None
        if typed is not None:
            label = self.cells.text(value.column or "")
            days = self.cells.days_alone(value.column or "") if pa.types.is_timestamp(typed.type) else None
            moments, unmapped = moments_of_typed(typed, zone, local, days), np.zeros(len(label), dtype=bool)
        else:
            plain = self._plain(value)
            label, unmapped = plain.label, plain.unmapped
            moments = moments_of_text(plain.values, value.format, zone, local)
        return Reading(moments, label, unmapped, _flaw("not_a_time", value, moments.bad, label))

    def _first_moments(self, value: Value) -> Reading[Moments]:
        """The first of several times that is not empty; where it is no time, the row is at fault."""
        readings = [self.moments(_inheriting(part, value)) for part in value.first or ()]
        label, moments = readings[-1].label, readings[-1].values
        for reading in reversed(readings[:-1]):
            given = reading.label.notna().to_numpy()
            moments = reading.values.where(given, moments)
            label = reading.label.where(given, label)
        unmapped = np.zeros(len(label), dtype=bool)
        return Reading(moments, label, unmapped, _flaw("not_a_time", value, moments.bad, label))


def _flaw(reason: str, value: Value, rows: np.ndarray, text: pd.Series) -> tuple[Flaw, ...]:
    return (Flaw(reason, value.place, rows, text),) if rows.any() else ()


def _mapped(text: pd.Series, value: Value) -> tuple[pd.Series, np.ndarray]:
    """`map`, `default` and `empty`; and where a label is not in the map and there is no default."""
    unmapped = np.zeros(len(text), dtype=bool)
    if value.map is not None:
        words = {clean(label): word for label, word in value.map.items()}
        found = text.map(words).astype("str")
        lost = (text.notna() & found.isna()).to_numpy()
        unmapped = lost if value.default is None else unmapped
        found[lost] = UNMAPPED if value.default is None else value.default
        text = found
    return _or_empty(text, value), unmapped


def _or_empty(text: pd.Series, value: Value) -> pd.Series:
    return text if value.empty is None else text.fillna(value.empty)


def _has_origin(value: Value) -> bool:
    return any(getattr(value, name) is not None for name in ("column", "first", "columns", "text", "value"))


def _is_numeric(value: Value) -> bool:
    return value.scale is not None or value.offset is not None or value.range is not None


def _inheriting(part: Value, whole: Value) -> Value:
    """A part of `first` with the format and zone that stand beside the list."""
    return part.model_copy(
        update={"format": part.format or whole.format, "timezone": part.timezone or whole.timezone}
    )


def _looked_up(keys: pd.Series, table: pd.Series) -> pd.Series:
    return keys.map(table).astype("str")


def _truth(value: Value, reading: Reading[pd.Series]) -> Reading[pd.Series]:
    text = reading.values.str.lower().map(TRUTH).astype("str")
    bad = (reading.values.notna() & text.isna()).to_numpy()
    flaws = _flaw("not_yes_or_no", value, bad, reading.values)
    return replace(reading, values=_or_empty(text, value), flaws=flaws)
