"""Money of the touchpoint heatmap: revenue credited to cells, and what they cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.analytics.attribution import Attributed
from dashboard.analytics.heatmap import Cell
from dashboard.analytics.heatmap_metrics import Metric
from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.score import Key, cell_key
from dashboard.journey.query import Attribution

NO_TOUCH = "(no touch)"
NO_COSTS = "no_costs"
COST_ON_CHANNEL = "cost_on_channel"
NO_TRANSACTIONS = "no_transactions"
NO_SALES_ON_PATHS = "no_sales_on_paths"


@dataclass(frozen=True, slots=True)
class CellMoney:
    """Money by cell; `stage` None: costs of a whole channel, and revenue that no touch came before.

    Attributes:
        revenue: credit by cell; None without transactions.
        removal: share of the sales that would be lost without the cell.
    """

    costs: Mapping[Key, float]
    revenue: Mapping[Key, float] | None
    removal: Mapping[Key, float]

    def of(self, key: Key, cell: Cell) -> Metric:
        """Revenue and cost of a cell of the map."""
        revenue, reasons = self._revenue(key)
        cost, why = self._cost(key)
        per = None
        if why:
            reasons |= dict.fromkeys(("cost", "cost_per_progression"), why)
        elif not cell.progression:
            reasons["cost_per_progression"] = cell.reasons.get("progression", "nobody_went_on")
        elif cost is not None:
            per = cost / cell.customers / cell.progression
        return Metric({**revenue, "cost": cost, "cost_per_progression": per}, reasons)

    def beyond(self, cells: Collection[Key]) -> list[tuple[Key, dict[str, Any]]]:
        """Rows that money alone stands on: (key, known fields), "no touch" last."""
        fields = {"cost": self.costs, "revenue": self.revenue or {}}
        keys = {key for values in fields.values() for key in values} - set(cells)
        ordered = sorted(keys, key=lambda key: (key[1] == NO_TOUCH, str(key)))
        return [
            (key, {name: values[key] for name, values in fields.items() if key in values}) for key in ordered
        ]

    def _revenue(self, key: Key) -> tuple[dict[str, float | None], dict[str, str]]:
        if self.revenue is None:
            missing = ("revenue", "removal")
            return dict.fromkeys(missing), dict.fromkeys(missing, NO_TRANSACTIONS)
        removal = self.removal.get(key, 0.0) if self.removal else None
        reasons = {} if self.removal else {"removal": NO_SALES_ON_PATHS}
        return {"revenue": self.revenue.get(key, 0.0), "removal": removal}, reasons

    def _cost(self, key: Key) -> tuple[float | None, str | None]:
        if not self.costs:
            return None, NO_COSTS
        if key in self.costs:
            return self.costs[key], None
        # the channel's money is known, how much of it went here is not
        wider = ((None, key[1], None), (key[0], key[1], None))
        return (None, COST_ON_CHANNEL) if any(place in self.costs for place in wider) else (0.0, None)


def cell_money(costs: pd.DataFrame, credited: Attributed | None, model: Attribution) -> CellMoney:
    """Money by cell.

    Args:
        costs: frame of `data_access.heatmap_cost.fetch_cell_costs`.
        credited: the attribution of the period; None without transactions.
        model: which model the revenue goes by.
    """
    spent = {cell_key(row): float(row["cost"]) for row in plain_rows(costs)}
    if credited is None:
        return CellMoney(spent, None, {})
    revenue, removal = {}, {}
    for credit in credited.cells:
        place = credit.place
        key = (place.stage, place.channel, place.touchpoint) if place else (None, NO_TOUCH, None)
        revenue[key] = credit.revenue[model]
        if credit.removal is not None:
            removal[key] = credit.removal
    return CellMoney(spent, revenue, removal)
