"""A table as it was read: columns, the row numbers of its file, and rows that could not be taken apart."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from dashboard.errors import JourneyError


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be taken apart.

    Attributes:
        row: number of the row in the file (the first is 1).
        text: the row as it stands there, or its beginning.
        reason: why; as a rule it has more or fewer cells than the header.
        column: where in the row, where that is known.
    """

    row: int
    text: str
    reason: str = "wrong_cell_count"
    column: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The mapped columns of one file.

    Attributes:
        file: the file as reports name it.
        table: one Arrow column a mapped column, named as the mapping names it; text or typed.
        rows: number of each row in its file.
        decimal: decimal sign that the file's options give; None: found in each column.
        semicolons: cells are parted by ";", where a comma is more likely a decimal sign.
        days: column -> its times are days alone, in the whole file; None: the sheet is the whole file.
        damaged: bytes that are no text of the file's encoding stand as U+FFFD.
    """

    file: str
    table: pa.Table
    rows: np.ndarray
    broken: tuple[BrokenRow, ...] = ()
    decimal: str | None = None
    semicolons: bool = False
    damaged: bool = False
    days: Mapping[str, bool] | None = None

    @property
    def row_count(self) -> int:
        """Rows of the file that the sheet stands for, broken ones too."""
        return self.table.num_rows + len(self.broken)


@dataclass(frozen=True, slots=True)
class Header:
    """Names of a file's columns: trimmed, and told apart where one occurs twice (`name#2`)."""

    file: str
    names: tuple[str, ...]
    _index: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, file: str, cells: Sequence[object]) -> Header:
        """The header from its cells."""
        names: list[str] = []
        seen: dict[str, int] = {}
        for cell in cells:
            name = clean_name("" if cell is None else str(cell))
            seen[name] = seen.get(name, 0) + 1
            names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
        return cls(file, tuple(names), {name: index for index, name in reversed(list(enumerate(names)))})

    def index(self, column: str) -> int:
        """Position (0 is the first) of a column: by its name, or `#7` for the seventh.

        Raises:
            JourneyError: `no_such_column` with the nearest name of the file.
        """
        name = clean_name(column)
        if name in self._index:
            return self._index[name]
        position = name[1:]
        if name.startswith("#") and position.isdecimal() and 1 <= int(position) <= len(self.names):
            return int(position) - 1
        close = difflib.get_close_matches(name, self.names, n=1, cutoff=0.0)
        raise JourneyError("no_such_column", column=column, file=self.file, nearest=close[0] if close else "")


def clean_name(text: str) -> str:
    """NFC, trimmed, inner blanks folded."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def visible(text: str) -> str:
    """The text with NUL bytes as a sign that reports and databases can hold."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}")
