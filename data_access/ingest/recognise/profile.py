"""What a file turns out to hold before anybody has said what it means: its columns, samples and labels."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from data_access.ingest.mapping import Options

MOST_LABELS = 200  # different values up to which a column's labels are counted one by one
SAMPLES = 5

ColumnKind = Literal["text", "number", "date", "phone", "email", "empty"]


class ColumnProfile(BaseModel):
    """One column of a file.

    Attributes:
        name: as a mapping names it (`name#2` where the header repeats it).
        samples: the first different values that are not empty, as the file writes them.
        filled, empty: rows with and without a value.
        different: different values (exact up to `MOST_LABELS`, then at least that many plus one).
        labels: value -> rows, the most frequent first; empty where there are more than `MOST_LABELS`.
        date_format: strptime pattern of a date column; None where the importer understands it without one.
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


class FileProfile(BaseModel):
    """One file: how it is written, and its columns in their order.

    Attributes:
        file: its name.
        options: how to read it, as the mapping writes it (encoding, delimiter, sheet, header row, fill_down).
        format: `csv`, `xlsx`, `parquet`, `html` or `json`.
        sheets: names of a workbook's sheets.
        rows: rows below the header.
        broken: rows with more or fewer cells than the header.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    format: Literal["csv", "xlsx", "parquet", "html", "json"]
    options: Options
    rows: int
    broken: int
    columns: tuple[ColumnProfile, ...]
    sheets: tuple[str, ...] = ()
