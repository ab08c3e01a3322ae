"""Twins of what comes after the deal: repeat cohorts, demand for products, losses, and sources of leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from callbacks.answers import Answers
from callbacks.twins.plain import Json, plain, reasons_of
from dashboard.journey.query import JourneyQuery, Split
from data_access.scope import Scope

_CELL = (
    "segment",
    "month",
    "deal_no",
    "months_since",
    "customers",
    "repeated",
    "share",
    "ci_low",
    "ci_high",
)
_GAP = ("segment", "deal_no", "customers", "repeated", "median_days", "p75_days", "p90_days")
_DEMAND = (
    "product",
    "segment",
    "month",
    "deals",
    "quantity",
    "revenue",
    "share",
    "trend",
    "change",
    "relative",
)
_LOSS = (
    "segment",
    "stage",
    "reason",
    "lost",
    "people",
    "share",
    "amount",
    "priced",
    "won",
    "loss_rate",
    "ci_low",
    "ci_high",
)
_SOURCE = (
    "segment",
    "channel",
    "leads",
    "share",
    "cost",
    "cpl",
    "buyers",
    "conversion",
    "revenue",
    "revenue_per_lead",
    "immature",
)


def retention_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> Json:
    """A row for each mature cell of the triangle; `total` holds the time between deals."""
    found = answers.retention(scope, query)
    reasons = reasons_of(((cell.segment, cell.month), cell.reasons) for cell in found.cells)
    reasons += reasons_of(((gap.segment, gap.deal_no), gap.reasons) for gap in found.gaps)
    return {
        "rows": _rows(found.cells, _CELL),
        "total": {"gaps": _rows(found.gaps, _GAP)},
        "reasons": reasons,
    }


def products_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> Json:
    """A row for each product, of everybody (`segment` null) and with `--by segment` of each; by month with it."""
    found = answers.products(scope, query)
    names = tuple(name for name in _DEMAND if name != "month" or Split.MONTH in query.by)
    whole = [row for row in found if row.segment is None]
    return {
        "rows": _rows(found, names),
        "total": {"revenue": plain(sum(row.revenue for row in whole)) or 0},
        "reasons": reasons_of(((row.product, row.segment, row.month), row.reasons) for row in found),
    }


def losses_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> Json:
    """A row for each reason, stage and segment, and over all of each (null)."""
    found = answers.losses(scope, query)
    everything = (found.total, *found.rows)
    return {
        "rows": _rows(found.rows, _LOSS),
        "total": _rows((found.total,), _LOSS)[0],
        "reasons": reasons_of(((row.segment, row.stage, row.reason), row.reasons) for row in everything),
    }


def sources_parts(answers: Answers, scope: Scope, query: JourneyQuery) -> Json:
    """A row for each channel, of everybody (`segment` null) and with `--by segment` of each segment."""
    found = answers.sources(scope, query)
    whole = [row for row in found if row.segment is None]
    costs = [row.cost for row in whole if row.cost is not None]
    return {
        "rows": _rows(found, _SOURCE),
        "total": {
            "leads": sum(row.leads for row in whole),
            "buyers": sum(row.buyers for row in whole),
            "cost": plain(sum(costs)) if costs else None,
            "revenue": plain(sum(row.revenue for row in whole)) or 0,
            "immature": sum(row.immature for row in whole),
        },
        "reasons": reasons_of(((row.segment, row.channel), row.reasons) for row in found),
    }


def _rows(items: Iterable[Any], names: Iterable[str]) -> list[Json]:
    wanted = tuple(names)
    return [{name: plain(getattr(item, name)) for name in wanted} for item in items]
