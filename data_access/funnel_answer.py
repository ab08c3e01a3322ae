"""From each customer's chosen attempt to counts: sums for each step, for all and for each group."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dashboard.journey.funnel_steps import levels_of
from data_access.dialect import days_between, percentiles
from data_access.funnel_amounts import amounts, same_attempt
from data_access.funnel_groups import grouped
from data_access.funnel_steps import Moment, Question, Step, is_instant
from data_access.funnel_unknown import hidden_losses

SHARES = (0.5, 0.75, 0.9)


def counts(question: Question, attempt: sa.CTE, *, with_amounts: bool = False) -> sa.Select:
    """One row for each group of the query's levels and one for all (every level NULL), or for all alone.

    With `mature` customers without a mature entry stand among the attempts with that of the plain funnel:
    they are counted as `immature` alone.

    Customers taken out by an exclusion count as `removed` alone.

    Columns for each step k: `customers_k`, `immature_k`; from the second on `days_k`, the quantiles of
    `SHARES` of the days from the last step before that must be met; with amounts `amount_k`, money of the
    customers at the step; `hidden_k`, those of them who lost a deal nobody knows where, if the data have such.
    """
    levels = levels_of(question.query)
    picked = grouped(question, attempt)
    stays = picked.c.removed == 0 if "removed" in picked.c else sa.true()
    ripe = picked.c.ripe == 1 if question.query.mature else sa.true()
    counted = sa.and_(stays, ripe)
    all_count = "removed" not in picked.c and not question.query.mature
    columns: list[Any] = []
    if "removed" in picked.c:
        columns.append(sa.func.count().filter(sa.and_(picked.c.removed == 1, ripe)).label("removed"))
    rows, amount = amounts(question, picked) if with_amounts else (picked, None)
    hidden = hidden_losses(question, picked) if question.info.hides_losses else None
    if hidden is not None:
        rows = rows.outerjoin(hidden, same_attempt(picked, hidden))
    for step in question.steps:
        k = step.number
        there, took = reached(picked, k), picked.c.get(f"took_{k}")
        # kept walks have no time where a step was not reached: nothing has to be left out, which takes time
        plain = all_count and took is not None
        customers = sa.func.count(took) if plain else sa.func.count().filter(sa.and_(there, counted))
        columns += [
            customers.label(f"customers_{k}"),
            sa.func.count().filter(sa.and_(there, stays, picked.c.ripe == 0)).label(f"immature_{k}"),
        ]
        if hidden is not None:
            lost = sa.and_(there, counted, hidden.c.customer_id.is_not(None))
            columns.append(sa.func.count().filter(lost).label(f"hidden_{k}"))
        if amount is not None:
            columns.append(sa.func.sum(amount).filter(sa.and_(there, counted)).label(f"amount_{k}"))
        if k > 1:
            days = _days_to(question, picked, step)
            among = None if plain else sa.and_(there, counted)
            columns.append(percentiles(SHARES, days, among).label(f"days_{k}"))
    if not levels:
        return sa.select(*columns).select_from(rows)
    groups = [picked.c[level] for level in levels]
    return (
        sa.select(*groups, *columns)
        .select_from(rows)
        .group_by(sa.func.grouping_sets(sa.tuple_(*groups), sa.tuple_()))
    )


def reached(picked: sa.CTE, number: int) -> Any:
    """Attempts that came to the step; the entry itself is the first step, unless the mode says otherwise."""
    names = (f"took_{number}", f"moment_{number}")  # the first one is read for the quantiles anyway
    name = next((name for name in names if name in picked.c), None)
    return sa.true() if name is None else picked.c[name].is_not(None)


def moment_of(picked: sa.CTE, number: int) -> Moment:
    """When an attempt came to the step."""
    if f"moment_{number}" not in picked.c:
        return Moment(picked.c.moment, picked.c.local_day, picked.c.instant)
    mark = picked.c[f"mark_{number}"]
    return Moment(picked.c[f"moment_{number}"], picked.c[f"day_{number}"], is_instant(mark))


def _days_to(question: Question, picked: sa.CTE, step: Step) -> Any:
    """Days from the last step before that must be met; kept walks miss none and know them."""
    if f"took_{step.number}" in picked.c:
        return picked.c[f"took_{step.number}"]
    return days_between(moment_of(picked, question.previous(step).number), moment_of(picked, step.number))
