"""What lists of rows share: the customer's key, the search, the order, the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dashboard.journey.whom import MOST_ROWS, Slice
from data_access import schema
from data_access.pseudonyms import sees_contacts
from data_access.scope import Scope


def key_of(scope: Scope) -> sa.Subquery:
    """One own key of each customer: the first of those that were merged into it.

    Raises:
        JourneyError: `no_right` (403) for a scope that was made for figures.
    """
    sees_contacts(scope)
    customer = schema.customer
    return (
        sa.select(customer.c.customer_id, sa.func.min(binary(customer.c.customer_key)).label("customer_key"))
        .where(customer.c.engagement == scope.engagement)
        .group_by(customer.c.customer_id)
        .subquery("own_key")
    )


def searched(someone: sa.CTE, scope: Scope, part: Slice) -> sa.CTE:
    """The customers one of whose own keys holds the text; everybody where keys may not be seen."""
    if not part.search or not sees_contacts(scope):
        return someone
    customer = schema.customer.alias("named_customer")
    found = sa.select(customer.c.customer_id).where(
        customer.c.engagement == scope.engagement,
        sa.func.lower(customer.c.customer_key).contains(part.search.lower(), autoescape=True),
    )
    return sa.select(someone).where(someone.c.customer_id.in_(found)).cte("found")


def ordered(statement: sa.Select, orders: Mapping[str, Any], part: Slice, last: Any) -> sa.Select:
    """The rows in a total order: by the column asked for (else the first), rows without a value last."""
    column = orders.get(part.sort, next(iter(orders.values())))
    column = binary(column) if isinstance(column.type, sa.String) else column
    by = column.desc() if part.descending else column.asc()
    return statement.order_by(by.nulls_last(), last)


def page_of(statement: sa.Select, part: Slice, most: int = MOST_ROWS) -> sa.Select:
    """The rows of the part, at most so many whoever asks."""
    return statement.limit(min(part.rows, most)).offset(part.first)


def binary(text: Any) -> Any:
    """A text that both engines order by its letters' codes, whatever the database's language."""
    return sa.collate(text, "C")
