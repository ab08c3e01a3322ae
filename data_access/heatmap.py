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
    return facts.frame(scope, heatmap_statement(scope, info, query))


@built_once
def heatmap_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Cells and stages in one statement."""
    names = cell_names(query)
    sums = _sums(_met(scope, info, query), names)
    known = known_cells(scope, query)
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


def known_cells(scope: Scope, query: JourneyQuery) -> sa.CTE:
    """Every cell that occurs in the engagement: zero touches in the period differ from no such touchpoint."""
    journey = schema.journey
    return (
        sa.select(*cell_of(journey, query))
        .where(journey.c.engagement == scope.engagement, journey.c.is_touch)
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
    """True where the customer went on within `days` after the touch."""
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


def chosen_touches(
    touch: Any, scope: Scope, info: GenerationInfo, query: JourneyQuery
) -> tuple[Any, ColumnElement[bool]]:
    """Touches of the period by the chosen customers: (rows to select from, what keeps them).

    The segment is that of the period's end; it is joined where segments are chosen.
    """
    kept = sa.and_(
        touch.c.engagement == scope.engagement,
        touch.c.is_touch,
        in_period(touch.c.local_day, query.period),
        of_channels(touch.c.customer_id, scope, info, query),
    )
    if not query.segments:
        return touch, kept
    rows, segment = segment_of(touch, scope, lambda span: holds_at_end(span, query.period, info))
    return rows, sa.and_(kept, of_segments(segment, query))


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
