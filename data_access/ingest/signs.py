"""Decimal signs of a file that is read in pieces: each column is judged by all of its pieces."""

from __future__ import annotations

import pandas as pd

from data_access.ingest.mapping_values import Value
from data_access.ingest.numbers import Evidence, evidence_of


class Signs:
    """What the numbers of one file say about their decimal signs, gathered piece by piece.

    Attributes:
        learning: True while the file is looked through: nothing is decided yet. Then all of it decides.
        asked: the values whose numbers somebody asked for, by name.
    """

    def __init__(self, currency: str) -> None:
        self.learning = True
        self.asked: dict[str, Value] = {}
        self._currency = currency
        self._found: dict[str, Evidence] = {}

    def of(self, value: Value, text: pd.Series) -> Evidence:
        """What the whole file says of a value; while it is learned, the text adds to it."""
        name = value.model_dump_json()
        if not self.learning:
            return self._found[name]
        self.asked[name] = value
        self._found[name] = self._found.get(name, Evidence()) | evidence_of(text, self._currency)
        return Evidence(point=True)
