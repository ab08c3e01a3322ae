"""One column of a file, counted piece by piece: how full it is, its labels, and what its values are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data_access.ingest.cells import clean_text
from data_access.ingest.recognise.dates import DateGuess
from data_access.ingest.recognise.profile import MOST_LABELS, SAMPLES, ColumnKind, ColumnProfile
from data_access.ingest.recognise.shapes import Shapes

_MOST_TEXT = 300  # characters of a sample


@dataclass(slots=True)
class ColumnCount:
    """What is known of a column so far.

    Attributes:
        filled_rows: for each piece, where the column has a value.
    """

    name: str
    rows: int = 0
    filled: int = 0
    samples: dict[str, None] = field(default_factory=dict)
    labels: dict[str, int] | None = field(default_factory=dict)
    filled_rows: list[np.ndarray] = field(default_factory=list)
    _hashes: list[np.ndarray] = field(default_factory=list)
    _dates: DateGuess = field(init=False)
    _typed: ColumnKind | None = None
    _shapes: Shapes = field(default_factory=Shapes)

    def __post_init__(self) -> None:
        self._dates = DateGuess(self.name)

    def add(self, cells: pa.ChunkedArray) -> None:
        """Count a further piece of the column."""
        text = _written(cells)
        if pa.types.is_temporal(cells.type):
            self._typed = "date"
        counted = pc.call_function("value_counts", [text])
        values = counted.field("values").to_pandas().astype("str")
        counts = counted.field("counts").to_numpy()
        given = (values.str.strip() != "").to_numpy(dtype=bool)
        empty = values[~given].unique()
        self.rows += len(text)
        self.filled += int(counts[given].sum())
        full = pc.call_function(
            "invert", [pc.call_function("is_in", [text], pc.SetLookupOptions(pa.array(empty, pa.string())))]
        )
        self.filled_rows.append(full.to_numpy(zero_copy_only=False))
        values, counts = values[given].reset_index(drop=True), counts[given]
        self._hashes.append(np.fromiter(map(hash, values), dtype=np.int64, count=len(values)))
        self._count_labels(values, counts)
        self._shapes.add(values)
        if self._typed is None:
            self._dates.add(values)

    @property
    def repeats(self) -> bool:
        """True where some value stands on several rows."""
        return self._different() < self.filled

    def profile(self, semicolons: bool) -> ColumnProfile:
        """The column as a whole; `semicolons` part the cells of its file."""
        kind = self._kind()
        patterns = self._dates.patterns if kind == "date" and self._typed is None else ()
        labels = sorted((self.labels or {}).items(), key=lambda item: (-item[1], item[0]))
        return ColumnProfile(
            name=self.name,
            samples=tuple(self.samples),
            filled=self.filled,
            empty=self.rows - self.filled,
            different=len(labels) if self.labels is not None else self._different(),
            kind=kind,
            labels=tuple(labels),
            date_format=patterns[0] if len(patterns) == 1 else None,
            date_choices=patterns if len(patterns) > 1 else (),
            unclear_number=kind == "number" and self._shapes.unclear_number(semicolons),
            separator=self._shapes.separator(kind),
        )

    def _count_labels(self, values: pd.Series, counts: np.ndarray) -> None:
        """Labels one by one, until there are too many of them."""
        few = len(values) <= 10 * MOST_LABELS  # spellings with other blanks are one label
        clean = clean_text(values if few else values.head(50))
        self._take_samples(clean)
        if self.labels is None:
            return
        for label, count in zip(clean, counts, strict=False):
            self.labels[label] = self.labels.get(label, 0) + int(count)
        if not few or len(self.labels) > MOST_LABELS:
            self.labels = None

    def _take_samples(self, values: pd.Series) -> None:
        for value in values:
            if len(self.samples) == SAMPLES:
                return
            self.samples[str(value)[:_MOST_TEXT]] = None

    def _different(self) -> int:
        return len(np.unique(np.concatenate(self._hashes)))

    def _kind(self) -> ColumnKind:
        if not self.filled:
            return "empty"
        if self._typed is not None:
            return self._typed
        return "date" if self._dates.found else self._shapes.kind(self.name)


def _written(cells: pa.ChunkedArray) -> pa.Array:
    """The column as text, in one piece."""
    try:
        text = pc.cast(cells, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # lists and bytes have no text: nothing to map
        text = pa.chunked_array([pa.nulls(len(cells), pa.string())])
    if pa.types.is_timestamp(cells.type):
        text = pc.call_function(
            "replace_substring_regex", [text], pc.ReplaceSubstringOptions(r"(?: 00:00:00)?\.0+(Z?)$", r"\1")
        )
    array = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    return pc.call_function("coalesce", [array, pa.scalar("")])
