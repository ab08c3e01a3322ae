"""Attempts of the mode `ordered` from table `attempt`: what `funnel_chains.attempts` finds, without walking.

The earliest chain does not depend on the window (the window only ends it), so that the one chain that is kept of each
entry answers every window, period and filter: a step counts where its `need_k` is no more than the window.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dashboard.journey.query import Entry
from data_access import schema
from data_access.dialect import unit_start
from data_access.filters import in_period, of_channels
from data_access.funnel_chains import first_entries
from data_access.funnel_steps import Question, item_of, score


def attempts(question: Question, *, every: str | None = None) -> sa.CTE:
    """The chosen attempt of each customer with an entry in the period (see `funnel_chains.attempts`).

    Columns as there, and of each step k >= 2 that was reached `took_k`, days since the step before.
    """
    begun = entries(question)
    first = question.query.entry is Entry.FIRST
    picked = first_entries(question, begun) if first else _best_entries(question, begun, every)
    rows = schema.attempt.alias("whole_attempt")
    columns: list[Any] = [rows.c[name] for name in ("customer_id", "item", "moment", "local_day", "instant")]
    for step in question.steps[1:]:
        columns += [
            sa.case((_inside(question, rows.c, step.number), rows.c[name])).label(name)
            for name in (f"{kind}_{step.number}" for kind in ("took", "moment", "day", "mark"))
        ]
    return (
        sa.select(*columns, picked.c.ripe)
        .join_from(picked, rows, picked.c.item == rows.c.item)
        .where(*_kept(question, rows))
        .cte("attempt_of_customer")
    )


def entries(question: Question) -> sa.CTE:
    """The entries of the period: an attempt begins at each (see `funnel_chains.entries`)."""
    rows = schema.attempt.alias("entry_row")
    names = ("customer_id", "item", "moment", "local_day", "instant")
    needs = (f"need_{step.number}" for step in question.steps[1:])
    return sa.select(*(rows.c[name] for name in (*names, *needs))).where(*_kept(question, rows)).cte("entry")


def _kept(question: Question, rows: Any) -> list[sa.ColumnElement[bool]]:
    query = question.query
    return [
        rows.c.engagement == question.scope.engagement,
        in_period(rows.c.local_day, query.period),
        of_channels(rows.c.customer_id, question.scope, question.info, query),
    ]


def _inside(question: Question, rows: Any, number: int) -> Any:
    return rows[f"need_{number}"] <= question.window_days


def _best_entries(question: Question, begun: sa.CTE, every: str | None) -> sa.CTE:
    """The entry of each customer's deepest attempt, the earliest on ties."""
    came = (sa.case((_inside(question, begun.c, step.number), 1), else_=0) for step in question.steps[1:])
    depth: Any = sum(came, sa.literal(1, sa.Integer))
    ripe = sa.case((question.mature(begun.c), 1), else_=0)
    best = sa.func.max(score(depth, begun.c.item, ripe if question.query.mature else 0))
    part = [] if every is None else [unit_start(every, begun.c.local_day)]
    return (
        sa.select(item_of(best).label("item"), sa.func.max(ripe).label("ripe"))
        .group_by(begun.c.customer_id, *part)
        .cte("picked")
    )
