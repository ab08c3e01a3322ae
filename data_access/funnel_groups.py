"""Which group each customer of a funnel stands in: values of the chosen attempt, for breakdowns and filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.errors import JourneyError
from dashboard.journey.funnel_options import ATTRIBUTE, EVENT_FIELDS
from dashboard.journey.funnel_steps import levels_of
from dashboard.journey.query import NO_CHANNEL, NO_SEGMENT
from data_access import schema
from data_access.dialect import unit_start
from data_access.filters import holds_at, of_segments, segment_of
from data_access.funnel_steps import Question, mark

NOT_REACHED = "(not reached)"


def grouped(question: Question, attempt: sa.CTE, levels: Sequence[str] | None = None) -> sa.CTE:
    """The chosen attempts with a column for each level, those alone that pass the filters.

    Args:
        levels: fields to group by; None = those of the query.
    """
    query = question.query
    levels = levels_of(query) if levels is None else levels
    asked: set[str] = {*levels, *(rule.field for rule in query.filters)}
    if query.segments:
        asked.add("segment")
    if not asked:
        return attempt
    place = _Place(question, attempt)
    values = {
        field: place.value(field) for field in sorted(asked, key=lambda name: (name != "segment", name))
    }
    kept: list[ColumnElement[bool]] = [values[rule.field].in_(rule.values) for rule in query.filters]
    if query.segments:
        kept.append(of_segments(values["segment"], query))
    others = (column for column in attempt.c if column.key not in levels)
    return (
        sa.select(*others, *(values[field].label(field) for field in levels))
        .select_from(place.joined)
        .where(*kept)
        .cte("chosen")
    )


class _Place:
    """The chosen event of each attempt, joined with what the fields ask for."""

    def __init__(self, question: Question, attempt: sa.CTE) -> None:
        self.question, self.attempt = question, attempt
        self.joined: Any = attempt
        self._row: Any = None

    def value(self, field: str) -> ColumnElement[str]:
        """The field's value of each customer; never empty."""
        scope, attempt = self.question.scope, self.attempt
        if field == "segment":
            if "segment" in attempt.c:  # kept walks know it
                return attempt.c.segment
            self.joined, segment = segment_of(attempt, scope, lambda span: holds_at(span, attempt.c.moment))
            return segment
        if field == "month":
            return sa.func.substr(sa.cast(unit_start("month", attempt.c.local_day), sa.Text), 1, 7)
        if field == "quarter":
            number = sa.cast(sa.extract("quarter", attempt.c.local_day), sa.Integer)
            return (
                sa.func.substr(sa.cast(attempt.c.local_day, sa.Text), 1, 4) + "Q" + sa.cast(number, sa.Text)
            )
        if field == "customer_type":
            return self._customer_type()
        if field.startswith(ATTRIBUTE):
            return self._attribute(field.removeprefix(ATTRIBUTE))
        if field not in EVENT_FIELDS:
            raise JourneyError("bad_filter", value=field, known=", ".join(EVENT_FIELDS))
        rows = self._event()
        return sa.case(
            (rows.c.item.is_(None), NOT_REACHED), else_=sa.func.coalesce(rows.c[field], NO_CHANNEL)
        )

    def _event(self) -> Any:
        """The journey row of the first, the last or a chosen step of the attempt."""
        if self._row is None:
            rows = schema.journey.alias("chosen_event")
            self.joined = self.joined.outerjoin(
                rows,
                sa.and_(
                    rows.c.engagement == self.question.scope.engagement,
                    rows.c.customer_id == self.attempt.c.customer_id,
                    mark(rows.c) == self._mark(),
                ),
            )
            self._row = rows
        return self._row

    def _mark(self) -> Any:
        attempt, steps = self.attempt.c, self.question.steps
        entry = attempt.entry_mark if "entry_mark" in attempt else mark(attempt)
        at = self.question.value_at
        if at == "first":
            return entry
        if at == "last":
            # in `reached` the first step may be met after the entry
            marks = (attempt.get(f"mark_{step.number}") for step in reversed(steps))
            return sa.func.coalesce(*(mark_k for mark_k in marks if mark_k is not None), entry)
        number = self.question.number(at)
        if number is None:
            return sa.null().cast(sa.BigInteger)
        return attempt.get(f"mark_{number}", entry)

    def _attribute(self, name: str) -> ColumnElement[str]:
        rows = self._event()
        span = schema.attribute_span.alias()
        self.joined = self.joined.outerjoin(
            span,
            sa.and_(
                span.c.engagement == self.question.scope.engagement,
                span.c.customer_id == self.attempt.c.customer_id,
                span.c.name == name,
                holds_at(span, rows.c.moment),
            ),
        )
        return sa.case((rows.c.item.is_(None), NOT_REACHED), else_=sa.func.coalesce(span.c.value, NO_SEGMENT))

    def _customer_type(self) -> ColumnElement[str]:
        """Returning: a deal before the period's start; everybody else is new (DOMAIN section 3)."""
        since = self.question.query.period.since
        if since is None:
            return sa.literal("new", sa.Text)
        deal = schema.deal.alias("earlier_deal")
        earlier = (
            sa.select(deal.c.customer_id)
            .where(
                deal.c.engagement == self.question.scope.engagement,
                deal.c.kind == "deal",
                deal.c.local_day < since,
            )
            .distinct()
            .subquery("returning_customer")
        )
        self.joined = self.joined.outerjoin(earlier, earlier.c.customer_id == self.attempt.c.customer_id)
        return sa.case((earlier.c.customer_id.is_(None), "new"), else_="returning")
