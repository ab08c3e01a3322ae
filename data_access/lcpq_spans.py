"""The periods that an LCPQ statement looks at: the whole one, or each day, week, month, quarter or year of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, pieces_of, unit_of
from dashboard.journey.query import JourneyQuery
from data_access.dialect import unit_start
from data_access.filters import in_period

LATEST = datetime(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Span:
    """One period that an answer looks at.

    Attributes:
        label: name of the piece of time; "" where the answer is not split by time.
        period: its days; `since` is `date.min` where the period has no beginning.
        starts: first day of the calendar unit that it is a piece of, however it is clipped.
        ends: moment (naive UTC) as of which segments are looked up, itself left out.
    """

    label: str
    period: Period
    starts: date
    ends: datetime

    @property
    def since(self) -> date:
        return self.period.since or date.min


def spans_of(info: GenerationInfo, query: JourneyQuery, pieces: Any = pieces_of) -> list[Span]:
    """The whole period, or the pieces that it is split into; none where the data have no such piece.

    Args:
        pieces: `pieces_of`, or `ends_of` where the first and the last piece are enough.
    """
    unit = query.time_split
    periods = pieces(query.period, unit, info.first_day, info.last_day) if unit else [("", query.period)]
    return [_span(info, query, label, period) for label, period in periods]


def span_rows(info: GenerationInfo, query: JourneyQuery) -> sa.CTE | None:
    """`since <= day < until` of each span; `ends` is where the segment is looked up, `label` its name.

    None where the data have no span.
    """
    spans = spans_of(info, query)
    return listed(spans) if spans else None


def listed(spans: Sequence[Span]) -> sa.CTE:
    """Spans as rows: `label`, `since`, `starts`, `ends`."""
    columns = (
        sa.column("label", sa.Text),
        sa.column("since", sa.Date),
        sa.column("starts", sa.Date),
        sa.column("ends", sa.DateTime),
    )
    rows = [(span.label, span.since, span.starts, span.ends) for span in spans]
    values = sa.values(*columns, name="listed").data(rows)
    # typed by casts, so that the SQL shown to people runs as it stands
    return sa.select(*[sa.cast(column, column.type).label(column.name) for column in values.c]).cte("span")


def _span(info: GenerationInfo, query: JourneyQuery, label: str, period: Period) -> Span:
    since = period.since or date.min
    unit = query.time_split
    starts = unit_of(since, unit)[0] if unit else since
    last = period.until is None or (query.period.until is None and period.until > (info.last_day or date.min))
    ends = LATEST if last or period.until is None else info.day_start(period.until)
    return Span(label, period, starts, ends)


def during(rows: Any, spans: sa.CTE, query: JourneyQuery) -> ColumnElement[bool]:
    """Rows of a span: those of the period, of each month by an equal month (a range would be slow)."""
    inside = in_period(rows.c.local_day, query.period)
    unit = query.time_split
    if unit is None:
        return inside
    return sa.and_(inside, unit_start(unit, rows.c.local_day) == spans.c.starts)
