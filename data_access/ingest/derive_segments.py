"""Spans of equal segment and of equal attributes per customer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from data_access import schema
from data_access.ingest.derive_facts import RawFacts, insert_rows
from data_access.ingest.touched import among

# naive UTC, as every stored moment
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC).replace(tzinfo=None)


def write_segments(connection: sa.Connection, engagement: str, facts: RawFacts) -> None:
    """Spans of equal segment per customer."""
    value = schema.segment_value
    spans = _spans(value, value.c.segment, [value.c.value_id.desc()], facts)
    insert_rows(
        connection,
        schema.segment_span,
        engagement,
        sa.select(spans.c.customer_id, spans.c.since, spans.c.until, spans.c.value.label("segment")),
    )


def write_attributes(connection: sa.Connection, engagement: str, facts: RawFacts) -> None:
    """Spans of equal value per customer and attribute; of two at one moment the later import's row wins."""
    value = schema.attribute
    later = [value.c.import_id.desc(), value.c.source, value.c.row_key.desc()]
    spans = _spans(value, value.c.value, later, facts, name=value.c.name)
    insert_rows(
        connection,
        schema.attribute_span,
        engagement,
        sa.select(spans.c.customer_id, spans.c.name, spans.c.since, spans.c.until, spans.c.value),
    )


def _spans(table: sa.Table, column: Any, later: list[Any], facts: RawFacts, name: Any = None) -> sa.Subquery:
    """The value that holds always, until a dated one takes over: `customer_id`, `name`, `since`, `until`, `value`.

    Values from the limit on are facts of the future: they hold for nobody yet.

    Args:
        later: order of the values of one moment, the one that counts first.
        name: what the value is of; None where the table holds one thing alone.
    """
    known = schema.customer
    named = sa.literal("", sa.Text) if name is None else name
    since = sa.func.coalesce(table.c.valid_from, _ALWAYS)
    dated = (
        sa.select(
            known.c.customer_id,
            named.label("name"),
            since.label("since"),
            column.label("value"),
            sa.func.row_number()
            .over(partition_by=(known.c.customer_id, named, since), order_by=later)
            .label("rank"),
        )
        .join(
            known,
            sa.and_(known.c.engagement == table.c.engagement, known.c.customer_key == table.c.customer_key),
        )
        .where(table.c.engagement == facts.engagement, since < facts.limit)
        .where(*among(known.c.customer_id, facts.touched))
        .cte("dated")
    )
    latest = sa.select(dated).where(dated.c.rank == 1).cte("latest")
    own: dict[str, Any] = {"partition_by": (latest.c.customer_id, latest.c.name), "order_by": latest.c.since}
    changed = (sa.select(latest, sa.func.lag(latest.c.value).over(**own).label("before"))).cte("changed")
    kept = (
        sa.select(changed)
        .where(sa.or_(changed.c.before.is_(None), changed.c.before != changed.c.value))
        .cte("kept")
    )
    following = sa.func.lead(kept.c.since).over(
        partition_by=(kept.c.customer_id, kept.c.name), order_by=kept.c.since
    )
    return sa.select(
        kept.c.customer_id,
        kept.c.name,
        kept.c.since,
        sa.func.coalesce(following, _FOR_EVER).label("until"),
        kept.c.value,
    ).subquery("span")
