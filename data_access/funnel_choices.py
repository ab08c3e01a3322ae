"""Attempts where a step may be missed, has a window of its own, or must not be followed by something else."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dashboard.journey.funnel_options import Excluded, Exclusion
from dashboard.journey.query import Entry
from data_access.dialect import within_days
from data_access.funnel_chains import entries, first_entries, only
from data_access.funnel_paths import best_chains
from data_access.funnel_steps import Question, item_of, score, step_rows


def attempts(question: Question, *, strict: bool) -> sa.CTE:
    """The chosen attempt of each customer (columns of `funnel_chains.attempts`, and `removed`).

    `removed` is 1 where the attempt met an exclusion that takes out its customer.
    """
    begun = entries(question)
    picked = None
    if question.query.entry is Entry.FIRST:
        picked = first_entries(question, begun)
        begun = only(begun, picked)
    chain = _cut(question, best_chains(question, begun, strict=strict))
    if picked is None:
        picked = _best(question, chain)
    met = [
        _met(question, chain, rule, f"taken_out_{place}")
        for place, rule in enumerate(_rules(question, Excluded.REMOVE))
    ]
    joined: Any = picked.join(chain, chain.c.item == picked.c.item)
    for found in met:
        joined = joined.outerjoin(found, found.c.item == chain.c.item)
    removed = sa.or_(sa.false(), *(found.c.item.is_not(None) for found in met))
    return (
        sa.select(chain, picked.c.ripe, sa.case((removed, 1), else_=0).label("removed"))
        .select_from(joined)
        .cte("attempt")
    )


def _rules(question: Question, action: Excluded) -> list[Exclusion]:
    """The exclusions with this action; without anybody at their first step they say nothing."""
    return [
        rule
        for rule in question.query.exclusions
        if rule.action is action and question.number(rule.after) is not None
    ]


def _cut(question: Question, chain: sa.CTE) -> sa.CTE:
    """The attempts, each cut at the first step of every exclusion that drops and that it met."""
    drops = _rules(question, Excluded.DROP)
    if not drops:
        return chain
    joined: Any = chain
    ends = []  # the last step that stays, where an exclusion was met
    for place, exclusion in enumerate(drops):
        found = _met(question, chain, exclusion, f"dropped_{place}")
        joined = joined.outerjoin(found, found.c.item == chain.c.item)
        ends.append((found.c.item.is_not(None), question.number(exclusion.after) or 1))
    columns = [chain.c[name] for name in ("item", "customer_id", "moment", "local_day", "instant")]
    for step in question.steps[1:]:
        gone = sa.or_(*(sa.and_(met, sa.literal(last < step.number)) for met, last in ends))
        columns += [
            sa.case((sa.not_(gone), chain.c[name])).label(name)
            for name in (f"moment_{step.number}", f"day_{step.number}", f"mark_{step.number}")
        ]
    return sa.select(*columns).select_from(joined).cte("cut_chain")


def _met(question: Question, chain: sa.CTE, exclusion: Exclusion, name: str) -> sa.CTE:
    """Items of the attempts with the excluded stage after the one step and before the other.

    Before and after are places in the journey (time, stage order, id). Where the attempt lacks the second
    step, everything up to the window's end counts.
    """
    rows = question.rows(f"{name}_row")
    after, before = question.number(exclusion.after) or 1, question.number(exclusion.before)
    place = rows.c.item * 2  # marks are twice the item, with one bit more
    begin = chain.c.item * 2 + 1 if after == 1 else chain.c[f"mark_{after}"]
    end = sa.null().cast(sa.BigInteger) if before is None else chain.c[f"mark_{before}"]
    window = within_days(chain.c, rows.c, question.query.window_days)
    return (
        sa.select(chain.c.item)
        .join(
            rows,
            sa.and_(
                rows.c.engagement == question.scope.engagement,
                rows.c.customer_id == chain.c.customer_id,
                step_rows(question.info, exclusion.stage, rows.c),
                place > begin,
                sa.case((end.is_not(None), place + 1 < end), else_=window),
            ),
        )
        .distinct()
        .cte(name)
    )


def _best(question: Question, chain: sa.CTE) -> sa.CTE:
    """The entry of each customer's deepest attempt, the earliest on ties."""
    depth = sa.case(
        *(
            (chain.c[f"mark_{step.number}"].is_not(None), step.number)
            for step in reversed(question.steps[1:])
        ),
        else_=1,
    )
    ripe = sa.case((question.mature(chain.c), 1), else_=0)
    place = score(depth, chain.c.item, ripe if question.query.mature else 0)
    scored = sa.select(chain.c.customer_id, place.label("score"), ripe.label("ripe")).cte("scored")
    best = item_of(sa.func.max(scored.c.score))
    return (
        sa.select(best.label("item"), sa.func.max(scored.c.ripe).label("ripe"))
        .group_by(scored.c.customer_id)
        .cte("picked")
    )
