"""What stands beside the customers' journeys: cost rows by day, and rows that have no customer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from data_access import schema
from data_access.ingest.derive_facts import insert_rows


def write_spend(connection: sa.Connection, engagement: str, limit: datetime, zone: str) -> None:
    """Add cost rows up by day, channel, segment and stage; days that begin too late stand outside.

    Args:
        limit: first moment that is too late to count (naive UTC).
    """
    last_moment = (limit - timedelta(microseconds=1)).replace(tzinfo=UTC)
    cost = schema.cost
    group = (cost.c.local_day, cost.c.channel, cost.c.segment, cost.c.stage)
    rows = (
        sa.select(*group, sa.func.sum(cost.c.amount).label("amount"))
        .where(
            cost.c.engagement == engagement,
            cost.c.local_day <= last_moment.astimezone(ZoneInfo(zone)).date(),
        )
        .group_by(*group)
    )
    insert_rows(connection, schema.spend, engagement, rows)


def write_nobody(connection: sa.Connection, engagement: str, limit: datetime) -> None:
    """Count rows without a customer by day, and the money of the transactions among them."""
    nothing = sa.cast(0, schema.Money)
    for kind, table, money in (
        ("event", schema.event, nothing),
        ("transaction", schema.transaction_line, sa.func.sum(schema.transaction_line.c.amount)),
    ):
        rows = (
            sa.select(
                table.c.local_day,
                sa.literal(kind, sa.Text).label("kind"),
                sa.func.count().label("rows"),
                money.label("amount"),
            )
            .where(
                table.c.engagement == engagement,
                table.c.customer_key.is_(None),
                table.c.occurred_at < limit,
            )
            .group_by(table.c.local_day)
        )
        insert_rows(connection, schema.nobody, engagement, rows)
