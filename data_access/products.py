"""Demand for products: deals, pieces and money by product, segment and month."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Split
from data_access import schema
from data_access.dialect import unit_start
from data_access.facts import Facts
from data_access.filters import holds_at_end, in_period, of_channels, of_segments, segment_of
from data_access.lcpq import check_lcpq
from data_access.lcpq_sales import count, money
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_products(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """What was sold in the period, month by month.

    Returns a frame with `product`, with `Split.SEGMENT` `segment` (as of the period's end), `month` (its first
    day), `deals` (that hold the product), `quantity` (pieces in them; None where no file says so) and `revenue`
    (Decimal, refunds taken off).

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`, `unknown_touchpoint`, `unknown_product`,
            `unknown_sale_channel`.
    """
    info = facts.info(scope)
    check_lcpq(facts, scope, info, query.with_(by=()))
    return facts.frame(scope, products_statement(scope, info, query))


@built_once
def products_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Lines of deals and refunds by product, month and, where split, segment."""
    deal, line = schema.deal, schema.deal_line
    rows: Any = deal
    groups: list[Any] = []
    kept = [deal.c.engagement == scope.engagement, in_period(deal.c.local_day, query.period)]
    if Split.SEGMENT in query.by or query.segments:
        rows, segment = segment_of(deal, scope, lambda span: holds_at_end(span, query.period, info))
        kept.append(of_segments(segment, query))
        groups = [segment.label("segment")] if Split.SEGMENT in query.by else []
    if query.products:
        kept.append(line.c.product.in_(query.products))
    if query.sale_channels:
        kept.append(deal.c.sale_channel.in_(query.sale_channels))
    kept.append(of_channels(deal.c.customer_id, scope, info, query))
    month = unit_start("month", deal.c.local_day)
    paid = deal.c.kind == "deal"
    same = sa.and_(line.c.engagement == deal.c.engagement, line.c.deal_id == deal.c.deal_id)
    return (
        sa.select(
            line.c.product,
            *groups,
            month.label("month"),
            count(paid).label("deals"),
            sa.func.sum(sa.case((paid, line.c.quantity))).label("quantity"),
            money(line.c.amount).label("revenue"),
        )
        .select_from(rows.join(line, same))
        .where(*kept)
        .group_by(line.c.product, *groups, month)
    )
