"""Cells of a sheet as clean text, each column cleaned once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.errors import JourneyError
from data_access.ingest.sheet import Sheet

# What Python calls a blank: `str.split` folds the same signs.
_BLANKS = (
    r"[\x09-\x0d\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]+"
)
# Anything but signs that stand for themselves in NFC (printable ASCII, Russian letters, « » – — №), or odd blanks.
_NEEDS_CLEANING = r"[^\x21-\x7e \x{410}-\x{44f}\x{401}\x{451}\x{ab}\x{bb}\x{2013}\x{2014}\x{2116}]|^ | $|  "


def clean_text(cells: pd.Series) -> pd.Series:
    """Text in NFC, trimmed, inner blanks folded to one; what is empty then is missing (NaN)."""
    dirty = cells.str.contains(_NEEDS_CLEANING, regex=True).fillna(False).to_numpy(dtype=bool)
    if dirty.any():
        place, labels = pd.factorize(cells[dirty])
        folded = pd.Series(labels).str.normalize("NFC").str.replace(_BLANKS, " ", regex=True).str.strip(" ")
        cells = cells.copy()
        cells[dirty] = folded.take(place).to_numpy()
    return cells.mask(cells == "")


class Cells:
    """The mapped columns of one sheet.

    Attributes:
        count: number of rows.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.count = sheet.table.num_rows
        self._text: dict[str, pd.Series] = {}

    def text(self, column: str) -> pd.Series:
        """Clean text of a column (NaN = empty); dates as ISO 8601, numbers in their shortest form."""
        if column not in self._text:
            self._text[column] = clean_text(self._written(column))
        return self._text[column]

    def typed(self, column: str) -> pa.ChunkedArray:
        """The column as it was read."""
        return self.sheet.table.column(column)

    def moments(self, column: str) -> pa.ChunkedArray | None:
        """The column where it is typed as dates or times; None for text and numbers."""
        cells = self.typed(column)
        return cells if pa.types.is_date(cells.type) or pa.types.is_timestamp(cells.type) else None

    def too_long(self, column: str, limit: int) -> np.ndarray | None:
        """True where a cell holds more than `limit` bytes of text; None where no cell does."""
        cells = self.typed(column)
        if not (pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)):
            return None
        sizes = pc.call_function("binary_length", [cells])
        if (pc.call_function("max", [sizes]).as_py() or 0) <= limit:
            return None
        return sizes.to_pandas().fillna(0).to_numpy() > limit

    def spoilt(self, column: str) -> np.ndarray | None:
        """True where a cell holds a NUL byte, or bytes that are no text; None where no cell does."""
        cells = self.typed(column)
        if not (pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)):
            return None
        signs = ("\0", "\ufffd") if self.sheet.damaged else ("\0",)
        found = np.zeros(self.count, dtype=bool)
        for sign in signs:
            holds = pc.call_function("match_substring", [cells], pc.MatchSubstringOptions(sign))
            found |= holds.fill_null(False).to_numpy()
        return found if found.any() else None

    def days_alone(self, column: str) -> bool:
        """True where every time of a typed column is a midnight on the wall."""
        days = self.sheet.days
        return days[column] if days is not None else every_midnight(wall_of(self.typed(column)))

    def _written(self, column: str) -> pd.Series:
        cells = self.typed(column)
        if pa.types.is_timestamp(cells.type):
            cells = self._without_midnights(column, cells)
        try:
            return pc.cast(cells, pa.string()).to_pandas().astype("str")
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise JourneyError("column_unreadable", file=self.sheet.file, type=str(cells.type)) from error

    def _without_midnights(self, column: str, cells: pa.ChunkedArray) -> pa.ChunkedArray:
        """Days instead of moments where every value is midnight; else to the microsecond."""
        zone = cells.type.tz
        if zone is None and self.days_alone(column):
            return pc.cast(cells, pa.date32())
        return pc.cast(cells, pa.timestamp("us", zone), safe=False)


def wall_of(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times as a clock of their own zone shows them."""
    return pc.call_function("local_timestamp", [cells]) if cells.type.tz else cells


def every_midnight(moments: pa.ChunkedArray) -> bool:
    """True where a typed column without a zone holds days alone."""
    return pc.cast(moments, pa.date32(), safe=False).cast(moments.type).equals(moments)
