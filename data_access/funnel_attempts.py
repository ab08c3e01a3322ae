"""Attempts of the mode `ordered` from kept walks: what `funnel_chains.attempts` finds, without walking.

The earliest chain does not depend on the window (the window only ends it), so that the one chain that is kept of each
entry answers every window, period and filter: a step counts where its `need_k` is no more than the window.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from dashboard.journey.query import Entry
from data_access import schema
from data_access.filters import in_period, of_channels
from data_access.funnel_chains import first_entries
from data_access.funnel_steps import Question, Step, item_of, score
from data_access.planner import Source

_ENTRY = ("customer_id", "item", "moment", "local_day", "instant", "segment")
_TIMES = ("moment", "day", "mark")


def attempts(
    question: Question, *, part: Callable[[Any], Any] | None = None, with_times: bool = True
) -> sa.CTE:
    """The chosen attempt of each customer with an entry in the period (see `funnel_chains.attempts`).

    Columns as there, `segment` as of the entry, and of each step k >= 2 that was reached `took_k`, days since the step
    before.

    Args:
        part: from an entry's day the part of the period that it lies in: one attempt in each, as if each were a period
            of its own; `part` is a column then.
        with_times: False leaves out when steps were reached, and `mark_k`: each column costs time before the first row
            is read.
    """
    if question.source is Source.BEST_ATTEMPT:
        return _kept_choice(question)
    begun = entries(question)
    first = question.query.entry is Entry.FIRST
    picked = first_entries(question, begun) if first else _best_entries(question, begun, part)
    rows = schema.attempt.alias("whole_attempt")
    names = ("took", *_TIMES) if with_times else ("took",)
    parts = [] if part is None else [part(rows.c.local_day).label("part")]
    steps = (
        sa.case((_inside(rows.c, step, question.window_days), rows.c[f"{name}_{step.number}"])).label(
            f"{name}_{step.number}"
        )
        for step in question.steps[1:]
        for name in names
    )
    return (
        sa.select(*(rows.c[name] for name in _ENTRY), *steps, picked.c.ripe, *parts)
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


def best_score(question: Question, rows: Any, days: int | None, ripe: Any = 0) -> Any:
    """The `score` of a customer's deepest attempt in a window, the earliest on ties; over grouped rows."""
    came = (sa.case((_inside(rows, step, days), 1), else_=0) for step in question.steps[1:])
    depth: Any = sum(came, sa.literal(1, sa.Integer))
    return sa.func.max(score(depth, rows.item, ripe))


def _kept(question: Question, rows: Any) -> list[sa.ColumnElement[bool]]:
    query = question.query
    return [
        rows.c.engagement == question.scope.engagement,
        in_period(rows.c.local_day, query.period),
        of_channels(rows.c.customer_id, question.scope, question.info, query),
    ]


def _inside(rows: Any, step: Step, days: Any) -> Any:
    return rows[f"need_{step.number}"] <= days


def _best_entries(question: Question, begun: sa.CTE, part: Callable[[Any], Any] | None) -> sa.CTE:
    """The entry of each customer's deepest attempt, the earliest on ties."""
    ripe = sa.case((question.mature(begun.c), 1), else_=0)
    best = best_score(question, begun.c, question.window_days, ripe if question.query.mature else 0)
    parts = [] if part is None else [part(begun.c.local_day)]
    return (
        sa.select(item_of(best).label("item"), sa.func.max(ripe).label("ripe"))
        .group_by(begun.c.customer_id, *parts)
        .cte("picked")
    )


def _kept_choice(question: Question) -> sa.CTE:
    """The choice that stands ready: of all days, in one of the kept windows."""
    rows = schema.best_attempt
    steps = (rows.c[f"took_{step.number}"] for step in question.steps[1:])
    return (
        sa.select(*(rows.c[name] for name in _ENTRY), *steps, rows.c.ripe)
        .where(
            rows.c.engagement == question.scope.engagement,
            rows.c.window_days == question.query.window_days,
            rows.c.mature if question.query.mature else rows.c.plain,
        )
        .cte("attempt_of_customer")
    )
