"""Whose derived rows an import makes anew: everybody's, or those of the customers that it touches."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, DropTable

_passing = sa.MetaData()

# the customers of this import, while it runs: derived rows of all others stay as they are
TOUCHED = sa.Table(
    "touched_customer",
    _passing,
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)

# own keys of customers of whom this import has removed or changed rows: their new rows alone do not tell
CHANGED = sa.Table(
    "changed_key",
    _passing,
    sa.Column("customer_key", sa.Text, nullable=False),
    prefixes=["TEMPORARY"],
)


def begin(connection: sa.Connection, table: sa.Table) -> None:
    """Make a passing table, empty."""
    connection.execute(DropTable(table, if_exists=True))
    connection.execute(CreateTable(table))


def note_changed(connection: sa.Connection, keys: sa.CompoundSelect) -> None:
    """Remember customers of whom rows are about to go, or have gone over to another.

    Args:
        keys: rows with the column `customer_key`; those without a customer are left out.
    """
    own = keys.subquery("leaving_key")
    known = sa.select(own.c.customer_key).where(own.c.customer_key.is_not(None))
    connection.execute(sa.insert(CHANGED).from_select(["customer_key"], known))


def among(column: Any, touched: sa.FromClause | None) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that a row belongs to a touched customer; none where everybody's rows are made anew.

    Args:
        column: the customer's id.
        touched: a table with the column `customer_id`; None = everybody.
    """
    return () if touched is None else (column.in_(sa.select(touched.c.customer_id)),)
