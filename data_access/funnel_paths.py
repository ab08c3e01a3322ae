"""Attempts of the modes `ordered` and `strict` with optional steps or windows from step to step.

There the earliest row is not always the right one (per-step window 5: A0 B1 B5 C8 reaches C by B5), so every row
that a walk can stand on is kept, with the best way to it: most steps, then earliest step by step. What follows
depends on that row and on the deals used so far alone, so the best way to it is the best beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from data_access.dialect import within_days
from data_access.funnel_steps import Moment, Question, Step, mark, numbers_needed

_NEVER = sa.literal(2**62, sa.BigInteger)  # a missed step comes after every met one
_ENTRY = ("item", "customer_id", "entry_moment", "entry_day", "entry_instant")


def best_chains(question: Question, begun: sa.CTE, *, strict: bool) -> sa.CTE:
    """The attempt of each entry: deepest, then with most steps, then earliest step by step.

    Columns: `item`, `customer_id`, `moment`, `local_day`, `instant` of the entry; of each step k >= 2
    `moment_k`, `day_k`, `mark_k`, empty where it was missed.
    """
    states = [_entry_states(question, begun)]
    for step in question.steps[1:]:
        states.append(_states(question, states, step, strict=strict))
    every = sa.union_all(*(_finished(question, state, k) for k, state in enumerate(states, 1))).cte("way")
    order = [every.c.depth.desc(), every.c.met.desc(), *_earliest(every, question.steps[1:])]
    ranked = sa.select(
        every, sa.func.row_number().over(partition_by=every.c.item, order_by=order).label("rank")
    ).cte("ranked_way")
    return sa.select(ranked).where(ranked.c.rank == 1).cte("chain")


def _entry_states(question: Question, begun: sa.CTE) -> sa.CTE:
    deals = [begun.c.deal_no.label(f"deal_{number}") for number in numbers_needed(question.steps, 1)]
    return sa.select(
        begun.c.item,
        begun.c.customer_id,
        begun.c.moment.label("entry_moment"),
        begun.c.local_day.label("entry_day"),
        begun.c.instant.label("entry_instant"),
        begun.c.moment,
        begun.c.local_day,
        begun.c.instant,
        begun.c.run_no,
        sa.literal(1, sa.Integer).label("met"),
        *deals,
    ).cte("state_1")


def _states(question: Question, states: Sequence[sa.CTE], step: Step, *, strict: bool) -> sa.CTE:
    """Rows of the step that a walk can stand on, each with the best way to it."""
    ways = [
        _on(question, states[number - 1], question.steps[number - 1], step, strict=strict)
        for number in _before(question.steps, step)
    ]
    every = sa.union_all(*ways).cte(f"way_{step.number}")
    carried = [every.c[f"deal_{number}"] for number in numbers_needed(question.steps, step.number)]
    ranked = sa.select(
        every,
        sa.func.row_number()
        .over(
            partition_by=[every.c.item, every.c[f"mark_{step.number}"], *carried],
            order_by=[every.c.met.desc(), *_earliest(every, question.steps[1 : step.number - 1])],
        )
        .label("rank"),
    ).cte(f"ranked_{step.number}")
    kept = [column for column in ranked.c if column.key != "rank"]
    return sa.select(*kept).where(ranked.c.rank == 1).cte(f"state_{step.number}")


def _before(steps: Sequence[Step], step: Step) -> list[int]:
    """Steps that a walk may come from: the one before, and further back over optional ones."""
    found = [step.number - 1]
    while steps[found[-1] - 1].optional:
        found.append(found[-1] - 1)
    return found


def _on(question: Question, state: sa.CTE, last: Step, step: Step, *, strict: bool) -> sa.Select:
    """From every row of the step `last` to every row of `step` that may follow it."""
    rows = question.rows(f"row_{last.number}_{step.number}")
    entry = Moment(state.c.entry_moment, state.c.entry_day, state.c.entry_instant)
    clauses = [
        rows.c.customer_id == state.c.customer_id,
        question.within(entry, rows.c),
        question.nearby(rows),
        step.serves(rows.c),
        rows.c.moment > state.c.moment
        if question.query.increasing and not strict
        else rows.c.moment >= state.c.moment,
    ]
    days = question.days_to(step)
    if days is not None:
        clauses.append(within_days(state.c, rows.c, days))
    clauses += _deals(state, last, step, rows, strict=strict)
    joined = state.join(rows, sa.and_(*clauses))
    if strict:
        joined, in_turn = _in_turn(question, joined, state, last, step, rows)
        clauses = [in_turn]
    else:
        clauses = []
    needed = numbers_needed(question.steps, step.number)
    columns = [state.c[name] for name in _ENTRY]
    columns += [
        rows.c.moment,
        rows.c.local_day,
        rows.c.instant,
        rows.c.run_no,
        (state.c.met + 1).label("met"),
    ]
    columns += [
        rows.c.deal_no.label(f"deal_{number}")
        if number == step.number
        else _deal(state, number).label(f"deal_{number}")
        for number in needed
    ]
    columns += _times(state, question.steps[1 : step.number - 1])
    columns += [
        rows.c.moment.label(f"moment_{step.number}"),
        rows.c.local_day.label(f"day_{step.number}"),
        mark(rows.c).label(f"mark_{step.number}"),
    ]
    return sa.select(*columns).select_from(joined).where(*clauses)


def _deal(state: sa.CTE, number: int) -> Any:
    """The number of the deal that was the step; NULL where the walk missed it."""
    name = f"deal_{number}"
    return state.c[name] if name in state.c else sa.null().cast(sa.Integer)


def _lowest_deal(state: sa.CTE, step: Step) -> Any:
    """Number of the first deal that is late enough for the step."""
    if step.nth is None:
        return sa.literal(1, sa.Integer)
    nth = sa.literal(step.nth, sa.Integer)
    if step.deal_step is None:
        return nth
    # a walk that missed its deal step counts from the customer's first deal
    return sa.func.coalesce(_deal(state, step.deal_step) + (step.nth - 1), nth)


def _deals(state: sa.CTE, last: Step, step: Step, rows: Any, *, strict: bool) -> list[ColumnElement[bool]]:
    """Late enough a deal, and none twice in one walk; strict: later than the deal before it."""
    if not step.by_deal:
        return []
    used = [column for column in state.c if column.key.startswith("deal_")]
    clauses = [rows.c.deal_no >= _lowest_deal(state, step)]
    clauses += [sa.or_(column.is_(None), rows.c.deal_no != column) for column in used]
    if strict and last.by_deal:
        clauses.append(rows.c.deal_no > _deal(state, last.number))
    return clauses


def _in_turn(
    question: Question, joined: Any, state: sa.CTE, last: Step, step: Step, rows: Any
) -> tuple[Any, ColumnElement[bool]]:
    """Strict: the run of equal stages right after the last step's; deals after a deal stand in its own run."""
    if step.by_deal and last.by_deal:
        return joined, rows.c.run_no == state.c.run_no
    following = rows.c.run_no == state.c.run_no + 1
    if not step.by_deal:
        return joined, following
    # a deal at the head of the run that is too early, or left out by a filter, is another stage: it ends the walk
    every = question.rows(f"run_{last.number}_{step.number}")
    heads = (
        sa.select(
            every.c.customer_id,
            every.c.run_no,
            sa.func.min(every.c.deal_no).label("head"),
            sa.func.min(every.c.deal_no).filter(step.passes(every.c)).label("passing"),
        )
        .where(every.c.engagement == question.scope.engagement, every.c.deal_no.is_not(None))
        .group_by(every.c.customer_id, every.c.run_no)
        .cte(f"run_head_{last.number}_{step.number}")
    )
    joined = joined.join(
        heads, sa.and_(heads.c.customer_id == rows.c.customer_id, heads.c.run_no == rows.c.run_no)
    )
    return joined, sa.and_(
        following, heads.c.head >= _lowest_deal(state, step), heads.c.passing == heads.c.head
    )


def _finished(question: Question, state: sa.CTE, depth: int) -> sa.Select:
    """A state as an attempt that ends there."""
    return sa.select(
        state.c.item,
        state.c.customer_id,
        state.c.entry_moment.label("moment"),
        state.c.entry_day.label("local_day"),
        state.c.entry_instant.label("instant"),
        sa.literal(depth, sa.Integer).label("depth"),
        state.c.met,
        *_times(state, question.steps[1:]),
    )


def _times(state: sa.CTE, steps: Sequence[Step]) -> list[Any]:
    """Time and place of each of the steps, empty where the walk missed it or has not come so far."""
    kinds = (("moment", sa.DateTime), ("day", sa.Date), ("mark", sa.BigInteger))
    names = [(f"{kind}_{step.number}", type_) for step in steps for kind, type_ in kinds]
    return [
        (state.c[name] if name in state.c else sa.null().cast(type_)).label(name) for name, type_ in names
    ]


def _earliest(ways: sa.CTE, steps: Sequence[Step]) -> list[Any]:
    """Order of ways: earliest step by step, a missed step last."""
    return [sa.func.coalesce(ways.c[f"mark_{step.number}"], _NEVER) for step in steps]
