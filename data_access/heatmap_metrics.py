"""Further figures of the touchpoint heatmap, each in a statement of its own: pace, mood, exits and lift."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from data_access import schema
from data_access.dialect import days_between, percentile, within_days
from data_access.facts import Facts
from data_access.filters import check_names, over_by_data_end
from data_access.heatmap import Onward, cell_names, cell_of, chosen_touches, is_first, stage_key, went_on
from data_access.planner import Source, heatmap_source
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_pace(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """How long it took those who went on from each cell.

    Returns a frame with `stage`, `channel`, with `Split.TOUCHPOINT` also `touchpoint`, then `median_days` (from
    the customer's first touch of the cell in the period to the next later stage; of those who reached one within
    the window and whose window is over) and `timed` (how many they are). Cells without one are absent.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    return _fetch(facts, scope, query, pace_statement)


def fetch_mood(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Sentiment of the touches of each cell: `sentiment` (mean, -1..1), `rated` (touches that have one), `squares`
    (sum of their squares).

    Columns of the cell as in `fetch_pace`; cells without a rated touch are absent.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    return _fetch(facts, scope, query, mood_statement)


def fetch_exits(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Where those who stopped in a stage were last seen in it: `stopped` customers by cell of their last touch.

    A customer stopped in a stage who, within the window from the first touch of it in the period, reached no
    later one; the window is over. The last touch is that of the stage in the window. Columns of the cell as in
    `fetch_pace`; the last stage and cells where nobody stopped are absent.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    return _fetch(facts, scope, query, exits_statement)


def fetch_lift(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Customers still in a stage some days after their first touch of it, and who of them went on afterwards.

    Returns a frame with `level` ('cell': those whom the cell had touched by then; 'stage': everybody, with an
    empty channel), the columns of the cell, `staying` and `passed` (reached a later stage within the window
    from that moment). Only customers whose window from that moment is over.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    return _fetch(facts, scope, query, lift_statement)


def _fetch(facts: Facts, scope: Scope, query: JourneyQuery, build: Any) -> pd.DataFrame:
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, build(scope, info, query, heatmap_source()))


@built_once
def pace_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source = Source.JOURNEY
) -> sa.Select:
    """Median days from the first touch of each cell to the next stage."""
    names = cell_names(query)
    first = first_rows(scope, info, query, names, source)
    days = first.c.onward_days if source is Source.JOURNEY_DAY else days_between(first.c, Onward.of(first))
    return (
        sa.select(
            *_cell(info, first, names),
            percentile(0.5, days).label("median_days"),
            sa.func.count().label("timed"),
        )
        .where(over_by_data_end(first.c, info, query.window_days), went_on(first, query.window_days))
        .group_by(*[first.c[name] for name in names])
    )


@built_once
def mood_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source = Source.JOURNEY
) -> sa.Select:
    """Mean sentiment of each cell's touches."""
    touch = _touches(source)
    rows, kept = chosen_touches(touch, scope, info, query)
    names = cell_names(query)
    rated = sa.select(*cell_of(touch, query), touch.c.sentiment).select_from(rows).where(kept).cte("rated")
    return (
        sa.select(
            *_cell(info, rated, names),
            sa.func.avg(rated.c.sentiment).label("sentiment"),
            sa.func.count().label("rated"),
            sa.func.sum(rated.c.sentiment * rated.c.sentiment).label("squares"),
        )
        .where(rated.c.sentiment.is_not(None))
        .group_by(*[rated.c[name] for name in names])
    )


@built_once
def exits_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source = Source.JOURNEY
) -> sa.Select:
    """Customers who stopped in each stage, by the cell of their last touch of it."""
    first, table = first_rows(scope, info, query, ("stage_order",), source), _touches(source)
    later, end = table.alias("later"), table.alias("last_row")
    last = (
        sa.select(sa.func.max(later.c.item).label("item"))
        .join_from(first, later, touch_since(later, first, first.c, scope, query.window_days))
        .where(
            _not_before(later, query),
            first.c.stage_order < len(info.model.keys),
            over_by_data_end(first.c, info, query.window_days),
            sa.not_(went_on(first, query.window_days)),
        )
        .group_by(first.c.customer_id, first.c.stage_order)
        .cte("last_touch")
    )
    where = (
        sa.select(*cell_of(end, query))
        .join_from(last, end, same_item(end, last, scope))
        .where(_not_before(end, query))
        .cte("left_from")
    )
    names = cell_names(query)
    return sa.select(*_cell(info, where, names), sa.func.count().label("stopped")).group_by(
        *[where.c[name] for name in names]
    )


@built_once
def lift_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source = Source.JOURNEY
) -> sa.Select:
    """Customers still in each stage at the landmark, all of them and those whom each cell had touched."""
    staying = _staying(scope, info, query, source)
    names = cell_names(query)
    touch = _touches(source)
    touched = (
        sa.select(*cell_of(touch, query), staying.c.customer_id, staying.c.passed)
        .join_from(staying, touch, touch_since(touch, staying, staying.c, scope, query.landmark_days))
        .where(_not_before(touch, query))
        .distinct()
        .cte("touched")
    )
    cells = sa.select(
        sa.literal("cell", sa.Text).label("level"), *_cell(info, touched, names), *_outcome(touched)
    ).group_by(*[touched.c[name] for name in names])
    stages = sa.select(
        sa.literal("stage", sa.Text).label("level"),
        stage_key(info, staying),
        *[sa.literal("", sa.Text).label(name) for name in names[1:]],
        *_outcome(staying),
    ).group_by(staying.c.stage_order)
    return sa.select(sa.union_all(cells, stages).subquery("listed"))


def _staying(scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source) -> sa.CTE:
    """Each stage's customers whom no later stage had reached by the landmark, with what came after it."""
    first = first_rows(scope, info, query, ("stage_order",), source)
    days = query.landmark_days + query.window_days
    kept = ("stage_order", "customer_id", "item", "moment", "local_day", "instant")
    return (
        sa.select(
            *[first.c[name] for name in kept], sa.case((went_on(first, days), 1), else_=0).label("passed")
        )
        .where(over_by_data_end(first.c, info, days), sa.not_(went_on(first, query.landmark_days)))
        .cte("staying")
    )


def first_rows(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, names: tuple[str, ...], source: Source
) -> sa.CTE:
    """The first touch in the period of each customer in each group, with its time and when the customer went on."""
    columns = ("customer_id", "item", "moment", "local_day", "instant")
    if source is Source.JOURNEY_DAY:
        touch = schema.journey_day
        rows, kept = chosen_touches(touch, scope, info, query)
        return (
            sa.select(
                *cell_of(touch, query)[: len(names)],
                *[touch.c[name] for name in columns],
                touch.c.onward_days,
                touch.c.onward_window,
            )
            .select_from(rows)
            .where(kept, is_first(touch, names, query.period.since))
            .cte("first_row")
        )
    first = first_touch(scope, info, query, names)
    row = schema.journey.alias("row_of_first")
    onward = (row.c.onward_moment, row.c.onward_day, row.c.onward_instant)
    return (
        sa.select(*[first.c[name] for name in names], *[row.c[name] for name in columns], *onward)
        .join_from(first, row, same_item(row, first, scope))
        .cte("first_row")
    )


def _touches(source: Source) -> sa.Table:
    return schema.journey_day if source is Source.JOURNEY_DAY else schema.journey


def _not_before(touch: Any, query: JourneyQuery) -> Any:
    """True on the days since the period's beginning: what follows its touches lies nowhere else."""
    return sa.true() if query.period.since is None else touch.c.local_day >= query.period.since


def first_touch(scope: Scope, info: GenerationInfo, query: JourneyQuery, names: tuple[str, ...]) -> sa.CTE:
    """The first touch in the period of each customer in each group: its place in the journey (`item`)."""
    touch = schema.journey
    rows, kept = chosen_touches(touch, scope, info, query)
    met = (
        sa.select(*cell_of(touch, query), touch.c.customer_id, touch.c.item)
        .select_from(rows)
        .where(kept)
        .cte("met")
    )
    group = [met.c[name] for name in names]
    return (
        sa.select(*group, met.c.customer_id, sa.func.min(met.c.item).label("item"))
        .group_by(*group, met.c.customer_id)
        .cte("first_touch")
    )


def same_item(row: Any, place: sa.CTE, scope: Scope) -> Any:
    """True on the journey's row that `place` names by its `item`."""
    return sa.and_(row.c.engagement == scope.engagement, row.c.item == place.c.item)


def touch_since(touch: Any, place: sa.CTE, start: Any, scope: Scope, days: int) -> Any:
    """Touches of the customer in a stage, from `place` (customer, stage, item) on and at most `days` after `start`."""
    return sa.and_(
        touch.c.engagement == scope.engagement,
        touch.c.is_touch,
        touch.c.customer_id == place.c.customer_id,
        touch.c.stage_order == place.c.stage_order,
        touch.c.item >= place.c.item,
        within_days(start, touch.c, days),
    )


def _cell(info: GenerationInfo, rows: sa.CTE, names: tuple[str, ...]) -> list[Any]:
    return [stage_key(info, rows), *[rows.c[name] for name in names[1:]]]


def _outcome(rows: sa.CTE) -> list[Any]:
    passed = sa.cast(sa.func.sum(rows.c.passed), sa.BigInteger)
    return [sa.func.count().label("staying"), passed.label("passed")]
