"""LCPQ: revenue = leads x conversion x average check x deals per buyer, exactly, for every group."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, months_of, same_length
from dashboard.journey.query import NO_LEAD, NO_SEGMENT, JourneyQuery, Split

NO_LEADS = "no_leads"
NO_DEALS = "no_deals"
REFUNDS_WITHOUT_SALES = "refunds_without_sales"
WHOLE_UNDER_SPLIT = "whole_under_split"
DIFFERENT_LENGTH = "different_length"
NOTHING_BEFORE = "nothing_before"

_OF_LEADS = ("leads", "leads_of_period", "earlier_leads", "direct", "lead_buyers")
_NOT_COMPARED = ("deals_per_buyer", "revenue")


@dataclass(frozen=True, slots=True)
class Lcpq:
    """What one group of customers was and paid in the period (DOMAIN section 3, period book).

    Attributes:
        leads: L, distinct customers in play = leads_of_period + earlier_leads + direct.
        leads_of_period: customers with an event of a lead stage in the period.
        earlier_leads: buyers with no lead event in the period but one before it.
        direct: buyers with no lead event before the period's end.
        lead_buyers: buyers among the leads of the period.
        buyers: B, distinct customers with a deal in the period.
        conversion: C = B / L, share 0..1.
        average_check: P = revenue / deals, money.
        deals: number of deals; refunds are none.
        deals_per_buyer: Q = deals / B.
        revenue: money, net of refunds.
        segment, month, channel, sale_channel, product: the group; None where the answer is not split by it.
        partial: a month that the period or the data end cuts short.
        reasons: why a figure is None: field -> reason.
    """

    leads: int | None
    leads_of_period: int | None
    earlier_leads: int | None
    direct: int | None
    lead_buyers: int | None
    buyers: int
    deals: int
    revenue: Decimal
    segment: str | None = None
    month: str | None = None
    channel: str | None = None
    sale_channel: str | None = None
    product: str | None = None
    partial: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def conversion(self) -> float | None:
        """C: share of the leads in play who bought."""
        return self.buyers / self.leads if self.leads else None

    @property
    def conversion_of_leads(self) -> float | None:
        """ "C of leads": share of the leads of the period who bought."""
        if self.leads_of_period and self.lead_buyers is not None:
            return self.lead_buyers / self.leads_of_period
        return None

    @property
    def average_check(self) -> Decimal | None:
        """P: money for each deal, refunds taken off."""
        return self.revenue / self.deals if self.deals else None

    @property
    def deals_per_buyer(self) -> float | None:
        """Q: deals for each buyer in the period."""
        return self.deals / self.buyers if self.buyers else None


@dataclass(frozen=True, slots=True)
class LcpqBook:
    """The answer: each group, the whole under the filter, and whether the period is over.

    Attributes:
        rows: one for each group in the order of the splits; without a split the total alone.
        total: everybody under the filter, not split.
        unfinished: the period ends after the data do.
    """

    rows: tuple[Lcpq, ...]
    total: Lcpq
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Change:
    """How one figure moved against the comparison period.

    Attributes:
        absolute: now minus before, in the figure's unit (of C: as a share, 0.01 = one point).
        relative: share of the figure before; None for C and where there was nothing before.
        reason: why there is no change to show.
    """

    absolute: float | Decimal | None
    relative: float | None
    reason: str | None = None


def lcpq(info: GenerationInfo, query: JourneyQuery, groups: pd.DataFrame, whole: pd.DataFrame) -> LcpqBook:
    """The period book from the sums of `data_access.lcpq.fetch_lcpq`.

    Args:
        groups: the frame of the query itself.
        whole: the frame of the same query without splits: one row, or none where there are no data.

    Every segment, month and channel has a row, also where nothing happened; products only where sold.
    """
    everybody = _records(whole)
    total = _row(info, query.with_(by=()), everybody[0] if everybody else {})
    rows = (total,)
    if query.by:
        rows = tuple(_row(info, query, values) for values in _filled(info, query, _records(groups)))
    return LcpqBook(rows, total, not query.period.finished(info.data_end_day))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _filled(info: GenerationInfo, query: JourneyQuery, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups in the order of the splits, with those where nothing happened."""
    names = tuple(dict.fromkeys(str(split) for split in query.by))
    by_key = {tuple(row[name] for name in names): row for row in found}
    values = {name: _values(info, query, name, (row[name] for row in found)) for name in names}
    if Split.PRODUCT in query.by:
        places = {name: {value: place for place, value in enumerate(values[name])} for name in names}
        keys: Iterable[tuple[Any, ...]] = sorted(
            by_key, key=lambda key: [places[name][value] for name, value in zip(names, key, strict=True)]
        )
    else:
        keys = itertools.product(*(values[name] for name in names))
    return [{**dict(zip(names, key, strict=True)), **by_key.get(key, {})} for key in keys]


def _values(info: GenerationInfo, query: JourneyQuery, name: str, found: Iterable[str]) -> list[str]:
    """Every value of a split in the order of screens."""
    occurring = set(found)
    if name == Split.MONTH:
        return [month for month, _ in months_of(query.period, info.first_day, info.last_day)]
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


def _row(info: GenerationInfo, query: JourneyQuery, values: Mapping[str, Any]) -> Lcpq:
    group: dict[str, Any] = {str(split): str(values[str(split)]) for split in query.by}
    buyers, deals = int(values.get("buyers", 0)), int(values.get("deals", 0))
    revenue = Decimal(str(values.get("revenue", 0)))
    reasons: dict[str, str] = {}
    if Split.PRODUCT in query.by or Split.SALE_CHANNEL in query.by:
        parts: dict[str, int | None] = dict.fromkeys(_OF_LEADS)
        reasons = dict.fromkeys((*_OF_LEADS, "conversion"), WHOLE_UNDER_SPLIT)
    else:
        parts = {name: int(values.get(name, 0)) for name in _OF_LEADS[1:]}
        parts["leads"] = sum(int(values.get(name, 0)) for name in _OF_LEADS[1:4])
        if not parts["leads"]:
            reasons["conversion"] = NO_LEADS
    if not deals:
        why = REFUNDS_WITHOUT_SALES if revenue else NO_DEALS
        reasons |= {"average_check": why, "deals_per_buyer": why}
    month = group.get("month")
    return Lcpq(
        **parts,
        **group,
        buyers=buyers,
        deals=deals,
        revenue=revenue,
        partial=month is not None and _partial(info, query.period, month),
        reasons=reasons,
    )


def _partial(info: GenerationInfo, period: Period, month: str) -> bool:
    """True where the period covers a part of the month, or the data end inside it."""
    whole = Period.parse(month)
    cut = period.since is not None and whole.since is not None and period.since > whole.since
    cut_end = period.until is not None and whole.until is not None and period.until < whole.until
    return cut or cut_end or not whole.finished(info.data_end_day)


def compare(
    now: Lcpq, before: Lcpq, period: Period, other: Period, info: GenerationInfo
) -> dict[str, Change]:
    """Change of each figure of the equation against the comparison period.

    Args:
        period, other: the two periods; `other` as `dashboard.journey.period.comparison` gives it.

    R and Q of periods of different length are not compared ("different_length").
    """
    alike = same_length(period, other, info.data_end_day)
    changes = {}
    for name in ("leads", "buyers", "conversion", "average_check", "deals", "deals_per_buyer", "revenue"):
        if name in _NOT_COMPARED and not alike:
            changes[name] = Change(None, None, DIFFERENT_LENGTH)
        else:
            changes[name] = _change(name, now, before)
    return changes


def _change(name: str, now: Lcpq, before: Lcpq) -> Change:
    new, old = getattr(now, name), getattr(before, name)
    if new is None or old is None:
        reason = now.reasons.get(name) or before.reasons.get(name)
        return Change(None, None, reason)
    if name == "conversion":
        return Change(new - old, None)
    if not old:
        return Change(new - old, None, NOTHING_BEFORE)
    return Change(new - old, float((new - old) / abs(old)))
