"""`where`: which rows count."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data_access.ingest.mapping_values import Condition, Value
from data_access.ingest.numbers import EXACT
from data_access.ingest.values import Values
from data_access.ingest.wording import clean

_NUMBER = re.compile(r"-?\d{1,14}(\.\d{1,18})?$")


def holds(conditions: tuple[Condition, ...], values: Values) -> np.ndarray:
    """True where every condition holds."""
    passed = np.ones(values.cells.count, dtype=bool)
    for condition in conditions:
        passed &= _holds(condition, values)
    return passed


def _holds(condition: Condition, values: Values) -> np.ndarray:
    text = values.cells.text(condition.column)
    passed = np.ones(len(text), dtype=bool)
    if condition.in_ is not None:
        passed &= text.isin(_words(condition.in_)) | (text.isna() & ("" in condition.in_))
    if condition.not_in is not None:
        passed &= ~(text.isin(_words(condition.not_in)) | (text.isna() & ("" in condition.not_in)))
    if condition.starts_with is not None:
        passed &= _starts(text, condition.starts_with)
    if condition.not_starts_with is not None:
        passed &= ~_starts(text, condition.not_starts_with)
    if condition.not_empty is not None:
        passed &= text.notna().to_numpy() == condition.not_empty
    for bound, relation in ((condition.greater, "greater"), (condition.less, "less")):
        if bound is not None:
            passed &= _compared(values, condition.column, bound, relation)
    return np.asarray(passed, dtype=bool)


def _words(words: tuple[str, ...]) -> list[str]:
    return [clean(word) for word in words]


def _starts(text: pd.Series, beginnings: tuple[str, ...]) -> np.ndarray:
    return text.str.startswith(tuple(beginnings)).fillna(False).to_numpy(dtype=bool)


def _compared(values: Values, column: str, bound: str, relation: str) -> np.ndarray:
    """Numbers with a number, times with a time; a value that is neither does not pass."""
    if _NUMBER.match(bound):
        numbers = values.numbers(Value(column=column), values.cells.text(column)).values
        limit = pc.cast(pa.scalar(bound), EXACT)
        return pc.call_function(relation, [numbers, limit]).fill_null(False).to_numpy(zero_copy_only=False)
    moments = values.moments(Value(column=column)).values.at
    edge = values.moments(Value(value=bound)).values.at
    return (moments > edge).to_numpy() if relation == "greater" else (moments < edge).to_numpy()
