"""The counts of the period book over rows of one customer each, wherever these come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from data_access.lcpq_sales import SUMS, added, count, money

COUNTS = (
    "leads_of_period", "earlier_leads", "direct", "buyers", "lead_buyers", *SUMS, "new_buyers", "new_revenue",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whether:
    """What is told of a customer in a span.

    Attributes:
        leads: had a lead event in it.
        buys: had a deal in it.
        earlier: had a lead event before it.
        new: had no deal before it.
    """

    leads: ColumnElement[bool]
    buys: ColumnElement[bool]
    earlier: ColumnElement[bool]
    new: ColumnElement[bool]


def counted(people: Any, whether: Whether) -> list[Any]:
    """`COUNTS` over customers, with the columns `SUMS`."""
    leads, buys = whether.leads, whether.buys
    return [
        count(leads).label("leads_of_period"),
        count(sa.and_(buys, ~leads, whether.earlier)).label("earlier_leads"),
        count(sa.and_(buys, ~leads, ~whether.earlier)).label("direct"),
        count(buys).label("buyers"),
        count(sa.and_(buys, leads)).label("lead_buyers"),
        *added(people),
        count(sa.and_(buys, whether.new)).label("new_buyers"),
        money(sa.case((whether.new, people.c.revenue))).label("new_revenue"),
    ]


def known_by_day(people: Any, since: Any) -> Whether:
    """The same of rows like those of `customer_day`; `since` is the span's first day."""
    return Whether(
        leads=people.c.lead_day.is_not(None),
        buys=people.c.deals > 0,
        earlier=sa.func.coalesce(people.c.first_lead_day < since, sa.false()),
        new=~sa.func.coalesce(people.c.first_deal_day < since, sa.false()),
    )


def gathered(rows: Any, *groups: Any) -> sa.Select:
    """Rows like those of `customer_day` as one of each customer (and of each of `groups`)."""
    totals = []
    for name in SUMS:
        total = sa.func.sum(rows.c[name])
        exact = total if name in ("revenue", "refunded") else sa.cast(total, sa.BigInteger)
        totals.append(exact.label(name))
    firsts = [
        sa.func.min(rows.c[name]).label(name) for name in ("lead_day", "first_lead_day", "first_deal_day")
    ]
    return sa.select(*groups, rows.c.customer_id, *firsts, *totals).group_by(*groups, rows.c.customer_id)
