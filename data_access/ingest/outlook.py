"""What a viewer reads from a generation, in a few figures: for the check of an import."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from data_access import schema
from data_access.ingest.report import Outlook
from data_access.layout import is_current


def look(connection: sa.Connection, engagement: str) -> Outlook | None:
    """The figures of the derived tables; None where there are none, or an older version has written them."""
    generation = schema.generation
    mine = generation.c.engagement == engagement
    if not is_current(connection):
        return None
    frame = connection.execute(sa.select(generation.c.first_day, generation.c.last_day).where(mine)).first()
    if frame is None:
        return None
    walked, deal = schema.journey, schema.deal
    someone = sa.func.count(sa.distinct(walked.c.customer_id))
    stands = (walked.c.engagement == engagement, sa.or_(walked.c.is_touch, walked.c.is_step))
    customers = connection.scalar(sa.select(someone).where(*stands))
    events = connection.scalar(sa.select(sa.func.count()).where(*stands, walked.c.is_touch))
    deals, revenue = connection.execute(
        sa.select(sa.func.count().filter(deal.c.kind == "deal"), sa.func.sum(deal.c.amount)).where(
            deal.c.engagement == engagement
        )
    ).one()
    reached = connection.execute(
        sa.select(walked.c.reach_order, someone)
        .where(*stands, walked.c.is_step)
        .group_by(walked.c.reach_order)
    )
    by_order = {row[0]: row[1] for row in reached}
    stage = schema.stage
    names = sa.select(stage.c.position, stage.c.key).where(stage.c.engagement == engagement)
    return Outlook(
        customers=customers or 0,
        events=events or 0,
        deals=deals,
        revenue=revenue or Decimal(0),
        since=_text(frame.first_day),
        until=_text(frame.last_day),
        stages={
            key: by_order.get(order, 0) for order, key in connection.execute(names.order_by(stage.c.position))
        },
    )


def brought(after: Outlook, before: Outlook | None) -> Outlook:
    """What is new: the difference to what a viewer reads now."""
    if before is None:
        return after
    return Outlook(
        customers=after.customers - before.customers,
        events=after.events - before.events,
        deals=after.deals - before.deals,
        revenue=after.revenue - before.revenue,
        since=after.since,
        until=after.until,
        stages={key: count - before.stages.get(key, 0) for key, count in after.stages.items()},
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
