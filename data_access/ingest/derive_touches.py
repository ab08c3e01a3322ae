"""The journeys by day: what heatmap and transitions ask of each touch, looked up once, in the order of days."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from dashboard.journey.query import NO_CHANNEL
from data_access import schema
from data_access.dialect import days_between
from data_access.funnel_steps import Moment
from data_access.ingest.derive_facts import insert_rows
from data_access.ingest.touched import among

# columns that a row of the journeys by day has from the journeys
_SAME = (
    *("customer_id", "item", "moment", "local_day", "instant", "stage_order", "is_step", "is_touch"),
    *("channel", "touchpoint", "cost", "sentiment"),
)
_ONWARD = ("onward_moment", "onward_day", "onward_instant")
_MOMENT = ("moment", "day", "instant")


def write_known_cells(connection: sa.Connection, engagement: str) -> None:
    """List the cells that occur in the journeys: a few rows from one scan, since one may go with its last customer."""
    cell = schema.known_cell
    connection.execute(sa.delete(cell).where(cell.c.engagement == engagement))
    insert_rows(connection, cell, engagement, _cells(engagement))


def write_journey_days(
    connection: sa.Connection, engagement: str, touched: sa.FromClause | None = None
) -> None:
    """Fill `journey_day` from the journeys and the cells that occur in them.

    Args:
        touched: a table with the column `customer_id`: write the rows of these alone, their old ones are gone; None =
            everybody's.
    """
    insert_rows(connection, schema.journey_day, engagement, _rows(engagement, touched))


@lru_cache(maxsize=8)
def _cells(engagement: str) -> sa.Select:
    """Cells that occur, with the numbers of their names: those that rows of other customers have, else new ones."""
    journey = schema.journey
    cell = (
        sa.select(journey.c.stage_order, journey.c.channel, _touchpoint(journey).label("touchpoint"))
        .where(journey.c.engagement == engagement, journey.c.is_touch)
        .distinct()
        .cte("occurring_cell")
    )
    channel, touchpoint = (_numbers(engagement, cell, kind) for kind in ("channel", "touchpoint"))
    return sa.select(
        cell, channel.c.no.label("channel_no"), touchpoint.c.no.label("touchpoint_no")
    ).select_from(
        cell.join(channel, channel.c.name == cell.c.channel).join(
            touchpoint, touchpoint.c.name == cell.c.touchpoint
        )
    )


def _numbers(engagement: str, cell: sa.CTE, kind: str) -> sa.CTE:
    """`name` and `no` of every channel or touchpoint."""
    day = schema.journey_day
    said = day.c.channel if kind == "channel" else _touchpoint(day)
    old = (
        sa.select(said.label("name"), sa.func.max(day.c[f"{kind}_no"]).label("no"))
        .where(day.c.engagement == engagement, day.c.is_touch)
        .group_by(said)
        .cte(f"old_{kind}")
    )
    name = sa.select(cell.c[kind].label("name")).distinct().cte(f"{kind}_name")
    used = sa.select(sa.func.coalesce(sa.func.max(old.c.no), 0)).scalar_subquery()
    new = sa.func.row_number().over(order_by=(sa.case((old.c.no.is_(None), 0), else_=1), name.c.name))
    return (
        sa.select(name.c.name, sa.cast(sa.func.coalesce(old.c.no, used + new), sa.Integer).label("no"))
        .select_from(name.outerjoin(old, old.c.name == name.c.name))
        .cte(f"{kind}_number")
    )


@lru_cache(maxsize=8)
def _rows(engagement: str, touched: sa.FromClause | None) -> sa.Select:
    """Touches and steps with what came before and next, by day: a narrow period reads few of them."""
    numbered = _numbered(engagement, touched)
    row, met = _looking_ahead(numbered), _met_before(numbered)
    days = _apart(row, Moment(*(row.c[name] for name in _ONWARD)))
    before = ("stage_before", "channel_before", "touchpoint_before")
    after = ("next_stage", "next_step_day", "next_channel", "next_touchpoint", "next_touch_day")
    return (
        sa.select(
            *(row.c[name] for name in (*_SAME, "channel_no", "touchpoint_no")),
            days.label("onward_days"),
            sa.cast(sa.func.ceil(days), sa.Integer).label("onward_window"),
            *(met.c[name] for name in before),
            *(row.c[name] for name in after),
            *(
                (_apart(row, Moment(*(row.c[f"next_{kind}_{name}"] for name in _MOMENT))) * 24).label(
                    f"next_{kind}_hours"
                )
                for kind in ("step", "touch")
            ),
        )
        .select_from(
            row.outerjoin(met, sa.and_(met.c.customer_id == row.c.customer_id, met.c.item == row.c.item))
        )
        .order_by(row.c.local_day, row.c.item)
    )


def _apart(row: Any, later: Moment) -> Any:
    """Days from the row to a later one; NULL without it."""
    return sa.case((later.local_day.is_not(None), days_between(row.c, later)))


def _numbered(engagement: str, touched: sa.FromClause | None) -> sa.CTE:
    """Touches and steps with the numbers of their channel and touchpoint; nobody asks those of a deal."""
    journey, cell = schema.journey, schema.known_cell
    same = sa.and_(
        cell.c.engagement == engagement,
        cell.c.stage_order == journey.c.stage_order,
        cell.c.channel == journey.c.channel,
        cell.c.touchpoint == _touchpoint(journey),
    )
    return (
        sa.select(*(journey.c[name] for name in (*_SAME, *_ONWARD)), cell.c.channel_no, cell.c.touchpoint_no)
        .select_from(journey.outerjoin(cell, same))
        .where(journey.c.engagement == engagement, sa.or_(journey.c.is_touch, journey.c.is_step))
        .where(*among(journey.c.customer_id, touched))
        .cte("numbered")
    )


def _looking_ahead(row: sa.CTE) -> sa.CTE:
    """Each row with the customer's next one of its kind."""

    def following(kind: str, **columns: Any) -> list[Any]:
        flag = row.c[f"is_{kind}"]
        place: dict[str, Any] = {"partition_by": (row.c.customer_id, flag), "order_by": row.c.item}
        columns |= {
            f"next_{kind}_{short}": row.c[name]
            for short, name in zip(_MOMENT, ("moment", "local_day", "instant"), strict=True)
        }
        return [
            sa.case((flag, sa.func.lead(column).over(**place))).label(name)
            for name, column in columns.items()
        ]

    return sa.select(
        row,
        *following("step", next_stage=row.c.stage_order),
        *following("touch", next_channel=row.c.channel_no, next_touchpoint=row.c.touchpoint_no),
    ).cte("looking_ahead")


def _met_before(row: sa.CTE) -> sa.CTE:
    """For each touch the day on which the customer met its stage, channel and touchpoint before.

    Sorted by numbers, with nothing else in the rows: names and whole rows would take three times as long.
    """

    def before(*numbers: Any) -> Any:
        return sa.func.lag(row.c.local_day).over(
            partition_by=(row.c.customer_id, *numbers), order_by=row.c.item
        )

    stage, channel, touchpoint = row.c.stage_order, row.c.channel_no, row.c.touchpoint_no
    return (
        sa.select(
            row.c.customer_id,
            row.c.item,
            before(stage).label("stage_before"),
            before(stage, channel).label("channel_before"),
            before(stage, channel, touchpoint).label("touchpoint_before"),
        )
        .where(row.c.is_touch)
        .cte("met_before")
    )


def _touchpoint(rows: Any) -> Any:
    return sa.func.coalesce(rows.c.touchpoint, NO_CHANNEL)
