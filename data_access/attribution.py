"""Attribution: the touches before each deal, as counts of equal paths; never a customer's own journey."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from data_access import schema
from data_access.dialect import days_between, ratio, within_days
from data_access.facts import Facts
from data_access.filters import check_names, holds_at_end, in_period, of_channels, of_segments, segment_of
from data_access.heatmap import cell_names, cell_of, chosen_touches, known_cells, stage_key
from data_access.scope import Scope
from data_access.statements import built_once

LOOKBACK_DAYS = 90  # a touch counts for a deal up to so long after it
HALF_LIFE_DAYS = 7  # of the time-decay model


def fetch_path_cells(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """The cells that paths name by number: `cell`, `stage`, `channel`, with `Split.TOUCHPOINT` also `touchpoint`."""
    return facts.frame(scope, path_cells_statement(scope, facts.info(scope), query))


def fetch_paths(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Equal paths of the period and what they ended in.

    Returns a frame with `outcome`, `path` (numbers of `fetch_path_cells` in order with commas between them;
    NULL: no touch), `people` and `revenue` (Decimal). `first`: the customer's first deal of the period; `more`:
    its other deals and its refunds (`people` counts them); both with the touches of the 90 days up to the deal.
    Revenue adds up to that of the period.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, paths_statement(scope, info, query))


def fetch_lost_steps(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Where customers who were touched in the period and bought nothing in it came to, step by step.

    Returns a frame with `cell`, `target` (the cell of the customer's next touch in the period; NULL: the last one),
    `begins` (1: the customer's first touch of the period) and `people`. Whole paths of so many customers are
    hardly ever alike; the Markov model asks for their steps alone.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, lost_steps_statement(scope, info, query))


def fetch_decay(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Credit of the time-decay model by cell: a touch weighs half as much every 7 days before the deal.

    Returns a frame with `cell`, `sales` (credit for first deals of the period) and `revenue` (credit for every
    deal and refund); deals without a touch credit nobody.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, decay_statement(scope, info, query))


@built_once
def path_cells_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Cells with their numbers."""
    cells = _numbered(scope, query)
    return sa.select(cells.c.cell, stage_key(info, cells), *[cells.c[name] for name in cell_names(query)[1:]])


@built_once
def paths_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Paths to deals, grouped."""
    cells, sold = _numbered(scope, query), _sold(scope, info, query)
    touch = schema.journey.alias("path_touch")
    # inner joins find the paths, an outer one by the deal alone keeps deals without: an outer join over the
    # inequalities of `_leads_to` would try every touch for every deal
    text = sa.func.string_agg(sa.cast(cells.c.cell, sa.Text), sa.literal(",", sa.Text))
    path = (
        sa.select(sold.c.deal_id, text.aggregate_order_by(touch.c.item).label("path"))
        .select_from(
            sold.join(touch, _leads_to(touch, sold, scope, info)).join(cells, _same_cell(touch, cells, query))
        )
        .group_by(sold.c.deal_id)
        .cte("deal_path")
    )
    return (
        sa.select(
            sold.c.outcome,
            path.c.path,
            sa.func.count().label("people"),
            sa.func.sum(sold.c.amount).label("revenue"),
        )
        .select_from(sold.outerjoin(path, path.c.deal_id == sold.c.deal_id))
        .group_by(sold.c.outcome, path.c.path)
    )


@built_once
def decay_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Time decay needs the age of each touch, which equal paths do not share."""
    cells, sold = _numbered(scope, query), _sold(scope, info, query)
    touch = schema.journey.alias("path_touch")
    age = days_between(touch.c, sold.c)
    weighed = (
        sa.select(
            cells.c.cell,
            sold.c.deal_id,
            sold.c.outcome,
            sa.cast(sold.c.amount, sa.Double).label("amount"),
            sa.func.power(sa.cast(2, sa.Double), ratio(-age, HALF_LIFE_DAYS)).label("weight"),
        )
        .select_from(
            sold.join(touch, _leads_to(touch, sold, scope, info)).join(cells, _same_cell(touch, cells, query))
        )
        .cte("weighed")
    )
    whole = sa.func.sum(weighed.c.weight).over(partition_by=weighed.c.deal_id)
    shared = sa.select(weighed, ratio(weighed.c.weight, whole).label("credit")).cte("shared")
    first = sa.case((shared.c.outcome == "first", shared.c.credit), else_=0.0)
    return sa.select(
        shared.c.cell,
        sa.func.sum(first).label("sales"),
        sa.func.sum(shared.c.credit * shared.c.amount).label("revenue"),
    ).group_by(shared.c.cell)


def _numbered(scope: Scope, query: JourneyQuery) -> sa.CTE:
    """Every cell of the engagement with a number, the same in each statement of one question."""
    known = known_cells(scope, query)
    names = [known.c[name] for name in cell_names(query)]
    return sa.select(*names, sa.func.row_number().over(order_by=names).label("cell")).cte("numbered_cell")


def _same_cell(touch: Any, cells: sa.CTE, query: JourneyQuery) -> Any:
    pairs = zip(cell_of(touch, query), cell_names(query), strict=True)
    return sa.and_(*[(getattr(own, "element", own) == cells.c[name]) for own, name in pairs])


def _sold(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """Deals and refunds of the period by the chosen customers; `outcome` first or more."""
    deal = schema.deal
    rows: Any = deal
    kept = sa.true()
    if query.segments:
        rows, segment = segment_of(deal, scope, lambda span: holds_at_end(span, query.period, info))
        kept = of_segments(segment, query)
    place = sa.func.row_number().over(
        partition_by=(deal.c.customer_id, deal.c.kind), order_by=(deal.c.moment, deal.c.deal_no)
    )
    ranked = (
        sa.select(
            deal.c.deal_id,
            deal.c.customer_id,
            deal.c.kind,
            deal.c.amount,
            deal.c.moment,
            deal.c.local_day,
            deal.c.instant,
            place.label("place"),
        )
        .select_from(rows)
        .where(
            deal.c.engagement == scope.engagement,
            deal.c.kind != "zero",
            in_period(deal.c.local_day, query.period),
            of_channels(deal.c.customer_id, scope, info, query),
            kept,
        )
        .cte("ranked_deal")
    )
    is_first = sa.and_(ranked.c.kind == "deal", ranked.c.place == 1)
    return sa.select(ranked, sa.case((is_first, "first"), else_="more").label("outcome")).cte("sold")


def _leads_to(touch: Any, sold: sa.CTE, scope: Scope, info: GenerationInfo) -> Any:
    """Touches at or before the deal, at most 90 days; at one instant those of stages up to the deal's."""
    same_instant = sa.and_(
        touch.c.moment == sold.c.moment, touch.c.stage_order <= info.model.order(info.model.deal.key)
    )
    return sa.and_(
        touch.c.engagement == scope.engagement,
        touch.c.is_touch,
        touch.c.customer_id == sold.c.customer_id,
        sa.or_(touch.c.moment < sold.c.moment, same_instant),
        within_days(touch.c, sold.c, LOOKBACK_DAYS),
    )


@built_once
def lost_steps_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Steps of customers who were touched in the period and bought nothing in it, grouped."""
    cells, sold = _numbered(scope, query), _sold(scope, info, query)
    touch = schema.journey.alias("lost_touch")
    rows, kept = chosen_touches(touch, scope, info, query)
    buyers = sa.select(sold.c.customer_id).where(sold.c.kind == "deal")
    met = (
        sa.select(touch.c.customer_id, touch.c.item, cells.c.cell)
        .select_from(rows.join(cells, _same_cell(touch, cells, query)))
        .where(kept, touch.c.customer_id.not_in(buyers))
        .cte("lost_touch_cell")
    )
    way: dict[str, Any] = {"partition_by": met.c.customer_id, "order_by": met.c.item}
    before = sa.func.lag(met.c.cell).over(**way)
    step = sa.select(
        met.c.cell,
        sa.func.lead(met.c.cell).over(**way).label("target"),
        sa.case((before.is_(None), 1), else_=0).label("begins"),
    ).cte("lost_step")
    columns = [step.c.cell, step.c.target, step.c.begins]
    return sa.select(*columns, sa.func.count().label("people")).group_by(*columns)
