"""Raw facts that stand in numbers, built once so that every statement of a derivation shares them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from data_access import schema

_OWN_IDS = ("event_id", "line_id", "outcome_id")


@dataclass(frozen=True, slots=True)
class RawFacts:
    """The raw facts that stand in numbers, built once so that every statement shares them."""

    engagement: str
    limit: datetime
    event: sa.CTE
    line: sa.CTE
    days: sa.CTE


def raw_facts(engagement: str, limit: datetime) -> RawFacts:
    """Raw events and lines, and the customer-days that hold a calendar-day fact, with their start."""
    event, line = (fact_rows(table, engagement, limit) for table in (schema.event, schema.transaction_line))
    dated = (
        sa.select(rows.c.customer_id, rows.c.local_day, rows.c.occurred_at).where(rows.c.date_only)
        for rows in (event, line)
    )
    both = sa.union_all(*dated).subquery("dated")
    days = (
        sa.select(both.c.customer_id, both.c.local_day, sa.func.min(both.c.occurred_at).label("day_start"))
        .group_by(both.c.customer_id, both.c.local_day)
        .cte("instant_day")
    )
    return RawFacts(engagement, limit, event, line, days)


def fact_rows(table: sa.Table, engagement: str, limit: datetime) -> sa.CTE:
    """Raw facts that stand in numbers, with the customer's merged id; `raw_id` orders equal times."""
    own_id = next(column for column in table.c if column.name in _OWN_IDS)
    known = schema.customer
    columns = [column for column in table.c if column.name not in (*_OWN_IDS, "customer_key")]
    return (
        sa.select(own_id.label("raw_id"), known.c.customer_id, *columns)
        .join(
            known,
            sa.and_(known.c.engagement == table.c.engagement, known.c.customer_key == table.c.customer_key),
        )
        .where(table.c.engagement == engagement, table.c.occurred_at < limit)
        .cte(f"{table.name}_fact")
    )


def insert_rows(connection: sa.Connection, table: sa.Table, engagement: str, rows: sa.Select) -> None:
    """Insert a select whose column names are the table's, with the engagement in front."""
    with_key = rows.add_columns(sa.literal(engagement, sa.Text).label("engagement"))
    names = [str(column.key) for column in with_key.selected_columns]
    connection.execute(sa.insert(table).from_select(names, with_key))
