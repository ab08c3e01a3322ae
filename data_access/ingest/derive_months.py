"""What LCPQ sums, ready: first leads, each customer's days and months, and the period book of every calendar unit.

Read by the planner (`data_access.planner.lcpq_source`); every answer from them equals that of the journeys.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.journey.period import unit_of
from dashboard.journey.query import NO_LEAD, NO_SEGMENT
from dashboard.journey.stages import StageModel
from data_access import schema
from data_access.dialect import unit_start
from data_access.filters import holds_at, holds_before
from data_access.ingest.derive_facts import insert_rows
from data_access.ingest.touched import among, begin
from data_access.lcpq_counts import COUNTS, counted, gathered, known_by_day
from data_access.lcpq_sales import SUMS, sums
from data_access.lcpq_summed import lead_of

_MONEY = ("revenue", "refunded", "new_revenue")
_LATEST = datetime(9999, 12, 31, tzinfo=UTC).replace(tzinfo=None)


def write_customer_sums(
    connection: sa.Connection, engagement: str, model: StageModel, touched: sa.FromClause | None = None
) -> None:
    """Write `first_lead`, `customer_day` and `customer_month` of the touched customers.

    Args:
        touched: customers whose rows are written (theirs are deleted before); None = everybody.
    """
    _write_first_leads(connection, engagement, model, touched)
    _write_days(connection, engagement, model, touched)
    _write_months(connection, engagement, touched)


def write_book(
    connection: sa.Connection, engagement: str, zone: str, touched: sa.FromClause | None = None
) -> None:
    """Write what the customers' sums add up to in `lcpq_cell`.

    Args:
        touched: customers whose sums are new, after `take_back_cells` has noted the old ones; None = everybody.
    """
    parts = _parts(connection, engagement, zone)
    if touched is None:
        _write_cells(connection, engagement, parts)
    else:
        _refresh_cells(connection, engagement, parts, touched)


def take_back_cells(connection: sa.Connection, engagement: str, zone: str, touched: sa.FromClause) -> None:
    """Note what customers have in `lcpq_cell`, while their old rows stand: it will be subtracted."""
    begin(connection, _ADDED)
    parts = _parts(connection, engagement, zone)
    _write_cells(connection, engagement, parts, touched, into=_ADDED, back=True)


def _lead(engagement: str, model: StageModel) -> sa.ColumnElement[bool]:
    journey = schema.journey
    return sa.and_(
        journey.c.engagement == engagement, journey.c.is_touch, journey.c.stage.in_(model.lead_keys)
    )


def _first_rows(engagement: str, first: sa.Select) -> tuple[Any, Any]:
    """The journey row of each `item` of a statement, beside that statement: (row, joined)."""
    item, row = first.subquery("first_item"), schema.journey.alias("first_row")
    same = sa.and_(row.c.engagement == engagement, row.c.item == item.c.item)
    return row, row.join(item, same)


def _write_first_leads(
    connection: sa.Connection, engagement: str, model: StageModel, touched: sa.FromClause | None
) -> None:
    journey = schema.journey
    begins = _lead(engagement, model)
    if not model.lead_keys:
        begins = sa.and_(journey.c.engagement == engagement, journey.c.deal_no == 1)
    first = (
        sa.select(sa.func.min(journey.c.item).label("item"))
        .where(begins, *among(journey.c.customer_id, touched))
        .group_by(journey.c.customer_id)
    )
    row, joined = _first_rows(engagement, first)
    span = schema.segment_span
    held = sa.and_(
        span.c.engagement == engagement, span.c.customer_id == row.c.customer_id, holds_at(span, row.c.moment)
    )
    names = ("customer_id", "item", "moment", "local_day", "instant", "channel")
    segment = sa.func.coalesce(span.c.segment, NO_SEGMENT).label("segment")
    insert_rows(
        connection,
        schema.first_lead,
        engagement,
        sa.select(*(row.c[name] for name in names), segment)
        .select_from(joined.outerjoin(span, held))
        .order_by(row.c.local_day, row.c.item),
    )


def _write_days(
    connection: sa.Connection, engagement: str, model: StageModel, touched: sa.FromClause | None
) -> None:
    journey, deal, first = schema.journey, schema.deal, schema.first_lead
    of_day = (
        sa.select(sa.func.min(journey.c.item).label("item"))
        .where(_lead(engagement, model), *among(journey.c.customer_id, touched))
        .group_by(journey.c.customer_id, journey.c.local_day)
    )
    row, joined = _first_rows(engagement, of_day)
    lead = sa.select(row.c.customer_id, row.c.local_day, row.c.channel).select_from(joined).subquery("lead")
    picked = sa.select(deal, sa.literal(1, sa.Integer).label("picked")).subquery("picked")
    sold = (
        sa.select(picked.c.customer_id, picked.c.local_day, *sums(picked))
        .where(picked.c.engagement == engagement, *among(picked.c.customer_id, touched))
        .group_by(picked.c.customer_id, picked.c.local_day)
        .subquery("sold")
    )
    earliest = (
        sa.select(deal.c.customer_id, deal.c.local_day)
        .where(deal.c.engagement == engagement, deal.c.deal_no == 1)
        .subquery("earliest_deal")
    )
    whose = sa.func.coalesce(lead.c.customer_id, sold.c.customer_id)
    day = sa.func.coalesce(lead.c.local_day, sold.c.local_day)
    same = sa.and_(lead.c.customer_id == sold.c.customer_id, lead.c.local_day == sold.c.local_day)
    rows = (
        lead.outerjoin(sold, same, full=True)
        .outerjoin(first, sa.and_(first.c.engagement == engagement, first.c.customer_id == whose))
        .outerjoin(earliest, earliest.c.customer_id == whose)
    )
    insert_rows(
        connection,
        schema.customer_day,
        engagement,
        sa.select(
            day.label("day"),
            whose.label("customer_id"),
            lead.c.local_day.label("lead_day"),
            lead.c.channel.label("lead_channel"),
            *(sa.func.coalesce(sold.c[name], 0).label(name) for name in SUMS),
            (first.c.local_day if model.lead_keys else sa.null().cast(sa.Date)).label("first_lead_day"),
            earliest.c.local_day.label("first_deal_day"),
        )
        .select_from(rows)
        .order_by(day, whose),
    )


def _write_months(connection: sa.Connection, engagement: str, touched: sa.FromClause | None) -> None:
    day = schema.customer_day
    dated = (
        sa.select(unit_start("month", day.c.day).label("month"), day)
        .where(day.c.engagement == engagement, *among(day.c.customer_id, touched))
        .subquery("dated")
    )
    month = gathered(dated, dated.c.month).subquery("month")
    lead = schema.customer_day.alias("month_lead")
    insert_rows(
        connection,
        schema.customer_month,
        engagement,
        sa.select(
            month.c.month.label("day"),
            month.c.customer_id,
            month.c.lead_day,
            lead.c.lead_channel,
            *(month.c[name] for name in SUMS),
            month.c.first_lead_day,
            month.c.first_deal_day,
        )
        .select_from(month.outerjoin(lead, lead_of(lead, month, engagement)))
        .order_by(month.c.month, month.c.customer_id),
    )


def _refresh_cells(
    connection: sa.Connection, engagement: str, parts: list[_Part], touched: sa.FromClause
) -> None:
    """Add what touched customers have now; a last unit that has just begun or ended is counted anew."""
    cell = schema.lcpq_cell
    latest = (cell.c.engagement == engagement, cell.c.latest)
    told = sa.select(cell.c.unit, cell.c.starts).where(*latest).distinct()
    last = {(row.unit, row.starts) for row in connection.execute(told)}
    moved = {unit for unit, _ in last ^ {(part.unit, part.starts) for part in parts if part.latest}}
    stays = [part for part in parts if not part.latest or part.unit not in moved]
    _write_cells(connection, engagement, stays, touched, into=_ADDED)
    connection.execute(sa.delete(_ADDED).where(_ADDED.c.latest, _ADDED.c.unit.in_(moved)))
    connection.execute(sa.delete(cell).where(*latest, cell.c.unit.in_(moved)))
    _write_cells(connection, engagement, [part for part in parts if part.latest and part.unit in moved])
    _add_up(connection, engagement)


def _add_up(connection: sa.Connection, engagement: str) -> None:
    """Bring the cells up to date whose sums differ by what was taken back and added; mostly that is the same."""
    cell = schema.lcpq_cell
    begin(connection, _CHANGED)
    net = [sa.func.sum(_ADDED.c[name]) for name in COUNTS]
    keys = [_ADDED.c[name] for name in _KEYS]
    differing = sa.select(*keys, *net).group_by(*keys).having(sa.or_(*(total != 0 for total in net)))
    connection.execute(sa.insert(_CHANGED).from_select([*_KEYS, *COUNTS], differing))
    here = sa.exists().where(
        cell.c.engagement == engagement, *(_CHANGED.c[name] == cell.c[name] for name in _KEYS)
    )
    mine = (cell.c.engagement == engagement, here)
    begin(connection, _ADDED)
    columns = [*_KEYS, *COUNTS]
    before = sa.select(*(cell.c[name] for name in columns)).where(*mine)
    now = sa.select(*(_CHANGED.c[name] for name in columns))
    connection.execute(sa.insert(_ADDED).from_select(columns, sa.union_all(before, now)))
    connection.execute(sa.delete(cell).where(*mine))
    # whoever stands in a cell counts as somebody there: without counts nobody is left in it
    people = [total != 0 for name, total in zip(COUNTS, net, strict=True) if name not in _MONEY]
    whole = [total.label(name) for name, total in zip(COUNTS, net, strict=True)]
    insert_rows(
        connection, cell, engagement, sa.select(*keys, *whole).group_by(*keys).having(sa.or_(*people))
    )


_KEYS = ("unit", "starts", "latest", "segment", "channel")
_ADDED, _CHANGED = (
    sa.Table(
        name,
        sa.MetaData(),
        *(sa.Column(column.name, column.type) for column in schema.lcpq_cell.c),
        prefixes=["TEMPORARY"],
    )
    for name in ("added_cell", "changed_cell")
)


def _write_cells(
    connection: sa.Connection,
    engagement: str,
    parts: list[_Part],
    touched: sa.FromClause | None = None,
    *,
    into: sa.Table = schema.lcpq_cell,
    back: bool = False,
) -> None:
    """Write what customers have in the units of these parts.

    Args:
        back: written as what is to be subtracted.
    """
    if not parts:
        return
    people = _people(engagement, _spans(parts), touched)
    lead, segment = schema.customer_day.alias("span_lead"), schema.segment_span
    held = sa.and_(
        segment.c.engagement == engagement,
        segment.c.customer_id == people.c.customer_id,
        holds_before(segment, people.c.ends),
    )
    own = sa.func.coalesce(segment.c.segment, NO_SEGMENT)
    channel = sa.func.coalesce(lead.c.lead_channel, NO_LEAD)
    groups = (people.c.unit, people.c.starts, people.c.latest)
    counts = counted(people, known_by_day(people, people.c.starts))
    insert_rows(
        connection,
        into,
        engagement,
        sa.select(
            *groups,
            own.label("segment"),
            channel.label("channel"),
            *((-count.element).label(count.name) if back else count for count in counts),
        )
        .select_from(people.outerjoin(segment, held).outerjoin(lead, lead_of(lead, people, engagement)))
        .group_by(*groups, own, channel)
        .order_by(*groups),
    )


def _people(engagement: str, spans: sa.CTE, touched: sa.FromClause | None) -> sa.CTE:
    """Each customer once in every unit in which they have a row."""
    day, month = schema.customer_day, schema.customer_month
    own = [spans.c[name] for name in ("unit", "starts", "ends", "latest")]

    def within(table: sa.Table, *units: str) -> tuple[Any, Any]:
        joined = table.join(spans, sa.and_(spans.c.day == table.c.day, spans.c.unit.in_(units)))
        return joined, sa.and_(table.c.engagement == engagement, *among(table.c.customer_id, touched))

    names = ("customer_id", "lead_day", "first_lead_day", "first_deal_day", *SUMS)
    days, of_days = within(day, "day")
    months, of_months = within(month, "month", "quarter", "year", "ever")
    return sa.union_all(
        sa.select(*own, *(day.c[name] for name in names)).select_from(days).where(of_days),
        gathered(month, *own).select_from(months).where(of_months),
    ).cte("person")


class _Part(NamedTuple):
    """A day or month (its first day) that holds a fact, and a unit that it is part of."""

    day: date
    unit: str
    starts: date
    ends: datetime
    latest: bool


def _parts(connection: sa.Connection, engagement: str, zone: str) -> list[_Part]:
    """Days and months that hold a fact, each with the units that it is part of.

    The last one of each unit also as it reads where a period has no end.
    """
    day = schema.customer_day
    found = connection.scalars(sa.select(day.c.day).where(day.c.engagement == engagement).distinct()).all()
    if not found:
        return []
    days, place = sorted(found), ZoneInfo(zone)
    months = sorted({day.replace(day=1) for day in days})
    rows: list[_Part] = []
    for unit, parts in (("day", days), ("month", months), ("quarter", months), ("year", months)):
        for part in parts:
            starts, until = unit_of(part, unit)
            ends = datetime.combine(until, time.min, place).astimezone(UTC).replace(tzinfo=None)
            rows.append(_Part(part, unit, starts, ends, False))
        last = rows[-1].starts
        rows += [_Part(part, unit, last, _LATEST, True) for part in parts if part >= last]
    return rows + [_Part(month, "ever", date.min, _LATEST, True) for month in months]


def _spans(parts: list[_Part]) -> sa.CTE:
    columns = {"day": sa.Date, "unit": sa.Text, "starts": sa.Date, "ends": sa.DateTime, "latest": sa.Boolean}
    values = zip(*parts, strict=True)
    # lists of values, so that the statement is the same however many there are
    return sa.select(
        *(
            sa.func.unnest(sa.bindparam(None, list(value), sa.ARRAY(type_))).label(name)
            for (name, type_), value in zip(columns.items(), values, strict=True)
        )
    ).cte("span")
