"""Ids of customers from one generation to the next: keys that stay keep theirs, also where merges change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from data_access import schema
from data_access.ingest import identities
from data_access.ingest.engine import fetch_table, lent
from data_access.ingest.touched import CHANGED, TOUCHED


def refresh_customers(
    connection: sa.Connection, engagement: str, import_id: int, news: sa.FromClause
) -> None:
    """Bring `customer` and `merged_value` up to date, and write down whom that touches.

    Args:
        news: a table with the column `customer_key`: customers of whom the import has brought, changed or removed
            rows.
    """
    known = schema.customer
    mine = (known.c.engagement == engagement, known.c.customer_key.in_(sa.select(news.c.customer_key)))
    _touch(connection, sa.select(known.c.customer_id).where(*mine))
    changed = connection.scalar(sa.select(sa.exists(sa.select(CHANGED.c.customer_key)))) or False
    if changed:
        _forget_gone(connection, engagement)
    _add_new(connection, engagement, news)
    given = schema.identity
    told = sa.exists().where(given.c.engagement == engagement, given.c.import_id == import_id)
    if changed or connection.scalar(sa.select(told)):
        _regroup(connection, engagement)
    _touch(connection, sa.select(known.c.customer_id).where(*mine))


def _touch(connection: sa.Connection, ids: sa.Select) -> None:
    connection.execute(sa.insert(TOUCHED).from_select(["customer_id"], ids.distinct()))


def _forget_gone(connection: sa.Connection, engagement: str) -> None:
    """Keys of whom no row is left are nobody's any more."""
    known = schema.customer
    present = identities.occurring_keys(engagement)
    connection.execute(
        sa.delete(known).where(
            known.c.engagement == engagement,
            known.c.customer_key.in_(sa.select(CHANGED.c.customer_key)),
            known.c.customer_key.not_in(sa.select(present.c.customer_key)),
        )
    )


def _add_new(connection: sa.Connection, engagement: str, news: sa.FromClause) -> None:
    known = schema.customer
    here = sa.select(known.c.customer_key).where(known.c.engagement == engagement)
    last = sa.select(sa.func.coalesce(sa.func.max(known.c.customer_id), 0)).where(
        known.c.engagement == engagement
    )
    there = sa.select(CHANGED.c.customer_key)
    present = identities.occurring_keys(engagement)
    fresh = (
        sa.select(news.c.customer_key)
        .where(news.c.customer_key.not_in(here))
        # a key that the import has brought and taken back again has no rows
        .where(
            sa.or_(
                news.c.customer_key.not_in(there),
                news.c.customer_key.in_(sa.select(present.c.customer_key)),
            )
        )
        .subquery("fresh_key")
    )
    numbered = sa.select(
        sa.literal(engagement, sa.Text).label("engagement"),
        fresh.c.customer_key,
        (last.scalar_subquery() + sa.func.row_number().over(order_by=fresh.c.customer_key)).label(
            "customer_id"
        ),
    )
    connection.execute(sa.insert(known).from_select(["engagement", "customer_key", "customer_id"], numbered))


def _regroup(connection: sa.Connection, engagement: str) -> None:
    """Find anew which customers are one, and move those whose group is another one now."""
    known = schema.customer
    connection.execute(sa.delete(schema.merged_value).where(schema.merged_value.c.engagement == engagement))
    shared = identities.shared_values(connection, engagement)
    leaders = identities.leaders_of(connection, engagement, shared)
    grouped = _grouped(connection, engagement, leaders)
    last = connection.scalar(
        sa.select(sa.func.max(known.c.customer_id)).where(known.c.engagement == engagement)
    )
    moved = _moved(grouped, leaders, last or 0)
    frame = pa.table(
        {
            "customer_key": pa.array(moved.keys(), pa.large_string()),
            "customer_id": pa.array(moved.values(), pa.int64()),
        }
    )
    with lent(connection, "moved_key", frame) as target:
        mine = known.c.customer_key.in_(sa.select(target.c.customer_key))
        _touch(connection, sa.select(known.c.customer_id).where(known.c.engagement == engagement, mine))
        connection.execute(
            sa.update(known)
            .where(known.c.engagement == engagement, known.c.customer_key == target.c.customer_key)
            .values(customer_id=target.c.customer_id)
        )
        _touch(connection, sa.select(target.c.customer_id))
    identities.write_values(connection, engagement, shared)


def _grouped(connection: sa.Connection, engagement: str, leaders: Mapping[str, str]) -> pd.DataFrame:
    """`customer_key`, `customer_id` of all who were or are one with another."""
    known = schema.customer
    several = (
        sa.select(known.c.customer_id)
        .where(known.c.engagement == engagement)
        .group_by(known.c.customer_id)
        .having(sa.func.count() > 1)
    )
    frame = pa.table({"customer_key": pa.array(leaders.keys(), pa.large_string())})
    with lent(connection, "grouped_key", frame) as grouped:
        now = known.c.customer_key.in_(sa.select(grouped.c.customer_key))
        asked = sa.select(known.c.customer_key, known.c.customer_id).where(
            known.c.engagement == engagement, sa.or_(now, known.c.customer_id.in_(several))
        )
        return fetch_table(connection, asked.order_by(known.c.customer_key)).to_pandas()


def _moved(grouped: pd.DataFrame, leaders: Mapping[str, str], last: int) -> dict[str, int]:
    """Key -> new id of everybody whose id changes: a group keeps the smallest id of its members that is free."""
    before = dict(zip(grouped["customer_key"], grouped["customer_id"], strict=True))
    groups = defaultdict(list)
    for key in before:
        groups[leaders.get(key, key)].append(key)
    taken: set[int] = set()
    moved = {}
    for leader in sorted(groups):
        own = next((old for old in sorted({before[key] for key in groups[leader]}) if old not in taken), None)
        if own is None:
            last = own = last + 1
        taken.add(own)
        moved |= {key: own for key in groups[leader] if before[key] != own}
    return moved
