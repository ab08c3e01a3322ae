"""Deals, refunds and zero amounts as LCPQ counts them, under the product and sale-channel filters."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.query import JourneyQuery, Split
from data_access import schema
from data_access.scope import Scope

SUMS = ("deals", "revenue", "refunds", "refunded", "zero_deals", "fully_refunded")


def sale_rows(scope: Scope, query: JourneyQuery) -> sa.Subquery:
    """Rows of `deal`, by product one for each product of it, with `picked`: 1 where the filters keep the row.

    `amount` is that of the row's product, or of the kept products.
    """
    deal, line = schema.deal, _lines(scope, query)
    rows: Any = deal
    amount: Any = deal.c.amount
    product: Any = sa.null().cast(sa.Text)
    kept: list[ColumnElement[bool]] = []
    if line is not None:
        rows, amount = rows.outerjoin(line, line.c.deal_id == deal.c.deal_id), line.c.amount
        kept.append(line.c.deal_id.is_not(None))
        product = line.c.product
    if query.sale_channels:
        kept.append(deal.c.sale_channel.in_(query.sale_channels))
    names = (
        "customer_id", "deal_id", "moment", "local_day", "instant", "kind", "sale_channel", "fully_refunded",
    )  # fmt: skip
    return (
        sa.select(
            *[deal.c[name] for name in names],
            product.label("product"),
            amount.label("amount"),
            (sa.case((sa.and_(*kept), 1), else_=0) if kept else sa.literal(1, sa.Integer)).label("picked"),
        )
        .select_from(rows)
        .where(deal.c.engagement == scope.engagement)
        .subquery("sale")
    )


def _lines(scope: Scope, query: JourneyQuery) -> sa.Subquery | None:
    """Lines of the kept products, added up by deal unless split by product; None where no product is asked for."""
    line = schema.deal_line
    split = Split.PRODUCT in query.by
    if not split and not query.products:
        return None
    product = line.c.product if split else sa.null().cast(sa.Text)
    rows = sa.select(
        line.c.deal_id, product.label("product"), sa.func.sum(line.c.amount).label("amount")
    ).where(line.c.engagement == scope.engagement)
    if query.products:
        rows = rows.where(line.c.product.in_(query.products))
    return rows.group_by(line.c.deal_id, *([product] if split else [])).subquery("kept_line")


def is_deal(sale: Any) -> ColumnElement[bool]:
    """Rows that are deals: an amount above 0 after discounts."""
    return sale.c.kind == "deal"


def count(condition: Any, what: Any = 1) -> Any:
    """How many rows meet the condition."""
    return sa.func.count(sa.case((condition, what)))


def money(amount: Any) -> Any:
    """A sum that is 0 without rows."""
    return sa.func.coalesce(sa.func.sum(amount), sa.cast(0, schema.Money))


def sums(sale: Any) -> list[Any]:
    """`SUMS` over the kept rows."""
    kept = sale.c.picked == 1
    refund = sa.and_(kept, sale.c.kind == "refund")
    return [
        count(sa.and_(kept, is_deal(sale))).label("deals"),
        money(sa.case((kept, sale.c.amount))).label("revenue"),
        count(refund).label("refunds"),
        money(sa.case((refund, -sale.c.amount))).label("refunded"),
        count(sa.and_(kept, sale.c.kind == "zero")).label("zero_deals"),
        count(sa.and_(kept, sale.c.fully_refunded)).label("fully_refunded"),
    ]


def added(people: Any) -> list[Any]:
    """`SUMS` added up over customers."""
    found = []
    for name in SUMS:
        total = sa.func.coalesce(sa.func.sum(people.c[name]), 0)
        exact = money(people.c[name]) if name in ("revenue", "refunded") else sa.cast(total, sa.BigInteger)
        found.append(exact.label(name))
    return found


def first_deals(scope: Scope) -> sa.Subquery:
    """Each customer's first deal of all history: `customer_id`, `first_deal_day`, `first_deal_moment`."""
    deal = schema.deal.alias("earliest_deal")
    return (
        sa.select(
            deal.c.customer_id,
            deal.c.local_day.label("first_deal_day"),
            deal.c.moment.label("first_deal_moment"),
        )
        .where(deal.c.engagement == scope.engagement, deal.c.deal_no == 1)
        .subquery("first_deal")
    )
