"""The period book from sums that stand ready: whole calendar units from cells, other days customer by customer."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, add_months, piece_name
from dashboard.journey.query import NO_LEAD, JourneyQuery, Split
from data_access import schema
from data_access.dialect import unit_start
from data_access.filters import holds_before, in_period, of_segments, segment_of
from data_access.lcpq_cells import Cell, cells_of
from data_access.lcpq_counts import COUNTS, counted, gathered, known_by_day
from data_access.lcpq_sales import SUMS, money
from data_access.lcpq_spans import Span, listed
from data_access.scope import Scope

_MONEY = ("revenue", "refunded", "new_revenue")


def summed_book(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select | None:
    """The same answer as `period_statement`, without filters of places and deals; None where there is no span.

    A piece of time reads as its first day; see `named`.
    """
    found = cells_of(info, query)
    ready = [(span, cell) for span, cell in found if cell is not None]
    others = [span for span, cell in found if cell is None]
    parts = []
    if ready:
        parts.append(_from_cells(scope, query, ready))
    if others:
        parts.append(_from_days(scope, query, others))
    if len(parts) < 2:
        return parts[0] if parts else None
    both = sa.union_all(*parts).subquery("both")
    return sa.select(*both.c)


def named(frame: pd.DataFrame, query: JourneyQuery) -> pd.DataFrame:
    """The answer with the names of its pieces of time, of which the statement gives the first days."""
    unit = query.time_split
    if unit is None:
        return frame
    names = {day: piece_name(day, unit) for day in set(frame[str(unit)])}
    return frame.assign(**{str(unit): [names[day] for day in frame[str(unit)]]})


def _from_cells(scope: Scope, query: JourneyQuery, ready: list[tuple[Span, Cell]]) -> sa.Select:
    """Cells added up over segments and channels that nobody asked for."""
    cell = schema.lcpq_cell
    unit = ready[0][1].unit
    mine = [cell.c.engagement == scope.engagement, cell.c.unit == unit, of_segments(cell.c.segment, query)]
    groups: dict[str, Any] = {}
    if Split.SEGMENT in query.by:
        groups["segment"] = cell.c.segment
    if Split.CHANNEL in query.by:
        groups["channel"] = cell.c.channel
    split = query.time_split
    if split is None:
        mine += [cell.c.starts == ready[0][1].starts, cell.c.latest == ready[0][1].latest]
    else:
        starts = [one.starts for _, one in ready]
        latest = [one.starts for _, one in ready if one.latest]
        mine += [cell.c.starts >= min(starts), cell.c.starts <= max(starts)]
        mine.append(cell.c.latest == cell.c.starts.in_(latest) if latest else ~cell.c.latest)
        groups[str(split)] = cell.c.starts
    return (
        sa.select(*[column.label(name) for name, column in groups.items()], *map(_added, COUNTS))
        .where(*mine)
        .group_by(*groups.values())
    )


def _added(name: str) -> Any:
    column = schema.lcpq_cell.c[name]
    total = (
        money(column) if name in _MONEY else sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)
    )
    return total.label(name)


def _from_days(scope: Scope, query: JourneyQuery, spans: list[Span]) -> sa.Select:
    """Customers of the spans once in each, from their months and, at the edges, their days."""
    rows = _rows(scope, query, spans)
    span = listed(spans)
    split = query.time_split
    own = [span.c.starts, span.c.since, span.c.ends]
    when = sa.true() if split is None else unit_start(str(split), rows.c.day) == span.c.starts
    people = gathered(rows, *own).select_from(rows.join(span, when)).cte("person")
    joined: Any = people
    groups: dict[str, Any] = {}
    kept: list[ColumnElement[bool]] = []
    if Split.SEGMENT in query.by or query.segments:
        joined, segment = segment_of(people, scope, lambda held: holds_before(held, people.c.ends))
        kept.append(of_segments(segment, query))
        if Split.SEGMENT in query.by:
            groups["segment"] = segment
    if Split.CHANNEL in query.by:
        lead = schema.customer_day.alias("span_lead")
        joined = joined.outerjoin(lead, lead_of(lead, people, scope.engagement))
        groups["channel"] = sa.func.coalesce(lead.c.lead_channel, NO_LEAD)
    if split is not None:
        groups[str(split)] = people.c.starts
    return (
        sa.select(
            *[column.label(name) for name, column in groups.items()],
            *counted(people, known_by_day(people, people.c.since)),
        )
        .select_from(joined)
        .where(*kept)
        .group_by(*groups.values())
    )


def lead_of(lead: Any, people: Any, engagement: str) -> ColumnElement[bool]:
    """The customer's day of their first lead event in a span: its channel is theirs."""
    return sa.and_(
        lead.c.engagement == engagement,
        lead.c.customer_id == people.c.customer_id,
        lead.c.day == people.c.lead_day,
    )


def _rows(scope: Scope, query: JourneyQuery, spans: list[Span]) -> sa.Subquery:
    """Rows of each span's days: of its whole months as one, unless weeks are asked for, which cross months."""
    months: list[Period] = []
    days: list[Period] = []
    for span in spans:
        whole = None if query.time_split is Split.WEEK else _months_in(span.period)
        if whole is None:
            days.append(span.period)
            continue
        months.append(whole)
        if whole.since is not None and span.period.since != whole.since:
            days.append(Period(span.period.since, whole.since))
        if whole.until is not None and span.period.until != whole.until:
            days.append(Period(whole.until, span.period.until))
    names = ("day", "customer_id", "lead_day", "first_lead_day", "first_deal_day", *SUMS)
    parts = [
        sa.select(*(table.c[name] for name in names)).where(
            table.c.engagement == scope.engagement,
            sa.or_(*(in_period(table.c.day, period) for period in _merged(periods))),
        )
        for table, periods in ((schema.customer_month, months), (schema.customer_day, days))
        if periods
    ]
    return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery("dated")


def _months_in(period: Period) -> Period | None:
    """The whole calendar months of a period; None where there is none."""
    since, until = period.since, period.until
    if since is not None and since.day > 1:
        since = add_months(since.replace(day=1), 1)
    if until is not None:
        until = until.replace(day=1)
    if since is not None and until is not None and since >= until:
        return None
    return Period(since, until)


def _merged(periods: list[Period]) -> list[Period]:
    """Periods in their order, those that follow each other as one."""
    found: list[Period] = []
    for period in periods:
        if found and found[-1].until is not None and found[-1].until == period.since:
            period = Period(found.pop().since, period.until)
        found.append(period)
    return found
