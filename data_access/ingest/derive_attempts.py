"""Each entry of the funnel with the earliest chain from it: made once, it answers funnels of every window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from cachetools import LRUCache, cached

from dashboard.journey.query import JourneyQuery
from data_access import schema
from data_access.dialect import days_between, ratio, seconds_between, unit_start
from data_access.filters import holds_at, segment_of
from data_access.funnel_chains import entries, walk
from data_access.funnel_steps import Moment, Question, is_instant
from data_access.generation import read_info
from data_access.ingest.derive_choices import rank, with_choices
from data_access.ingest.derive_facts import blocks, insert_rows
from data_access.scope import Action, Scope


def write_attempts(connection: sa.Connection, engagement: str, touched: sa.FromClause | None) -> None:
    """Walk all stages with data from every entry, without a window; note whether these walks answer exactly.

    Runs after the frame of the generation is written, which says what stages have data.

    Args:
        touched: customers whose rows are made anew (their old ones are gone); None = everybody's.
    """
    rows = schema.attempt
    info = read_info(connection, engagement)
    question = Question.of(Scope(engagement, Action.IMPORT, 0), info, JourneyQuery(engagement))
    question = replace(question, window_days=None)
    walked = sum(1 << info.model.keys.index(step.key) for step in question.steps)
    if touched is not None:
        own = rows.c.engagement == engagement
        if connection.scalar(sa.select(sa.exists().where(own, rows.c.walked != walked))):
            connection.execute(sa.delete(rows).where(own))
            touched = None
    for block in blocks(connection, engagement) if touched is None else [touched]:
        chains = _of_everybody(question, walked) if block is None else _chains(question, walked, block)
        insert_rows(connection, rows, engagement, chains)
    frame = schema.generation
    exact = not (connection.scalar(_far(question)) and connection.scalar(sa.select(_doubtful(question))))
    connection.execute(sa.update(frame).where(frame.c.engagement == engagement).values(has_attempts=exact))


@cached(LRUCache(16), key=lambda question, walked: (question.scope, question.steps, walked))
def _of_everybody(question: Question, walked: int) -> sa.Select:
    """What the steps alone decide is built once: small engagements are derived faster than their statement is built."""
    return _chains(question, walked, None)


def _chains(question: Question, walked: int, touched: sa.FromClause | None) -> sa.Select:
    """Rows of `attempt`: the entries, each with the steps that its walk comes to."""
    begun = entries(question)
    if touched is not None:
        begun = (
            sa.select(begun)
            .where(begun.c.customer_id.in_(sa.select(touched.c.customer_id)))
            .cte("touched_entry")
        )
    joined, segment = segment_of(begun, question.scope, lambda span: holds_at(span, begun.c.moment))
    steps = walk(question, begun, strict=False)[1:]
    for step in steps:
        joined = joined.outerjoin(step, step.c.item == begun.c.item)
    names = ("customer_id", "item", "moment", "local_day", "instant")
    columns: list[Any] = [begun.c[name] for name in names]
    columns += [sa.literal(walked, sa.Integer).label("walked"), segment.label("segment")]
    times = [Moment(begun.c.moment, begun.c.local_day, begun.c.instant)]
    times += [Moment(step.c.moment, step.c.local_day, is_instant(step.c.mark)) for step in steps]
    for number, step in enumerate(steps, 2):
        columns += [
            _need(begun, steps[: number - 1]).label(f"need_{number}"),
            days_between(times[number - 2], times[number - 1]).label(f"took_{number}"),
            step.c.moment.label(f"moment_{number}"),
            step.c.local_day.label(f"day_{number}"),
            step.c.mark.label(f"mark_{number}"),
        ]
    walked_entry = sa.select(*columns).select_from(joined).cte("walked_entry")
    rows = with_choices(question, walked_entry)
    told = rows.selected_columns
    # a period's rows lie together, those that many periods choose before the others: a scan skips the rest
    return rows.order_by(unit_start("quarter", told.local_day), rank(rows), told.item)


def _need(begun: sa.CTE, steps: Sequence[sa.CTE]) -> Any:
    """Days of the shortest window that holds the last of the steps and, as the walk asks, all before it."""
    needs = []
    for step in steps:
        by_time = sa.func.ceil(ratio(seconds_between(begun.c.moment, step.c.moment), 86_400))
        by_day = step.c.local_day - begun.c.local_day
        dated = sa.or_(begun.c.instant, is_instant(step.c.mark))
        needs.append(sa.case((dated, by_day), else_=sa.cast(by_time, sa.Integer)))
    # `greatest` leaves NULL out
    longest = sa.func.greatest(*needs) if len(needs) > 1 else needs[0]
    return sa.case((steps[-1].c.item.is_not(None), sa.cast(longest, sa.Integer)))


def _far(question: Question) -> sa.Select:
    """True where some step lies further in hours than in calendar days: one look at the rows settles most data."""
    rows = schema.attempt
    steps = [step.number for step in question.steps[1:]]
    further = (rows.c[f"need_{number}"] > rows.c[f"day_{number}"] - rows.c.local_day + 1 for number in steps)
    return sa.select(
        sa.exists().where(rows.c.engagement == question.scope.engagement, sa.or_(sa.false(), *further))
    )


def _doubtful(question: Question) -> sa.ColumnElement[bool]:
    """True where some window leaves the earliest row of a step out and holds a later one.

    Only a time of day and a calendar day can disagree so, where the clocks were put back between them: A at 0:10, B at
    23:50 of the day before its anniversary in hours of 24, and B of the next day without a time, which the calendar
    still counts.
    """
    rows, later = schema.attempt.alias("kept"), question.rows("day_after")
    found = []
    for step in question.steps[1:]:
        day, mark = rows.c[f"day_{step.number}"], rows.c[f"mark_{step.number}"]
        found.append(
            sa.exists().where(
                rows.c.engagement == question.scope.engagement,
                sa.not_(rows.c.instant),
                sa.not_(is_instant(mark)),
                rows.c[f"need_{step.number}"] > day - rows.c.local_day + 1,
                later.c.engagement == rows.c.engagement,
                later.c.customer_id == rows.c.customer_id,
                later.c.local_day == day + 1,
                later.c.instant,
                step.serves(later.c),
            )
        )
    return sa.or_(sa.false(), *found)
