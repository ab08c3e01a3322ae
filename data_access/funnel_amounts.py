"""The money that stands at each step: of the deals in the pipeline where it is mapped, else the cohort's revenue."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from data_access import schema
from data_access.dialect import within_days
from data_access.funnel_steps import Question, mark, whole_days


def amounts(question: Question, picked: sa.CTE) -> tuple[Any, Any]:
    """The chosen attempts joined with the amount of each, and its column: None where an attempt has none.

    Pipeline: the latest amount that an event of the customer names from the entry to the window's end. Revenue:
    of deals and refunds from the entry to the horizon, as in the priced funnel.
    """
    if not question.info.has_pipeline and "revenue" in picked.c:
        return picked, picked.c.revenue
    if question.info.has_pipeline:
        found = _pipeline(question, picked)
    else:
        money = money_of(question, picked, question.query.money_days, sa.true())
        found = sa.select(money.c.customer_id, money.c.revenue.label("amount")).cte("step_amount")
    return picked.outerjoin(found, same_attempt(picked, found)), found.c.amount


def _pipeline(question: Question, picked: sa.CTE) -> sa.CTE:
    """`customer_id`, `amount` of each chosen attempt whose customer has a deal with an amount in the window."""
    rows = schema.journey.alias("amount_row")
    days = whole_days(question.query)
    named = (rows.c.engagement == question.scope.engagement, rows.c.is_touch, rows.c.amount.is_not(None))
    latest = (
        sa.select(picked.c.customer_id, sa.func.max(mark(rows.c)).label("mark"))
        .join(
            rows,
            sa.and_(
                *named,
                rows.c.customer_id == picked.c.customer_id,
                rows.c.moment >= picked.c.moment,
                sa.true() if days is None else within_days(picked.c, rows.c, days),
            ),
        )
        .group_by(picked.c.customer_id)
        .cte("latest_amount")
    )
    again = schema.journey.alias("named_amount")
    return (
        sa.select(latest.c.customer_id, again.c.amount)
        .join(
            again,
            sa.and_(
                again.c.engagement == question.scope.engagement,
                again.c.customer_id == latest.c.customer_id,
                mark(again.c) == latest.c.mark,
            ),
        )
        .cte("step_amount")
    )


def money_of(question: Question, picked: sa.CTE, days: int | None, among: ColumnElement[bool]) -> sa.CTE:
    """Deals and revenue of the customers `among` the attempts from the entry to `days` later; refunds lower revenue."""
    deal = schema.deal
    keys = [picked.c[name] for name in own_keys(picked)]
    return (
        sa.select(
            *keys,
            sa.func.count().filter(deal.c.kind == "deal").label("deals"),
            sa.func.sum(deal.c.amount).label("revenue"),
        )
        .join(deal, bought(question, picked, days))
        .where(among)
        .group_by(*keys)
        .cte("money")
    )


def bought(question: Question, entry: sa.CTE, days: int | None) -> ColumnElement[bool]:
    """Deals and refunds of the entry's customer from the entry to `days` later (None = no end), both ends included."""
    deal = schema.deal
    return sa.and_(
        deal.c.engagement == question.scope.engagement,
        deal.c.customer_id == entry.c.customer_id,
        deal.c.moment >= entry.c.moment,
        sa.true() if days is None else within_days(entry.c, deal.c, days),
        question.near(deal, days),
    )


def own_keys(picked: sa.CTE) -> tuple[str, ...]:
    """Columns that tell the chosen attempts apart: a customer has one, or one in each part of the period."""
    return ("customer_id", "part") if "part" in picked.c else ("customer_id",)


def same_attempt(picked: sa.CTE, other: sa.CTE) -> ColumnElement[bool]:
    """Rows of one and the same chosen attempt."""
    return sa.and_(*(other.c[name] == picked.c[name] for name in own_keys(picked)))
