"""Attempts of the mode `any`: how many different steps a customer met in one window, in whatever order."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from data_access.filters import in_period, of_channels
from data_access.funnel_steps import Question, Step, item_of, mark, score


def attempts(question: Question) -> sa.CTE:
    """The window with most different steps of each customer, the earliest on ties.

    Columns as of `funnel_chains.attempts`; step k is the k-th different step of the window, whichever it is.
    """
    picked = _best_windows(question)
    ranked = _ranked_steps(question, picked)
    times = []
    for k in range(2, len(question.steps) + 1):
        here = ranked.c.place == k
        times += [
            sa.func.min(ranked.c.moment).filter(here).label(f"moment_{k}"),
            sa.func.min(ranked.c.local_day).filter(here).label(f"day_{k}"),
            sa.func.min(ranked.c.mark).filter(here).label(f"mark_{k}"),
        ]
    found = sa.select(ranked.c.item, *times).group_by(ranked.c.item).cte("met_steps")
    times = [column for column in found.c if column is not found.c.item]
    return sa.select(picked, *times).join(found, found.c.item == picked.c.item).cte("attempt")


def starts(question: Question) -> sa.CTE:
    """Rows of any step in the period: a window begins at each."""
    rows = question.rows("start_row")
    return (
        sa.select(rows.c.customer_id, rows.c.item, rows.c.moment, rows.c.local_day, rows.c.instant)
        .where(
            rows.c.engagement == question.scope.engagement,
            sa.or_(*(_begins(question, step, rows) for step in question.steps)),
            in_period(rows.c.local_day, question.query.period),
            of_channels(rows.c.customer_id, question.scope, question.info, question.query),
        )
        .cte("start")
    )


def _begins(question: Question, step: Step, rows: Any) -> ColumnElement[bool]:
    """Rows that are the step in the window that they begin themselves.

    A deal is the first of its own window, so it is the n-th only where the deal step is filtered, leaves it out, and
    takes an earlier deal of the same moment.
    """
    if not _counted_from_window(question, step) or step.nth is None:
        return step.serves(rows.c)
    deal = next(other for other in question.steps if other.key == question.info.model.deal.key)
    if not deal.filters:
        return sa.false()
    before = question.rows("deal_of_the_moment")
    counted = sa.exists().where(
        before.c.engagement == question.scope.engagement,
        before.c.customer_id == rows.c.customer_id,
        before.c.moment == rows.c.moment,
        before.c.deal_no <= rows.c.deal_no - (step.nth - 1),
        deal.passes(before.c),
    )
    return sa.and_(step.passes(rows.c), counted)


def _best_windows(question: Question) -> sa.CTE:
    """The start of each customer's best window, with `ripe` and the number of the window's `first_deal`."""
    start = starts(question)
    found = _depths(question, start)
    place = score(found.c.depth, found.c.item, found.c.ripe if question.query.mature else 0)
    best = (
        sa.select(item_of(sa.func.max(place)).label("item"), sa.func.max(found.c.ripe).label("ripe"))
        .group_by(found.c.customer_id)
        .cte("best")
    )
    joined = start.join(best, best.c.item == start.c.item).join(found, found.c.item == best.c.item)
    return sa.select(start, best.c.ripe, found.c.first_deal).select_from(joined).cte("picked")


def _depths(question: Question, start: sa.CTE) -> sa.CTE:
    """Number of different steps in each window that can be the best of its customer.

    No window is deeper than the customer's first one where that holds every step that comes at all: then the
    others, which are most of all windows, need no look.
    """
    earliest = sa.select(sa.func.min(start.c.item).label("item")).group_by(start.c.customer_id).subquery()
    first = sa.select(start).join(earliest, earliest.c.item == start.c.item).cte("first_start")
    rows = question.rows("first_window_row")
    inside = question.within(first.c, rows.c)
    seen = (
        sa.select(
            *_window(question, first, rows, inside), _met_steps(question, rows, sa.true()).label("possible")
        )
        .join(rows, _not_before(question, first, rows))
        .group_by(first.c.item)
        .cte("first_window")
    )
    unfinished = sa.select(seen.c.customer_id).where(seen.c.depth < seen.c.possible)
    more = sa.select(start).where(start.c.customer_id.in_(unfinished)).cte("start_of_unfinished")
    rows = question.rows("window_row")
    inside = question.within(more.c, rows.c)
    others = (
        sa.select(*_window(question, more, rows, sa.true()))
        .join(rows, sa.and_(_not_before(question, more, rows), inside))
        .group_by(more.c.item)
    )
    columns = [seen.c.item, seen.c.customer_id, seen.c.ripe, seen.c.depth, seen.c.first_deal]
    done = sa.select(*columns).where(seen.c.depth == seen.c.possible)
    return sa.union_all(done, others).cte("window_depth")


def _window(question: Question, start: sa.CTE, rows: Any, inside: ColumnElement[bool]) -> list[Any]:
    """Columns of a window from its rows: whose it is, whether it is over, its depth and its first deal."""
    return [
        start.c.item,
        sa.func.min(start.c.customer_id).label("customer_id"),
        sa.func.max(sa.case((question.mature(start.c), 1), else_=0)).label("ripe"),
        _met_steps(question, rows, inside).label("depth"),
        _first_deal(question, rows, inside).label("first_deal"),
    ]


def _first_deal(question: Question, rows: Any, inside: ColumnElement[bool]) -> Any:
    """Number of the first deal among rows `inside` that is the deal step where that is filtered (an aggregate)."""
    deal = question.info.model.deal.key
    passes = [step.passes(rows.c) for step in question.steps if step.key == deal and step.filters]
    return sa.func.min(sa.case((sa.and_(inside, *passes), rows.c.deal_no)))


def _met_steps(question: Question, rows: Any, inside: ColumnElement[bool]) -> ColumnElement[int]:
    """Number of different steps among rows `inside` (an aggregate)."""
    met = []
    for step in question.steps:
        if _counted_from_window(question, step):
            last = sa.func.max(sa.case((sa.and_(inside, step.passes(rows.c)), rows.c.deal_no)))
            deals = last - _first_deal(question, rows, inside) + 1
            met.append(sa.case((deals >= step.nth, 1), else_=0))
        else:
            met.append(sa.func.max(sa.case((sa.and_(inside, step.serves(rows.c)), 1), else_=0)))
    return reduce(operator.add, met)


def _not_before(question: Question, start: sa.CTE, rows: Any) -> ColumnElement[bool]:
    """The customer's rows from the start's moment on, also those of the same moment before it."""
    return sa.and_(
        rows.c.customer_id == start.c.customer_id,
        rows.c.moment >= start.c.moment,
        rows.c.is_step,
        question.nearby(rows),
    )


def _serves(question: Question, step: Step, rows: Any) -> ColumnElement[bool]:
    """Rows that can be the step, before the window is known."""
    if _counted_from_window(question, step):
        return sa.and_(rows.c.deal_no.is_not(None), step.passes(rows.c))
    return step.serves(rows.c)


def _counted_from_window(question: Question, step: Step) -> bool:
    """True for n-th deals counted from the window's first deal: the deal is one of the steps, in any order."""
    deal = question.info.model.deal.key
    return step.nth is not None and any(other.key == deal for other in question.steps)


def _ranked_steps(question: Question, picked: sa.CTE) -> sa.CTE:
    """The first row of each step in the chosen windows, numbered by time (`place` 1, 2, ...)."""
    firsts = []
    for step in question.steps:
        rows = question.rows(f"met_row_{step.number}")
        clauses = [_not_before(question, picked, rows), question.within(picked.c, rows.c)]
        clauses.append(_serves(question, step, rows))
        if step.nth is not None and _counted_from_window(question, step):
            clauses.append(rows.c.deal_no >= picked.c.first_deal + (step.nth - 1))
        firsts.append(
            sa.select(
                picked.c.item,
                sa.func.min(rows.c.moment).label("moment"),
                sa.func.min(rows.c.local_day).label("local_day"),
                sa.func.min(mark(rows.c)).label("mark"),
            )
            .join(rows, sa.and_(*clauses))
            .group_by(picked.c.item)
        )
    every = sa.union_all(*firsts).subquery("met")
    place = sa.func.row_number().over(partition_by=every.c.item, order_by=every.c.mark)
    return sa.select(every, place.label("place")).cte("ranked")
