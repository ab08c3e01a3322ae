"""What a file turns out to hold before anybody has said what it means: its columns, samples and labels."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from data_access.ingest.mapping import Options

MOST_LABELS = 200  # different values up to which a column's labels are counted one by one
SAMPLES = 5

Format = Literal["csv", "xlsx", "parquet", "html", "json"]
ColumnKind = Literal["text", "number", "date", "phone", "email", "empty"]


class ColumnProfile(BaseModel):
    """One column of a file.

    Attributes:
        name: as a mapping names it (`name#2` where the header repeats it).
        samples: the first different values that are not empty, as the file writes them.
        filled, empty: rows with and without a value.
        different: different values (exact up to `MOST_LABELS`, then at least that many plus one).
        labels: value -> rows, the most frequent first; empty where there are more than `MOST_LABELS`.
        date_format: pattern of a date column as the mapping writes it; None where the importer understands it
            without one, and where nobody can tell.
        date_choices: patterns that fit every value alike (03/04/2026): a person has to choose one.
        unclear_number: "1,234" in every number that has a sign: thousands or decimals, nobody can tell.
        separator: sign between several phones, e-mail addresses or ids of one cell; "" where each holds one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    samples: tuple[str, ...]
    filled: int
    empty: int
    different: int
    kind: ColumnKind
    labels: tuple[tuple[str, int], ...] = ()
    date_format: str | None = None
    date_choices: tuple[str, ...] = ()
    unclear_number: bool = False
    separator: str = ""


class FileProfile(BaseModel):
    """One file: how it is written, and its columns in their order.

    Attributes:
        file: its name.
        options: how to read it, as the mapping writes it (encoding, delimiter, sheet, header row, fill_down).
        format: `csv`, `xlsx`, `parquet`, `html` or `json`.
        sheets: names of a workbook's sheets.
        rows: rows below the header; where `estimated`, by the size of what was not looked at.
        broken: rows with more or fewer cells than the header.
        estimated: the file is longer than what was looked at: columns and labels are those of its beginning.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    format: Format
    options: Options
    rows: int
    broken: int
    columns: tuple[ColumnProfile, ...]
    sheets: tuple[str, ...] = ()
    estimated: bool = False

    def column(self, name: str) -> ColumnProfile | None:
        """The column with this name."""
        return next((column for column in self.columns if column.name == name), None)
