"""Spans of equal segment per customer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from data_access import schema
from data_access.ingest.derive_facts import insert_rows

# naive UTC, as every stored moment
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC).replace(tzinfo=None)


def write_segments(connection: sa.Connection, engagement: str, limit: datetime) -> None:
    """Spans of equal segment per customer: the value that holds always, until a dated one takes over.

    Values from the limit on are facts of the future: they hold for nobody yet.
    """
    value, known = schema.segment_value, schema.customer
    since = sa.func.coalesce(value.c.valid_from, _ALWAYS)
    dated = (
        sa.select(
            known.c.customer_id,
            since.label("since"),
            value.c.segment,
            sa.func.row_number()
            .over(partition_by=(known.c.customer_id, since), order_by=value.c.value_id.desc())
            .label("rank"),
        )
        .join(
            known,
            sa.and_(known.c.engagement == value.c.engagement, known.c.customer_key == value.c.customer_key),
        )
        .where(value.c.engagement == engagement, since < limit)
        .cte("dated")
    )
    latest = sa.select(dated).where(dated.c.rank == 1).cte("latest")
    own: dict[str, Any] = {"partition_by": latest.c.customer_id, "order_by": latest.c.since}
    changed = (sa.select(latest, sa.func.lag(latest.c.segment).over(**own).label("before"))).cte("changed")
    kept = (
        sa.select(changed)
        .where(sa.or_(changed.c.before.is_(None), changed.c.before != changed.c.segment))
        .cte("kept")
    )
    following = sa.func.lead(kept.c.since).over(partition_by=kept.c.customer_id, order_by=kept.c.since)
    insert_rows(
        connection,
        schema.segment_span,
        engagement,
        sa.select(
            kept.c.customer_id,
            kept.c.since,
            sa.func.coalesce(following, _FOR_EVER).label("until"),
            kept.c.segment,
        ),
    )
