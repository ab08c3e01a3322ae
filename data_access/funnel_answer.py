"""From attempts to counts: the chosen attempt of each customer, its segment, and sums for each step."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.query import Entry, Split
from data_access.dialect import days_between, percentile
from data_access.filters import holds_at, of_segments, segment_of
from data_access.funnel_steps import Moment, Question, is_instant

SHARES = (("median", 0.5), ("p75", 0.75), ("p90", 0.9))


def chosen(question: Question, attempt: sa.CTE) -> sa.CTE:
    """One attempt for each customer, with its `segment` and `counts` (False: has no mature entry, left out).

    With `mature` the mature attempts come first, so that customers without one stand here with the attempt of
    the plain funnel: they are the ones who are left out.
    """
    query = question.query
    order: list[Any] = [attempt.c.item]
    if query.entry is Entry.BEST:
        order.insert(0, attempt.c.depth.desc())
    if query.mature:
        order.insert(0, sa.case((attempt.c.mature, 0), else_=1))
    own = {"partition_by": attempt.c.customer_id}
    ranked = sa.select(
        attempt,
        sa.func.row_number().over(**own, order_by=order).label("place"),
        sa.func.max(sa.case((attempt.c.mature, 1), else_=0)).over(**own).label("ripe"),
    ).cte("ranked")
    first = sa.select(ranked).where(ranked.c.place == 1).cte("first_place")
    return with_segment(question, first)


def with_segment(question: Question, first: sa.CTE) -> sa.CTE:
    """The customers' chosen attempts, with the segment as of the entry where the question asks for one."""
    query = question.query
    if Split.SEGMENT not in query.by and not query.segments:
        return first
    joined, segment = segment_of(first, question.scope, lambda span: holds_at(span, first.c.moment))
    return (
        sa.select(first, segment.label("segment"))
        .select_from(joined)
        .where(of_segments(segment, query))
        .cte("chosen")
    )


def counts(question: Question, picked: sa.CTE) -> sa.Select:
    """One row for each segment and one for all (`segment` NULL), or for all alone.

    Columns for each step k: `customers_k`, `immature_k`; from the second on `median_k`, `p75_k`, `p90_k`
    [days from the step before].
    """
    counted = picked.c.ripe == 1 if question.query.mature else sa.true()
    columns: list[Any] = []
    for step in question.steps:
        k = step.number
        there = picked.c.depth >= k
        columns += [
            sa.func.count().filter(sa.and_(there, counted)).label(f"customers_{k}"),
            sa.func.count().filter(sa.and_(there, picked.c.ripe == 0)).label(f"immature_{k}"),
        ]
        if k > 1:
            took = days_between(_moment(picked, k - 1), _moment(picked, k))
            columns += [
                percentile(share, took).filter(sa.and_(there, counted)).label(f"{name}_{k}")
                for name, share in SHARES
            ]
    if Split.SEGMENT not in question.query.by:
        return sa.select(sa.null().cast(sa.Text).label("segment"), *columns)
    groups: ColumnElement[Any] = sa.func.grouping_sets(sa.tuple_(picked.c.segment), sa.tuple_())
    return sa.select(picked.c.segment, *columns).group_by(groups)


def _moment(picked: sa.CTE, number: int) -> Moment:
    if number == 1:
        return Moment(picked.c.moment, picked.c.local_day, picked.c.instant)
    mark = picked.c[f"mark_{number}"]
    return Moment(picked.c[f"moment_{number}"], picked.c[f"day_{number}"], is_instant(mark))
