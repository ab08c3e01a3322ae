"""Whose row it is: customers found through an identity that another source gave."""

from __future__ import annotations

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_access import schema
from data_access.ingest.engine import fetch_table
from data_access.ingest.mapping_values import CustomerValue
from data_access.ingest.rows import Outcome, SheetRows

MOST_CUSTOMERS = 5  # an identity value on more customers belongs to nobody ("0" as a phone)


def settle_owners(
    connection: sa.Connection, engagement: str, customer: CustomerValue, rows: SheetRows, outcome: np.ndarray
) -> None:
    """Replace identity values by customers' keys, and leave out rows whose identity nobody has.

    A value that nobody has yet makes a customer of its own ("seller:17"), which keeps the identity: when a
    later row gives it to somebody, the two become one.
    """
    if customer.identity is not None:
        owner = rows.customer.map(_owners(connection, engagement, customer.identity)).astype("str")
        nobody = owner.isna().to_numpy()
        if not customer.only_known:
            rows.identities.append((customer.identity, rows.customer))
            owner = owner.fillna(customer.identity + ":" + rows.customer)
        rows.customer = owner
    else:
        nobody = ~rows.customer.isin(_customers(connection, engagement)).to_numpy()
    if customer.only_known:
        outcome[nobody & (outcome == Outcome.ACCEPTED)] = Outcome.ONLY_KNOWN


def _owners(connection: sa.Connection, engagement: str, kind: str) -> pd.Series:
    """Identity value -> customer's key (any of those that the value merges)."""
    table = schema.identity.c
    owners = fetch_table(
        connection,
        sa.select(table.value, sa.func.min(table.customer_key).label("customer_key"))
        .where(table.engagement == engagement, table.kind == kind)
        .group_by(table.value)
        .having(sa.func.count(sa.distinct(table.customer_key)) <= MOST_CUSTOMERS),
    ).to_pandas()
    return pd.Series(owners["customer_key"].to_numpy(), index=owners["value"], dtype="str")


def _customers(connection: sa.Connection, engagement: str) -> pd.Series:
    """Keys of every customer that any source has given."""
    keys = [
        sa.select(table.c.customer_key).where(table.c.engagement == engagement)
        for table in schema.RAW
        if "customer_key" in table.c
    ]
    return fetch_table(connection, sa.union(*keys)).column("customer_key").to_pandas()
