"""Attempts of the modes `ordered` and `strict`: from every entry the earliest chain of steps.

Each step of a chain is the earliest row that may follow. That chain is the deepest one too: the window
depends on the entry alone, and an earlier step leaves every later row open.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.query import Entry
from data_access.dialect import unit_start
from data_access.filters import in_period, of_channels
from data_access.funnel_steps import Moment, Question, Step, item_of, mark, numbers_needed, score


def attempts(question: Question, *, strict: bool, every: str | None = None) -> sa.CTE:
    """The chosen attempt of each customer with an entry in the period.

    Args:
        every: `day`, `week` or `month`: one in each of these with an entry, as if each were a period of its own.

    Columns: `customer_id`, `item`, `moment`, `local_day`, `instant` of the entry; `ripe` (1: the customer has
    a mature entry); of each step k >= 2 that was reached `moment_k`, `day_k`, `mark_k`.
    """
    begun = entries(question)
    if question.query.entry is Entry.FIRST:
        picked = first_entries(question, begun)
        begun = only(begun, picked)
        return _with_steps(begun, picked, walk(question, begun, strict=strict))
    steps = walk(question, begun, strict=strict)
    return _with_steps(begun, _best_entries(question, steps, every), steps)


def entries(question: Question) -> sa.CTE:
    """Rows of the first step in the period: an attempt begins at each."""
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
        )
        .where(
            rows.c.engagement == question.scope.engagement,
            question.steps[0].serves(rows.c),
            in_period(rows.c.local_day, query.period),
            of_channels(rows.c.customer_id, question.scope, question.info, query),
        )
        .cte("entry")
    )


def first_entries(question: Question, begun: sa.CTE) -> sa.CTE:
    """The first entry of each customer; with `mature` the first mature one where there is one."""
    ripe = question.mature(begun.c)
    first = sa.func.min(begun.c.item)
    if question.query.mature:
        first = sa.func.coalesce(sa.func.min(begun.c.item).filter(ripe), first)
    return (
        sa.select(first.label("item"), sa.func.max(sa.case((ripe, 1), else_=0)).label("ripe"))
        .group_by(begun.c.customer_id)
        .cte("picked")
    )


def only(begun: sa.CTE, picked: sa.CTE) -> sa.CTE:
    """The picked entries among all that begin an attempt."""
    return sa.select(begun).join(picked, picked.c.item == begun.c.item).cte("picked_entry")


def _best_entries(question: Question, steps: list[sa.CTE], every: str | None) -> sa.CTE:
    """The entry of each customer's deepest attempt, the earliest on ties; see `attempts`."""
    reached = []
    for depth, step in enumerate(steps, 1):
        entry = Moment(step.c.entry_moment, step.c.entry_day, step.c.entry_instant)
        ripe = sa.case((question.mature(entry), 1), else_=0)
        place = score(depth, step.c.item, ripe if question.query.mature else 0)
        part = [] if every is None else [unit_start(every, step.c.entry_day).label("part")]
        reached.append(sa.select(step.c.customer_id, *part, place.label("score"), ripe.label("ripe")))
    tried = sa.union_all(*reached).subquery("reached")
    return (
        sa.select(item_of(sa.func.max(tried.c.score)).label("item"), sa.func.max(tried.c.ripe).label("ripe"))
        .group_by(tried.c.customer_id, *([tried.c.part] if every else []))
        .cte("picked")
    )


def _with_steps(begun: sa.CTE, picked: sa.CTE, steps: list[sa.CTE]) -> sa.CTE:
    joined: Any = picked.join(begun, begun.c.item == picked.c.item)
    columns = [begun.c.customer_id, begun.c.item, begun.c.moment, begun.c.local_day, begun.c.instant]
    for number, step in enumerate(steps[1:], 2):
        joined = joined.outerjoin(step, step.c.item == picked.c.item)
        columns += [
            step.c.moment.label(f"moment_{number}"),
            step.c.local_day.label(f"day_{number}"),
            step.c.mark.label(f"mark_{number}"),
        ]
    return sa.select(*columns, picked.c.ripe).select_from(joined).cte("attempt")


def walk(question: Question, begun: sa.CTE, *, strict: bool) -> list[sa.CTE]:
    """For each step the entries that came so far, with the time of the step."""
    deals = [begun.c.deal_no.label(f"deal_{number}") for number in numbers_needed(question.steps, 1)]
    walked = [
        sa.select(
            begun.c.item,
            begun.c.customer_id,
            begun.c.moment.label("entry_moment"),
            begun.c.local_day.label("entry_day"),
            begun.c.instant.label("entry_instant"),
            begun.c.moment,
            begun.c.run_no,
            *deals,
        ).cte("step_1")
    ]
    for step in question.steps[1:]:
        walked.append(_follow(question, walked[-1], step, strict=strict))
    return walked


def _follow(question: Question, before: sa.CTE, step: Step, *, strict: bool) -> sa.CTE:
    """The earliest row of the step that may follow the step before, for each entry that came so far."""
    rows = question.rows(f"row_{step.number}")
    entry = Moment(before.c.entry_moment, before.c.entry_day, before.c.entry_instant)
    clauses = [rows.c.customer_id == before.c.customer_id, question.within(entry, rows.c)]
    clauses.append(question.nearby(rows))
    having: list[ColumnElement[bool]] = []
    if strict:
        here, having = _right_after(question, before, step, rows)
        clauses += here
    else:
        increasing = question.query.increasing
        clauses.append(step.serves(rows.c))
        clauses.append(rows.c.moment > before.c.moment if increasing else rows.c.moment >= before.c.moment)
        clauses += _enough_deals(before, step, rows)
    needed = numbers_needed(question.steps, step.number)
    carried = [before.c.item, before.c.customer_id]
    carried += [before.c.entry_moment, before.c.entry_day, before.c.entry_instant]
    carried += [before.c[f"deal_{number}"] for number in needed if number != step.number]
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


def _lowest_deal(before: sa.CTE, step: Step) -> Any:
    """Number of the first deal that is late enough for the step."""
    if step.nth is None:
        return sa.literal(1, sa.Integer)
    if step.deal_step is None:
        return sa.literal(step.nth, sa.Integer)
    return before.c[f"deal_{step.deal_step}"] + (step.nth - 1)


def _enough_deals(before: sa.CTE, step: Step, rows: Any) -> list[ColumnElement[bool]]:
    """The n-th deal counted from the walk's own deal, and no deal twice in one chain."""
    if not step.by_deal:
        return []
    used = [column for column in before.c if column.key.startswith("deal_")]
    return [rows.c.deal_no >= _lowest_deal(before, step), *(rows.c.deal_no != column for column in used)]


def _right_after(
    question: Question, before: sa.CTE, step: Step, rows: Any
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """Strict: the run of equal stages right after the last step's; (clauses of rows, clauses of the run)."""
    if not step.by_deal:
        return [rows.c.run_no == before.c.run_no + 1, step.serves(rows.c)], []
    lowest = _lowest_deal(before, step)
    if question.steps[step.number - 2].by_deal:
        # deals of one run: the next step is the next deal of it that is late enough
        following = before.c[f"deal_{step.number - 1}"] + 1
        due = sa.case((lowest > following, lowest), else_=following)
        return [rows.c.run_no == before.c.run_no, rows.c.deal_no == due], []
    # too early a deal at the head of the run is another stage: it ends the walk
    following = rows.c.run_no == before.c.run_no + 1
    return [following, rows.c.deal_no.is_not(None)], [sa.func.min(rows.c.deal_no - lowest) >= 0]
