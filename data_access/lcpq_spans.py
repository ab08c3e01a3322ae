"""The periods that an LCPQ statement looks at: the whole one, or each day, month, quarter or year of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, pieces_of
from dashboard.journey.query import JourneyQuery, Split
from data_access.dialect import unit_start
from data_access.filters import in_period

_LATEST = datetime(9999, 12, 31)


def span_rows(info: GenerationInfo, query: JourneyQuery) -> sa.CTE | None:
    """`since <= day < until` of each span; `ends` is where the segment is looked up, `label` its name.

    None where the data have no span.
    """
    unit = query.time_split
    periods = pieces_of(query.period, unit, info.first_day, info.last_day) if unit else [("", query.period)]
    rows = [_span(info, query, label, period) for label, period in periods]
    if not rows:
        return None
    columns = (
        sa.column("label", sa.Text),
        sa.column("since", sa.Date),
        sa.column("starts", sa.Date),
        sa.column("ends", sa.DateTime),
    )
    listed = sa.values(*columns, name="listed").data(rows)
    # typed by casts, so that the SQL shown to people runs as it stands
    return sa.select(*[sa.cast(column, column.type).label(column.name) for column in listed.c]).cte("span")


def _span(
    info: GenerationInfo, query: JourneyQuery, label: str, period: Period
) -> tuple[str, date, date, datetime]:
    since = period.since or date.min
    unit = query.time_split
    starts = since if unit in (None, Split.DAY) else Period.parse(label).since or since
    last = period.until is None or (query.period.until is None and period.until > (info.last_day or date.min))
    ends = _LATEST if last or period.until is None else info.day_start(period.until)
    return label, since, starts, ends


def during(rows: Any, spans: sa.CTE, query: JourneyQuery) -> ColumnElement[bool]:
    """Rows of a span: those of the period, of each month by an equal month (a range would be slow)."""
    inside = in_period(rows.c.local_day, query.period)
    unit = query.time_split
    if unit is None:
        return inside
    return sa.and_(inside, unit_start(unit, rows.c.local_day) == spans.c.starts)
