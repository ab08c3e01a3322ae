"""LCPQ, period book: what was earned in the period, by whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import NO_LEAD, JourneyQuery, Split
from data_access import schema
from data_access.filters import chosen_touch, holds_before, lead_event, of_segments, segment_of
from data_access.lcpq_sales import SUMS, added, count, first_deals, is_deal, money, sale_rows, sums
from data_access.lcpq_spans import during, span_rows
from data_access.scope import Scope


def period_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select | None:
    """The period book under the filter, by `query.by`; None where the data have no span to split by."""
    spans = span_rows(info, query)
    if spans is None:
        return None
    if {Split.SALE_CHANNEL, Split.PRODUCT} & set(query.by):
        return _by_deal(scope, info, query, spans)
    return _by_customer(scope, info, query, spans)


def _leads(scope: Scope, info: GenerationInfo, query: JourneyQuery, spans: sa.CTE) -> sa.CTE:
    """Customers with a lead event in each span, `chosen` where the filter of places keeps them."""
    journey = schema.journey
    chosen = sa.func.max(sa.case((chosen_touch(journey, query), 1), else_=0))
    return (
        sa.select(
            spans.c.label,
            spans.c.ends,
            journey.c.customer_id,
            sa.func.min(journey.c.item).label("first_item"),
            (chosen if _of_places(query) else sa.literal(1, sa.Integer)).label("chosen"),
        )
        .join_from(journey, spans, during(journey, spans, query))
        .where(lead_event(journey, scope, info))
        .group_by(spans.c.label, spans.c.ends, journey.c.customer_id)
        .cte("lead_customer")
    )


def _of_places(query: JourneyQuery) -> bool:
    return bool(query.channels or query.touchpoints)


def _by_customer(scope: Scope, info: GenerationInfo, query: JourneyQuery, spans: sa.CTE) -> sa.Select:
    """Leads and buyers side by side, each customer once in each span."""
    people = _people(_leads(scope, info, query, spans), _paying(scope, query, spans), spans)
    first, bought = _first_lead(scope, info), first_deals(scope)
    rows, groups, kept = _groups(people, scope, query)
    rows = rows.outerjoin(first, first.c.customer_id == people.c.customer_id)
    rows = rows.outerjoin(bought, bought.c.customer_id == people.c.customer_id)
    buys, leads = people.c.all_deals > 0, people.c.chosen.is_not(None)
    earlier = sa.func.coalesce(first.c.first_day < people.c.since, sa.false())
    new = _new(bought, people)
    return (
        sa.select(
            *[column.label(name) for name, column in groups.items()],
            count(leads).label("leads_of_period"),
            count(sa.and_(buys, ~leads, earlier)).label("earlier_leads"),
            count(sa.and_(buys, ~leads, ~earlier)).label("direct"),
            count(buys).label("buyers"),
            count(sa.and_(buys, leads)).label("lead_buyers"),
            *added(people),
            count(sa.and_(buys, new)).label("new_buyers"),
            money(sa.case((new, people.c.revenue))).label("new_revenue"),
        )
        .select_from(rows)
        .where(*kept)
        .group_by(*groups.values())
    )


def _new(bought: Any, rows: Any) -> ColumnElement[bool]:
    """Customers without a deal before the span."""
    return ~sa.func.coalesce(bought.c.first_deal_day < rows.c.since, sa.false())


def _paying(scope: Scope, query: JourneyQuery, spans: sa.CTE) -> sa.CTE:
    """Deals and money of each customer in each span; `all_deals` before the filters of deals."""
    sale = sale_rows(scope, query)
    return (
        sa.select(spans.c.label, sale.c.customer_id, count(is_deal(sale)).label("all_deals"), *sums(sale))
        .join_from(sale, spans, during(sale, spans, query))
        .group_by(spans.c.label, sale.c.customer_id)
        .cte("paying_customer")
    )


def _people(lead: sa.CTE, paying: sa.CTE, spans: sa.CTE) -> sa.CTE:
    both = lead.outerjoin(
        paying,
        sa.and_(lead.c.label == paying.c.label, lead.c.customer_id == paying.c.customer_id),
        full=True,
    )
    label = sa.func.coalesce(lead.c.label, paying.c.label)
    return (
        sa.select(
            label.label("label"),
            spans.c.since,
            spans.c.ends,
            sa.func.coalesce(lead.c.customer_id, paying.c.customer_id).label("customer_id"),
            lead.c.first_item,
            lead.c.chosen,
            paying.c.all_deals,
            *[paying.c[name] for name in SUMS],
        )
        .select_from(both.join(spans, spans.c.label == label))
        .cte("person")
    )


def _first_lead(scope: Scope, info: GenerationInfo) -> sa.CTE:
    """The first lead day of each customer in all history."""
    journey = schema.journey
    return (
        sa.select(journey.c.customer_id, sa.func.min(journey.c.local_day).label("first_day"))
        .where(lead_event(journey, scope, info))
        .group_by(journey.c.customer_id)
        .cte("earliest_lead")
    )


def _by_deal(scope: Scope, info: GenerationInfo, query: JourneyQuery, spans: sa.CTE) -> sa.Select:
    """Buyers, deals and money by sale channel or product: leads do not split by what was bought."""
    sold, bought = _sold(scope, info, query, spans), first_deals(scope)
    rows, groups, kept = _groups(sold, scope, query)
    rows = rows.outerjoin(bought, bought.c.customer_id == sold.c.customer_id)
    new = _new(bought, sold)
    return (
        sa.select(
            *[column.label(name) for name, column in groups.items()],
            sa.func.count(sa.distinct(sa.case((is_deal(sold), sold.c.customer_id)))).label("buyers"),
            *sums(sold),
            sa.func.count(sa.distinct(sa.case((sa.and_(is_deal(sold), new), sold.c.customer_id)))).label(
                "new_buyers"
            ),
            money(sa.case((new, sold.c.amount))).label("new_revenue"),
        )
        .select_from(rows)
        .where(*kept, sold.c.picked == 1)
        .group_by(*groups.values())
    )


def _sold(scope: Scope, info: GenerationInfo, query: JourneyQuery, spans: sa.CTE) -> sa.CTE:
    """Deals of each span, or their products where these are asked for, with the customer's lead."""
    sale = sale_rows(scope, query)
    lead = _leads(scope, info, query, spans)
    rows: Any = sale.join(spans, during(sale, spans, query))
    rows = rows.outerjoin(
        lead, sa.and_(lead.c.label == spans.c.label, lead.c.customer_id == sale.c.customer_id)
    )
    return (
        sa.select(spans.c.label, spans.c.since, spans.c.ends, *sale.c, lead.c.first_item, lead.c.chosen)
        .select_from(rows)
        .cte("sold")
    )


def sold_rows(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """The rows that the revenue of the whole period is the sum of: deals, refunds, zero amounts.

    Columns of `lcpq_sales.sale_rows`, and `segment`, that of the period's end.
    """
    whole = query.with_(by=(Split.SEGMENT,))
    spans = cast(sa.CTE, span_rows(info, whole))  # only a split by time can leave none
    sold = _sold(scope, info, whole, spans)
    rows, groups, kept = _groups(sold, scope, whole)
    return (
        sa.select(
            *(
                sold.c[name]
                for name in ("deal_id", "customer_id", "moment", "local_day", "instant", "kind", "amount")
            ),
            groups["segment"].label("segment"),
        )
        .select_from(rows)
        .where(*kept, sold.c.picked == 1)
        .cte("sold_row")
    )


def _groups(
    rows: sa.CTE, scope: Scope, query: JourneyQuery
) -> tuple[Any, dict[str, Any], list[ColumnElement[bool]]]:
    """Join what splits and filters need: (joined rows, expression of each split, clauses of the filters)."""
    joined: Any = rows
    groups: dict[str, Any] = {}
    kept: list[ColumnElement[bool]] = [rows.c.chosen == 1] if _of_places(query) else []
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
    unit = query.time_split
    if unit:
        groups[str(unit)] = rows.c.label
    for split in (Split.SALE_CHANNEL, Split.PRODUCT):
        if split in query.by:
            groups[str(split)] = rows.c[str(split)]
    return joined, groups, kept


def _as_of(rows: sa.CTE) -> Callable[[Any], ColumnElement[bool]]:
    return lambda span: holds_before(span, rows.c.ends)
