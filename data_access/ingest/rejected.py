"""Rejected rows: counted by reason, the first of each kept for the report, all of them in a file to download."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

from dashboard.journey.formula import harmless
from data_access.ingest.report import LISTED_ROWS, RejectedRow, Rejection
from data_access.ingest.sheet import BrokenRow
from data_access.ingest.values import Flaw

_SHOWN = 200


class Rejected:
    """Rejected rows of one import.

    Args:
        path: CSV file that takes every rejected row; None keeps the examples alone.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._count: dict[tuple[str, str], int] = defaultdict(int)
        self._examples: dict[tuple[str, str], list[RejectedRow]] = defaultdict(list)

    def add(self, source: str, file: str, numbers: np.ndarray, flaw: Flaw) -> None:
        """Take the rows of a flaw."""
        places = np.flatnonzero(flaw.rows)
        kept = places if self._path else places[:LISTED_ROWS]
        texts = flaw.text.iloc[kept].tolist()
        rows = [
            RejectedRow(file, int(number), flaw.column, text[:_SHOWN] if isinstance(text, str) else None)
            for number, text in zip(numbers[kept].tolist(), texts, strict=True)
        ]
        self._take(source, flaw.reason, len(places), rows)

    def add_broken(self, source: str, file: str, broken: tuple[BrokenRow, ...]) -> None:
        """Take the rows that could not be taken apart."""
        for reason in dict.fromkeys(row.reason for row in broken):
            rows = [
                RejectedRow(file, row.row, row.column, row.text[:_SHOWN])
                for row in broken
                if row.reason == reason
            ]
            self._take(source, reason, len(rows), rows)

    def of_source(self, source: str) -> tuple[Rejection, ...]:
        """Reasons of a source, most frequent first."""
        found = [
            Rejection(reason, count, tuple(self._examples[name, reason]))
            for (name, reason), count in self._count.items()
            if name == source
        ]
        return tuple(sorted(found, key=lambda item: (-item.rows, item.reason)))

    def _take(self, source: str, reason: str, count: int, rows: list[RejectedRow]) -> None:
        self._count[source, reason] += count
        examples = self._examples[source, reason]
        examples += rows[: LISTED_ROWS - len(examples)]
        if self._path is not None:
            self._write(self._path, source, reason, rows)

    def _write(self, path: Path, source: str, reason: str, rows: list[RejectedRow]) -> None:
        new = not path.exists()
        with path.open("a", newline="", encoding="utf-8-sig" if new else "utf-8") as stream:
            writer = csv.writer(stream)
            if new:
                writer.writerow(("source", "file", "row", "column", "value", "reason"))
            cells = ((source, row.file, str(row.row), row.column, row.value or "", reason) for row in rows)
            writer.writerows([harmless(cell) for cell in line] for line in cells)
