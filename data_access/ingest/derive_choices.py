"""The attempt of each customer that funnels of all days choose: looked up once for each of the kept windows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.journey.query import KEPT_WINDOWS
from data_access import schema
from data_access.funnel_attempts import best_score
from data_access.funnel_steps import Question, item_of
from data_access.ingest.derive_facts import blocks, insert_rows
from data_access.ingest.touched import among, begin


class DataEnd(NamedTuple):
    """Where the data of a generation end: it decides which entries are mature."""

    data_end: datetime | None
    data_end_day: date | None
    data_end_date_only: bool


_ANEW = sa.Table(
    "choosing_customer",
    sa.MetaData(),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)


def data_end_of(connection: sa.Connection, engagement: str) -> DataEnd | None:
    """Where the data end in the generation whose frame stands in the tables; None without one."""
    built = schema.generation
    columns = (built.c[name] for name in DataEnd._fields)
    row = connection.execute(sa.select(*columns).where(built.c.engagement == engagement)).first()
    return None if row is None else DataEnd(*row)


def write_choices(
    connection: sa.Connection, question: Question, touched: sa.FromClause | None, ended: DataEnd | None
) -> None:
    """Fill `best_attempt` from the walks.

    Args:
        question: the plain funnel over all stages.
        touched: customers whose walks were made anew (their choices are gone); None = everybody's.
        ended: where the data ended before: customers with an entry that has ripened since choose anew, too; None =
            nobody knows, so everybody does.
    """
    rows, info = schema.best_attempt, question.info
    now = DataEnd(info.data_end, info.data_end_day, info.data_end_date_only)
    whose: Any = touched
    if touched is not None and ended != now:
        whose = None if ended is None else _choosing(connection, question, touched, ended)
        connection.execute(
            sa.delete(rows).where(
                rows.c.engagement == question.scope.engagement, *among(rows.c.customer_id, whose)
            )
        )
    for block in blocks(connection, question.scope.engagement) if whose is None else [whose]:
        insert_rows(connection, rows, question.scope.engagement, _choices(question, block))


def _choosing(
    connection: sa.Connection, question: Question, touched: sa.FromClause, ended: DataEnd
) -> sa.Table:
    """Touched customers, and those with an entry that has become mature in some window, or is so no more."""
    rows, before = schema.attempt, replace(question, info=replace(question.info, **ended._asdict()))
    changed = (_mature(question, rows, days) != _mature(before, rows, days) for days in KEPT_WINDOWS)
    ripened = sa.select(rows.c.customer_id).where(
        rows.c.engagement == question.scope.engagement, sa.or_(*changed)
    )
    begin(connection, _ANEW)
    everybody = sa.union(sa.select(touched.c.customer_id), ripened)
    connection.execute(sa.insert(_ANEW).from_select(["customer_id"], everybody))
    return _ANEW


def _mature(question: Question, rows: Any, days: int) -> Any:
    return sa.case((replace(question, ripe_days=days).mature(rows.c), 1), else_=0)


def _choices(question: Question, whose: sa.FromClause | None) -> sa.Select:
    """Rows of `best_attempt`: all windows are looked at in one grouping of the entries."""
    rows = schema.attempt
    mine = (rows.c.engagement == question.scope.engagement, *among(rows.c.customer_id, whose))
    found: list[Any] = []
    for days in KEPT_WINDOWS:
        ripe = _mature(question, rows, days)
        found += [
            item_of(best_score(question, rows.c, days)).label(f"plain_{days}"),
            item_of(best_score(question, rows.c, days, ripe)).label(f"mature_{days}"),
            sa.func.max(ripe).label(f"ripe_{days}"),
        ]
    best = sa.select(*found).where(*mine).group_by(rows.c.customer_id).cte("best_entry")
    window = sa.values(sa.column("days", sa.Integer), name="window_of")
    window = window.data([(days,) for days in KEPT_WINDOWS]).cte("kept_window")
    plain, mature, ripe = (
        sa.case(*((window.c.days == days, best.c[f"{name}_{days}"]) for days in KEPT_WINDOWS)).label(name)
        for name in ("plain", "mature", "ripe")
    )
    each = (
        sa.select(window.c.days, plain, mature, ripe).select_from(best.join(window, sa.true())).cte("choice")
    )
    same = each.c.plain == each.c.mature
    picked = sa.union_all(
        sa.select(
            each.c.days,
            each.c.plain.label("item"),
            sa.true().label("plain"),
            same.label("mature"),
            each.c.ripe,
        ),
        sa.select(each.c.days, each.c.mature, sa.false(), sa.true(), each.c.ripe).where(sa.not_(same)),
    ).cte("picked")
    took = (
        sa.case((rows.c[f"need_{step.number}"] <= picked.c.days, rows.c[f"took_{step.number}"])).label(
            f"took_{step.number}"
        )
        for step in question.steps[1:]
    )
    names = ("customer_id", "item", "moment", "local_day", "instant", "segment")
    return (
        sa.select(
            picked.c.days.label("window_days"),
            *(picked.c[name] for name in ("plain", "mature", "ripe")),
            *(rows.c[name] for name in names),
            *took,
        )
        .join_from(picked, rows, picked.c.item == rows.c.item)
        .where(rows.c.engagement == question.scope.engagement)
        .order_by(picked.c.days, rows.c.item)
    )
