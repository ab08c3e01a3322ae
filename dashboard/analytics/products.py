"""Demand for products: what each segment buys, how much of it, and where that is going."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.analytics.plain_rows import plain_rows
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, add_months, pieces_of
from dashboard.journey.query import JourneyQuery, Split

FEW_MONTHS = "few_full_months"
PARTIAL_MONTH = "partial_month"
NOTHING_BEFORE = "nothing_before"
NO_QUANTITY = "no_quantity"
NO_REVENUE = "no_revenue"
MONTHS_FOR_TREND = 3


@dataclass(frozen=True, slots=True)
class Demand:
    """One product, of one segment and month where these are asked for.

    Attributes:
        segment: as of the period's end; None = everybody.
        month: "2026-03"; None = the whole period.
        deals: that hold the product.
        quantity: pieces in them; None where the file has none.
        revenue: money, refunds taken off.
        share: of the revenue of all products of the same segment and month, 0..1.
        trend: change of revenue from month to month, money (least squares over the full months of the
            period); None by month and under three full months.
        change: revenue minus that of the month before; relative: as a share of it. None but by month.
        reasons: why a figure is None.
    """

    product: str
    segment: str | None
    month: str | None
    deals: int
    quantity: float | None
    revenue: Decimal
    share: float | None
    trend: float | None
    change: Decimal | None
    relative: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


Sums = tuple[int, float | None, Decimal]
Months = dict[date, Sums]
_NOTHING: Sums = (0, None, Decimal(0))


def products(frame: pd.DataFrame, query: JourneyQuery, info: GenerationInfo) -> tuple[Demand, ...]:
    """Products by revenue, everybody first, then each segment; by month in the order of months.

    Args:
        frame: of `data_access.products.fetch_products`.
    """
    full = _full_months(query, info)
    rows: list[Demand] = []
    for segment, sold in _by_segment(frame, query, info).items():
        whole = {name: _added(months.values()) for name, months in sold.items()}
        names = sorted(sold, key=lambda name: (-whole[name][2], name))
        if Split.MONTH not in query.by:
            total = sum((sums[2] for sums in whole.values()), Decimal(0))
            rows += [
                _demand(name, segment, None, whole[name], total, _trend(sold[name], full)) for name in names
            ]
            continue
        totals: dict[date, Decimal] = {}
        for months in sold.values():
            for month, sums in months.items():
                totals[month] = totals.get(month, Decimal(0)) + sums[2]
        rows += [
            _demand(name, segment, month, sold[name][month], totals[month], _moved(sold[name], month, full))
            for name in names
            for month in sorted(sold[name])
        ]
    return tuple(rows)


def _demand(
    product: str, segment: str | None, month: date | None, found: Sums, total: Decimal, moved: dict[str, Any]
) -> Demand:
    deals, quantity, revenue = found
    reasons = dict(moved.pop("reasons"))
    if quantity is None:
        reasons["quantity"] = NO_QUANTITY
    if total <= 0:
        reasons["share"] = NO_REVENUE
    share = float(revenue / total) if total > 0 else None
    label = None if month is None else f"{month:%Y-%m}"
    return Demand(product, segment, label, deals, quantity, revenue, share, **moved, reasons=reasons)


def _by_segment(
    frame: pd.DataFrame, query: JourneyQuery, info: GenerationInfo
) -> dict[str | None, dict[str, Months]]:
    """Sums by product and month: of everybody under None, and of each segment where split."""
    found: dict[str | None, dict[str, Months]] = {None: {}}
    split = Split.SEGMENT in query.by
    if split:
        occurring = set(frame["segment"]) if len(frame) else set()
        known = [name for name in info.segments if name in occurring]
        found |= {name: {} for name in (*known, *sorted(occurring - set(known)))}
    for row in plain_rows(frame):
        month = date.fromisoformat(str(row["month"])[:10])
        quantity = row["quantity"]
        one: Sums = (
            int(row["deals"]),
            None if quantity is None or quantity != quantity else float(quantity),
            Decimal(str(row["revenue"])),
        )
        for segment in (None, str(row["segment"])) if split else (None,):
            months = found[segment].setdefault(str(row["product"]), {})
            months[month] = _added((months.get(month, _NOTHING), one))
    return found


def _added(sums: Iterable[Sums]) -> Sums:
    deals, quantity, revenue = _NOTHING
    for one in sums:
        deals, revenue = deals + one[0], revenue + one[2]
        if one[1] is not None:
            quantity = (quantity or 0) + one[1]
    return deals, quantity, revenue


def _full_months(query: JourneyQuery, info: GenerationInfo) -> list[date]:
    """First days of the months that the period and the data cover from the first day to the last."""
    full = []
    for label, piece in pieces_of(query.period, "month", info.first_day, info.last_day):
        whole = Period.parse(label)
        since, first = whole.since, info.first_day
        if since and first and first <= since and piece == whole and whole.finished(info.data_end_day):
            full.append(since)
    return full


_STILL: Mapping[str, Any] = {"trend": None, "change": None, "relative": None, "reasons": {}}


def _trend(months: Months, full: list[date]) -> dict[str, Any]:
    if len(full) < MONTHS_FOR_TREND:
        return {**_STILL, "reasons": {"trend": FEW_MONTHS}}
    revenue = [float(months.get(month, _NOTHING)[2]) for month in full]
    places = [place - (len(full) - 1) / 2 for place in range(len(full))]
    slope = sum(x * y for x, y in zip(places, revenue, strict=True)) / sum(x * x for x in places)
    return {**_STILL, "trend": slope}


def _moved(months: Months, month: date, full: list[date]) -> dict[str, Any]:
    before = add_months(month, -1)
    if month not in full or before not in full:
        return {**_STILL, "reasons": dict.fromkeys(("change", "relative"), PARTIAL_MONTH)}
    old = months.get(before, _NOTHING)[2]
    change = months[month][2] - old
    if old <= 0:
        return {**_STILL, "change": change, "reasons": {"relative": NOTHING_BEFORE}}
    return {**_STILL, "change": change, "relative": float(change / old)}
