"""LCPQ: revenue = leads x conversion x average check x deals per buyer, exactly, for every group."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.analytics.lcpq_cohort import OutsidePart, by_maturity
from dashboard.analytics.lcpq_costs import Costs
from dashboard.analytics.lcpq_row import Lcpq, Span
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, pieces_of
from dashboard.journey.query import NO_LEAD, NO_SEGMENT, TIME_SPLITS, Book, JourneyQuery, Split

NO_LEADS = "no_leads"
NO_DEALS = "no_deals"
REFUNDS_WITHOUT_SALES = "refunds_without_sales"
WHOLE_UNDER_SPLIT = "whole_under_split"
WHOLE_UNDER_FILTER = "whole_under_filter"
HISTORY_TOO_SHORT = "history_too_short"

_PARTS = ("leads_of_period", "earlier_leads", "direct", "lead_buyers")


@dataclass(frozen=True, slots=True)
class LcpqBook:
    """The answer: each group, the whole under the filter, and what stands beside it.

    Attributes:
        rows: one for each group in the order of the splits; without a split the total alone.
        total: everybody under the filter, not split.
        unfinished: the period ends after the data do.
        span: how long Q looks: "deals per customer, quarter".
        headline: cohort book: the total without customers whose horizon is not over; else None.
        outside: cohort book: the period's money that is not in the cohort.
    """

    rows: tuple[Lcpq, ...]
    total: Lcpq
    unfinished: bool
    span: Span
    headline: Lcpq | None = None
    outside: tuple[OutsidePart, ...] = ()


def lcpq(
    groups: pd.DataFrame,
    whole: pd.DataFrame,
    query: JourneyQuery,
    info: GenerationInfo,
    spend: pd.DataFrame | None = None,
    outside: pd.DataFrame | None = None,
) -> LcpqBook:
    """The query's book from the sums of `data_access.lcpq.fetch_lcpq`.

    Args:
        groups: the frame of the query itself.
        whole: the frame of the same query without splits: one row, or none where there are no data.
        spend: the costs of the query (`data_access.spend.fetch_spend`); None: no costs are asked for.
        outside: cohort book: `data_access.lcpq.fetch_outside`.

    Every segment, time and channel has a row, also where nothing happened; products only where sold.
    """
    costs = Costs.of(spend, query)
    undivided = query.with_(by=())
    total = _total(whole, undivided, info, costs)
    rows = _rows(groups, query, info, costs) if query.by else (total,)
    cohort = query.book is Book.COHORT
    return LcpqBook(
        rows,
        total,
        not query.period.finished(info.data_end_day),
        Span.of(query),
        _total(whole, undivided.with_(mature=True), info, costs) if cohort else None,
        OutsidePart.read(outside) if cohort else (),
    )


def lcpq_rows(groups: pd.DataFrame, query: JourneyQuery, info: GenerationInfo) -> tuple[Lcpq, ...]:
    """The groups of a split book alone, without costs and without the whole, which may take longer than they do."""
    return _rows(groups, query, info, Costs.of(None, query))


def _rows(groups: pd.DataFrame, query: JourneyQuery, info: GenerationInfo, costs: Costs) -> tuple[Lcpq, ...]:
    found = _filled(by_maturity(groups, query), costs, query, info)
    return tuple(_row(values, query, info, costs) for values in found)


def _total(whole: pd.DataFrame, query: JourneyQuery, info: GenerationInfo, costs: Costs) -> Lcpq:
    everybody = by_maturity(whole, query)
    return _row(everybody[0] if everybody else {}, query, info, costs)


def _filled(
    found: list[dict[str, Any]], costs: Costs, query: JourneyQuery, info: GenerationInfo
) -> list[dict[str, Any]]:
    """The groups in the order of the splits, with those where nothing happened."""
    names = tuple(dict.fromkeys(str(split) for split in query.by))
    by_key = {tuple(row[name] for name in names): row for row in found}
    values = {
        name: _values(name, (*(row[name] for row in found), *costs.values(name)), query, info)
        for name in names
    }
    if Split.PRODUCT in query.by:
        places = {name: {value: place for place, value in enumerate(values[name])} for name in names}
        keys: Iterable[tuple[Any, ...]] = sorted(
            by_key, key=lambda key: [places[name][value] for name, value in zip(names, key, strict=True)]
        )
    else:
        keys = itertools.product(*(values[name] for name in names))
    return [{**dict(zip(names, key, strict=True)), **by_key.get(key, {})} for key in keys]


def _values(name: str, found: Iterable[str], query: JourneyQuery, info: GenerationInfo) -> list[str]:
    """Every value of a split in the order of screens."""
    occurring = set(found)
    if name in TIME_SPLITS:
        return [label for label, _ in pieces_of(query.period, name, info.first_day, info.last_day)]
    if name == Split.SEGMENT:
        known: Iterable[str] = [
            item for item in info.segments if not query.segments or item in query.segments
        ]
        last = NO_SEGMENT
    elif name == Split.CHANNEL:
        known, last = [item for item in info.channels if item in occurring], NO_LEAD
    else:
        known, last = [], ""
    others = sorted(occurring - set(known) - {last})
    return [
        *(item for item in known if item != last),
        *others,
        *([last] if last in {*known, *occurring} else []),
    ]


def _row(values: Mapping[str, Any], query: JourneyQuery, info: GenerationInfo, costs: Costs) -> Lcpq:
    group: dict[str, Any] = {str(split): str(values[str(split)]) for split in query.by}
    split_by_deal = bool({Split.PRODUCT, Split.SALE_CHANNEL} & set(query.by))
    piece = next((_whole_piece(unit, group[unit]) for unit in TIME_SPLITS if unit in group), query.period)
    counts: dict[str, Any] = {
        name: int(values.get(name, 0)) for name in ("buyers", "deals", "refunds", "zero_deals")
    }
    revenue = _exact(values.get("revenue", 0))
    parts, reasons = _parts(values, split_by_deal, query)
    if not counts["deals"]:
        reasons["average_check"] = REFUNDS_WITHOUT_SALES if revenue else NO_DEALS
    if not counts["buyers"]:
        reasons["deals_per_buyer"] = REFUNDS_WITHOUT_SALES if revenue else NO_DEALS
    short = _too_short(_later(piece.since, query.period.since), query, info)
    if short:
        reasons |= dict.fromkeys(_OF_NEW, HISTORY_TOO_SHORT)
    cost, why = costs.of_group(group, split_by_deal)
    row = Lcpq(
        **parts,
        **group,
        **counts,
        revenue=revenue,
        refunded=_exact(values.get("refunded", 0)),
        fully_refunded=int(values.get("fully_refunded", 0)),
        new_buyers=None if short else int(values.get("new_buyers", 0)),
        new_revenue=None if short else _exact(values.get("new_revenue", 0)),
        cost=cost,
        margin=query.margin,
        whole_cost=bool(query.products or query.sale_channels),
        immature=int(values.get("immature", 0)),
        immature_revenue=_exact(values.get("immature_revenue", 0)),
        immature_left_out=query.mature and int(values.get("immature", 0)) > 0,
        revenue_in_period=_exact(values["revenue_in_period"]) if "revenue_in_period" in values else None,
        partial=piece is not query.period and _partial(piece, query, info),
        reasons=reasons,
    )
    return row.with_reasons(row.cost_reasons(why)) if costs.asked else row


_OF_NEW = ("new_buyers", "returning_buyers", "new_revenue", "returning_revenue")


def _parts(
    values: Mapping[str, Any], split_by_deal: bool, query: JourneyQuery
) -> tuple[dict[str, Any], dict[str, str]]:
    """L in its parts, and why a figure of them is unknown or whole."""
    if split_by_deal:
        names = ("leads", *_PARTS, "conversion", "conversion_of_leads")
        return dict.fromkeys(names[:5]), dict.fromkeys(names, WHOLE_UNDER_SPLIT)
    parts: dict[str, Any] = {name: int(values.get(name, 0)) for name in _PARTS}
    leads = sum(int(values.get(name, 0)) for name in _PARTS[:3])
    reasons: dict[str, str] = {}
    if query.products or query.sale_channels:
        reasons |= dict.fromkeys(("leads", "buyers", "conversion"), WHOLE_UNDER_FILTER)
    if not leads:
        reasons["conversion"] = NO_LEADS
    if not parts["leads_of_period"]:
        reasons["conversion_of_leads"] = NO_LEADS
    return {"leads": leads, **parts}, reasons


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _exact(value: Any) -> Decimal:
    return Decimal(str(value))


def _whole_piece(unit: str, label: str) -> Period:
    """The calendar unit of a name, not clipped to the period."""
    if unit == Split.DAY:
        day = date.fromisoformat(label)
        return Period(day, day + timedelta(days=1))
    return Period.parse(label)


def _too_short(since: date | None, query: JourneyQuery, info: GenerationInfo) -> bool:
    """True in the first H days of the data: who bought before them is not known."""
    return since is None or info.first_day is None or since < info.first_day + timedelta(days=query.horizon)


def _partial(piece: Period, query: JourneyQuery, info: GenerationInfo) -> bool:
    """True where the period covers a part of the unit, or the data end inside it."""
    period = query.period
    cut = period.since is not None and piece.since is not None and period.since > piece.since
    cut_end = period.until is not None and piece.until is not None and period.until < piece.until
    return cut or cut_end or not piece.finished(info.data_end_day)
