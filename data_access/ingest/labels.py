"""Labels of an import: those that the mapping does not know, and those that look alike."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from data_access.ingest.items import Labels
from data_access.ingest.report import LabelCount, LookAlike
from data_access.ingest.rows import SheetRows

MOST_LABELS = 2_000  # more different labels than this are no list of names
_MOST_GROUPS = 20


class LabelBook:
    """Labels of one source, gathered file by file."""

    def __init__(self) -> None:
        self._unmapped: Counter[tuple[str, str | None]] = Counter()
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._missed: dict[tuple[str, int], tuple[set[str], pd.Series]] = {}  # by field and other file

    def add(self, rows: SheetRows, accepted: np.ndarray) -> None:
        """Take the labels of the accepted rows."""
        for labels in rows.labels:
            self._add(labels, accepted)
        for given in rows.given:
            for labels in given.labels:
                self._add(labels, accepted & given.present)
        for field, keys, table in rows.values.sought:
            self._add_missed(field, keys.loc[accepted], table)

    def _add(self, labels: Labels, counted: np.ndarray) -> None:
        if labels.unmapped is not None:
            lost = labels.text.loc[labels.unmapped & counted].value_counts(dropna=False)
            for label, count in lost.items():
                self._unmapped[labels.field, label if isinstance(label, str) else None] += int(count)
        seen = self._seen[labels.field]
        if len(seen) <= MOST_LABELS:
            seen.update(labels.text.loc[counted].dropna().unique().tolist())

    def _add_missed(self, field: str, keys: pd.Series, table: pd.Series) -> None:
        """Keep keys that the other file does not have."""
        lost, _ = self._missed.setdefault((field, id(table)), (set(), table))
        if len(lost) <= MOST_LABELS:
            lost.update(set(keys.dropna().unique()) - set(table.index))

    def _look_alike_keys(self, missed: tuple[str, int]) -> list[LookAlike]:
        """Missing keys with those of the other file's keys that look like them."""
        field, (lost, table) = missed[0], self._missed[missed]
        if not lost or max(len(lost), len(table)) > MOST_LABELS:
            return []
        known: dict[str, set[str]] = defaultdict(set)
        for key in table.index.astype(str):
            known[_bare(key)].add(key)
        return [
            LookAlike(field, tuple(sorted({key, *alike})))
            for key in sorted(lost)
            if (alike := known.get(_bare(key)))
        ]

    def unmapped(self) -> tuple[LabelCount, ...]:
        """Labels that the mapping does not know, most frequent first."""
        counts = sorted(self._unmapped.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or ""))
        return tuple(LabelCount(field, label, count) for (field, label), count in counts)

    def look_alikes(self) -> tuple[LookAlike, ...]:
        """Labels of one field that differ by case, blanks and signs alone; of a lookup beside its own keys."""
        found = [alike for missed in sorted(self._missed) for alike in self._look_alike_keys(missed)]
        for field, labels in sorted(self._seen.items()):
            if len(labels) > MOST_LABELS:
                continue
            groups: dict[str, list[str]] = defaultdict(list)
            for label in sorted(labels):
                groups[_bare(label)].append(label)
            found += [
                LookAlike(field, tuple(group)) for bare, group in groups.items() if bare and len(group) > 1
            ]
        return tuple(dict.fromkeys(found))[:_MOST_GROUPS]


def _bare(label: str) -> str:
    folded = unicodedata.normalize("NFKC", label).casefold()
    return "".join(sign for sign in folded if sign.isalnum())
