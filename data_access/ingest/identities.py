"""One person under several keys: identity values that two to five customers share make them one.

A value that stands for nobody ("0"), or that somebody has told to keep apart, merges nobody.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access import schema
from data_access.ingest.engine import append, arrow_schema, counted, fetch_table, lent
from data_access.ingest.placeholders import stands_for_nobody
from data_access.ingest.report import LISTED_ROWS, Merges, Separated, SharedValue
from data_access.ingest.wording import NORMALISE

MOST_SHARED = 5  # a value on more customers (phone "0") merges nobody
MERGED, TOO_WIDE, PLACEHOLDER, APART = "merged", "too_wide", "placeholder", "apart"


def write_customers(connection: sa.Connection, engagement: str) -> None:
    """Give every customer key that occurs an id; merged keys share one."""
    keys = occurring_keys(engagement)
    numbered = sa.select(
        sa.literal(engagement, sa.Text).label("engagement"),
        keys.c.customer_key,
        sa.func.row_number().over(order_by=keys.c.customer_key).label("customer_id"),
    )
    connection.execute(
        sa.insert(schema.customer).from_select(["engagement", "customer_key", "customer_id"], numbered)
    )
    counted(connection, *schema.RAW, schema.customer)
    shared = shared_values(connection, engagement)
    _merge(connection, engagement, leaders_of(connection, engagement, shared))
    write_values(connection, engagement, shared)


def occurring_keys(engagement: str) -> sa.Subquery:
    """Every customer key that occurs in a raw row, once."""
    return sa.union(
        *(
            sa.select(table.c.customer_key).where(
                table.c.engagement == engagement, table.c.customer_key.is_not(None)
            )
            for table in schema.RAW
            if "customer_key" in table.c
        )
    ).subquery("occurring_key")


def separate(
    connection: sa.Connection, engagement: str, kind: str, value: str, *, apart: bool, who: str, now: datetime
) -> Separated:
    """Say that a value of an identity makes nobody one person, or that it does again.

    Args:
        value: as it is stored, or as people write it ("8 916 ...").

    Raises:
        JourneyError: `unknown_identity` where no customer has it; `already_apart`, `not_apart`.
    """
    table, said = schema.identity, schema.kept_apart
    same = NORMALISE[kind](pd.Series([value], dtype="str")).iloc[0] if kind in NORMALISE else value
    written = (value, same) if isinstance(same, str) else (value,)
    found = sa.select(table.c.value).where(
        table.c.engagement == engagement, table.c.kind == kind, table.c.value.in_(written)
    )
    stored = connection.scalar(found.limit(1))
    if stored is None:
        raise JourneyError("unknown_identity", status=404, kind=kind, value=value)
    mine = (said.c.engagement == engagement, said.c.kind == kind, said.c.value == stored)
    there = connection.scalar(sa.select(sa.exists().where(*mine)))
    if bool(there) == apart:
        raise JourneyError("already_apart" if apart else "not_apart", status=409, kind=kind, value=stored)
    if apart:
        row = {"engagement": engagement, "kind": kind, "value": stored, "who": who, "at": now}
        connection.execute(sa.insert(said).values(row))
    else:
        connection.execute(sa.delete(said).where(*mine))
    return Separated(kind, stored, apart)


def merging_owners(connection: sa.Connection, engagement: str, kind: str) -> pd.Series:
    """Value of one kind of identity -> customer's key (any of those that the value merges)."""
    table, said = schema.identity, schema.kept_apart
    apart = sa.exists().where(
        said.c.engagement == engagement, said.c.kind == kind, said.c.value == table.c.value
    )
    owners = fetch_table(
        connection,
        sa.select(table.c.value, sa.func.min(table.c.customer_key).label("customer_key"))
        .where(table.c.engagement == engagement, table.c.kind == kind)
        .group_by(table.c.value)
        .having(sa.func.count(sa.distinct(table.c.customer_key)) <= sa.case((apart, 1), else_=MOST_SHARED)),
    ).to_pandas()
    owners = owners[~stands_for_nobody(kind, owners["value"].astype("str"))]
    return pd.Series(owners["customer_key"].to_numpy(), index=owners["value"], dtype="str")


def merge_log(connection: sa.Connection, engagement: str) -> Merges:
    """Which values make several customers one, which merge nobody, and what deserves a look."""
    table, customer = schema.merged_value, schema.customer
    mine = table.c.engagement == engagement
    several = (
        sa.select(sa.func.count().label("key_count"))
        .where(customer.c.engagement == engagement)
        .group_by(customer.c.customer_id)
        .having(sa.func.count() > 1)
        .subquery()
    )
    people, keys = connection.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(several.c.key_count), 0))
    ).one()
    counts = sa.select(table.c.reason, sa.func.count()).where(mine).group_by(table.c.reason)
    by_reason = {row[0]: row[1] for row in connection.execute(counts)}
    differing = sa.select(sa.func.count(sa.distinct(table.c.customer_id))).where(mine)
    return Merges(
        people=people,
        keys=keys,
        values=_first(connection, engagement, table.c.reason == MERGED, named=True),
        too_wide=_first(connection, engagement, table.c.reason == TOO_WIDE),
        too_wide_values=by_reason.get(TOO_WIDE, 0),
        placeholders=_first(connection, engagement, table.c.reason == PLACEHOLDER),
        placeholder_values=by_reason.get(PLACEHOLDER, 0),
        apart_values=by_reason.get(APART, 0),
        differing=_first(connection, engagement, table.c.differs.is_not(None), named=True),
        differing_people=connection.scalar(differing.where(table.c.differs.is_not(None))) or 0,
    )


def _first(
    connection: sa.Connection, engagement: str, which: sa.ColumnElement[bool], *, named: bool = False
) -> tuple[SharedValue, ...]:
    """The first values of a kind, the widest first, with the keys of their customers where they are few."""
    table, given = schema.merged_value, schema.identity
    rows = connection.execute(
        sa.select(table)
        .where(table.c.engagement == engagement, which)
        .order_by(table.c.customers.desc(), table.c.kind, table.c.value)
        .limit(LISTED_ROWS)
    ).all()

    def keys(row: sa.Row) -> tuple[str, ...]:
        asked = sa.select(given.c.customer_key).where(
            given.c.engagement == engagement, given.c.kind == row.kind, given.c.value == row.value
        )
        return tuple(connection.scalars(asked.distinct().order_by(given.c.customer_key)))

    return tuple(
        SharedValue(row.kind, row.value, row.customers, keys(row) if named else (), row.differs)
        for row in rows
    )


def leaders_of(connection: sa.Connection, engagement: str, shared: pd.DataFrame) -> dict[str, str]:
    """Customer key -> the smallest key of its group, of everybody whom a shared value makes one with another.

    Args:
        shared: what `shared_values` has found.
    """
    merging = shared.loc[shared["reason"] == MERGED, ["kind", "value"]]
    return {} if merging.empty else _leaders(_customers_of(connection, engagement, merging))


def _merge(connection: sa.Connection, engagement: str, leaders: dict[str, str]) -> None:
    """Give those whom a value merges the id of the first of them."""
    if not leaders:
        return
    known, own = schema.customer, schema.customer.alias("leading")
    frame = pa.table(
        {
            "customer_key": pa.array(leaders.keys(), pa.large_string()),
            "leader": pa.array(leaders.values(), pa.large_string()),
        }
    )
    with lent(connection, "merged_key", frame) as merged:
        connection.execute(
            sa.update(known)
            .where(known.c.engagement == engagement, known.c.customer_key == merged.c.customer_key)
            .where(own.c.engagement == engagement, own.c.customer_key == merged.c.leader)
            .values(customer_id=own.c.customer_id)
        )


def shared_values(connection: sa.Connection, engagement: str) -> pd.DataFrame:
    """`kind`, `value`, `customers`, `import_id`, `reason` of every value on two customers or more."""
    table, said = schema.identity, schema.kept_apart
    first = (
        sa.select(
            table.c.kind,
            table.c.value,
            table.c.customer_key,
            sa.func.min(table.c.import_id).label("import_id"),
        )
        .where(table.c.engagement == engagement)
        .group_by(table.c.kind, table.c.value, table.c.customer_key)
        .subquery("first_told")
    )
    turn = sa.func.row_number().over(
        partition_by=(first.c.kind, first.c.value), order_by=(first.c.import_id, first.c.customer_key)
    )
    told = sa.select(first, turn.label("turn")).subquery("told")
    shared = (
        sa.select(
            told.c.kind,
            told.c.value,
            sa.func.count().label("customers"),
            sa.func.max(told.c.import_id).filter(told.c.turn == 2).label("import_id"),
        )
        .group_by(told.c.kind, told.c.value)
        .having(sa.func.count() > 1)
        .subquery("shared")
    )
    apart = sa.exists().where(
        said.c.engagement == engagement, said.c.kind == shared.c.kind, said.c.value == shared.c.value
    )
    asked = sa.select(shared, apart.label("apart")).order_by(shared.c.kind, shared.c.value)
    found = fetch_table(connection, asked).to_pandas()
    reason = np.full(len(found), MERGED, dtype=object)
    for kind, rows in found.groupby("kind").indices.items():
        nobody = stands_for_nobody(str(kind), found["value"].iloc[rows].astype("str"))
        reason[rows[nobody]] = PLACEHOLDER
    reason[found["customers"] > MOST_SHARED] = TOO_WIDE
    reason[found["apart"]] = APART
    return found.assign(reason=reason)


def _customers_of(connection: sa.Connection, engagement: str, values: pd.DataFrame) -> pd.DataFrame:
    """`kind`, `value`, `customer_key` of the customers who have these values."""
    table = schema.identity
    frame = pa.Table.from_pandas(values, preserve_index=False)
    with lent(connection, "merging_value", frame) as merging:
        same = sa.and_(merging.c.kind == table.c.kind, merging.c.value == table.c.value)
        pairs = sa.select(table.c.kind, table.c.value, table.c.customer_key).join(merging, same)
        return fetch_table(connection, pairs.where(table.c.engagement == engagement).distinct()).to_pandas()


def _leaders(pairs: pd.DataFrame) -> dict[str, str]:
    """Customer key -> the smallest key of its group of merged customers."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    by_value: dict[tuple[str, str], str] = {}
    for kind, value, key in zip(pairs["kind"], pairs["value"], pairs["customer_key"], strict=True):
        first = by_value.setdefault((kind, value), key)
        one, other = sorted((find(first), find(key)))
        leader[other] = one
    return {key: find(key) for key in leader}


def write_values(connection: sa.Connection, engagement: str, shared: pd.DataFrame) -> None:
    """Write down every value on several customers, with the person that it makes of them and their differences.

    Args:
        shared: what `shared_values` has found.
    """
    if shared.empty:
        return
    table, given, known = schema.merged_value, schema.identity, schema.customer
    frame = shared.assign(
        engagement=engagement, value_no=np.arange(1, len(shared) + 1), customer_id=None, differs=None
    )
    columns = arrow_schema(table)
    append(connection, table, pa.Table.from_pandas(frame[columns.names], columns, preserve_index=False))
    person = (
        sa.select(given.c.kind, given.c.value, sa.func.min(known.c.customer_id).label("customer_id"))
        .join(
            known,
            sa.and_(known.c.engagement == given.c.engagement, known.c.customer_key == given.c.customer_key),
        )
        .where(given.c.engagement == engagement)
        .group_by(given.c.kind, given.c.value)
        .subquery("person")
    )
    connection.execute(
        sa.update(table)
        .where(table.c.engagement == engagement, table.c.reason == MERGED)
        .where(table.c.kind == person.c.kind, table.c.value == person.c.value)
        .values(customer_id=person.c.customer_id)
    )
    _tell_differences(connection, engagement)


def _tell_differences(connection: sa.Connection, engagement: str) -> None:
    """Mark people whose merged customers differ in another identity: two e-mails under one phone.

    They differ where the customers together have more values of a kind than any one of them; values that merge
    nobody do not count.
    """
    table, given, known = schema.merged_value, schema.identity, schema.customer
    idle = sa.exists().where(
        table.c.engagement == engagement,
        table.c.reason != MERGED,
        table.c.kind == given.c.kind,
        table.c.value == given.c.value,
    )
    merged = sa.select(table.c.customer_id).where(table.c.engagement == engagement, table.c.reason == MERGED)
    same_key = sa.and_(known.c.engagement == given.c.engagement, known.c.customer_key == given.c.customer_key)
    told = (
        sa.select(known.c.customer_id, given.c.kind, given.c.customer_key, given.c.value)
        .join(known, same_key)
        .where(given.c.engagement == engagement, known.c.customer_id.in_(merged), ~idle)
        .subquery("told_value")
    )
    person = (told.c.customer_id, told.c.kind)
    values = sa.func.count(sa.distinct(told.c.value))
    of_key = (
        sa.select(*person, values.label("values")).group_by(*person, told.c.customer_key).subquery("of_key")
    )
    most = (
        sa.select(of_key.c.customer_id, of_key.c.kind, sa.func.max(of_key.c["values"]).label("most"))
        .group_by(of_key.c.customer_id, of_key.c.kind)
        .subquery("most")
    )
    whole = sa.select(*person, values.label("values")).group_by(*person).subquery("whole")
    differs = (
        sa.select(whole.c.customer_id, sa.func.min(whole.c.kind).label("kind"))
        .join(most, sa.and_(most.c.customer_id == whole.c.customer_id, most.c.kind == whole.c.kind))
        .where(whole.c["values"] > most.c.most)
        .group_by(whole.c.customer_id)
        .subquery("differs")
    )
    connection.execute(
        sa.update(table)
        .where(table.c.engagement == engagement, table.c.customer_id == differs.c.customer_id)
        .values(differs=differs.c.kind)
    )
