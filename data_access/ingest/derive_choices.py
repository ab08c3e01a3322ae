"""Which entries the periods choose, and what each entry brings: looked up once for each of the kept windows.

Of the entries in a period a funnel chooses the one whose chain comes deepest, the earliest on ties. So an entry is the
choice of each period that holds it, but neither the last entry before it whose chain comes as deep, nor the first one
after it whose chain comes deeper: two days say it for every period there is.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dashboard.journey.query import DEFAULT_WINDOW_DAYS, KEPT_WINDOWS
from data_access import schema
from data_access.dialect import unit_start, within_days
from data_access.funnel_amounts import bought
from data_access.funnel_attempts import depth
from data_access.funnel_steps import Question


def with_choices(question: Question, entry: sa.CTE) -> sa.Select:
    """The entries with the columns of `attempt` that follow from all entries and all deals of a customer.

    Args:
        question: the plain funnel over all stages.
        entry: every entry of the customers that it holds, with the days that its steps need.
    """
    depths = (depth(question, entry.c, days).label(f"depth_{days}") for days in KEPT_WINDOWS)
    deep = sa.select(entry, *depths).cte("deep_entry")
    money = _money(question, deep)
    return sa.select(
        *(deep.c[column.key] for column in entry.c),
        *(column for days in KEPT_WINDOWS for column in _periods(question, deep, days)),
        *(column for column in money.c if column.key != "item"),
    ).select_from(deep.outerjoin(money, money.c.item == deep.c.item))


def rank(rows: sa.Select) -> Any:
    """0: the choice of all days in the default window; 1: that of its quarter; 2: of shorter periods alone."""
    told = rows.selected_columns
    since, until = told[f"since_{DEFAULT_WINDOW_DAYS}"], told[f"until_{DEFAULT_WINDOW_DAYS}"]
    quarter = unit_start("quarter", told.local_day)
    outside = sa.and_(
        sa.or_(since.is_(None), since < quarter),
        sa.or_(until.is_(None), unit_start("quarter", until) > quarter),
    )
    return sa.case((sa.and_(since.is_(None), until.is_(None)), 0), (outside, 1), else_=2)


def _periods(question: Question, deep: sa.CTE, days: int) -> list[Any]:
    own = deep.c[f"depth_{days}"]
    levels = [step.number for step in question.steps]
    before: dict[str, Any] = {"partition_by": deep.c.customer_id, "order_by": deep.c.item, "rows": (None, -1)}
    after: dict[str, Any] = before | {"order_by": deep.c.item.desc()}

    def last(level: int) -> Any:
        return sa.func.max(sa.case((own >= level, deep.c.local_day))).over(**before)

    def first(level: int, column: Any) -> Any:
        return sa.func.min(sa.case((own > level, column))).over(**after)

    return [
        sa.case(*((own == level, last(level)) for level in levels)).label(f"since_{days}"),
        *(
            sa.case(*((own == level, first(level, column)) for level in levels)).label(f"{name}_{days}")
            for name, column in (("until", deep.c.local_day), ("until_moment", deep.c.moment))
        ),
    ]


def _money(question: Question, deep: sa.CTE) -> sa.CTE:
    """Deals and net revenue from each entry on, as the priced funnel counts them (`funnel_amounts.money_of`)."""
    deal, columns = schema.deal, []
    for days in KEPT_WINDOWS:
        inside = within_days(deep.c, deal.c, days)
        columns += [
            sa.func.count().filter(sa.and_(deal.c.kind == "deal", inside)).label(f"deals_{days}"),
            sa.func.sum(deal.c.amount).filter(inside).label(f"revenue_{days}"),
        ]
    return (
        sa.select(deep.c.item, *columns)
        .join(deal, bought(question, deep, max(KEPT_WINDOWS)))
        .group_by(deep.c.item)
        .cte("money_of_entry")
    )
