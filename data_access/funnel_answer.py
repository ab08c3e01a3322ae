"""From each customer's chosen attempt to counts: its segment, and sums for each step."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dashboard.journey.query import Split
from data_access.dialect import days_between, percentiles
from data_access.filters import holds_at, of_segments, segment_of
from data_access.funnel_steps import Moment, Question, is_instant

SHARES = (0.5, 0.75, 0.9)


def with_segment(question: Question, attempt: sa.CTE) -> sa.CTE:
    """The chosen attempts with the segment as of the entry; those of the chosen segments alone."""
    query = question.query
    if Split.SEGMENT not in query.by and not query.segments:
        return attempt
    joined, segment = segment_of(attempt, question.scope, lambda span: holds_at(span, attempt.c.moment))
    return (
        sa.select(attempt, segment.label("segment"))
        .select_from(joined)
        .where(of_segments(segment, query))
        .cte("chosen")
    )


def counts(question: Question, attempt: sa.CTE) -> sa.Select:
    """One row for each segment and one for all (`segment` NULL), or for all alone.

    With `mature` customers without a mature entry stand among the attempts with that of the plain funnel:
    they are counted as `immature` alone.

    Customers taken out by an exclusion count as `removed` alone.

    Columns for each step k: `customers_k`, `immature_k`; from the second on `days_k`, the quantiles of
    `SHARES` of the days from the step before.
    """
    picked = with_segment(question, attempt)
    stays = picked.c.removed == 0 if "removed" in picked.c else sa.true()
    ripe = picked.c.ripe == 1 if question.query.mature else sa.true()
    counted = sa.and_(stays, ripe)
    columns: list[Any] = []
    if "removed" in picked.c:
        columns.append(sa.func.count().filter(sa.and_(picked.c.removed == 1, ripe)).label("removed"))
    for step in question.steps:
        k = step.number
        there = reached(picked, k)
        columns += [
            sa.func.count().filter(sa.and_(there, counted)).label(f"customers_{k}"),
            sa.func.count().filter(sa.and_(there, stays, picked.c.ripe == 0)).label(f"immature_{k}"),
        ]
        if k > 1:
            took = days_between(_moment(picked, question.previous(step).number), _moment(picked, k))
            columns.append(percentiles(SHARES, took, sa.and_(there, counted)).label(f"days_{k}"))
    if Split.SEGMENT not in question.query.by:
        return sa.select(sa.null().cast(sa.Text).label("segment"), *columns).select_from(picked)
    groups = sa.func.grouping_sets(sa.tuple_(picked.c.segment), sa.tuple_())
    return sa.select(picked.c.segment, *columns).group_by(groups)


def reached(picked: sa.CTE, number: int) -> Any:
    """Attempts that came to the step; the entry itself is the first step, unless the mode says otherwise."""
    name = f"moment_{number}"
    return picked.c[name].is_not(None) if name in picked.c else sa.true()


def _moment(picked: sa.CTE, number: int) -> Moment:
    if f"moment_{number}" not in picked.c:
        return Moment(picked.c.moment, picked.c.local_day, picked.c.instant)
    mark = picked.c[f"mark_{number}"]
    return Moment(picked.c[f"moment_{number}"], picked.c[f"day_{number}"], is_instant(mark))
