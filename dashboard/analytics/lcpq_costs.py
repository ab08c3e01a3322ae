"""Which costs belong to which group of LCPQ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.analytics.lcpq_row import NO_COSTS
from dashboard.analytics.plain_rows import plain_rows
from dashboard.journey.query import TIME_SPLITS, JourneyQuery, Split

NOT_SPLIT = "cost_not_split"
PARTLY_SPLIT = "cost_partly_split"
WHOLE_UNDER_SPLIT = "whole_under_split"
_KNOWN = (Split.SEGMENT, Split.CHANNEL, *TIME_SPLITS)


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs of a question, by its splits.

    Attributes:
        rows: (values of the splits, None where the cost does not say it; said what the filters ask; money).
        names: the splits that costs know.
        asked: False where nobody asks for costs.
    """

    rows: tuple[tuple[Mapping[str, str | None], bool, Decimal], ...]
    names: tuple[str, ...]
    asked: bool

    @classmethod
    def of(cls, frame: pd.DataFrame | None, query: JourneyQuery) -> Costs:
        """From the frame of `data_access.spend.fetch_spend`."""
        names = tuple(str(split) for split in query.by if split in _KNOWN)
        rows: list[tuple[Mapping[str, str | None], bool, Decimal]] = []
        for record in [] if frame is None else plain_rows(frame):
            group = {name: None if _missing(record[name]) else str(record[name]) for name in names}
            rows.append((group, bool(record["said"]), Decimal(str(record["amount"]))))
        return cls(tuple(rows), names, frame is not None)

    def values(self, name: str) -> list[str]:
        """Values of a split that costs name."""
        if name not in self.names:
            return []
        return [value for group, said, _ in self.rows if said and (value := group[name]) is not None]

    def of_group(self, group: Mapping[str, str], split_by_deal: bool) -> tuple[Decimal | None, str | None]:
        """(money of the group, what to know about it); without a group the money of everybody.

        Money that does not say to whom it belongs stands in the total alone. Where none says so, a group's
        cost is unknown.
        """
        if not self.rows:
            return None, NO_COSTS
        if split_by_deal and group:
            return None, WHOLE_UNDER_SPLIT
        own, told, untold = Decimal(0), False, False
        for values, said, amount in self.rows:
            if not said or any(values[name] is None for name in group):
                untold = untold or amount != 0
                continue
            told = True
            if all(values[name] == group[name] for name in group):
                own += amount
        if untold:
            return (own, PARTLY_SPLIT) if told else (None, NOT_SPLIT)
        return own, None


def _missing(value: Any) -> bool:
    return value is None or value != value
