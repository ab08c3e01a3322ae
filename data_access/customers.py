"""Lists of customers: who stands behind a step of the funnel or a cell of the touchpoint map, page by page.

The members of a list are made by the statements that count them, so a list is exactly as long as its figure.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Split
from dashboard.journey.whom import MOST_ROWS, SEGMENT, Slice, Went, Whom
from data_access import schema
from data_access.dialect import days_between
from data_access.facts import Facts
from data_access.filters import holds_at_end, over_by_data_end, segment_of
from data_access.funnel import attempts_of
from data_access.funnel_amounts import money_of
from data_access.funnel_answer import reached
from data_access.funnel_groups import grouped
from data_access.funnel_steps import Moment, Question, check_funnel, is_instant
from data_access.heatmap import chosen_touches, touchpoint_name, went_on
from data_access.planner import funnel_source
from data_access.pseudonyms import Pseudonyms, named
from data_access.rows import key_of, ordered, page_of, searched
from data_access.scope import Scope


def fetch_customers(
    facts: Facts,
    scope: Scope,
    query: JourneyQuery,
    whom: Whom,
    part: Slice,
    names: Pseudonyms,
    *,
    most: int = MOST_ROWS,
) -> pd.DataFrame:
    """One page of customers.

    Returns a frame with `customer` (the own key for who may see contacts, else a pseudonym), `token` (for links),
    `segment` (at the entry; of a cell: at the period's end), `entered_moment`, `entered_day`, `entered_instant`;
    of a funnel `reached` (place of the furthest step) and `days` (from the entry to it); of a cell `touches`;
    `passed` (1 went on, 0 stopped, None unknown); `deals` and `revenue` (Decimal, net of refunds) from the entry
    to the horizon; `last_moment`, `last_day`, `last_instant`, `last_stage`, `channel`, `touchpoint` of the latest
    contact or deal; `manager`, the latest one named; `total`, length of the whole list.

    Args:
        query: as the screen that holds the figure asks it; of a funnel mature entries alone are counted.
        most: rows that nobody gets more of at once.

    Raises:
        JourneyError: `no_right` (403) for a scope that was not made for single customers; `unknown_segment`,
            `unknown_channel` and those of `check_steps` and `check_groups`.
    """
    info = facts.info(scope)
    check_funnel(info, query)
    statement = page_of(customers_statement(scope, info, query, whom, part), part, most)
    return named(facts.frame(scope, statement), scope, names)


def customers_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, whom: Whom, part: Slice
) -> sa.Select:
    """The list in its order, with its whole length in every row."""
    by = (Split.SEGMENT,) if whom.by == SEGMENT else ()
    question = Question.of(scope, info, query.with_(mature=True, by=by), funnel_source(info, query))
    someone = _of_cell(scope, info, query, whom) if whom.stage else _of_step(question, whom)
    someone = searched(someone, scope, part)
    money = money_of(question, someone, query.money_days, sa.true())
    ends = _ends(scope, someone)
    last, boss, key = schema.journey.alias("last_row"), schema.journey.alias("manager_row"), key_of(scope)

    def row_of(rows: Any, item: Any) -> ColumnElement[bool]:
        return sa.and_(
            rows.c.engagement == scope.engagement,
            rows.c.customer_id == someone.c.customer_id,
            rows.c.item == item,
        )

    joined = (
        someone.join(key, key.c.customer_id == someone.c.customer_id)
        .outerjoin(money, money.c.customer_id == someone.c.customer_id)
        .outerjoin(ends, ends.c.customer_id == someone.c.customer_id)
        .outerjoin(last, row_of(last, ends.c.last_item))
        .outerjoin(boss, row_of(boss, ends.c.manager_item))
    )
    deals = sa.func.coalesce(money.c.deals, 0)
    revenue = sa.func.coalesce(money.c.revenue, sa.cast(0, schema.Money))
    orders = {
        "last": last.c.moment,
        "entered": someone.c.moment,
        "revenue": revenue,
        "deals": deals,
        "segment": someone.c.segment,
        "reached": someone.c.reached,
        "days": someone.c.days,
        "touches": someone.c.touches,
        "last_stage": last.c.stage_order,
        "channel": last.c.channel,
        "touchpoint": last.c.touchpoint,
        "manager": boss.c.manager,
    }
    statement = sa.select(
        key.c.customer_key,
        someone.c.segment,
        someone.c.moment.label("entered_moment"),
        someone.c.local_day.label("entered_day"),
        someone.c.instant.label("entered_instant"),
        *(someone.c[name] for name in ("reached", "days", "touches", "passed")),
        deals.label("deals"),
        revenue.label("revenue"),
        last.c.moment.label("last_moment"),
        last.c.local_day.label("last_day"),
        last.c.instant.label("last_instant"),
        last.c.stage.label("last_stage"),
        last.c.channel,
        last.c.touchpoint,
        boss.c.manager,
        sa.func.count().over().label("total"),
    ).select_from(joined)
    return ordered(statement, orders, part, someone.c.customer_id)


def _of_step(question: Question, whom: Whom) -> sa.CTE:
    """Customers at a step of the funnel, as `funnel_answer.counts` counts them."""
    picked = grouped(question, attempts_of(question), tuple(dict.fromkeys((SEGMENT, whom.by))))
    start = question.number(whom.step) if whom.step else 1
    following = start + 1 if start and start < len(question.steps) else None
    entered = sa.false() if start is None else reached(picked, start)
    passed = sa.false() if following is None else reached(picked, following)
    kept = [picked.c.ripe == 1, entered]
    if "removed" in picked.c:
        kept.append(picked.c.removed == 0)
    if whom.group is not None:
        kept.append(picked.c[whom.by] == whom.group)
    if whom.went is not None:
        kept.append(passed if whom.went is Went.ON else sa.not_(passed))
    furthest, place = _furthest(question, picked)
    entry = Moment(picked.c.moment, picked.c.local_day, picked.c.instant)
    known = sa.case((passed, 1), else_=0) if following else sa.null().cast(sa.Integer)
    return (
        sa.select(
            picked.c.customer_id,
            picked.c.segment,
            picked.c.moment,
            picked.c.local_day,
            picked.c.instant,
            place.label("reached"),
            days_between(entry, furthest).label("days"),
            sa.null().cast(sa.Integer).label("touches"),
            known.label("passed"),
        )
        .where(*kept)
        .cte("someone")
    )


def _furthest(question: Question, picked: sa.CTE) -> tuple[Moment, Any]:
    """Time and number of the furthest step that was met; the entry where no later one was."""
    met = [step.number for step in reversed(question.steps) if f"moment_{step.number}" in picked.c]
    if not met:
        return Moment(picked.c.moment, picked.c.local_day, picked.c.instant), sa.literal(1, sa.Integer)

    def of(value: Any, otherwise: Any) -> Any:
        return sa.case(*((picked.c[f"moment_{k}"].is_not(None), value(k)) for k in met), else_=otherwise)

    time = Moment(
        of(lambda k: picked.c[f"moment_{k}"], picked.c.moment),
        of(lambda k: picked.c[f"day_{k}"], picked.c.local_day),
        of(lambda k: is_instant(picked.c[f"mark_{k}"]), picked.c.instant),
    )
    return time, of(lambda k: sa.literal(k, sa.Integer), sa.literal(0 if 1 in met else 1, sa.Integer))


def _of_cell(scope: Scope, info: GenerationInfo, query: JourneyQuery, whom: Whom) -> sa.CTE:
    """Customers of a cell, as `heatmap.heatmap_statement` counts them; their entry is the first touch of it."""
    touch = schema.journey
    chosen = query.with_(segments=(whom.group,)) if whom.group and whom.by == SEGMENT else query
    rows, kept = chosen_touches(touch, scope, info, chosen)
    here = [kept, touch.c.stage_order == info.model.order(str(whom.stage))]
    if whom.channel is not None:
        here.append(touch.c.channel == whom.channel)
    if whom.touchpoint is not None:
        here.append(touchpoint_name(touch).element == whom.touchpoint)
    met = (
        sa.select(
            touch.c.customer_id,
            sa.func.count().label("touches"),
            sa.func.min(touch.c.item).label("first_item"),
        )
        .select_from(rows)
        .where(*here)
        .group_by(touch.c.customer_id)
        .cte("met_customer")
    )
    first = schema.journey.alias("first_touch")
    joined: Any = met.join(
        first,
        sa.and_(
            first.c.engagement == scope.engagement,
            first.c.customer_id == met.c.customer_id,
            first.c.item == met.c.first_item,
        ),
    )
    base = sa.select(first, met.c.touches).select_from(joined).cte("first_met")
    with_segment, segment = segment_of(base, scope, lambda span: holds_at_end(span, query.period, info))
    over, onward = over_by_data_end(base.c, info, query.window_days), went_on(base, query.window_days)
    passed = sa.case((sa.and_(over, onward), 1), (over, 0), else_=sa.null().cast(sa.Integer))
    nothing = sa.null()
    statement = sa.select(
        base.c.customer_id,
        segment.label("segment"),
        base.c.moment,
        base.c.local_day,
        base.c.instant,
        nothing.cast(sa.Integer).label("reached"),
        nothing.cast(sa.Double).label("days"),
        base.c.touches,
        passed.label("passed"),
    ).select_from(with_segment)
    if whom.went is not None:
        statement = statement.where(passed == (1 if whom.went is Went.ON else 0))
    return statement.cte("someone")


def _ends(scope: Scope, someone: sa.CTE) -> sa.CTE:
    """The latest contact or deal of each customer, and the latest that names a manager."""
    rows = schema.journey.alias("any_row")
    return (
        sa.select(
            someone.c.customer_id,
            sa.func.max(rows.c.item).label("last_item"),
            sa.func.max(rows.c.item).filter(rows.c.manager.is_not(None)).label("manager_item"),
        )
        .join(
            rows,
            sa.and_(
                rows.c.engagement == scope.engagement,
                rows.c.customer_id == someone.c.customer_id,
                sa.or_(rows.c.is_touch, rows.c.deal_no.is_not(None)),
            ),
        )
        .group_by(someone.c.customer_id)
        .cte("ends")
    )
