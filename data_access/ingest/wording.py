"""Text of cells put into shape: words cleaned, joined, normalised, sorted into bands."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal

import pandas as pd

from data_access.ingest.cells import clean_text

TRUTH = {
    **dict.fromkeys(("true", "yes", "y", "1", "да", "истина"), "true"),
    **dict.fromkeys(("false", "no", "n", "0", "нет", "ложь"), "false"),
}


def band_names(limits: tuple[Decimal, ...]) -> list[str]:
    """Names of the bands between the limits: "<5000", "5000-9999", ">=10000".

    Between whole limits a band ends with the last whole number; else with "<" and the limit.
    """
    whole = all(limit == limit.to_integral_value() for limit in limits)
    words = [format(limit.normalize(), "f") for limit in limits]
    names = [f"<{words[0]}"]
    for index, (low, high) in enumerate(itertools.pairwise(limits)):
        if not whole:
            names.append(f"{words[index]}-<{words[index + 1]}")
        elif high - low == 1:
            names.append(words[index])
        else:
            names.append(f"{words[index]}-{format(high - 1, 'f')}")
    return [*names, f">={words[-1]}"]


def clean(word: str) -> str:
    """One word, cleaned like a cell ("" = empty)."""
    cleaned = clean_text(pd.Series([word], dtype="str")).iloc[0]
    return cleaned if isinstance(cleaned, str) else ""


def coalesced(texts: list[pd.Series]) -> pd.Series:
    """The first text that is not empty."""
    text = texts[0]
    for other in texts[1:]:
        text = text.fillna(other)
    return text


def part_of(text: pd.Series, sign: str, place: int | None) -> pd.Series:
    """One part of each cell (1 is the first, -1 the last); without a place the first that is not empty."""
    if place is None:
        parts = text.str.split(sign)
        return parts.map(_first_given, na_action="ignore").astype("str")
    index = place - 1 if place > 0 else place
    return clean_text(text.str.split(sign).str.get(index).astype("str"))


def _first_given(parts: list[str]) -> str | None:
    return next((part.strip() for part in parts if part.strip()), None)


def joined(texts: list[pd.Series], sign: str) -> pd.Series:
    """Texts with the sign between them; empty ones are left out with their sign."""
    whole = texts[0]
    for text in texts[1:]:
        both = whole + sign + text
        whole = both.fillna(whole).fillna(text)
    return whole


_EXTENSION = r"(?i)(?:\b(?:доб|вн|ext|x)\b|#).*$"  # of an office: 8 (495) 123-45-67 доб. 12
_ROUNDED = r"^\d[.,]\d+[eE]\+\d+$"  # 7,91612E+10: a spreadsheet has lost the last digits


def _phone(text: pd.Series) -> pd.Series:
    """Digits alone; 8 and 7 before ten digits, and ten digits that begin with 9, are Russia's +7; 00 is +."""
    whole = text.mask(text.str.fullmatch(_ROUNDED).fillna(False).to_numpy(dtype=bool))
    kept = whole.str.replace(_EXTENSION, "", regex=True)
    kept = kept.str.replace(r"[^\d+]", "", regex=True).str.replace(r"(.)\++", r"\1", regex=True)
    kept = kept.str.replace(r"^00(\d{8,})$", r"+\1", regex=True)
    kept = kept.str.replace(r"^(?:8|7)(\d{10})$", r"+7\1", regex=True)
    kept = kept.str.replace(r"^(?:\+8)?(9\d{9})$", r"+7\1", regex=True)
    return clean_text(kept.str.replace(r"^\+$", "", regex=True))


def _email(text: pd.Series) -> pd.Series:
    """Lower case, without blanks, "mailto:", a name before <address>, or signs around it; "+tag" is kept."""
    bare = text.str.lower().str.replace(r"^.*<([^<>]*@[^<>]*)>.*$", r"\1", regex=True)
    bare = bare.str.replace(r"^\s*mailto:", "", regex=True).str.replace(r"\s", "", regex=True)
    return clean_text(bare.str.strip("<>,;.'\""))


NORMALISE: dict[str, Callable[[pd.Series], pd.Series]] = {
    "trim": lambda text: text,
    "lower": lambda text: text.str.lower(),
    "phone": _phone,
    "email": _email,
}
