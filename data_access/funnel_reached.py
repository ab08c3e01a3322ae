"""Attempts of the mode `reached`: how deep each customer came, whatever happened in between."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from data_access.filters import in_period, of_channels
from data_access.funnel_steps import Question, Step, is_instant, mark


def attempts(question: Question) -> sa.CTE:
    """Customers whose first tracked row ever lies in the period, with the first time at each depth.

    Columns as of `funnel_chains.attempts`, with `moment_1`, `day_1`, `mark_1` too: a stage after the deal
    counts from the first deal on, so a customer may stand nowhere yet.
    """
    first = first_rows(question)
    at_depth = _first_at_depth(question, first)
    times = []
    for step in question.steps:
        if step.optional:
            continue
        there = at_depth.c.depth >= step.number
        times += [
            sa.func.min(at_depth.c.moment).filter(there).label(f"moment_{step.number}"),
            sa.func.min(at_depth.c.local_day).filter(there).label(f"day_{step.number}"),
            sa.func.min(at_depth.c.mark).filter(there).label(f"mark_{step.number}"),
        ]
    found = sa.select(at_depth.c.customer_id, *times).group_by(at_depth.c.customer_id).cte("reached")
    ripe = sa.case((question.mature(first.c), 1), else_=0).label("ripe")
    joined: Any = first.join(found, found.c.customer_id == first.c.customer_id)
    times = [column for column in found.c if column is not found.c.customer_id]
    if question.has_optional:
        own = _optional_steps(question, first)
        joined = joined.outerjoin(own, own.c.customer_id == first.c.customer_id)
        times += [column for column in own.c if column is not own.c.customer_id]
    return (
        sa.select(
            first.c.customer_id,
            first.c.moment,
            first.c.local_day,
            first.c.instant,
            first.c.entry_mark,
            ripe,
            *times,
        )
        .select_from(joined)
        .cte("attempt")
    )


def _optional_steps(question: Question, first: sa.CTE) -> sa.CTE:
    """The first row of each optional step: it counts where it was met itself."""
    rows = question.rows("optional_row")
    times = []
    for step in question.steps:
        if step.optional:
            met = _reaches(question, step, rows, first.c.first_deal)
            times += [
                sa.func.min(rows.c.moment).filter(met).label(f"moment_{step.number}"),
                sa.func.min(rows.c.local_day).filter(met).label(f"day_{step.number}"),
                sa.func.min(mark(rows.c)).filter(met).label(f"mark_{step.number}"),
            ]
    return (
        sa.select(rows.c.customer_id, *times)
        .join(first, first.c.customer_id == rows.c.customer_id)
        .where(*_counting(question, first, rows))
        .group_by(rows.c.customer_id)
        .cte("optional_step")
    )


def _counting(question: Question, first: sa.CTE, rows: Any) -> tuple[ColumnElement[bool], ...]:
    """Rows of the customer's whole journey up to the horizon."""
    return (
        rows.c.engagement == question.scope.engagement,
        rows.c.is_step,
        question.within(first.c, rows.c),
    )


def _first_at_depth(question: Question, first: sa.CTE) -> sa.CTE:
    """The first row of each customer at each depth; few rows for the step times to be looked up in."""
    rows = question.rows("reached_row")
    depth = _depth(question, rows, first.c.first_deal).label("depth")
    return (
        sa.select(
            rows.c.customer_id,
            depth,
            sa.func.min(rows.c.moment).label("moment"),
            sa.func.min(rows.c.local_day).label("local_day"),
            sa.func.min(mark(rows.c)).label("mark"),
        )
        .join(first, first.c.customer_id == rows.c.customer_id)
        .where(*_counting(question, first, rows))
        .group_by(rows.c.customer_id, depth)
        .cte("first_at_depth")
    )


def first_rows(question: Question) -> sa.CTE:
    """The first tracked row of each customer, and the moment of the first deal, where the row lies in the period."""
    rows = question.rows("first_row")
    tracked = sa.or_(*(_tracked(step, rows) for step in question.steps))
    first = (
        sa.select(
            rows.c.customer_id,
            sa.func.min(rows.c.moment).filter(tracked).label("moment"),
            sa.func.min(rows.c.local_day).filter(tracked).label("local_day"),
            sa.func.min(mark(rows.c)).filter(tracked).label("mark"),
            sa.func.min(rows.c.moment).filter(rows.c.deal_no == 1).label("first_deal"),
        )
        .where(rows.c.engagement == question.scope.engagement, rows.c.is_step)
        .group_by(rows.c.customer_id)
        .cte("first_tracked")
    )
    return (
        sa.select(
            first.c.customer_id,
            first.c.moment,
            first.c.local_day,
            is_instant(first.c.mark).label("instant"),
            first.c.mark.label("entry_mark"),
            first.c.first_deal,
        )
        .where(
            first.c.mark.is_not(None),
            in_period(first.c.local_day, question.query.period),
            of_channels(first.c.customer_id, question.scope, question.info, question.query),
        )
        .cte("first_row_of_period")
    )


def _depth(question: Question, rows: Any, first_deal: Any) -> ColumnElement[int]:
    """Number of the deepest step that a row reaches; 0 for none."""
    steps = reversed(question.steps)
    return sa.case(*((_reaches(question, step, rows, first_deal), step.number) for step in steps), else_=0)


def _reaches(question: Question, step: Step, rows: Any, first_deal: Any) -> ColumnElement[bool]:
    """Rows that reach the step itself: n-th deals ever, not counted from a walk's; after the deal from it on."""
    serves = _tracked(step, rows)
    if step.after_deal and question.info.has_transactions and not (step.by_deal and step.nth is not None):
        return sa.and_(serves, rows.c.moment >= first_deal)
    return serves


def _tracked(step: Step, rows: Any) -> ColumnElement[bool]:
    """Rows of the step; the n-th deal is the customer's n-th ever."""
    if step.by_deal and step.nth is not None:
        return sa.and_(rows.c.deal_no >= step.nth, step.passes(rows.c))
    return step.serves(rows.c)
