"""Touchpoint heatmap: how many customers each touchpoint met in the period, and how many of them went on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import NO_CHANNEL, JourneyQuery, Split
from data_access import schema
from data_access.dialect import within_days
from data_access.facts import Facts
from data_access.filters import (
    check_names,
    holds_at_end,
    in_period,
    of_channels,
    of_segments,
    over_by_data_end,
    segment_of,
)
from data_access.planner import Source, heatmap_source
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_heatmap(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Touches, reach and progression of every cell that occurs in the engagement, and of every stage.

    Returns a frame with `level` ('cell', or 'stage' with an empty channel), `stage`, `channel`, with
    `Split.TOUCHPOINT` also `touchpoint`, then `touches`, `customers` (distinct), `mature_customers` (their
    window after the first touch of the cell is over at the data end) and `passed` (of these, who reached a
    later stage in it; of the last stage: another deal). A cell nobody met in the period reads zeros.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, heatmap_statement(scope, info, query, heatmap_source()))


@built_once
def heatmap_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source = Source.JOURNEY
) -> sa.Select:
    """Cells and stages in one statement."""
    names = cell_names(query)
    if source is Source.JOURNEY_DAY:
        sums = _marked_sums(_marked(scope, info, query), names)
    else:
        sums = _sums(_met(scope, info, query), names)
    known = known_cells(scope, query, source)
    same = sa.and_(*[sums.c[name] == known.c[name] for name in names])
    cells = sa.select(
        sa.literal("cell", sa.Text).label("level"),
        stage_key(info, known),
        *[known.c[name] for name in names[1:]],
        *_numbers(sums),
    ).select_from(known.outerjoin(sums, same))
    stages = sa.select(
        sa.literal("stage", sa.Text).label("level"),
        stage_key(info, sums),
        *[sa.literal("", sa.Text).label(name) for name in names[1:]],
        *_numbers(sums),
    ).where(sums.c.channel.is_(None))
    return sa.select(sa.union_all(cells, stages).subquery("listed"))


def cell_names(query: JourneyQuery) -> tuple[str, ...]:
    """Columns of a cell; the stage by its place: a number groups a million touches faster than a word."""
    by_touchpoint = Split.TOUCHPOINT in query.by
    return ("stage_order", "channel", "touchpoint") if by_touchpoint else ("stage_order", "channel")


def stage_key(info: GenerationInfo, rows: Any) -> Any:
    """The key of the stage at `stage_order`."""
    keys = dict(enumerate(info.model.keys, 1))
    return sa.case(keys, value=rows.c.stage_order).label("stage")


def touchpoint_name(rows: Any) -> Any:
    """The touchpoint of a row; "(none)" where the file has none."""
    return sa.func.coalesce(rows.c.touchpoint, NO_CHANNEL).label("touchpoint")


def cell_of(rows: Any, query: JourneyQuery) -> list[Any]:
    """The columns of `cell_names` on a table with stage, channel and touchpoint."""
    return [rows.c.stage_order, rows.c.channel, touchpoint_name(rows)][: len(cell_names(query))]


def known_cells(scope: Scope, query: JourneyQuery, source: Source = Source.JOURNEY) -> sa.CTE:
    """Every cell that occurs in the engagement: zero touches in the period differ from no such touchpoint."""
    by_day = source is Source.JOURNEY_DAY
    rows = schema.known_cell if by_day else schema.journey
    return (
        sa.select(*cell_of(rows, query))
        .where(rows.c.engagement == scope.engagement, sa.true() if by_day else rows.c.is_touch)
        .distinct()
        .cte("known_cell")
    )


@dataclass(frozen=True, slots=True)
class Onward:
    """When the customer of a touch went on, in the columns that `within_days` reads."""

    moment: Any
    local_day: Any
    instant: Any

    @classmethod
    def of(cls, touch: Any) -> Onward:
        """The columns of a touch of the journey."""
        return cls(touch.c.onward_moment, touch.c.onward_day, touch.c.onward_instant)


def went_on(touch: Any, days: int) -> ColumnElement[bool]:
    """True where the customer went on within `days` after the touch; the journeys by day hold the window needed."""
    if "onward_window" in touch.c:
        return sa.and_(touch.c.onward_window.is_not(None), touch.c.onward_window <= days)
    return sa.and_(touch.c.onward_moment.is_not(None), within_days(touch.c, Onward.of(touch), days))


def outcome_code(touch: Any, info: GenerationInfo, query: JourneyQuery) -> ColumnElement[int]:
    """A number that orders touches and says what came of each.

    It is the touch's place in the journey times 4, plus 2 where its window is over, plus 1 where the customer
    went on in it: the smallest number of a customer is the first touch together with its outcome, so no second
    pass over the touches is needed.
    """
    onward, over = went_on(touch, query.window_days), over_by_data_end(touch.c, info, query.window_days)
    return touch.c.item * 4 + sa.case((over, 2), else_=0) + sa.case((onward, 1), else_=0)


def _met(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """Touches of the period by the chosen customers, each with its outcome."""
    touch = schema.journey
    rows, kept = chosen_touches(touch, scope, info, query)
    return (
        sa.select(
            touch.c.stage_order,
            touch.c.channel,
            touchpoint_name(touch),
            touch.c.customer_id,
            outcome_code(touch, info, query).label("code"),
        )
        .select_from(rows)
        .where(kept)
        .cte("met")
    )


def is_first(touch: Any, names: tuple[str, ...], since: Any) -> ColumnElement[bool]:
    """True on the customer's first touch since a day of the stage, channel or touchpoint that `names` makes.

    Args:
        touch: the journeys by day.
        names: the first one, two or three of stage, channel, touchpoint.
        since: a day or a column of days; None = of all.
    """
    before = touch.c[("stage_before", "channel_before", "touchpoint_before")[len(names) - 1]]
    return before.is_(None) if since is None else sa.or_(before.is_(None), before < since)


def chosen_touches(
    touch: Any, scope: Scope, info: GenerationInfo, query: JourneyQuery
) -> tuple[Any, ColumnElement[bool]]:
    """Touches of the period by the chosen customers: (rows to select from, what keeps them)."""
    rows, kept = chosen_rows(touch, scope, info, query)
    return rows, sa.and_(kept, touch.c.is_touch)


def chosen_rows(
    row: Any, scope: Scope, info: GenerationInfo, query: JourneyQuery
) -> tuple[Any, ColumnElement[bool]]:
    """Rows of the journeys, or of the journeys by day, of the period by the chosen customers.

    The segment is that of the period's end; it is joined where segments are chosen. Returns (rows to select from,
    what keeps them).
    """
    kept = sa.and_(
        row.c.engagement == scope.engagement,
        in_period(row.c.local_day, query.period),
        of_channels(row.c.customer_id, scope, info, query, touches=_table_of(row)),
    )
    if not query.segments:
        return row, kept
    rows, segment = segment_of(row, scope, lambda span: holds_at_end(span, query.period, info))
    return rows, sa.and_(kept, of_segments(segment, query))


def _table_of(touch: Any) -> sa.Table:
    """The table that a touch is a row of, by its name or by another."""
    return schema.journey_day if "onward_window" in touch.c else schema.journey


FIRST_OF_CELL, FIRST_OF_STAGE = 8, 4  # beside the outcome's 2 and 1


def _marked(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """How many touches of each cell are a customer's first one of the cell or stage, and had which outcome.

    The touch before says it (`is_first`), so nobody's touches need to be brought together: the rows are as many as
    cells, whatever the number of customers. `mark` adds up `FIRST_OF_CELL`, `FIRST_OF_STAGE`, 2 where the window is
    over and 1 where the customer went on in it.
    """
    touch = schema.journey_day
    rows, kept = chosen_touches(touch, scope, info, query)
    since, names = query.period.since, cell_names(query)
    rules = (
        (is_first(touch, names, since), FIRST_OF_CELL),
        (is_first(touch, names[:1], since), FIRST_OF_STAGE),
        (over_by_data_end(touch.c, info, query.window_days), 2),
        (went_on(touch, query.window_days), 1),
    )
    mark = sum((sa.case((rule, number), else_=0) for rule, number in rules), sa.literal(0))
    marked = sa.select(*cell_of(touch, query), mark.label("mark")).select_from(rows).where(kept).cte("marked")
    group = [marked.c[name] for name in (*names, "mark")]
    return sa.select(*group, sa.func.count().label("touches")).group_by(*group).cte("marked_cell")


def _marked_sums(marked: sa.CTE, names: tuple[str, ...]) -> sa.CTE:
    """What `_sums` gives, from counts of marked touches."""
    outcome = sa.func.mod(marked.c.mark, 4)

    def level(group: list[Any], first: ColumnElement[bool], shown: list[Any]) -> sa.Select:
        def touches(*rules: ColumnElement[bool]) -> Any:
            counted = sa.func.sum(sa.case((sa.and_(sa.true(), *rules), marked.c.touches), else_=0))
            return sa.cast(counted, sa.BigInteger)

        return sa.select(
            *shown,
            touches().label("touches"),
            touches(first).label("customers"),
            touches(first, outcome >= 2).label("mature_customers"),
            touches(first, outcome == 3).label("passed"),
        ).group_by(*group)

    cell, stage = [marked.c[name] for name in names], marked.c.stage_order
    no_cell = [sa.null().cast(sa.Text).label(name) for name in names[1:]]
    first_of_stage = sa.func.mod(marked.c.mark, FIRST_OF_CELL) >= FIRST_OF_STAGE
    return sa.union_all(
        level(cell, marked.c.mark >= FIRST_OF_CELL, cell), level([stage], first_of_stage, [stage, *no_cell])
    ).cte("sums")


def _sums(met: sa.CTE, names: tuple[str, ...]) -> sa.CTE:
    """Customers and touches of each cell and, with an empty channel, of each stage; who of them went on."""
    groups = [met.c[name] for name in names]
    sets = sa.func.grouping_sets(
        sa.tuple_(*groups, met.c.customer_id), sa.tuple_(met.c.stage_order, met.c.customer_id)
    )
    person = (
        sa.select(
            *groups,
            met.c.customer_id,
            sa.func.count().label("touches"),
            sa.func.min(met.c.code).label("code"),
        )
        .group_by(sets)
        .cte("met_customer")
    )
    outcome = sa.func.mod(person.c.code, 4)
    return (
        sa.select(
            *[person.c[name] for name in names],
            sa.cast(sa.func.sum(person.c.touches), sa.BigInteger).label("touches"),
            sa.func.count().label("customers"),
            sa.func.count(sa.case((outcome >= 2, 1))).label("mature_customers"),
            sa.func.count(sa.case((outcome == 3, 1))).label("passed"),
        )
        .group_by(*[person.c[name] for name in names])
        .cte("sums")
    )


def _numbers(rows: sa.CTE) -> list[Any]:
    return [
        sa.func.coalesce(rows.c[name], 0).label(name)
        for name in ("touches", "customers", "mature_customers", "passed")
    ]
