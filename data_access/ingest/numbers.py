"""Numbers of a column, exact from the text on: money never passes through a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.errors import JourneyError
from data_access.ingest.currencies import OTHER, words_of

MONEY = pa.decimal128(18, 4)
EXACT = pa.decimal128(38, 18)
_WIDE = pa.decimal256(38, 18)
_FACTOR = pa.decimal256(37, 18)  # the product of two fits in 76 digits
_PLAIN = r"-?\d{1,14}(?:\.\d{1,18})?"
_POINT = r"[+-]?(?:\d+|\d{1,3}(?:[ ,']\d{3})+)?(?:\.\d*)?(?:[eE][+-]?\d+)?"
_COMMA = r"[+-]?(?:\d+|\d{1,3}(?:[ .']\d{3})+)?(?:,\d*)?"
_ANY_CURRENCY = rf"^(?:{OTHER}) ?[\d(−–—+-]|\d\)? ?(?:{OTHER})$"
_MOST_MONEY = Decimal(10) ** 14


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of a column, row by row.

    Attributes:
        values: exact decimals with 18 places; null where there is none.
        bad: the value is there, but is no number with at most 14 digits before the point.
    """

    values: pa.Array
    bad: np.ndarray


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the numbers of a column say about their decimal sign.

    Attributes:
        point: some number can only have a decimal point.
        comma: some number can only have a decimal comma.
        unclear_comma: the first one like "1,234", which fits thousands and decimals alike.
        unclear_point: the first one like "1.234".
    """

    point: bool = False
    comma: bool = False
    unclear_comma: str | None = None
    unclear_point: str | None = None

    def __or__(self, other: Evidence) -> Evidence:
        """What both parts of a column say together."""
        return Evidence(
            self.point or other.point,
            self.comma or other.comma,
            self.unclear_comma or other.unclear_comma,
            self.unclear_point or other.unclear_point,
        )


@dataclass(frozen=True, slots=True)
class Writing:
    """How numbers are written in a file.

    Attributes:
        decimal: decimal sign; None: found in each column.
        semicolons: cells are parted by ";", where "1,234" is a decimal comma and "1.234" may be thousands.
        currency: of the engagement; its sign or word beside a number is not another currency.
        file: named where the sign cannot be told.
        evidence: what the whole column says, where only a part of it is read; None: the part is the column.
    """

    decimal: str | None = None
    semicolons: bool = False
    currency: str = "RUB"
    file: str = ""
    evidence: Evidence | None = None


def numbers_of(text: pd.Series, writing: Writing, column: str) -> Numbers:
    """Numbers written as text.

    Raises:
        JourneyError: `decimal_unclear` where every hint ("1,234") fits thousands and decimals alike.
    """
    plain, bad = _plain_text(text, writing, column)
    return Numbers(pc.cast(one_array(plain), EXACT), bad)


def evidence_of(text: pd.Series, currency: str) -> Evidence:
    """What these numbers say about the decimal sign of their column."""
    plain = text.str.fullmatch(_PLAIN).fillna(False).to_numpy(dtype=bool)
    odd = text.notna().to_numpy() & ~plain
    return _evidence(_bare(text.loc[odd], currency), text.loc[plain])


def in_other_currency(text: pd.Series, bad: np.ndarray) -> np.ndarray:
    """True where what is no number is money of another currency: its sign or its three letters stand beside."""
    foreign = np.zeros(len(text), dtype=bool)
    foreign[bad] = text.loc[bad].str.contains(_ANY_CURRENCY, regex=True).fillna(False).to_numpy(dtype=bool)
    return foreign


def money_of(numbers: Numbers) -> tuple[pa.Array, np.ndarray]:
    """Amounts with four places (half a unit away from zero), and where they do not fit."""
    rounded = _rounded(numbers.values, 4)
    large = _beyond(rounded, _MOST_MONEY)
    return pc.cast(_without(rounded, large), MONEY), numbers.bad | large


def floats_of(numbers: Numbers) -> np.ndarray:
    """Numbers for quantities and scores, where float is exact enough (NaN = none)."""
    return pc.cast(numbers.values, pa.float64()).to_numpy(zero_copy_only=False)


def text_of(values: pa.Array) -> pd.Series:
    """Shortest text of exact numbers: 12.5, 30000."""
    return pc.cast(values, pa.string()).to_pandas().astype("str").str.replace(r"\.?0+$", "", regex=True)


def product_of(factors: list[Numbers]) -> Numbers:
    """The exact product of the columns; nothing where a factor is missing."""
    product = factors[0]
    for factor in factors[1:]:
        product = _multiplied(product, factor.values, factor.bad)
    return product


def scaled(numbers: Numbers, scale: Decimal | None, offset: Decimal | None) -> Numbers:
    """number * scale + offset."""
    if scale is not None:
        factor = pa.scalar(scale, _FACTOR)
        numbers = _multiplied(numbers, factor, np.zeros(len(numbers.values), dtype=bool))
    if offset is not None:
        moved = pc.call_function("add", [pc.cast(numbers.values, _WIDE), pa.scalar(offset, _WIDE)])
        numbers = _fitted(moved, numbers.bad)
    return numbers


def mirrored(numbers: Numbers, low: Decimal, high: Decimal) -> Numbers:
    """The scale turned round: low + high - number."""
    turned = pc.call_function("subtract", [pa.scalar(low + high, _WIDE), pc.cast(numbers.values, _WIDE)])
    return _fitted(turned, numbers.bad)


def _multiplied(numbers: Numbers, factor: pa.Array | pa.Scalar, bad: np.ndarray) -> Numbers:
    product = pc.call_function("multiply", [pc.cast(numbers.values, _FACTOR), pc.cast(factor, _FACTOR)])
    return _fitted(product, numbers.bad | bad)


def _fitted(values: pa.Array, bad: np.ndarray) -> Numbers:
    """Back to 18 places; what has more than 14 digits before the point is bad."""
    rounded = _rounded(values, 18)
    large = _beyond(rounded, _MOST_MONEY)
    return Numbers(pc.cast(_without(rounded, large), EXACT), bad | large)


def _rounded(values: pa.Array, places: int) -> pa.Array:
    if values.type.scale <= places:
        return values
    return pc.call_function("round", [values], pc.RoundOptions(places, "half_towards_infinity"))


def _beyond(values: pa.Array, limit: Decimal) -> np.ndarray:
    size = np.abs(pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False))
    return np.nan_to_num(size) >= float(limit)


def _without(values: pa.Array, mask: np.ndarray) -> pa.Array:
    return pc.call_function("if_else", [pa.array(~mask), values, pa.scalar(None, values.type)])


def one_array(text: pd.Series) -> pa.Array:
    """Text of a column as one Arrow array."""
    array = pa.array(text, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


# -------------------------------------------------------------------------------- as people write


def _plain_text(text: pd.Series, writing: Writing, column: str) -> tuple[pd.Series, np.ndarray]:
    """Digits, a point and a minus alone; and where the text is no number."""
    given = text.notna().to_numpy()
    plain = text.str.fullmatch(_PLAIN).fillna(False).to_numpy(dtype=bool)
    odd = given if writing.decimal == "," else given & ~plain
    evidence = writing.evidence
    if evidence is None and writing.decimal is None and (odd.any() or writing.semicolons):
        evidence = _evidence(_bare(text.loc[odd], writing.currency), text.loc[plain])
    sign = writing.decimal or _decimal_sign(evidence or Evidence(), writing, column)
    odd = given if sign == "," else odd
    if not odd.any():
        return text, np.zeros(len(text), dtype=bool)
    bare = _bare(text.loc[odd], writing.currency)
    shape, thousands = (_COMMA, r"[ .']") if sign == "," else (_POINT, r"[ ,']")
    fits = bare.str.fullmatch(shape).fillna(False) & bare.str.contains(r"\d", regex=True).fillna(False)
    digits = bare.where(fits).str.replace(thousands, "", regex=True).str.replace(",", ".", regex=False)
    result = text.copy()
    result[odd] = _machine_form(digits)
    return result, given & result.isna().to_numpy()


def _bare(text: pd.Series, currency: str) -> pd.Series:
    """Without currency words, with one kind of minus; (12) is -12."""
    words = words_of(currency)
    bare = text.str.replace(rf"^(?:{words})|(?:{words})$", "", regex=True).str.strip()
    bare = bare.str.replace(r"^[−–—] ?", "-", regex=True).str.replace("’", "'", regex=False)
    return bare.str.replace(r"^\((.+)\)$", r"-\1", regex=True)


def _evidence(bare: pd.Series, plain: pd.Series) -> Evidence:
    """Of numbers as people write them, and of those that a machine could have written."""

    def some(shape: str) -> bool:
        return bool(bare.str.contains(shape, regex=True).fillna(False).any())

    points = plain.loc[plain.str.contains(".", regex=False).fillna(False).to_numpy(dtype=bool)]
    like_comma = bare.str.fullmatch(r"[+-]?\d{1,3},\d{3}").fillna(False)
    like_point = points.str.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}").fillna(False).to_numpy(dtype=bool)
    return Evidence(
        point=some(r",.*\.") or bool((~like_point).any()) or some(r"\d(?:,\d{3}){2}"),
        comma=some(r"\..*,") or some(r"\d(?:\.\d{3}){2}") or some(r",(?:\d{0,2}|\d{4,})$"),
        unclear_comma=bare.loc[like_comma].iloc[0] if like_comma.any() else None,
        unclear_point=points.loc[like_point].iloc[0] if like_point.any() else None,
    )


def _decimal_sign(evidence: Evidence, writing: Writing, column: str) -> str:
    """Which of point and comma parts the decimals, judged by the whole column."""
    if evidence.point:
        return "."
    if evidence.comma:
        return ","
    example = evidence.unclear_point if writing.semicolons else evidence.unclear_comma
    if example is not None:
        raise JourneyError("decimal_unclear", file=writing.file, column=column, value=example)
    return "," if evidence.unclear_comma else "."


def _machine_form(digits: pd.Series) -> pd.Series:
    """At most 14 digits before and 18 behind the point, exponents written out; NaN for more."""
    powers = digits.str.contains("[eE]", regex=True).fillna(False).to_numpy(dtype=bool)
    if powers.any():  # a handful of floats: 1e-05
        digits = digits.copy()
        digits[powers] = [_written_out(word) for word in digits[powers]]
    digits = digits.str.replace(r"^\+", "", regex=True).str.replace(r"(\.\d{18})\d+$", r"\1", regex=True)
    digits = digits.str.replace(r"^(-?)0+(\d)", r"\1\2", regex=True).str.replace(
        r"^(-?)\.", r"\g<1>0.", regex=True
    )
    digits = digits.str.replace(r"\.$", "", regex=True)
    return digits.where(digits.str.fullmatch(_PLAIN).fillna(False))


def _written_out(word: str) -> str | None:
    number = Decimal(word)
    if number.adjusted() > 40:
        return None
    return format(number, "f") if number.adjusted() > -40 else "0"
