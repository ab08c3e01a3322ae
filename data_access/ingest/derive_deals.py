"""Deals: lines of one id on one day added up, each customer's deals numbered, lines by product."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dashboard.journey.query import NO_CHANNEL
from data_access import schema
from data_access.ingest.derive_facts import RawFacts, insert_rows, last_number
from data_access.ingest.touched import among


def write_deals(connection: sa.Connection, engagement: str, facts: RawFacts) -> None:
    """Add up lines of one id on one day; number the deals of each customer."""
    placed = _placed(_added(facts.line), facts.days, last_number(schema.deal.c.deal_id, engagement))
    number = sa.func.row_number().over(
        partition_by=(placed.c.customer_id, placed.c.kind),
        order_by=(placed.c.moment, placed.c.occurred_at, placed.c.deal_id),
    )
    settled = _settled(placed)
    insert_rows(
        connection,
        schema.deal,
        engagement,
        sa.select(
            placed.c.deal_id,
            placed.c.customer_id,
            placed.c.transaction_ref.label("deal_ref"),
            placed.c.source,
            placed.c.kind,
            placed.c.moment,
            placed.c.local_day,
            placed.c.instant,
            placed.c.amount,
            sa.case((placed.c.kind == "deal", number)).label("deal_no"),
            placed.c.sale_channel,
            placed.c.manager,
            placed.c.product,
            placed.c.refund_ref,
            sa.and_(placed.c.kind == "deal", settled.c.ref.is_not(None)).label("fully_refunded"),
        ).outerjoin(
            settled,
            sa.and_(settled.c.customer_id == placed.c.customer_id, settled.c.ref == placed.c.transaction_ref),
        ),
    )
    _write_deal_lines(connection, engagement, facts)


def _added(line: sa.FromClause) -> sa.CTE:
    """Lines of one id on one day as one row."""
    # a row without an id is a deal of its own: its raw id keeps it apart
    own = sa.case((line.c.transaction_ref.is_(None), line.c.raw_id), else_=sa.literal(0, sa.BigInteger))
    one_product = sa.func.count(line.c.product.distinct()) == 1
    return (
        sa.select(
            line.c.customer_id,
            line.c.source,
            line.c.transaction_ref,
            own.label("own"),
            line.c.local_day,
            sa.func.min(line.c.occurred_at).label("occurred_at"),
            sa.func.min(line.c.raw_id).label("raw_id"),
            sa.func.sum(line.c.amount).label("amount"),
            # a deal sold through two channels stands under the first by name
            sa.func.coalesce(sa.func.min(line.c.channel), NO_CHANNEL).label("sale_channel"),
            sa.func.min(line.c.manager).label("manager"),
            sa.case((one_product, sa.func.min(line.c.product))).label("product"),
            sa.func.min(line.c.refund_ref).label("refund_ref"),
        )
        .group_by(line.c.customer_id, line.c.source, line.c.transaction_ref, own, line.c.local_day)
        .cte("added")
    )


def _placed(added: sa.CTE, days: sa.FromClause, last: Any) -> sa.CTE:
    """What each row is, when it stands in the customer's journey, and its id."""
    kind = sa.case((added.c.amount > 0, "deal"), (added.c.amount < 0, "refund"), else_="zero")
    same_day = sa.and_(days.c.customer_id == added.c.customer_id, days.c.local_day == added.c.local_day)
    return (
        sa.select(
            added,
            sa.func.coalesce(days.c.day_start, added.c.occurred_at).label("moment"),
            days.c.day_start.is_not(None).label("instant"),
            kind.label("kind"),
            (last + sa.func.row_number().over(order_by=(added.c.occurred_at, added.c.raw_id))).label(
                "deal_id"
            ),
        )
        .outerjoin(days, same_day)
        .cte("placed")
    )


def _settled(placed: sa.CTE) -> sa.CTE:
    """Ids of a customer whose refunds, of any source and time, pay back all that their deals earned."""
    ref = sa.func.coalesce(placed.c.refund_ref, placed.c.transaction_ref)
    refunds = sa.func.count(sa.case((placed.c.kind == "refund", 1)))
    return (
        sa.select(placed.c.customer_id, ref.label("ref"))
        .where(ref.is_not(None))
        .group_by(placed.c.customer_id, ref)
        .having(refunds > 0, sa.func.sum(placed.c.amount) <= 0)
        .cte("settled")
    )


def _write_deal_lines(connection: sa.Connection, engagement: str, facts: RawFacts) -> None:
    deal, line = schema.deal, facts.line
    # a deal without an id holds exactly one line: found by its amount, day, customer and order
    numbered = (
        sa.select(
            line,
            sa.func.row_number()
            .over(
                partition_by=(line.c.customer_id, line.c.source, line.c.local_day, line.c.transaction_ref),
                order_by=(line.c.occurred_at, line.c.raw_id),
            )
            .label("position"),
        )
    ).cte("numbered_line")
    numbered_deal = (
        sa.select(
            deal,
            sa.func.row_number()
            .over(
                partition_by=(deal.c.customer_id, deal.c.source, deal.c.local_day, deal.c.deal_ref),
                order_by=deal.c.deal_id,
            )
            .label("position"),
        ).where(deal.c.engagement == engagement, *among(deal.c.customer_id, facts.touched))
    ).cte("numbered_deal")
    same = sa.or_(
        numbered_deal.c.deal_ref == numbered.c.transaction_ref,
        sa.and_(
            numbered_deal.c.deal_ref.is_(None),
            numbered.c.transaction_ref.is_(None),
            numbered_deal.c.position == numbered.c.position,
        ),
    )
    product = sa.func.coalesce(numbered.c.product, NO_CHANNEL)
    insert_rows(
        connection,
        schema.deal_line,
        engagement,
        sa.select(
            numbered_deal.c.deal_id,
            product.label("product"),
            sa.func.sum(numbered.c.amount).label("amount"),
            sa.func.sum(numbered.c.quantity).label("quantity"),
        )
        .join(
            numbered_deal,
            sa.and_(
                numbered_deal.c.customer_id == numbered.c.customer_id,
                numbered_deal.c.source == numbered.c.source,
                numbered_deal.c.local_day == numbered.c.local_day,
                same,
            ),
        )
        .group_by(numbered_deal.c.deal_id, product),
    )
