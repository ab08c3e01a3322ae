"""LCPQ, cohort book: who is mature, and the period's money that is in no cohort."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.analytics.plain_rows import plain_rows
from dashboard.journey.query import Book, JourneyQuery

PARTS = ("older_leads", "direct", "outside_horizon")


@dataclass(frozen=True, slots=True)
class OutsidePart:
    """Money of the period that the cohort does not hold; cohort and these parts together are everything.

    Attributes:
        part: `older_leads` (first lead before the period), `direct` (no lead before its end) or
            `outside_horizon` (of the cohort, before the first lead or after the horizon).
        customers: with any deal, refund or zero amount of this part.
    """

    part: str
    customers: int
    deals: int
    revenue: Decimal

    @classmethod
    def read(cls, frame: pd.DataFrame | None) -> tuple[OutsidePart, ...]:
        """All three parts from `data_access.lcpq.fetch_outside`, also those of nobody."""
        found = {} if frame is None else {str(row["part"]): row for row in plain_rows(frame)}
        return tuple(
            cls(part, int(row["customers"]), int(row["deals"]), Decimal(str(row["revenue"])))
            if (row := found.get(part)) is not None
            else cls(part, 0, 0, Decimal(0))
            for part in PARTS
        )


def by_maturity(frame: pd.DataFrame, query: JourneyQuery) -> list[dict[str, Any]]:
    """Records of a frame; of the cohort book one for each group, with those who count as the query asks.

    A group that is immature as a whole stays, with nothing counted.
    """
    records = [{str(name): value for name, value in row.items()} for row in plain_rows(frame)]
    if query.book is not Book.COHORT:
        return records
    names = tuple(dict.fromkeys(str(split) for split in query.by))
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in records:
        group = found.setdefault(tuple(row[name] for name in names), {name: row[name] for name in names})
        if not row["mature"]:
            group["immature"] = row.get("leads_of_period", 0)
            group["immature_revenue"] = row["revenue"]
        for name in row.keys() - {*names, "mature"}:
            counts = row["mature"] or not query.mature
            group[name] = group.get(name, 0) + (row[name] if counts else 0)
    return list(found.values())
