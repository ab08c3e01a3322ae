"""Attempts of the modes `ordered` and `strict`: from every entry the earliest chain of steps.

Each step of a chain is the earliest row that may follow, which is the deepest and earliest chain as well:
the window depends on the entry alone, and an earlier step leaves every later row open.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from data_access.filters import in_period, of_channels
from data_access.funnel_steps import Moment, Question, Step, mark, numbers_needed


def entries(question: Question) -> sa.CTE:
    """Rows of the first step in the period: one attempt begins at each."""
    rows = question.rows("entry_row")
    query = question.query
    return (
        sa.select(
            rows.c.customer_id,
            rows.c.item,
            rows.c.moment,
            rows.c.local_day,
            rows.c.instant,
            rows.c.run_no,
            rows.c.deal_no,
            question.mature(rows.c).label("mature"),
        )
        .where(
            rows.c.engagement == question.scope.engagement,
            question.steps[0].serves(rows.c),
            in_period(rows.c.local_day, query.period),
            of_channels(rows.c.customer_id, question.scope, question.info, query),
        )
        .cte("entry")
    )


def attempts(question: Question, begun: sa.CTE, *, strict: bool) -> sa.CTE:
    """One row for each entry: its columns, and `moment_k`, `day_k`, `mark_k` of each step that it reached."""
    walked = _begin(question, begun)
    found = []
    for step in question.steps[1:]:
        walked = _follow(question, walked, step, strict=strict)
        found.append((step, walked))
    joined: Any = begun
    columns = [begun.c.customer_id, begun.c.item, begun.c.moment, begun.c.local_day, begun.c.instant]
    for step, reached in found:
        joined = joined.outerjoin(reached, reached.c.item == begun.c.item)
        columns += [
            reached.c.moment.label(f"moment_{step.number}"),
            reached.c.local_day.label(f"day_{step.number}"),
            reached.c.mark.label(f"mark_{step.number}"),
        ]
    deep = [sa.case((reached.c.item.is_not(None), 1), else_=0) for _, reached in found]
    depth = reduce(lambda total, flag: total + flag, deep, sa.literal(1, sa.Integer))
    return sa.select(*columns, begun.c.mature, depth.label("depth")).select_from(joined).cte("attempt")


def _begin(question: Question, begun: sa.CTE) -> sa.CTE:
    needed = numbers_needed(question.steps, 1)
    return sa.select(
        begun.c.item,
        begun.c.customer_id,
        begun.c.moment.label("entry_moment"),
        begun.c.local_day.label("entry_day"),
        begun.c.instant.label("entry_instant"),
        begun.c.moment,
        begun.c.run_no,
        *(begun.c.deal_no.label(f"deal_{number}") for number in needed),
    ).cte("step_1")


def _follow(question: Question, walked: sa.CTE, step: Step, *, strict: bool) -> sa.CTE:
    """The earliest row of the step after the step before, for each entry that came so far."""
    rows = question.rows(f"row_{step.number}")
    entry = Moment(walked.c.entry_moment, walked.c.entry_day, walked.c.entry_instant)
    clauses = [rows.c.customer_id == walked.c.customer_id, question.within(entry, rows.c)]
    clauses += [step.serves(rows.c), question.nearby(rows)]
    having: list[ColumnElement[bool]] = []
    if strict:
        here, having = _right_after(question, walked, step, rows)
        clauses += here
    elif step.number > 1:
        later = (
            rows.c.moment > walked.c.moment if question.query.increasing else rows.c.moment >= walked.c.moment
        )
        clauses += [later, *_enough_deals(walked, step, rows)]
    needed = numbers_needed(question.steps, step.number)
    carried = [walked.c.item, walked.c.customer_id]
    carried += [walked.c.entry_moment, walked.c.entry_day, walked.c.entry_instant]
    carried += [walked.c[f"deal_{number}"] for number in needed if number != step.number]
    found = [
        sa.func.min(rows.c.moment).label("moment"),
        sa.func.min(rows.c.local_day).label("local_day"),
        sa.func.min(mark(rows.c)).label("mark"),
    ]
    if strict:
        found.append(sa.func.min(rows.c.run_no).label("run_no"))
    if step.number in needed:
        found.append(sa.func.min(rows.c.deal_no).label(f"deal_{step.number}"))
    return (
        sa.select(*carried, *found)
        .join(rows, sa.and_(*clauses))
        .group_by(*carried)
        .having(sa.and_(sa.true(), *having))
        .cte(f"step_{step.number}")
    )


def _lowest_deal(walked: sa.CTE, step: Step) -> Any:
    """Number of the first deal that is late enough for an n-th-deal step."""
    if step.nth is None:
        return sa.literal(1, sa.Integer)
    if step.deal_step is None:
        return sa.literal(step.nth, sa.Integer)
    return walked.c[f"deal_{step.deal_step}"] + (step.nth - 1)


def _enough_deals(walked: sa.CTE, step: Step, rows: Any) -> list[ColumnElement[bool]]:
    """The n-th deal counted from the walk's own deal, and no deal twice in one chain."""
    if not step.by_deal:
        return []
    used = [column for column in walked.c if column.key.startswith("deal_")]
    return [rows.c.deal_no >= _lowest_deal(walked, step), *(rows.c.deal_no != column for column in used)]


def _right_after(
    question: Question, walked: sa.CTE, step: Step, rows: Any
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """Strict: the run of equal stages right after the last step's; (row clauses, clauses of the whole run)."""
    if not step.by_deal:
        return [rows.c.run_no == walked.c.run_no + 1], []
    lowest = _lowest_deal(walked, step)
    if question.steps[step.number - 2].by_deal:
        # deals stand in one run: the next step is the next deal of it that is late enough
        following = walked.c[f"deal_{step.number - 1}"] + 1
        due = sa.case((lowest > following, lowest), else_=following)
        return [rows.c.run_no == walked.c.run_no, rows.c.deal_no == due], []
    return [rows.c.run_no == walked.c.run_no + 1], [sa.func.min(rows.c.deal_no) >= lowest]
