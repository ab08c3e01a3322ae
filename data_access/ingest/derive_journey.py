"""The ordered journey of each customer: events and deals, runs of stages, the next later stage."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dashboard.journey.query import NO_CHANNEL
from dashboard.journey.stages import StageModel
from data_access import schema
from data_access.ingest.derive_facts import RawFacts, insert_rows, last_number
from data_access.ingest.touched import among


def write_journey(
    connection: sa.Connection, engagement: str, model: StageModel, facts: RawFacts, has_transactions: bool
) -> None:
    """Order each customer's events and deals; number the runs; look ahead to the next later stage."""
    rows = _journey_rows(engagement, model, facts, has_transactions)
    place = sa.func.row_number().over(
        order_by=(rows.c.customer_id, rows.c.moment, rows.c.stage_order, rows.c.is_touch, rows.c.raw_id)
    )
    ordered = sa.select(
        rows,
        # rows of touched customers go on after the last one of the others
        (last_number(schema.journey.c.item, engagement) + place).label("item"),
    ).cte("ordered")
    # among steps alone: a new run begins where the stage differs from the step before
    whose = sa.case((ordered.c.is_step, 1), else_=0)
    before = sa.func.lag(ordered.c.stage_order).over(
        partition_by=(ordered.c.customer_id, whose), order_by=ordered.c.item
    )
    marked = sa.select(
        ordered,
        sa.case((before.is_(None), 1), (before != ordered.c.stage_order, 1), else_=0).label("starts_run"),
    ).cte("marked")
    run = sa.func.sum(marked.c.starts_run).over(
        partition_by=(marked.c.customer_id, marked.c.is_step), order_by=marked.c.item
    )
    walked = sa.select(marked, run.label("run_sum")).cte("walked")
    onward_moment, onward_day = _onward(walked, model)
    seen = sa.select(walked, onward_moment.label("onward_moment"), onward_day.label("onward_day")).cte("seen")
    days = facts.days
    insert_rows(
        connection,
        schema.journey,
        engagement,
        sa.select(
            seen.c.customer_id,
            seen.c.item,
            seen.c.moment,
            seen.c.local_day,
            seen.c.instant,
            seen.c.stage,
            seen.c.stage_order,
            seen.c.reach_order,
            seen.c.is_step,
            seen.c.is_touch,
            seen.c.deal_no,
            sa.case((seen.c.is_step, sa.cast(seen.c.run_sum, sa.Integer))).label("run_no"),
            seen.c.channel,
            seen.c.touchpoint,
            seen.c.product,
            seen.c.manager,
            seen.c.amount,
            seen.c.cost,
            seen.c.sentiment,
            sa.case((seen.c.is_touch, seen.c.onward_moment)).label("onward_moment"),
            sa.case((seen.c.is_touch, seen.c.onward_day)).label("onward_day"),
            sa.case(
                (sa.and_(seen.c.is_touch, seen.c.onward_day.is_not(None)), days.c.day_start.is_not(None))
            ).label("onward_instant"),
        )
        .outerjoin(
            days, sa.and_(days.c.customer_id == seen.c.customer_id, days.c.local_day == seen.c.onward_day)
        )
        .order_by(seen.c.item),
    )


def _onward(rows: sa.CTE, model: StageModel) -> tuple[Any, Any]:
    """Moment and day of the first row of a later stage at or after each row.

    For the last stage: the next deal after the row's instant ("another deal").
    """

    def first(column: Any, counts: Any, **frame: Any) -> Any:
        return sa.func.min(sa.case((counts, column))).over(
            partition_by=rows.c.customer_id, order_by=rows.c.moment, **frame
        )

    last = len(model.stages)
    found = []
    for column in (rows.c.moment, rows.c.local_day):
        whens = [
            # from this instant on, rows of the same instant included
            (rows.c.stage_order == order, first(column, rows.c.reach_order > order, range_=(0, None)))
            for order in range(1, last)
        ]
        whens.append((rows.c.stage_order == last, first(column, rows.c.is_deal, groups=(1, None))))
        found.append(sa.case(*whens))
    return found[0], found[1]


def _journey_rows(engagement: str, model: StageModel, facts: RawFacts, has_transactions: bool) -> sa.CTE:
    """Events and deals in one shape, not yet ordered."""
    event, days = facts.event, facts.days
    order = _case_of({stage.key: position for position, stage in enumerate(model.stages, 1)}, event.c.stage)
    is_deal_event = event.c.stage == model.deal.key
    mapped = event.c.stage.in_(model.keys)
    is_step = sa.and_(mapped, ~is_deal_event) if has_transactions else mapped
    events = sa.select(
        event.c.customer_id,
        event.c.raw_id,
        sa.func.coalesce(days.c.day_start, event.c.occurred_at).label("moment"),
        event.c.local_day,
        days.c.day_start.is_not(None).label("instant"),
        event.c.stage,
        order.label("stage_order"),
        # where deals exist they alone reach the deal stage and the stages of the n-th deal
        sa.case((is_step, order)).label("reach_order"),
        is_step.label("is_step"),
        mapped.label("is_touch"),
        (is_deal_event if not has_transactions else sa.false()).label("is_deal"),
        sa.null().cast(sa.Integer).label("deal_no"),
        sa.func.coalesce(event.c.channel, NO_CHANNEL).label("channel"),
        event.c.touchpoint,
        event.c.product,
        event.c.manager,
        event.c.amount,
        event.c.cost,
        event.c.sentiment,
    ).outerjoin(
        days, sa.and_(days.c.customer_id == event.c.customer_id, days.c.local_day == event.c.local_day)
    )
    deal = schema.deal
    reach = [
        (deal.c.deal_no >= stage.nth_deal, model.order(stage.key))
        for stage in reversed(model.stages)
        if stage.nth_deal
    ]
    deal_order = sa.literal(model.order(model.deal.key), sa.Integer)
    deals = sa.select(
        deal.c.customer_id,
        deal.c.deal_id.label("raw_id"),
        deal.c.moment,
        deal.c.local_day,
        deal.c.instant,
        sa.literal(model.deal.key, sa.Text).label("stage"),
        deal_order.label("stage_order"),
        (sa.case(*reach, else_=deal_order) if reach else deal_order).label("reach_order"),
        sa.true().label("is_step"),
        sa.false().label("is_touch"),
        sa.true().label("is_deal"),
        deal.c.deal_no,
        deal.c.sale_channel.label("channel"),
        sa.null().cast(sa.Text).label("touchpoint"),
        deal.c.product,
        deal.c.manager,
        deal.c.amount,
        sa.null().cast(schema.Money).label("cost"),
        sa.null().cast(sa.Double).label("sentiment"),
    ).where(deal.c.engagement == engagement, deal.c.kind == "deal", *among(deal.c.customer_id, facts.touched))
    return sa.union_all(events, deals).cte("journey_row")


def _case_of(values: dict[str, int], column: Any) -> Any:
    return sa.case(*[(column == key, value) for key, value in values.items()])
