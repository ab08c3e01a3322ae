"""The transactions behind a revenue figure: one row each, their sum equals the figure to the kopeck."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from dashboard.journey.whom import MOST_ROWS, Slice
from data_access import schema
from data_access.facts import Facts
from data_access.lcpq import check_lcpq
from data_access.lcpq_period import sold_rows
from data_access.pseudonyms import Pseudonyms, named
from data_access.rows import key_of, ordered, page_of, searched
from data_access.scope import Scope

FIELDS = (
    "moment", "local_day", "instant", "kind", "amount", "segment", "channel", "product", "manager", "deal_ref",
)  # fmt: skip


def fetch_sales(
    facts: Facts,
    scope: Scope,
    query: JourneyQuery,
    part: Slice,
    names: Pseudonyms,
    *,
    most: int = MOST_ROWS,
) -> pd.DataFrame:
    """One page of the period's transactions under the filters: the rows of the revenue that `fetch_lcpq` adds up.

    Returns a frame with `customer` and `token` (see `fetch_customers`), `moment`, `local_day`, `instant`, `kind`
    ('deal', 'refund', 'zero'), `amount` (Decimal; of a refund negative), `segment` (at the period's end), `channel`
    (of the sale), `product`, `manager`, `deal_ref`, and of the whole list `total` rows and their sum `total_amount`.

    Raises:
        JourneyError: `no_right` (403) for a scope that was not made for single customers; those of `check_lcpq`.
    """
    info = facts.info(scope)
    check_lcpq(facts, scope, info, query.with_(by=()))
    statement = page_of(sales_statement(scope, info, query, part), part, most)
    return named(facts.frame(scope, statement), scope, names)


def sales_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery, part: Slice) -> sa.Select:
    """The rows in their order, with the length and the sum of the whole list in every one."""
    sold = searched(sold_rows(scope, info, query), scope, part)
    key, deal = key_of(scope), schema.deal.alias("whole_deal")
    columns = {
        **{name: sold.c[name] for name in FIELDS if name in sold.c},
        "channel": deal.c.sale_channel,
        "product": deal.c.product,
        "manager": deal.c.manager,
        "deal_ref": deal.c.deal_ref,
    }
    statement = sa.select(
        key.c.customer_key,
        *(columns[name].label(name) for name in FIELDS),
        sa.func.count().over().label("total"),
        sa.func.sum(sold.c.amount).over().label("total_amount"),
    ).select_from(
        sold.join(key, key.c.customer_id == sold.c.customer_id).join(
            deal, sa.and_(deal.c.engagement == scope.engagement, deal.c.deal_id == sold.c.deal_id)
        )
    )
    return ordered(statement, columns, part, sold.c.deal_id)
