"""Raw facts that stand in numbers, built once so that every statement of a derivation shares them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from data_access import schema
from data_access.ingest.engine import counted
from data_access.ingest.touched import among, begin

BLOCK = 5_000_000  # raw rows whose journeys are put in order at once: that many fit into memory
_OWN_IDS = ("event_id", "line_id", "outcome_id")
# of a raw row, but not of the fact that it tells
_UNREAD = (
    "engagement",
    "customer_key",
    "visit_ref",
    "attributes",
    "first_stage",
    "past",
    "row_key",
    "import_id",
)


@dataclass(frozen=True, slots=True)
class RawFacts:
    """The raw facts that stand in numbers, built once so that every statement shares them."""

    engagement: str
    limit: datetime
    touched: sa.FromClause | None
    event: sa.FromClause
    line: sa.FromClause
    days: sa.FromClause


def raw_facts(engagement: str, limit: datetime, block: sa.FromClause | None = None) -> RawFacts:
    """Everybody's raw events and lines, and the customer-days that hold a calendar-day fact, with their start.

    Args:
        block: one of `blocks`, for its customers alone.
    """
    event, line = (
        fact_rows(table, engagement, limit, block).cte(f"{table.name}_fact")
        for table in (schema.event, schema.transaction_line)
    )
    return RawFacts(engagement, limit, block, event, line, _dated_days(event, line).cte("instant_day"))


def blocks(connection: sa.Connection, engagement: str) -> list[sa.FromClause | None]:
    """Everybody, some customers at a time, so that what is put in order fits into memory however long the log is.

    Returns tables with the column `customer_id`, in the order of the ids; None alone, which is everybody, where the log
    is short.
    """
    sizes = (
        sa.select(sa.func.count()).select_from(table).where(table.c.engagement == engagement)
        for table in (schema.event, schema.transaction_line)
    )
    parts = -(-sum(connection.scalar(size) or 0 for size in sizes) // BLOCK)
    if parts < 2:
        return [None]
    known = schema.customer
    ends = sa.select(sa.func.min(known.c.customer_id), sa.func.max(known.c.customer_id))
    first, last = connection.execute(ends.where(known.c.engagement == engagement)).one()
    if first is None:  # rows of nobody alone
        return [None]
    width = -(-(last - first + 1) // parts)
    own = sa.select(known.c.customer_id).where(known.c.engagement == engagement)
    return [
        own.where(known.c.customer_id.between(begin, begin + width - 1)).subquery("block")
        for begin in range(first, last + 1, width)
    ]


def touched_facts(
    connection: sa.Connection, engagement: str, limit: datetime, touched: sa.FromClause
) -> RawFacts:
    """The same of touched customers alone, found once: few rows, of which every statement asks again."""
    found = [
        fact_rows(table, engagement, limit, touched) for table in (schema.event, schema.transaction_line)
    ]
    event, line = (_kept(connection, table, rows) for table, rows in zip(_PASSING, found, strict=True))
    days = _kept(connection, _DAYS, _dated_days(event, line))
    return RawFacts(engagement, limit, touched, event, line, days)


def _dated_days(event: sa.FromClause, line: sa.FromClause) -> sa.Select:
    dated = (
        sa.select(rows.c.customer_id, rows.c.local_day, rows.c.occurred_at).where(rows.c.date_only)
        for rows in (event, line)
    )
    both = sa.union_all(*dated).subquery("dated")
    return sa.select(
        both.c.customer_id, both.c.local_day, sa.func.min(both.c.occurred_at).label("day_start")
    ).group_by(both.c.customer_id, both.c.local_day)


def _kept(connection: sa.Connection, table: sa.Table, rows: sa.Select) -> sa.Table:
    """The passing table with the rows of a select."""
    begin(connection, table)
    connection.execute(sa.insert(table).from_select([column.name for column in table.c], rows))
    counted(connection, table)
    return table


def fact_rows(
    table: sa.Table, engagement: str, limit: datetime, touched: sa.FromClause | None = None
) -> sa.Select:
    """Raw facts that stand in numbers, with the customer's merged id; `raw_id` orders equal times."""
    own_id = next(column for column in table.c if column.name in _OWN_IDS)
    known = schema.customer
    columns = [column for column in table.c if column.name not in (*_OWN_IDS, *_UNREAD)]
    return (
        sa.select(own_id.label("raw_id"), known.c.customer_id, *columns)
        .join(
            known,
            sa.and_(known.c.engagement == table.c.engagement, known.c.customer_key == table.c.customer_key),
        )
        .where(table.c.engagement == engagement, table.c.occurred_at < limit)
        .where(*among(known.c.customer_id, touched))
    )


def _passing(name: str, rows: sa.Select) -> sa.Table:
    columns = [sa.Column(str(column.key), column.type) for column in rows.selected_columns]
    return sa.Table(name, sa.MetaData(), *columns, prefixes=["TEMPORARY"])


_PASSING = tuple(
    _passing(f"touched_{table.name}", fact_rows(table, "", datetime(9999, 1, 1)))
    for table in (schema.event, schema.transaction_line)
)
_DAYS = _passing("touched_instant_day", _dated_days(*_PASSING))


def insert_rows(connection: sa.Connection, table: sa.Table, engagement: str, rows: sa.Select) -> None:
    """Insert a select whose column names are the table's, with the engagement in front."""
    with_key = rows.add_columns(sa.literal(engagement, sa.Text).label("engagement"))
    names = [str(column.key) for column in with_key.selected_columns]
    connection.execute(sa.insert(table).from_select(names, with_key))
    counted(connection, table)


def last_number(column: sa.Column[Any], engagement: str) -> sa.ColumnElement[int]:
    """The greatest number in a column of an engagement's rows, to count on from; 0 where there is none."""
    last = sa.select(sa.func.coalesce(sa.func.max(column), 0)).where(column.table.c.engagement == engagement)
    return last.scalar_subquery()
