"""Costs: cost rows and events' own costs, never both of one channel and day (DOMAIN section 3)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import NO_CHANNEL, Book, JourneyQuery, Split
from data_access import schema
from data_access.facts import Facts
from data_access.filters import holds_at, holds_before, segment_of
from data_access.lcpq_spans import during, span_rows
from data_access.scope import Scope
from data_access.statements import built_once

_SPLITS = (Split.SEGMENT, Split.CHANNEL)


def fetch_spend(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Costs of the period under the filters, by the splits of the query that costs know.

    Returns a frame with a column for each split by time, segment and channel, `amount` (Decimal) and `facts`
    (cost rows and events). A split's column is NULL where the cost does not say it; under a filter of segments,
    channels or touchpoints such costs stand in rows with `said` = 0, all others with 1. Without costs the frame
    is empty.
    """
    statement = spend_statement(scope, facts.info(scope), query)
    if statement is None:
        return pd.DataFrame(columns=[*map(str, query.by), "said", "amount", "facts"])
    return facts.frame(scope, statement)


@built_once
def spend_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select | None:
    """Costs by time, segment and channel as the query splits; None where the data have no span."""
    spans = span_rows(info, query)
    if spans is None:
        return None
    rows = sa.union_all(_cost_rows(scope, spans, query), _event_costs(scope, spans, query)).cte("spent")
    unit = query.time_split
    groups = {str(split): rows.c[str(split)] for split in _SPLITS if split in query.by}
    if unit:
        groups[str(unit)] = rows.c.label
    unsaid, kept = _filters(rows, query)
    said = sa.case((unsaid, 0), else_=1)
    return (
        sa.select(
            *[column.label(name) for name, column in groups.items()],
            said.label("said"),
            sa.func.sum(rows.c.amount).label("amount"),
            sa.func.count().label("facts"),
        )
        .where(sa.or_(unsaid, kept))
        .group_by(*groups.values(), said)
    )


def event_cost_counts(journey: Any, scope: Scope) -> ColumnElement[bool]:
    """Events whose own cost counts: mapped ones, of a channel and day without a cost row."""
    spend = schema.spend.alias("same_day_spend")
    paid_otherwise = sa.exists().where(
        spend.c.engagement == scope.engagement,
        sa.func.coalesce(spend.c.channel, NO_CHANNEL) == journey.c.channel,
        spend.c.local_day == journey.c.local_day,
    )
    return sa.and_(
        journey.c.engagement == scope.engagement, journey.c.is_touch, journey.c.cost != 0, ~paid_otherwise
    )


def _cost_rows(scope: Scope, spans: sa.CTE, query: JourneyQuery) -> sa.Select:
    spend = schema.spend
    return (
        sa.select(
            spans.c.label,
            spend.c.channel,
            spend.c.segment,
            sa.null().cast(sa.Text).label("touchpoint"),
            spend.c.amount,
        )
        .join_from(spend, spans, during(spend, spans, query))
        .where(spend.c.engagement == scope.engagement)
    )


def _event_costs(scope: Scope, spans: sa.CTE, query: JourneyQuery) -> sa.Select:
    """The segment is the customer's: at the span's end, in the cohort book at the event."""
    journey = schema.journey
    needed = Split.SEGMENT in query.by or query.segments
    rows: Any = journey
    segment: Any = sa.null().cast(sa.Text)
    events = (
        sa.select(
            spans.c.label,
            spans.c.ends,
            journey.c.customer_id,
            journey.c.moment,
            journey.c.channel,
            journey.c.touchpoint,
            journey.c.cost,
        )
        .join_from(journey, spans, during(journey, spans, query))
        .where(event_cost_counts(journey, scope))
        .cte("costly_event")
    )
    rows = events
    if needed:
        rows, segment = segment_of(
            events,
            scope,
            lambda span: (
                holds_at(span, events.c.moment)
                if query.book is Book.COHORT
                else holds_before(span, events.c.ends)
            ),
        )
    return sa.select(
        events.c.label,
        events.c.channel,
        segment.label("segment"),
        events.c.touchpoint,
        events.c.cost.label("amount"),
    ).select_from(rows)


def _filters(rows: Any, query: JourneyQuery) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """(costs that do not say what a filter asks, costs that the filters keep)."""
    asked = (("segment", query.segments), ("channel", query.channels), ("touchpoint", query.touchpoints))
    unsaid = [rows.c[name].is_(None) for name, given in asked if given]
    kept = [rows.c[name].in_(given) for name, given in asked if given]
    return sa.or_(sa.false(), *unsaid), sa.and_(sa.true(), *kept)
