"""What the values of a column look like: phones, addresses, numbers, several of them in one cell."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from data_access.ingest.currencies import OTHER
from data_access.ingest.numbers import Evidence, evidence_of
from data_access.ingest.recognise.profile import ColumnKind

_LOOK_AT = 500  # values of a piece
_PHONE_NAMED = re.compile(r"тел|phone|моб|mobile|whatsapp|viber|fax|факс", re.IGNORECASE)
_EMAIL = r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}"
_PHONE = r"'?\+?[\d\s()\-–.]{7,22}(?:,? ?(?:доб|ext|#)\.? ?\d+)?"
_CURRENCY = re.compile(rf"^(?:{OTHER}) ?| ?(?:{OTHER})$")
_SEVERAL = (",", ";")
_WHOLE = {
    "email": re.compile(rf"(?:mailto:)?{_EMAIL}(?:\s*[,;]\s*{_EMAIL})*"),
    "phone": re.compile(rf"{_PHONE}(?:\s*[,;]\s*{_PHONE})*"),
    "several ids": re.compile(r"\d{2,}(?:; ?\d{2,})+"),
}
_SOMEWHERE = {
    "phone written": re.compile(r"^'?(?:\+|8 ?\(|7 ?\()\d?|^\+?\d ?\(?\d{3}\)?[ \-]\d|^'?[78]\d{10}$"),
    **{sign: re.compile(rf"\w\s*{sign}\s*(?:\+?\d[\d\s()\-]{{6,}}|{_EMAIL})") for sign in _SEVERAL},
}
_NUMBER = re.compile(
    r"[(+\-−–—]? ?(?:\d+|\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+)(?:[.,]\d+)?\)?(?:[eE][+-]?\d+)?"
)


@dataclass(slots=True)
class Shapes:
    """How many of the values looked at have each shape."""

    seen: int = 0
    _counted: Counter[str] = field(default_factory=Counter)
    _evidence: Evidence = field(default_factory=Evidence)

    def add(self, values: pd.Series) -> None:
        """Look at some of the different values of a piece, evenly spread."""
        some = values.iloc[:: len(values) // _LOOK_AT + 1].tolist()
        self.seen += len(some)
        for value in some:
            text = value.strip()
            self._counted.update(name for name, shape in _WHOLE.items() if shape.fullmatch(text))
            self._counted.update(name for name, shape in _SOMEWHERE.items() if shape.search(text))
            if _NUMBER.fullmatch(_CURRENCY.sub("", text).strip()):
                self._counted["number"] += 1
        if self._share("number") >= 0.5:
            self._weigh(values)

    def kind(self, header: str) -> ColumnKind:
        """What the values are, dates apart."""
        if self._share("email") >= 0.7:
            return "email"
        written = self._share("phone written") >= 0.3 or bool(_PHONE_NAMED.search(header))
        if self._share("phone") >= 0.8 and written:
            return "phone"
        return "number" if self._share("number") >= 0.9 else "text"

    def separator(self, kind: ColumnKind) -> str:
        """The sign between several values of one cell: of phones and addresses, or of ids ("8001;8002")."""
        if kind not in ("phone", "email"):
            return ";" if self._counted["several ids"] else ""
        sign = max(_SEVERAL, key=lambda sign: self._counted[sign])
        return sign if self._counted[sign] else ""

    def unclear_number(self, semicolons: bool) -> bool:
        """True where nobody can tell thousands from decimals, as the importer would say.

        Args:
            semicolons: cells are parted by ";", where "1,234" is a decimal comma.
        """
        told = self._evidence
        example = told.unclear_point if semicolons else told.unclear_comma
        return example is not None and not (told.point or told.comma)

    def _share(self, name: str) -> float:
        return self._counted[name] / max(self.seen, 1)

    def _weigh(self, values: pd.Series) -> None:
        """What every number of the column with a sign in it says about the decimals."""
        signed = values.loc[values.str.contains("[.,]", regex=True)]
        if len(signed):
            bare = signed.str.replace(_CURRENCY.pattern, "", regex=True).str.strip().reset_index(drop=True)
            self._evidence |= evidence_of(bare, "")
