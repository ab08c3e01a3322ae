"""Spoil effect: what a negative contact goes with, among comparable customers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from data_access import schema
from data_access.dialect import within_days
from data_access.facts import Facts
from data_access.filters import check_names, holds_at_end, over_by_data_end, segment_of
from data_access.heatmap import stage_key
from data_access.heatmap_metrics import first_touch, same_item, touch_since
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_spoil(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Customers with a rated contact in the first days of a stage, by what it was like and whether they bought.

    Returns a frame with `stage`, `segment` (as of the period's end), `negative` (1: at least one touch of the stage
    with a sentiment under 0 up to the landmark, 0: all rated ones were not), `customers`, `bought` (a deal within
    the window from the landmark; from the deal stage on: another deal). Only customers who had not bought by the
    landmark and whose window from it is over. Without transactions an event of the deal stage is a deal.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, spoil_statement(scope, info, query))


@built_once
def spoil_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Strata of the comparison: stage by segment."""
    rated = _rated(scope, info, query)
    outcome = _bought(scope, info, query, rated)
    rows, segment = segment_of(outcome, scope, lambda span: holds_at_end(span, query.period, info))
    return (
        sa.select(
            stage_key(info, outcome),
            segment.label("segment"),
            outcome.c.negative,
            sa.func.count().label("customers"),
            sa.cast(sa.func.sum(outcome.c.bought), sa.BigInteger).label("bought"),
        )
        .select_from(rows)
        .where(outcome.c.early == 0)
        .group_by(outcome.c.stage_order, segment, outcome.c.negative)
    )


def _rated(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """Customers of each stage with a rated touch of it between the first one and the landmark."""
    first = first_touch(scope, info, query, ("stage_order",))
    start, touch = schema.journey.alias("first_row"), schema.journey.alias("rated_touch")
    days = query.landmark_days + query.window_days
    columns = [start.c.item, start.c.customer_id, start.c.stage_order]
    columns += [start.c.moment, start.c.local_day, start.c.instant]
    return (
        sa.select(*columns, sa.func.max(sa.case((touch.c.sentiment < 0, 1), else_=0)).label("negative"))
        .join_from(first, start, same_item(start, first, scope))
        .join(touch, touch_since(touch, first, start.c, scope, query.landmark_days))
        .where(touch.c.sentiment.is_not(None), over_by_data_end(start.c, info, days))
        .group_by(*columns)
        .cte("rated_customer")
    )


def _bought(scope: Scope, info: GenerationInfo, query: JourneyQuery, rated: sa.CTE) -> sa.CTE:
    """Whether each of them bought before the landmark (`early`), or at all up to the window's end (`bought`)."""
    # an inner join finds the buyers, an outer one by the touch alone keeps the others: an outer join over these
    # inequalities would try every deal for every customer
    deal, is_deal = _deals(scope, info)
    days = query.landmark_days + query.window_days
    before_deal = rated.c.stage_order < info.model.order(info.model.deal.key)
    # where the deal itself is behind the customer, the one of this very instant is no other deal
    after: Any = sa.case((before_deal, deal.c.moment >= rated.c.moment), else_=deal.c.moment > rated.c.moment)
    follows = sa.and_(
        is_deal,
        deal.c.customer_id == rated.c.customer_id,
        after,
        within_days(rated.c, deal.c, days),
    )
    early = sa.case((within_days(rated.c, deal.c, query.landmark_days), 1), else_=0)
    buyer = (
        sa.select(rated.c.item, sa.func.max(early).label("early"))
        .join_from(rated, deal, follows)
        .group_by(rated.c.item)
        .cte("buyer")
    )
    return (
        sa.select(
            rated.c.stage_order,
            rated.c.customer_id,
            rated.c.negative,
            sa.case((buyer.c.item.is_not(None), 1), else_=0).label("bought"),
            sa.func.coalesce(buyer.c.early, 0).label("early"),
        )
        .select_from(rated.outerjoin(buyer, buyer.c.item == rated.c.item))
        .cte("outcome")
    )


def _deals(scope: Scope, info: GenerationInfo) -> tuple[sa.Table, ColumnElement[bool]]:
    """Deals: (table, what keeps them). Without transactions events of the deal stage stand for them, as in the map."""
    if info.has_transactions:
        deal = schema.deal
        return deal, sa.and_(deal.c.engagement == scope.engagement, deal.c.kind == "deal")
    row = schema.journey
    order = info.model.order(info.model.deal.key)
    return row, sa.and_(row.c.engagement == scope.engagement, row.c.is_step, row.c.stage_order == order)
