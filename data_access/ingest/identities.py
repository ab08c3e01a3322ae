"""One person under several keys: identity values that two to five customers share make them one."""

from __future__ import annotations

import sqlalchemy as sa

from data_access import schema
from data_access.ingest.report import LISTED_ROWS, Merges, SharedValue

MOST_SHARED = 5  # a value on more customers (phone "0") merges nobody


def write_customers(connection: sa.Connection, engagement: str) -> None:
    """Give every customer key that occurs an id; merged keys share one."""
    keys = sa.union(
        *(
            sa.select(table.c.customer_key).where(
                table.c.engagement == engagement, table.c.customer_key.is_not(None)
            )
            for table in (
                schema.event,
                schema.transaction_line,
                schema.outcome,
                schema.attribute,
                schema.segment_value,
                schema.identity,
                schema.survey_answer,
            )
        )
    ).subquery()
    numbered = sa.select(
        sa.literal(engagement, sa.Text).label("engagement"),
        keys.c.customer_key,
        sa.func.row_number().over(order_by=keys.c.customer_key).label("customer_id"),
    )
    connection.execute(
        sa.insert(schema.customer).from_select(["engagement", "customer_key", "customer_id"], numbered)
    )
    _merge(connection, engagement)


def _merge(connection: sa.Connection, engagement: str) -> None:
    known = schema.customer
    leaders = _leaders(_shared(connection, engagement))
    ids = {key: leader for key, leader in leaders.items() if key != leader}
    if not ids:
        return
    rows = connection.execute(
        sa.select(known.c.customer_key, known.c.customer_id).where(
            known.c.engagement == engagement, known.c.customer_key.in_(set(ids) | set(ids.values()))
        )
    ).all()
    own = {row[0]: row[1] for row in rows}
    for key, leader in ids.items():
        connection.execute(
            sa.update(known)
            .where(known.c.engagement == engagement, known.c.customer_key == key)
            .values(customer_id=own[leader])
        )


def merge_log(connection: sa.Connection, engagement: str) -> Merges:
    """Which values make several customers one, and which are on too many customers to mean a person."""
    shared = _shared(connection, engagement)
    by_value: dict[tuple[str, str], list[str]] = {}
    for kind, value, key in sorted(shared):
        by_value.setdefault((kind, value), []).append(key)
    leaders = _leaders(shared)
    values = tuple(
        SharedValue(kind, value, len(keys), tuple(keys)) for (kind, value), keys in by_value.items()
    )
    wide = _too_wide(connection, engagement)
    return Merges(
        people=len(set(leaders.values())),
        keys=len(leaders),
        values=values[:LISTED_ROWS],
        too_wide=wide[:LISTED_ROWS],
        too_wide_values=len(wide),
    )


def _too_wide(connection: sa.Connection, engagement: str) -> tuple[SharedValue, ...]:
    """Values on more than five customers, the widest first."""
    table = schema.identity
    people = sa.func.count(sa.distinct(table.c.customer_key))
    rows = connection.execute(
        sa.select(table.c.kind, table.c.value, people)
        .where(table.c.engagement == engagement)
        .group_by(table.c.kind, table.c.value)
        .having(people > MOST_SHARED)
        .order_by(people.desc(), table.c.kind, table.c.value)
    )
    return tuple(SharedValue(row[0], row[1], row[2]) for row in rows)


def _shared(connection: sa.Connection, engagement: str) -> list[tuple[str, str, str]]:
    """(kind, value, customer key) of every value on two to five different customers."""
    table = schema.identity
    people = sa.func.count(sa.distinct(table.c.customer_key))
    shared = (
        sa.select(table.c.kind, table.c.value)
        .where(table.c.engagement == engagement)
        .group_by(table.c.kind, table.c.value)
        .having(people > 1, people <= MOST_SHARED)
        .subquery()
    )
    rows = connection.execute(
        sa.select(table.c.kind, table.c.value, table.c.customer_key)
        .join(shared, sa.and_(shared.c.kind == table.c.kind, shared.c.value == table.c.value))
        .where(table.c.engagement == engagement)
        .distinct()
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _leaders(shared: list[tuple[str, str, str]]) -> dict[str, str]:
    """Customer key -> the smallest key of its group of merged customers."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    by_value: dict[tuple[str, str], str] = {}
    for kind, value, key in shared:
        first = by_value.setdefault((kind, value), key)
        one, other = sorted((find(first), find(key)))
        leader[other] = one
    return {key: find(key) for key in leader}
