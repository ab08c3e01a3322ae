"""Why a month's file and its accepted rows differ: rows and money by month and reason, with the first rows of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

import numpy as np
import pyarrow as pa

from data_access.ingest.control import NO_MONTH, month_name, months_of, sums_by
from data_access.ingest.report import Difference, RejectedRow
from data_access.ingest.rows import Outcome, SheetRows
from data_access.ingest.sheet import BrokenRow
from data_access.ingest.values import Flaw

MOST_EXAMPLES = 3  # rows of each month and reason that a report keeps
MOST_KEPT = 600  # examples of a source: dates of three centuries make no endless report
_SHOWN = 200
_LEFT_OUT = (Outcome.WHERE, Outcome.NOTHING, Outcome.ONLY_KNOWN)
_Key = tuple[int, str, str]  # month, what became of the rows, reason


class Differences:
    """Differences of one source, gathered file by file; their sums are those of `Control`."""

    def __init__(self) -> None:
        self._rows: dict[_Key, int] = defaultdict(int)
        self._money: dict[_Key, Decimal] = defaultdict(Decimal)
        self._examples: dict[_Key, list[RejectedRow]] = defaultdict(list)
        self._kept = 0

    def add(
        self, file: str, numbers: np.ndarray, rows: SheetRows, outcome: np.ndarray, flaws: Iterable[Flaw]
    ) -> None:
        """Count the rows of a sheet that were rejected, each by its one flaw, or left out.

        Args:
            numbers: rows of the file.
        """
        own = months_of(rows.day)
        money = [
            (months_of(given.moments.day), given.asked, given.amount)
            for given in rows.given
            if given.amount is not None
        ]
        for kind, flaw in _reasons(outcome, flaws):
            places = np.flatnonzero(flaw.rows)
            months, counts = np.unique(own[places], return_counts=True)
            for month, count in zip(months.tolist(), counts.tolist(), strict=True):
                key = (month, kind, flaw.reason)
                self._rows[key] += count
                if len(self._examples[key]) < MOST_EXAMPLES:
                    self._keep(key, file, numbers, flaw, places[own[places] == month])
            for paid_in, asked, amount in money:
                self._add_money(kind, flaw.reason, paid_in, flaw.rows & asked, amount)

    def add_broken(self, file: str, broken: Iterable[BrokenRow]) -> None:
        """Count rows that could not be taken apart."""
        for row in broken:
            key = (NO_MONTH, "rejected", row.reason)
            self._rows[key] += 1
            if len(self._examples[key]) < MOST_EXAMPLES:
                self._examples[key].append(RejectedRow(file, row.row, row.column, row.text[:_SHOWN]))

    def listed(self) -> tuple[Difference, ...]:
        """By month, rows without a date last; in a month the most frequent reason first."""
        keys = {*self._rows, *(key for key, amount in self._money.items() if amount)}
        return tuple(
            Difference(
                month_name(month),
                kind,
                reason,
                self._rows.get((month, kind, reason), 0),
                self._money.get((month, kind, reason), Decimal(0)),
                tuple(self._examples.get((month, kind, reason), ())),
            )
            for month, kind, reason in sorted(
                keys, key=lambda key: (key[0] == NO_MONTH, key[0], -self._rows.get(key, 0), key[1:])
            )
        )

    def _keep(self, key: _Key, file: str, numbers: np.ndarray, flaw: Flaw, places: np.ndarray) -> None:
        examples = self._examples[key]
        kept = places[: min(MOST_EXAMPLES - len(examples), MOST_KEPT - self._kept)]
        self._kept += len(kept)
        for place, text in zip(kept.tolist(), flaw.text.iloc[kept].tolist(), strict=True):
            shown = text[:_SHOWN] if isinstance(text, str) else None
            examples.append(RejectedRow(file, int(numbers[place]), flaw.column, shown))

    def _add_money(
        self, kind: str, reason: str, months: np.ndarray, counted: np.ndarray, amount: pa.Array
    ) -> None:
        paid = counted & amount.is_valid().to_numpy(zero_copy_only=False)
        for month, total in sums_by(months, amount, paid):
            self._money[month, kind, reason] += total


def _reasons(outcome: np.ndarray, flaws: Iterable[Flaw]) -> Iterator[tuple[str, Flaw]]:
    for flaw in flaws:
        if flaw.rows.any():
            yield "rejected", flaw
    nothing = None
    for left_out in _LEFT_OUT:
        mask = outcome == left_out
        if mask.any():
            nothing = nothing if nothing is not None else pa.nulls(len(outcome), pa.string()).to_pandas()
            yield "left_out", Flaw(left_out.name.lower(), "", mask, nothing)
