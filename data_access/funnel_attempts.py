"""Attempts of the mode `ordered` from kept walks: what `funnel_chains.attempts` finds, without walking.

The earliest chain does not depend on the window (the window only ends it), so that the one chain that is kept of each
entry answers every window, period and filter: a step counts where its `need_k` is no more than the window. In a kept
window each entry knows what periods choose it (`since`, `until`): then nobody's entries have to be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.analytics.mature_span import ripe_until
from dashboard.journey.period import Period
from dashboard.journey.query import KEPT_WINDOWS, Entry
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
    if question.source is Source.CHOICE:
        return _choices(question)
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


def depth(question: Question, rows: Any, days: int | None) -> Any:
    """Number of the last step that an entry's chain comes to in a window."""
    came = (sa.case((_inside(rows, step, days), 1), else_=0) for step in question.steps[1:])
    return sum(came, sa.literal(1, sa.Integer))


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
    deep = depth(question, begun.c, question.window_days)
    best = sa.func.max(score(deep, begun.c.item, ripe if question.query.mature else 0))
    parts = [] if part is None else [part(begun.c.local_day)]
    return (
        sa.select(item_of(best).label("item"), sa.func.max(ripe).label("ripe"))
        .group_by(begun.c.customer_id, *parts)
        .cte("picked")
    )


def _choices(question: Question) -> sa.CTE:
    """The entries that the period chooses, as their columns say.

    Columns as of `attempts`, and `deals` and `revenue` in the days that money counts, where they are kept.
    """
    query, rows = question.query, schema.attempt.alias("chosen_attempt")
    window, money, period = query.window_days, query.money_days, query.period
    columns: list[Any] = [rows.c[name] for name in _ENTRY]
    columns += [
        sa.case((_inside(rows.c, step, window), rows.c[f"took_{step.number}"])).label(f"took_{step.number}")
        for step in question.steps[1:]
    ]
    if money in KEPT_WINDOWS:
        columns += [rows.c[f"{name}_{money}"].label(name) for name in ("deals", "revenue")]
    since, until = rows.c[f"since_{window}"], rows.c[f"until_{window}"]
    # of the entries in the period none before comes as deep, none after deeper
    first, deepest = since.is_(None), until.is_(None)
    if period.since is not None:
        first = sa.or_(first, since < period.since)
    if period.until is not None:
        deepest = sa.or_(deepest, until >= period.until)
    mine = (*_kept(question, rows), first)
    end = ripe_until(question.ripe_days or 0, question.info)
    alike = _alike(period, end)
    if alike is not None:
        return sa.select(*columns, alike.label("ripe")).where(*mine, deepest).cte("attempt_of_customer")
    over = question.mature(rows.c)
    # the same among ripe entries: what comes deeper may ripen later
    later = sa.not_(question.mature(_Later(rows.c[f"until_moment_{window}"], until)))
    ripe = sa.select(*columns).where(*mine, over, sa.or_(deepest, later)).cte("ripe_choice")
    young = (
        sa.select(*columns).where(*mine, deepest, rows.c.local_day >= end, sa.not_(over)).cte("young_choice")
    )
    both = young.outerjoin(ripe, ripe.c.customer_id == young.c.customer_id)
    yes, no = (sa.literal(number, sa.Integer) for number in (1, 0))
    if query.mature:
        old = sa.select(ripe, yes.label("ripe"))
        others = sa.select(young, no.label("ripe")).select_from(both).where(ripe.c.customer_id.is_(None))
    else:
        old = sa.select(*columns, yes.label("ripe")).where(*mine, deepest, over)
        has_ripe = sa.case((ripe.c.customer_id.is_not(None), yes), else_=no)
        others = sa.select(young, has_ripe.label("ripe")).select_from(both)
    return sa.union_all(old, others).cte("attempt_of_customer")


class _Later(NamedTuple):
    """An entry that comes deeper: a day without a time is ripe when its first moment is (`planner.chosen_source`)."""

    moment: Any
    local_day: Any
    instant: Any = sa.false()


def _alike(period: Period, end: date | None) -> Any:
    """1 where every entry of the period is ripe, 0 where none is; None where some are.

    Args:
        end: the first day whose entries are not all ripe.
    """
    if end is not None and period.until is not None and period.until <= end:
        return sa.literal(1, sa.Integer)
    if end is not None and period.since is not None and period.since > end:
        return sa.literal(0, sa.Integer)
    return None
