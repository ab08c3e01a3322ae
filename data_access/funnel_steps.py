"""Which rows of a journey serve which step of a funnel, and how entries and walks read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.funnel_options import Filter
from dashboard.journey.funnel_steps import check_groups, check_steps, walked_steps
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import NO_CHANNEL, JourneyQuery, Mode
from data_access import schema
from data_access.dialect import within_days
from data_access.filters import check_names, over_by_data_end
from data_access.planner import Source
from data_access.scope import Scope


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel.

    Attributes:
        number: 1..K.
        key: stage key.
        by_deal: deals alone reach it: the deal stage and n-th-deal stages of data with transactions.
        nth: n of an n-th-deal stage that is reached by deals; None elsewhere.
        deal_step: number of the walk's deal step, from which the n-th deal is counted; None = from the
            customer's very first deal.
        after_deal: a stage after the deal in the model.
        optional: may be missed.
        filters: values that its rows must have.
    """

    number: int
    key: str
    by_deal: bool
    nth: int | None
    deal_step: int | None
    after_deal: bool
    optional: bool = False
    filters: tuple[Filter, ...] = ()

    def serves(self, rows: Any) -> ColumnElement[bool]:
        """Rows that can be this step, before the walk is known (`rows` has the columns of `journey`)."""
        return sa.and_(self.could_serve(rows), self.passes(rows)) if self.filters else self.could_serve(rows)

    def passes(self, rows: Any) -> ColumnElement[bool]:
        """Rows that have the values of the step's filters."""
        return sa.and_(sa.true(), *(_value(rows, rule.field).in_(rule.values) for rule in self.filters))

    def could_serve(self, rows: Any) -> ColumnElement[bool]:
        """Rows that can be this step, whatever the filters."""
        if not self.by_deal:
            return sa.and_(rows.is_step, rows.stage == self.key)
        if self.nth is None:
            return rows.deal_no.is_not(None)
        # counted from whichever deal, the n-th is never before the customer's own n-th
        return sa.and_(rows.deal_no.is_not(None), rows.deal_no >= self.nth)


def _value(rows: Any, field: str) -> ColumnElement[str]:
    """A field of a row, "(none)" where it names nothing; of a bare column the engine skips values while it reads."""
    column: ColumnElement[str] = getattr(rows, field)
    always = not schema.journey.c[field].nullable
    return column if always else sa.func.coalesce(column, NO_CHANNEL)


def step_rows(info: GenerationInfo, key: str, rows: Any) -> ColumnElement[bool]:
    """Rows that reach a stage, whether or not it is a step: its events, else deals."""
    stage = info.model.stage(key)
    if info.has_transactions and stage.nth_deal is not None:
        return rows.deal_no >= stage.nth_deal
    return sa.and_(rows.is_step, rows.stage == key)


def steps_of(info: GenerationInfo, query: JourneyQuery) -> tuple[Step, ...]:
    """The steps of the query that have data, in order."""
    keys = walked_steps(query, info)
    deal = info.model.deal.key
    steps = []
    for number, key in enumerate(keys, 1):
        nth = info.model.stage(key).nth_deal if info.has_transactions else None
        before = deal in keys[: number - 1]
        steps.append(
            Step(
                number=number,
                key=key,
                by_deal=info.has_transactions and (key == deal or nth is not None),
                nth=nth,
                deal_step=keys.index(deal) + 1 if nth is not None and before else None,
                after_deal=info.model.order(key) > info.model.order(deal),
                optional=number > 1 and query.mode is not Mode.ANY and key in query.optional,
                filters=tuple(rule for rule in query.step_filters if rule.step in (None, key)),
            )
        )
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class Question:
    """What every part of one funnel statement needs to know.

    Attributes:
        window_days: days from the entry in which steps count; None = no end (`reached` without a horizon).
        ripe_days: days from the entry after which it is mature; None = at once.
        journey: the rows that attempts are made of.
        source: the table that they are read from (`planner.funnel_source`).
    """

    scope: Scope
    info: GenerationInfo
    query: JourneyQuery
    steps: tuple[Step, ...]
    window_days: int | None
    ripe_days: int | None
    journey: Any = schema.journey
    source: Source = Source.JOURNEY

    @classmethod
    def of(
        cls, scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source = Source.JOURNEY
    ) -> Question:
        """The question with the window and maturity of its mode."""
        days = whole_days(query)
        steps = steps_of(info, query)
        window = None if _bound_by_steps(query, steps) else days
        if query.mode is Mode.STRICT and query.step_filters:
            return cls(scope, info, query, steps, window, days, filtered_journey(scope, steps))
        return cls(scope, info, query, steps, window, days, source=source)

    @property
    def branches(self) -> bool:
        """True where the earliest row is not always the right next one, or an attempt may be cut."""
        in_filtered_runs = self.journey is not schema.journey
        return bool(self.query.step_windows or self.query.exclusions or self.has_optional or in_filtered_runs)

    @property
    def has_optional(self) -> bool:
        """True where a step may be missed."""
        return any(step.optional for step in self.steps)

    def previous(self, step: Step) -> Step:
        """The last step before it that must be met: what its rate and its time are measured from."""
        return next(
            other
            for other in reversed(self.steps[: step.number - 1])
            if not other.optional or other.number == 1
        )

    @property
    def value_at(self) -> str:
        """Event of an attempt that stands for its customer; the steps of `any` have no fixed stage."""
        at = self.query.value_at
        return "first" if self.query.mode is Mode.ANY and at != "last" else at

    def number(self, key: str) -> int | None:
        """Number of the step with this stage; None where nobody ever reached the stage."""
        return next((step.number for step in self.steps if step.key == key), None)

    def days_to(self, step: Step) -> int | None:
        """Days from the step before in which the step counts; None = no window of its own."""
        return next((window.days for window in self.query.step_windows if window.stage == step.key), None)

    def rows(self, name: str) -> Any:
        """One more reading of the journey table."""
        return self.journey.alias(name)

    def within(self, entry: Any, later: Any) -> ColumnElement[bool]:
        """True where `later`, which is not before `entry`, lies in its window."""
        return sa.true() if self.window_days is None else within_days(entry, later, self.window_days)

    def nearby(self, rows: Any) -> ColumnElement[bool]:
        """Rows of the journeys that some entry's window can hold: cheap bounds by day before any join."""
        return sa.and_(rows.c.engagement == self.scope.engagement, self.near(rows, self.window_days))

    def near(self, rows: Any, days: int | None) -> ColumnElement[bool]:
        """Rows that may lie in so many days from some entry of the period."""
        clauses, period = [], self.query.period
        if period.since is not None:
            clauses.append(rows.c.local_day >= period.since)
        if period.until is not None and days is not None:
            # W x 24 h from an entry late on the last day may touch one calendar day more
            clauses.append(rows.c.local_day <= period.until + timedelta(days=days + 1))
        return sa.and_(sa.true(), *clauses)

    def mature(self, rows: Any) -> ColumnElement[bool]:
        """Entries whose window is over at the data end."""
        if self.ripe_days is None:
            return sa.true()
        return over_by_data_end(rows, self.info, self.ripe_days)


def filtered_journey(scope: Scope, steps: Sequence[Step]) -> sa.CTE:
    """Steps of the journeys without those that step filters leave out, in runs of their own (mode `strict`)."""
    rows = schema.journey.alias("any_row")
    could = sa.or_(*(step.could_serve(rows.c) for step in steps))
    serves = sa.or_(*(step.serves(rows.c) for step in steps))
    kept = (
        sa.select(*(column for column in rows.c if column.key != "run_no"))
        .where(rows.c.engagement == scope.engagement, rows.c.is_step, sa.or_(sa.not_(could), serves))
        .cte("kept_row")
    )
    own: dict[str, Any] = {"partition_by": kept.c.customer_id, "order_by": kept.c.item}
    before = sa.func.lag(kept.c.stage).over(**own)
    starts = sa.case((before == kept.c.stage, 0), else_=1).label("starts_run")
    marked = sa.select(kept, starts).cte("marked_row")
    run = sa.func.sum(marked.c.starts_run).over(partition_by=marked.c.customer_id, order_by=marked.c.item)
    columns = [column for column in marked.c if column.key != "starts_run"]
    return sa.select(*columns, sa.cast(run, sa.Integer).label("run_no")).cte("filtered_row")


def check_funnel(info: GenerationInfo, query: JourneyQuery) -> None:
    """Refuse what no funnel of the engagement can answer.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`, `unknown_stage`, and those of `check_steps` and
            `check_groups`.
    """
    check_names(info, query)
    check_steps(query, info)
    check_groups(query, info)


def whole_days(query: JourneyQuery) -> int | None:
    """Days from the entry to the end of the whole window; None = no end (`reached` without a horizon)."""
    return query.horizon_days if query.mode is Mode.REACHED else query.window_days


def _bound_by_steps(query: JourneyQuery, steps: Sequence[Step]) -> bool:
    """True where the windows from step to step leave the whole window nothing to bind."""
    if query.mode not in (Mode.ORDERED, Mode.STRICT):
        return False
    days = {window.stage: window.days for window in query.step_windows}
    return all(step.key in days for step in steps[1:]) and sum(days.values()) <= query.window_days


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, in the three columns that every comparison of times needs."""

    moment: Any
    local_day: Any
    instant: Any


def mark(rows: Any) -> ColumnElement[int]:
    """Place in the customer's journey and, in the last bit, whether that day is one instant.

    The smallest mark of several rows is that of the earliest one, so one `min` brings both.
    """
    return rows.item * 2 + sa.case((rows.instant, 1), else_=0)


def is_instant(marked: Any) -> ColumnElement[bool]:
    """The instant bit of a `mark`."""
    return sa.func.mod(marked, 2) == 1


_ITEMS = 2**40  # more than any journey has rows, so that depth comes before place in one number
_RIPE = 32  # more than the deepest funnel


def score(depth: Any, item: Any, ripe: Any = 0) -> ColumnElement[int]:
    """Grows with `ripe` (0 or 1), then with the depth, then with an earlier item.

    So the `max` of a customer's scores is the chosen attempt: one sum instead of a sort of all attempts.
    """
    return (ripe * _RIPE + depth) * sa.literal(_ITEMS, sa.BigInteger) - item


def item_of(best: Any) -> ColumnElement[int]:
    """The item inside a `score`."""
    items = sa.literal(_ITEMS, sa.BigInteger)
    return items - sa.func.mod(best, items)


def numbers_needed(steps: Sequence[Step], before: int) -> tuple[int, ...]:
    """Steps up to `before` whose deal number a later step still asks for."""
    later = [step for step in steps if step.number > before and step.by_deal]
    return tuple(step.number for step in steps if step.by_deal and step.number <= before) if later else ()
