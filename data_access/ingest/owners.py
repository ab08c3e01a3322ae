"""Whose row it is: customers found through an identity that another source gave."""

from __future__ import annotations

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_access import schema
from data_access.ingest.engine import fetch_table
from data_access.ingest.identities import merging_owners
from data_access.ingest.mapping_values import CustomerValue
from data_access.ingest.placeholders import stands_for_nobody
from data_access.ingest.rows import Outcome, SheetRows


class Owners:
    """Who had which identity, and who was known at all, before a file is read."""

    def __init__(self, connection: sa.Connection, engagement: str, customer: CustomerValue) -> None:
        self._customer = customer
        if customer.identity is not None:
            self._owner_of = merging_owners(connection, engagement, customer.identity)
        else:
            self._known = _customers(connection, engagement)

    def settle(self, rows: SheetRows, outcome: np.ndarray) -> None:
        """Replace identity values by customers' keys, and leave out rows whose identity nobody has.

        A value that nobody has yet makes a customer of its own ("seller:17"), which keeps the identity: when a
        later row gives it to somebody, the two become one. A value that stands for nobody ("0") makes none.
        """
        customer = self._customer
        if customer.identity is not None:
            rows.customer = rows.customer.mask(stands_for_nobody(customer.identity, rows.customer))
            owner = rows.customer.map(self._owner_of).astype("str")
            nobody = owner.isna().to_numpy()
            if not customer.only_known:
                rows.identities.append((customer.identity, rows.customer))
                owner = owner.fillna(customer.identity + ":" + rows.customer)
            rows.customer = owner
        else:
            nobody = ~rows.customer.isin(self._known).to_numpy()
        if customer.only_known:
            outcome[nobody & (outcome == Outcome.ACCEPTED)] = Outcome.ONLY_KNOWN


def _customers(connection: sa.Connection, engagement: str) -> pd.Series:
    """Keys of every customer that any source has given."""
    keys = [
        sa.select(table.c.customer_key).where(table.c.engagement == engagement)
        for table in schema.RAW
        if "customer_key" in table.c
    ]
    return fetch_table(connection, sa.union(*keys)).column("customer_key").to_pandas()
