"""What each source gave day by day, and how much of it is doubtful: the facts behind the data health page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.journey.stages import UNMAPPED, Phase, StageModel
from data_access import schema
from data_access.ingest.derive_facts import RawFacts, insert_rows
from data_access.ingest.touched import among

_SIDES = {Phase.LEAD: 0, Phase.DEAL: 1, Phase.REPEAT: 2}
_COUNTS = ("unmapped", "ownerless", "backward", "future")


def write_source_days(connection: sa.Connection, engagement: str, limit: datetime, zone: str) -> None:
    """Count the raw rows of each source by kind and local day; a row may be doubtful for several reasons.

    Args:
        limit: first moment that is too late to count (naive UTC).
    """
    last_day = (limit - timedelta(microseconds=1)).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    event, line = schema.event, schema.transaction_line
    outcome, answer, cost = schema.outcome, schema.survey_answer, schema.cost
    parts = [
        _days("event", event, limit, unmapped=event.c.stage == UNMAPPED, owner=event.c.customer_key),
        _days("transaction", line, limit, money=line.c.amount, owner=line.c.customer_key),
        _days("outcome", outcome, limit, owner=outcome.c.customer_key),
        _days("survey", answer, limit),
        _days("cost", cost, None, money=cost.c.amount, future=cost.c.local_day > last_day),
        _backward_days(engagement),
    ]
    rows = sa.union_all(
        *(part.where(part.selected_columns.engagement == engagement) for part in parts[:-1]), parts[-1]
    ).subquery("source_row")
    group = (rows.c.source, rows.c.kind, rows.c.local_day)
    sums = [sa.cast(sa.func.sum(rows.c[name]), sa.BigInteger).label(name) for name in ("rows", *_COUNTS)]
    amount = sa.cast(sa.func.sum(rows.c.amount), schema.Money).label("amount")
    found = sa.select(*group, *sums, amount).group_by(*group)
    insert_rows(connection, schema.source_day, engagement, found)


def _days(
    kind: str,
    table: sa.Table,
    limit: datetime | None,
    *,
    money: Any = None,
    unmapped: Any = None,
    owner: Any = None,
    future: Any = None,
) -> sa.Select:
    """One row for each raw row: what it counts for."""
    marks = {
        "unmapped": unmapped,
        "ownerless": owner.is_(None) if owner is not None else None,
        "backward": None,
        "future": table.c.occurred_at >= limit if future is None else future,
    }
    return sa.select(
        table.c.engagement,
        table.c.source,
        sa.literal(kind, sa.Text).label("kind"),
        table.c.local_day,
        sa.literal(1, sa.Integer).label("rows"),
        *(_mark(marks[name]).label(name) for name in _COUNTS),
        (sa.cast(0, schema.Money) if money is None else money).label("amount"),
    )


def _mark(condition: Any) -> Any:
    return sa.literal(0, sa.Integer) if condition is None else sa.case((condition, 1), else_=0)


def write_backward(connection: sa.Connection, engagement: str, model: StageModel, facts: RawFacts) -> None:
    """Count the events that stand out of order.

    An event is out of order where the step before it of the same customer, event or deal, is at a later stage of
    the same phase. Steps of one instant never are, and back from after the deal to before it is a new round.
    """
    event, days, deal = facts.event, facts.days, schema.deal
    order = sa.case(*((event.c.stage == key, model.order(key)) for key in model.keys))
    side = sa.case(*((event.c.stage == stage.key, _SIDES[stage.phase]) for stage in model.stages))
    deal_order, none = sa.literal(model.order(model.deal.key), sa.Integer), sa.null()
    events = (
        sa.select(
            event.c.customer_id,
            sa.func.coalesce(days.c.day_start, event.c.occurred_at).label("moment"),
            order.label("place"),
            side.label("side"),
            event.c.raw_id,
            event.c.source,
            event.c.local_day,
        )
        .outerjoin(
            days, sa.and_(days.c.customer_id == event.c.customer_id, days.c.local_day == event.c.local_day)
        )
        .where(event.c.stage.in_(model.keys))
    )
    deals = sa.select(
        deal.c.customer_id,
        deal.c.moment,
        deal_order.label("place"),
        sa.literal(_SIDES[Phase.DEAL], sa.Integer).label("side"),
        deal.c.deal_id.label("raw_id"),
        none.cast(sa.Text).label("source"),
        deal.c.local_day,
    ).where(deal.c.engagement == engagement, deal.c.kind == "deal", *among(deal.c.customer_id, facts.touched))
    steps = sa.union_all(events, deals).subquery("health_step")
    before: dict[str, Any] = {"partition_by": steps.c.customer_id}
    before["order_by"] = (steps.c.moment, steps.c.place, steps.c.raw_id)
    seen = sa.select(
        steps.c.customer_id,
        steps.c.source,
        steps.c.local_day,
        steps.c.place,
        steps.c.side,
        sa.func.lag(steps.c.place).over(**before).label("place_before"),
        sa.func.lag(steps.c.side).over(**before).label("side_before"),
    ).subquery("health_seen")
    group = (seen.c.customer_id, seen.c.source, seen.c.local_day)
    insert_rows(
        connection,
        schema.backward_event,
        engagement,
        sa.select(*group, sa.func.count().label("rows"))
        .where(
            seen.c.source.is_not(None),
            seen.c.place < seen.c.place_before,
            seen.c.side == seen.c.side_before,
        )
        .group_by(*group),
    )


def _backward_days(engagement: str) -> sa.Select:
    """The events that stand out of order, as rows that count for nothing else."""
    back, zero = schema.backward_event, sa.literal(0, sa.Integer)
    return sa.select(
        back.c.engagement,
        back.c.source,
        sa.literal("event", sa.Text).label("kind"),
        back.c.local_day,
        zero.label("rows"),
        *((back.c.rows if name == "backward" else zero).label(name) for name in _COUNTS),
        sa.cast(0, schema.Money).label("amount"),
    ).where(back.c.engagement == engagement)
