"""LCPQ, cohort book: what the leads of the period became within the horizon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Split
from data_access import schema
from data_access.dialect import within_days
from data_access.filters import (
    holds_at,
    in_period,
    lead_event,
    of_channels,
    of_segments,
    over_by_data_end,
    segment_of,
)
from data_access.lcpq_sales import added, count, first_deals, is_deal, money, sale_rows, sums
from data_access.lcpq_spans import during, span_rows
from data_access.planner import Source
from data_access.scope import Scope
from data_access.statements import built_once


def cohort_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source
) -> sa.Select | None:
    """The cohort book under the filter, by `query.by` and maturity; None where there is no span to split by."""
    spans = span_rows(info, query)
    if spans is None:
        return None
    entry = _entries(scope, info, query, source)
    if {Split.SALE_CHANNEL, Split.PRODUCT} & set(query.by):
        return _by_deal(scope, query, entry, spans)
    return _by_customer(scope, query, entry, spans)


def first_leads(scope: Scope, info: GenerationInfo, source: Source) -> sa.CTE:
    """Each customer's first lead event of all history; the first deal in a model without lead stages."""
    names = ("customer_id", "item", "moment", "local_day", "instant", "channel")
    if source is Source.FIRST_LEAD:
        kept = schema.first_lead
        own = sa.select(*[kept.c[name] for name in names]).where(kept.c.engagement == scope.engagement)
        return own.cte("first_lead_row")
    journey = schema.journey
    lead = lead_event(journey, scope, info)
    if not info.model.lead_keys:
        lead = sa.and_(journey.c.engagement == scope.engagement, journey.c.deal_no == 1)
    first = (
        sa.select(journey.c.customer_id, sa.func.min(journey.c.item).label("item"))
        .where(lead)
        .group_by(journey.c.customer_id)
        .subquery("first_item")
    )
    row = schema.journey.alias("lead_row")
    return (
        sa.select(*[row.c[name] for name in names])
        .join(first, first.c.item == row.c.item)
        .where(row.c.engagement == scope.engagement)
        .cte("earliest_lead")
    )


def _entries(scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source) -> sa.CTE:
    """First leads that lie in the period, under the filter of places; `mature` where the horizon is over."""
    first = first_leads(scope, info, source)
    return (
        sa.select(*first.c, over_by_data_end(first.c, info, query.horizon).label("mature"))
        .where(
            in_period(first.c.local_day, query.period),
            of_channels(first.c.customer_id, scope, info, query),
        )
        .cte("entry")
    )


def _in_horizon(entry: Any, sale: Any, query: JourneyQuery) -> ColumnElement[bool]:
    """Rows of the customer from the first lead to the horizon's end, both included."""
    return sa.and_(
        sale.c.customer_id == entry.c.customer_id,
        sale.c.moment >= entry.c.moment,
        within_days(entry.c, sale.c, query.horizon),
    )


def _by_customer(scope: Scope, query: JourneyQuery, entry: sa.CTE, spans: sa.CTE) -> sa.Select:
    """Each customer of the cohort once, with the deals of the horizon."""
    paid = _bought(scope, query, entry)
    first = first_deals(scope)
    rows, groups, kept = _groups(entry, spans, scope, query)
    rows = rows.outerjoin(paid, paid.c.item == entry.c.item)
    rows = rows.outerjoin(first, first.c.customer_id == entry.c.customer_id)
    buys = paid.c.all_deals > 0
    new = ~sa.func.coalesce(first.c.first_deal_moment < entry.c.moment, sa.false())
    return (
        sa.select(
            *[column.label(name) for name, column in groups.items()],
            entry.c.mature,
            sa.func.count().label("leads_of_period"),
            count(buys).label("buyers"),
            count(buys).label("lead_buyers"),
            *added(paid),
            count(sa.and_(buys, new)).label("new_buyers"),
            money(sa.case((new, paid.c.revenue))).label("new_revenue"),
            money(paid.c.revenue_in_period).label("revenue_in_period"),
        )
        .select_from(rows)
        .where(*kept)
        .group_by(*groups.values(), entry.c.mature)
    )


def _bought(scope: Scope, query: JourneyQuery, entry: sa.CTE) -> sa.CTE:
    """Deals and money of each customer of the cohort in their horizon."""
    sale = sale_rows(scope, query)
    kept = sa.and_(sale.c.picked == 1, in_period(sale.c.local_day, query.period))
    return (
        sa.select(
            entry.c.item,
            count(is_deal(sale)).label("all_deals"),
            *sums(sale),
            money(sa.case((kept, sale.c.amount))).label("revenue_in_period"),
        )
        .join_from(entry, sale, _in_horizon(entry, sale, query))
        .group_by(entry.c.item)
        .cte("bought")
    )


def _by_deal(scope: Scope, query: JourneyQuery, entry: sa.CTE, spans: sa.CTE) -> sa.Select:
    """Buyers, deals and money of the cohort by sale channel or product."""
    sale, first = sale_rows(scope, query), first_deals(scope)
    rows, groups, kept = _groups(entry, spans, scope, query)
    rows = rows.join(sale, _in_horizon(entry, sale, query))
    rows = rows.outerjoin(first, first.c.customer_id == entry.c.customer_id)
    groups |= {
        str(split): sale.c[split] for split in (Split.SALE_CHANNEL, Split.PRODUCT) if split in query.by
    }
    new = ~sa.func.coalesce(first.c.first_deal_moment < entry.c.moment, sa.false())

    def people(condition: Any) -> Any:
        return sa.func.count(sa.distinct(sa.case((condition, entry.c.customer_id))))

    inside = in_period(sale.c.local_day, query.period)
    return (
        sa.select(
            *[column.label(name) for name, column in groups.items()],
            entry.c.mature,
            people(is_deal(sale)).label("buyers"),
            *sums(sale),
            people(sa.and_(is_deal(sale), new)).label("new_buyers"),
            money(sa.case((new, sale.c.amount))).label("new_revenue"),
            money(sa.case((inside, sale.c.amount))).label("revenue_in_period"),
        )
        .select_from(rows)
        .where(*kept, sale.c.picked == 1)
        .group_by(*groups.values(), entry.c.mature)
    )


def _groups(
    entry: sa.CTE, spans: sa.CTE, scope: Scope, query: JourneyQuery
) -> tuple[Any, dict[str, Any], list[ColumnElement[bool]]]:
    """Join what splits and filters need: (joined rows, expression of each split, clauses of the filters).

    The segment is the one at the first lead, the channel that of the first lead.
    """
    joined: Any = entry
    groups: dict[str, Any] = {}
    kept: list[ColumnElement[bool]] = []
    if Split.SEGMENT in query.by or query.segments:
        joined, segment = segment_of(entry, scope, lambda span: holds_at(span, entry.c.moment))
        kept.append(of_segments(segment, query))
        if Split.SEGMENT in query.by:
            groups["segment"] = segment
    unit = query.time_split
    if unit:
        joined = joined.join(spans, during(entry, spans, query))
        groups[str(unit)] = spans.c.label
    if Split.CHANNEL in query.by:
        groups["channel"] = entry.c.channel
    return joined, groups, kept


@built_once
def outside_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source) -> sa.Select:
    """Money of the period that no cohort of the period holds, by part; see `fetch_outside`."""
    rows = _outside(scope, info, query, source)
    joined: Any = rows
    kept: list[ColumnElement[bool]] = []
    if query.segments:
        # of the cohort itself as of the first lead, of everybody else as of the period's end
        joined, segment = segment_of(rows, scope, lambda span: holds_at(span, rows.c.as_of))
        kept.append(of_segments(segment, query))
    return (
        sa.select(
            rows.c.part,
            sa.func.count(sa.distinct(rows.c.customer_id)).label("customers"),
            count(is_deal(rows)).label("deals"),
            money(rows.c.amount).label("revenue"),
        )
        .select_from(joined)
        .where(*kept)
        .group_by(rows.c.part)
    )


def _outside(scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source) -> sa.CTE:
    """Rows of the period, each with the reason why no cohort holds it."""
    sale, first = sale_rows(scope, query), first_leads(scope, info, source)
    since, until = query.period.since, query.period.until
    older = first.c.local_day < since if since else sa.false()
    never = sa.or_(first.c.item.is_(None), first.c.local_day >= until if until else sa.false())
    inside = sa.and_(sale.c.moment >= first.c.moment, within_days(first.c, sale.c, query.horizon))
    part = sa.case((never, "direct"), (older, "older_leads"), else_="outside_horizon")
    own = ~sa.or_(never, older)
    end = info.day_start(until) - timedelta(microseconds=1) if until else datetime(9999, 12, 30)
    as_of = sa.case((own, first.c.moment), else_=sa.cast(sa.literal(end), sa.DateTime))
    return (
        sa.select(sale.c.customer_id, sale.c.kind, sale.c.amount, part.label("part"), as_of.label("as_of"))
        .join_from(sale, first, first.c.customer_id == sale.c.customer_id, isouter=True)
        .where(
            sale.c.picked == 1,
            in_period(sale.c.local_day, query.period),
            of_channels(sale.c.customer_id, scope, info, query),
            ~sa.and_(own, inside),
        )
        .cte("outside")
    )
