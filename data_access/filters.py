"""One clause per filter of a `JourneyQuery`; every feature's SQL uses these."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period
from dashboard.journey.query import NO_SEGMENT, JourneyQuery
from data_access import schema
from data_access.scope import Scope

FOR_EVER = sa.literal("9999-12-31", sa.Text).cast(sa.DateTime)


def in_period(day: Any, period: Period) -> ColumnElement[bool]:
    """Days `since <= day < until`; open ends leave nothing out."""
    clauses = []
    if period.since is not None:
        clauses.append(day >= period.since)
    if period.until is not None:
        clauses.append(day < period.until)
    return sa.and_(sa.true(), *clauses)


def lead_event(journey: Any, scope: Scope, info: GenerationInfo) -> ColumnElement[bool]:
    """Events of a lead stage: they make a customer a lead. A model without lead stages has none."""
    return sa.and_(
        journey.c.engagement == scope.engagement,
        journey.c.is_touch,
        journey.c.stage_order.in_([info.model.order(key) for key in info.model.lead_keys]),
    )


def of_channels(
    customer_id: Any,
    scope: Scope,
    info: GenerationInfo,
    query: JourneyQuery,
    touches: sa.Table = schema.journey,
) -> ColumnElement[bool]:
    """Customers with a lead event in one of the channels, at one of the touchpoints, in the period.

    Everybody without such a filter. The customer is selected, not the touch: all their transactions and
    touches stay (DOMAIN section 3).

    Args:
        touches: the journeys, or the journeys by day, of which a narrow period reads few.
    """
    if not query.channels and not query.touchpoints:
        return sa.true()
    touched = touches.alias("channel_touch")
    chosen = sa.select(touched.c.customer_id).where(
        lead_event(touched, scope, info),
        chosen_touch(touched, query),
        in_period(touched.c.local_day, query.period),
    )
    return customer_id.in_(chosen)


def chosen_touch(journey: Any, query: JourneyQuery) -> ColumnElement[bool]:
    """Events of the channels and touchpoints asked for; one event must satisfy both."""
    clauses = []
    if query.channels:
        clauses.append(journey.c.channel.in_(query.channels))
    if query.touchpoints:
        clauses.append(journey.c.touchpoint.in_(query.touchpoints))
    return sa.and_(sa.true(), *clauses)


def holds_at(span: Any, moment: Any) -> ColumnElement[bool]:
    """The segment as of a moment, for example a funnel's entry."""
    return sa.and_(span.c.since <= moment, span.c.until > moment)


def holds_at_end(span: Any, period: Period, info: GenerationInfo) -> ColumnElement[bool]:
    """The segment as of the period's end (period book); without an end, the latest."""
    if period.until is None:
        return span.c.until == FOR_EVER
    return holds_before(span, info.day_start(period.until))


def holds_before(span: Any, end: Any) -> ColumnElement[bool]:
    """The segment that holds up to a moment, itself left out."""
    return sa.and_(span.c.since < end, span.c.until >= end)


def segment_of(
    rows: Any, scope: Scope, holds: Any, name: str = "segment_span"
) -> tuple[Any, ColumnElement[str]]:
    """Join the segment of each row's customer: (joined rows, segment expression).

    Args:
        rows: a selectable with `customer_id`.
        holds: function of the span alias that says which span counts (`holds_at`, `holds_at_end`).

    A customer without a segment there reads "(none)".
    """
    span = schema.segment_span.alias(name)
    joined = rows.outerjoin(
        span,
        sa.and_(span.c.engagement == scope.engagement, span.c.customer_id == rows.c.customer_id, holds(span)),
    )
    return joined, sa.func.coalesce(span.c.segment, NO_SEGMENT)


def of_segments(segment: ColumnElement[str], query: JourneyQuery) -> ColumnElement[bool]:
    """Keep the chosen segments; all without a segment filter."""
    return segment.in_(query.segments) if query.segments else sa.true()


def over_by_data_end(rows: Any, info: GenerationInfo, days: int) -> ColumnElement[bool]:
    """Rows whose `days` are over at the data end: what came of them can be told.

    Calendar days count where the row or the data end is a day without a time. `rows` has columns `moment`,
    `local_day` and `instant`.
    """
    if info.data_end is None or info.data_end_day is None:
        return sa.false()
    by_day = rows.local_day <= info.data_end_day - timedelta(days=days)
    if info.data_end_date_only:
        return by_day
    return sa.case((rows.instant, by_day), else_=rows.moment <= info.data_end - timedelta(days=days))


def check_names(info: GenerationInfo, query: JourneyQuery) -> None:
    """Refuse segments, channels and stages that the engagement does not have.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`, `unknown_stage`, each with the known names.
    """
    for code, given, known in (
        # nobody may be without a segment today and somebody have been at the period's end
        ("unknown_segment", query.segments, tuple(dict.fromkeys((*info.segments, NO_SEGMENT)))),
        ("unknown_channel", query.channels, info.channels),
        ("unknown_stage", query.stages, info.model.keys),
    ):
        for name in given:
            if name not in known:
                facts: dict[str, Any] = {code.removeprefix("unknown_"): name}
                raise JourneyError(code, known=", ".join(known[:20]), **facts)
