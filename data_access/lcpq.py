"""LCPQ, period book: what was earned in a period, by leads, conversion, average check and deals per buyer.

Sums come back, never customer rows: one row for each group of the splits, all months in one statement.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, months_of
from dashboard.journey.query import NO_LEAD, JourneyQuery, Split
from data_access import schema
from data_access.dialect import month_start
from data_access.facts import Facts
from data_access.filters import check_names, holds_before, in_period, lead_event, of_segments, segment_of
from data_access.scope import Scope

SPLITS = (Split.SEGMENT, Split.MONTH, Split.CHANNEL, Split.SALE_CHANNEL, Split.PRODUCT)
_OF_DEALS = frozenset({Split.SALE_CHANNEL, Split.PRODUCT})
_LATEST = datetime(9999, 12, 31)


def fetch_lcpq(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Counts and sums of the period book, one row for each group of `query.by` that occurs.

    Returns a frame with one column for each split (named like it), then `buyers` (distinct customers with a
    deal), `deals`, `revenue` (Decimal, net of refunds); unless split by sale channel or product also
    `leads_of_period`, `earlier_leads`, `direct` (together L) and `lead_buyers` (buyers among the first part).
    Without a split it is exactly one row.

    Raises:
        JourneyError: `unknown_split`, `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    for split in query.by:
        if split not in SPLITS:
            raise JourneyError("unknown_split", name=str(split), known=", ".join(SPLITS))
    statement = lcpq_statement(scope, info, query)
    if statement is None:
        return pd.DataFrame(columns=[str(split) for split in query.by])
    return facts.frame(scope, statement)


def lcpq_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select | None:
    """The period book under the filter, by `query.by`; None where the data have no month to split by."""
    spans = _spans(info, query)
    if spans is None:
        return None
    if _OF_DEALS & set(query.by):
        return _by_deal(scope, info, query, spans)
    return _by_customer(scope, info, query, spans)


def _spans(info: GenerationInfo, query: JourneyQuery) -> sa.CTE | None:
    """The period, or each of its months: `since <= day < until`; `ends` is where the segment is looked up."""
    if Split.MONTH in query.by:
        periods = months_of(query.period, info.first_day, info.last_day)
    else:
        periods = [("", query.period)]
    rows = [_span(info, query, month, period) for month, period in periods]
    if not rows:
        return None
    columns = (
        sa.column("month", sa.Text),
        sa.column("since", sa.Date),
        sa.column("month_start", sa.Date),
        sa.column("ends", sa.DateTime),
    )
    return sa.select(sa.values(*columns, name="listed").data(rows)).cte("span")


def _span(
    info: GenerationInfo, query: JourneyQuery, month: str, period: Period
) -> tuple[str, date, date, datetime]:
    since = period.since or date.min
    last = period.until is None or (query.period.until is None and period.until > (info.last_day or date.min))
    ends = _LATEST if last or period.until is None else info.day_start(period.until)
    return month, since, since.replace(day=1), ends


def _during(rows: Any, spans: sa.CTE, query: JourneyQuery) -> ColumnElement[bool]:
    """Rows of a span: those of the period, of each month by an equal month (a range would be slow)."""
    if Split.MONTH not in query.by:
        return in_period(rows.c.local_day, query.period)
    return sa.and_(
        in_period(rows.c.local_day, query.period), month_start(rows.c.local_day) == spans.c.month_start
    )


def _leads(scope: Scope, info: GenerationInfo, query: JourneyQuery, spans: sa.CTE) -> sa.CTE:
    """Customers with a lead event in each span: `first_item` of them, `chosen` where the channel filter keeps them."""
    journey = schema.journey
    chosen = sa.func.max(sa.case((journey.c.channel.in_(query.channels), 1), else_=0))
    return (
        sa.select(
            spans.c.month,
            spans.c.ends,
            journey.c.customer_id,
            sa.func.min(journey.c.item).label("first_item"),
            (chosen if query.channels else sa.literal(1, sa.Integer)).label("chosen"),
        )
        .join_from(journey, spans, _during(journey, spans, query))
        .where(lead_event(journey, scope, info))
        .group_by(spans.c.month, spans.c.ends, journey.c.customer_id)
        .cte("lead_customer")
    )


def _is_deal(deal: Any) -> ColumnElement[bool]:
    return deal.c.kind == "deal"


def _count(condition: Any, what: Any = 1) -> Any:
    return sa.func.count(sa.case((condition, what)))


def _by_customer(scope: Scope, info: GenerationInfo, query: JourneyQuery, spans: sa.CTE) -> sa.Select:
    """Leads and buyers side by side, each customer once in each span."""
    people = _people(_leads(scope, info, query, spans), _buyers(scope, query, spans), spans)
    first = _first_lead(scope, info)
    rows, groups, kept = _groups(people, scope, query)
    rows = rows.outerjoin(first, first.c.customer_id == people.c.customer_id)
    buys, leads = people.c.deals > 0, people.c.chosen.is_not(None)
    earlier = sa.func.coalesce(first.c.first_day < people.c.since, sa.false())
    return (
        sa.select(
            *[column.label(name) for name, column in groups.items()],
            _count(leads).label("leads_of_period"),
            _count(sa.and_(buys, ~leads, earlier)).label("earlier_leads"),
            _count(sa.and_(buys, ~leads, ~earlier)).label("direct"),
            _count(buys).label("buyers"),
            _count(sa.and_(buys, leads)).label("lead_buyers"),
            sa.cast(sa.func.coalesce(sa.func.sum(people.c.deals), 0), sa.BigInteger).label("deals"),
            _money(people.c.revenue),
        )
        .select_from(rows)
        .where(*kept)
        .group_by(*groups.values())
    )


def _buyers(scope: Scope, query: JourneyQuery, spans: sa.CTE) -> sa.CTE:
    """Deals and money of each customer in each span."""
    deal = schema.deal
    return (
        sa.select(
            spans.c.month,
            deal.c.customer_id,
            _count(_is_deal(deal)).label("deals"),
            sa.func.sum(deal.c.amount).label("revenue"),
        )
        .join_from(deal, spans, _during(deal, spans, query))
        .where(deal.c.engagement == scope.engagement)
        .group_by(spans.c.month, deal.c.customer_id)
        .cte("paying_customer")
    )


def _people(lead: sa.CTE, paying: sa.CTE, spans: sa.CTE) -> sa.CTE:
    both = lead.outerjoin(
        paying,
        sa.and_(lead.c.month == paying.c.month, lead.c.customer_id == paying.c.customer_id),
        full=True,
    )
    month = sa.func.coalesce(lead.c.month, paying.c.month)
    return (
        sa.select(
            month.label("month"),
            spans.c.since,
            spans.c.ends,
            sa.func.coalesce(lead.c.customer_id, paying.c.customer_id).label("customer_id"),
            lead.c.first_item,
            lead.c.chosen,
            paying.c.deals,
            paying.c.revenue,
        )
        .select_from(both.join(spans, spans.c.month == month))
        .cte("person")
    )


def _first_lead(scope: Scope, info: GenerationInfo) -> sa.CTE:
    """The first lead day of each customer in all history."""
    journey = schema.journey
    return (
        sa.select(journey.c.customer_id, sa.func.min(journey.c.local_day).label("first_day"))
        .where(lead_event(journey, scope, info))
        .group_by(journey.c.customer_id)
        .cte("first_lead")
    )


def _by_deal(scope: Scope, info: GenerationInfo, query: JourneyQuery, spans: sa.CTE) -> sa.Select:
    """Buyers, deals and money by sale channel or product: leads do not split by what was bought."""
    sold = _sold(scope, info, query, spans)
    rows, groups, kept = _groups(sold, scope, query)
    paid = sold.c.kind == "deal"
    return (
        sa.select(
            *[column.label(name) for name, column in groups.items()],
            sa.func.count(sa.distinct(sa.case((paid, sold.c.customer_id)))).label("buyers"),
            sa.func.count(sa.distinct(sa.case((paid, sold.c.deal_id)))).label("deals"),
            _money(sold.c.amount),
        )
        .select_from(rows)
        .where(*kept)
        .group_by(*groups.values())
    )


def _sold(scope: Scope, info: GenerationInfo, query: JourneyQuery, spans: sa.CTE) -> sa.CTE:
    """Deals of each span, or their lines where products are asked for, with the customer's lead."""
    deal, line = schema.deal, schema.deal_line
    lead = _leads(scope, info, query, spans)
    rows: Any = deal.join(spans, _during(deal, spans, query))
    amount, product = deal.c.amount, sa.null().cast(sa.Text)
    if Split.PRODUCT in query.by:
        same = sa.and_(line.c.engagement == deal.c.engagement, line.c.deal_id == deal.c.deal_id)
        rows, amount, product = rows.join(line, same), line.c.amount, line.c.product
    rows = rows.outerjoin(
        lead, sa.and_(lead.c.month == spans.c.month, lead.c.customer_id == deal.c.customer_id)
    )
    return (
        sa.select(
            spans.c.month,
            spans.c.ends,
            deal.c.customer_id,
            deal.c.deal_id,
            deal.c.kind,
            deal.c.sale_channel,
            product.label("product"),
            amount.label("amount"),
            lead.c.first_item,
            lead.c.chosen,
        )
        .select_from(rows)
        .where(deal.c.engagement == scope.engagement)
        .cte("sold")
    )


def _groups(
    rows: sa.CTE, scope: Scope, query: JourneyQuery
) -> tuple[Any, dict[str, Any], list[ColumnElement[bool]]]:
    """Join what splits and filters need: (joined rows, expression of each split, clauses of the filters)."""
    joined: Any = rows
    groups: dict[str, Any] = {}
    kept: list[ColumnElement[bool]] = [rows.c.chosen == 1] if query.channels else []
    if Split.SEGMENT in query.by or query.segments:
        joined, segment = segment_of(rows, scope, _as_of(rows))
        kept.append(of_segments(segment, query))
        if Split.SEGMENT in query.by:
            groups["segment"] = segment
    if Split.CHANNEL in query.by:
        touch = schema.journey.alias("first_touch")
        joined = joined.outerjoin(
            touch, sa.and_(touch.c.engagement == scope.engagement, touch.c.item == rows.c.first_item)
        )
        groups["channel"] = sa.func.coalesce(touch.c.channel, NO_LEAD)
    for split in (Split.MONTH, Split.SALE_CHANNEL, Split.PRODUCT):
        if split in query.by:
            groups[str(split)] = rows.c[str(split)]
    return joined, groups, kept


def _as_of(rows: sa.CTE) -> Callable[[Any], ColumnElement[bool]]:
    return lambda span: holds_before(span, rows.c.ends)


def _money(amount: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(amount), sa.cast(0, schema.Money)).label("revenue")
