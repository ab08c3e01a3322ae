"""The priced funnel: each segment's mature cohort in customers and in money (DOMAIN section 6)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.funnel_steps import required_steps
from data_access import schema
from data_access.funnel_amounts import money_of, own_keys, same_attempt
from data_access.funnel_answer import reached
from data_access.funnel_groups import grouped
from data_access.funnel_steps import Question
from data_access.funnel_unknown import hidden_losses


def priced(question: Question, attempt: sa.CTE, money_days: int | None) -> sa.Select:
    """One row for each segment that occurs among the customers with an entry, in each part where there are parts.

    Args:
        attempt: the chosen attempts, mature ones first; customers without one count as `entrants` alone.
        money_days: days from the entry in which deals count, both ends included; None = no end.
    """
    picked = grouped(question, attempt, ("segment",))
    if "removed" in picked.c:
        picked = sa.select(picked).where(picked.c.removed == 0).cte("staying")
    rows: Any = picked
    money = picked  # kept choices know it
    if "revenue" not in picked.c:
        money = money_of(question, picked, money_days, picked.c.ripe == 1)
        rows = picked.outerjoin(money, same_attempt(picked, money))
    hidden = hidden_losses(question, picked) if question.info.hides_losses else None
    if hidden is not None:
        rows = rows.outerjoin(hidden, same_attempt(picked, hidden))
    ripe = picked.c.ripe == 1
    deal = next((step.number for step in question.steps if step.key == question.info.model.deal.key), None)
    bought = reached(picked, deal) if deal else sa.false()

    def total(column: Any, among: ColumnElement[bool]) -> Any:
        nothing = sa.cast(0, schema.Money) if column is not money.c.deals else 0
        return sa.func.coalesce(sa.func.sum(column).filter(sa.and_(ripe, among)), nothing)

    parts = [picked.c.part] if "part" in own_keys(picked) else []
    return (
        sa.select(
            picked.c.segment,
            *parts,
            *(
                sa.func.count().filter(sa.and_(ripe, came)).label(f"n{place}")
                for place, came in enumerate(_required(question, picked), 1)
            ),
            *_hidden(question, picked, hidden),
            sa.cast(total(money.c.deals, bought), sa.BigInteger).label("deals"),  # DuckDB's sums are wider
            total(money.c.revenue, bought).label("revenue"),
            total(money.c.revenue, sa.not_(bought)).label("outside"),
            *_squares(money, sa.and_(ripe, bought)),
            sa.func.count().label("entrants"),
            sa.func.count().filter(ripe).label("mature"),
        )
        .select_from(rows)
        .group_by(picked.c.segment, *parts)
    )


def _squares(money: sa.CTE, among: ColumnElement[bool]) -> list[Any]:
    """How much the buyers differ in deals and money: sums of squares and of products."""
    deals, revenue = sa.cast(money.c.deals, sa.Double), sa.cast(money.c.revenue, sa.Double)
    sums = {"deals_2": deals * deals, "revenue_2": revenue * revenue, "deals_revenue": deals * revenue}
    return [
        sa.func.coalesce(sa.func.sum(product).filter(among), 0.0).label(name)
        for name, product in sums.items()
    ]


def _hidden(question: Question, picked: sa.CTE, hidden: sa.CTE | None) -> list[Any]:
    """`h1` .. `hK`: customers at each step who lost a deal nobody knows where; nothing where there are none."""
    if hidden is None:
        return []
    lost = sa.and_(picked.c.ripe == 1, hidden.c.customer_id.is_not(None))
    return [
        sa.func.count().filter(sa.and_(lost, came)).label(f"h{place}")
        for place, came in enumerate(_required(question, picked), 1)
    ]


def _required(question: Question, picked: sa.CTE) -> list[ColumnElement[bool]]:
    """Who came to each step that must be met: transitions join these alone."""
    return [
        sa.false() if (number := question.number(key)) is None else reached(picked, number)
        for key in required_steps(question.query, question.info)
    ]
