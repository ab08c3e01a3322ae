"""How deals ended, and whether the sources tell the stages that a deal went through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dashboard.journey.query import NO_CHANNEL
from dashboard.journey.stages import StageModel
from data_access import schema
from data_access.ingest.derive_facts import RawFacts, fact_rows, insert_rows


def write_outcomes(connection: sa.Connection, engagement: str, model: StageModel, facts: RawFacts) -> None:
    """The latest outcome of each deal, with what the deal's own events say of channel, manager and product."""
    told = _latest(engagement, facts)
    own = _events_of(told, facts, model)
    days = facts.days
    lost_order = stage_order(model, told.c.stage_when_lost)
    insert_rows(
        connection,
        schema.deal_outcome,
        engagement,
        sa.select(
            told.c.customer_id,
            told.c.deal_ref,
            sa.func.coalesce(days.c.day_start, told.c.occurred_at).label("moment"),
            told.c.local_day,
            sa.or_(told.c.date_only, days.c.day_start.is_not(None)).label("instant"),
            told.c.outcome,
            told.c.reason,
            told.c.stage_when_lost.label("lost_stage"),
            lost_order.label("lost_order"),
            sa.or_(lost_order.is_not(None), sa.func.coalesce(own.c.has_history, sa.false())).label(
                "has_history"
            ),
            sa.func.coalesce(told.c.amount, own.c.amount).label("amount"),
            sa.func.coalesce(own.c.channel, NO_CHANNEL).label("channel"),
            own.c.manager,
            own.c.product,
            told.c.source,
        )
        .outerjoin(own, own.c.outcome_id == told.c.raw_id)
        .outerjoin(
            days, sa.and_(days.c.customer_id == told.c.customer_id, days.c.local_day == told.c.local_day)
        ),
    )


def stage_order(model: StageModel, column: Any) -> Any:
    """Position 1..n of the column's stage key; NULL for none and for 'unmapped'."""
    return sa.case(*[(column == key, position) for position, key in enumerate(model.keys, 1)])


def history_of_sources(engagement: str, limit: datetime, model: StageModel) -> sa.Select:
    """For each source of events: does it tell the stages that a deal went through before its present one?

    It does not where its stages come from a column of the file and more than half of the deals (else
    customers) that stand beyond the first stage show no other stage. A source of one stage alone tells
    nothing of the way either, but hides nothing: `snapshot` is False for it, and `keeps` too.
    """
    event, told = fact_rows(schema.event, engagement, limit).cte("history_event"), schema.event
    order = stage_order(model, event.c.stage)
    deals = (
        sa.select(
            event.c.source,
            sa.func.min(order).label("first"),
            sa.func.max(order).label("deepest"),
        )
        .where(order.is_not(None), event.c.raw_label.is_not(None))
        .group_by(event.c.source, event.c.customer_id, event.c.deal_ref)
        .cte("deal_stages")
    )
    beyond = sa.func.count().filter(deals.c.deepest > 1)
    alone = sa.func.count().filter(deals.c.deepest > 1, deals.c.first == deals.c.deepest)
    found = (
        sa.select(deals.c.source, (alone * 2 > beyond).label("snapshot"))
        .group_by(deals.c.source)
        .cte("found")
    )
    place = stage_order(model, told.c.stage)
    stages = (
        sa.select(told.c.source, (sa.func.min(place) < sa.func.max(place)).label("several"))
        .where(told.c.engagement == engagement, told.c.occurred_at < limit, told.c.customer_key.is_not(None))
        .group_by(told.c.source)
        .cte("source_stages")
    )
    snapshot = sa.func.coalesce(found.c.snapshot, sa.false())
    several = sa.func.coalesce(stages.c.several, sa.false())
    return sa.select(
        stages.c.source, snapshot.label("snapshot"), sa.and_(several, ~snapshot).label("keeps")
    ).outerjoin(found, found.c.source == stages.c.source)


def write_history(connection: sa.Connection, engagement: str, model: StageModel, limit: datetime) -> None:
    """Which sources of events keep the history of their deals."""
    insert_rows(connection, schema.stage_history, engagement, history_of_sources(engagement, limit, model))


def _latest(engagement: str, facts: RawFacts) -> sa.CTE:
    """The last outcome of each deal; a row that names no deal is one of its own."""
    told = fact_rows(schema.outcome, engagement, facts.limit, facts.touched).cte("outcome_fact")
    own = sa.case((told.c.deal_ref.is_(None), told.c.raw_id), else_=sa.literal(0, sa.BigInteger))
    ranked = sa.select(
        told,
        sa.func.row_number()
        .over(
            partition_by=(told.c.customer_id, told.c.deal_ref, own),
            order_by=(told.c.occurred_at.desc(), told.c.raw_id.desc()),
        )
        .label("rank"),
    ).cte("ranked_outcome")
    return sa.select(ranked).where(ranked.c.rank == 1).cte("told_outcome")


def _events_of(told: sa.CTE, facts: RawFacts, model: StageModel) -> sa.CTE:
    """What the events of each deal say up to its end: those of its id, and those that name no deal."""
    event = facts.event
    order, history = stage_order(model, event.c.stage), schema.stage_history
    same_deal = sa.or_(
        told.c.deal_ref.is_(None), event.c.deal_ref.is_(None), event.c.deal_ref == told.c.deal_ref
    )
    placed = (
        sa.select(
            told.c.raw_id.label("outcome_id"),
            event.c.channel,
            event.c.manager,
            event.c.product,
            event.c.amount,
            sa.or_(order > 1, history.c.keeps).label("tells"),
            sa.func.row_number()
            .over(partition_by=told.c.raw_id, order_by=(event.c.occurred_at, event.c.raw_id))
            .label("place"),
        )
        .join_from(told, event, sa.and_(event.c.customer_id == told.c.customer_id, same_deal))
        .join(
            history,
            sa.and_(history.c.engagement == facts.engagement, history.c.source == event.c.source),
        )
        .where(event.c.local_day <= told.c.local_day)
        .cte("deal_event")
    )

    def known(column: Any, which: Any) -> Any:
        """The column at the first or last place where it is known."""
        place = which(sa.case((column.is_not(None), placed.c.place))).over(partition_by=placed.c.outcome_id)
        return sa.case((placed.c.place == place, column))

    marked = sa.select(
        placed.c.outcome_id,
        placed.c.tells,
        known(placed.c.channel, sa.func.min).label("channel"),
        *(known(placed.c[name], sa.func.max).label(name) for name in ("manager", "product", "amount")),
    ).cte("marked_event")
    return (
        sa.select(
            marked.c.outcome_id,
            sa.func.bool_or(marked.c.tells).label("has_history"),
            *(
                sa.func.max(marked.c[name]).label(name)
                for name in ("channel", "manager", "product", "amount")
            ),
        )
        .group_by(marked.c.outcome_id)
        .cte("of_deal")
    )
