"""Identity values that stand for nobody: what people write into a field that may not stay empty."""

from __future__ import annotations

import numpy as np
import pandas as pd

_WORDS = (
    *("none", "null", "nan", "n/a", "na", "no", "unknown", "undefined", "anonymous", "empty", "test"),
    *("нет", "не указан", "не указано", "неизвестно", "отсутствует", "аноним", "тест"),
)
_SIGNS = r"[0\W_]+"  # zeros and signs alone
_FEWEST_DIGITS = 7  # of a phone
_ONE_DIGIT = "|".join(f"{digit}+" for digit in range(10))  # 0000000000, 9999999999
_COUNTED = "1234567(?:8(?:90?)?)?"
_NO_PHONE = rf"\+?(?:{_ONE_DIGIT}|7?(?:{'|'.join(f'{digit}{{10}}' for digit in range(10))})|7?{_COUNTED})"
_MAIL = r"[^@\s]+@[^@\s]+"
_NO_MAIL = r"(?:no|none|null|net|no-?mail|no-?email|no-?reply|test|mail|email|нет)@.*"


def stands_for_nobody(kind: str, values: pd.Series) -> np.ndarray:
    """True where a value of an identity means no person, however few customers have it.

    Args:
        kind: of the identity, as the mapping names it; of `phone` and `email` the form is looked at too.
    """
    plain = values.str.lower()
    nobody = plain.isin(_WORDS) | plain.str.fullmatch(_SIGNS)
    if kind == "phone":
        digits = plain.str.replace(r"\D", "", regex=True).str.len()
        nobody |= (digits < _FEWEST_DIGITS) | plain.str.fullmatch(_NO_PHONE)
    elif kind == "email":
        nobody |= ~plain.str.fullmatch(_MAIL) | plain.str.fullmatch(_NO_MAIL)
    return nobody.fillna(True).to_numpy(dtype=bool)
