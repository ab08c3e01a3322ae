"""What each rule says now: the walk over its past, and where it stands at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from callbacks.alerting.series import Series
from callbacks.progress import equation_progress
from dashboard.analytics.alert_episodes import Walk, follow, walk
from dashboard.analytics.alert_states import (
    days_of_looks,
    gap_signals,
    judge_data,
    judge_overdue,
    judge_pace,
    latest_of,
)
from dashboard.analytics.health import FACTS, Health
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.targets import Measured, Shape, aim_of, progress
from dashboard.journey.alerts import SERIES_KINDS, AlertKind, AlertRule, Every
from dashboard.journey.incidents import Signal
from dashboard.journey.period import Period, add_months
from dashboard.journey.plan import ActionRecord
from dashboard.journey.query import JourneyQuery
from dashboard.journey.targets import Kpi, Targets
from data_access.scope import UserRecord, operator
from data_access.state import actions, targets

_MONTHS_BACK = 12


@dataclass
class Knowledge:
    """Everything that rules may ask for, each asked once.

    Attributes:
        now: naive UTC.
    """

    series: Series
    state: sa.Engine
    now: datetime
    _running: dict[str, Mapping[Kpi, Measured]] = field(default_factory=dict)

    @property
    def engagement(self) -> str:
        """Key of the engagement."""
        return self.series.scope.engagement

    @property
    def who(self) -> UserRecord:
        """The machine itself: receivers' rights are asked one by one."""
        return operator(frozenset({self.engagement}))

    @property
    def today(self) -> date:
        """The day in the engagement's zone."""
        return self.now.replace(tzinfo=UTC).astimezone(ZoneInfo(self.series.info.zone)).date()

    @cached_property
    def health(self) -> Health:
        """How whole the data are."""
        return self.series.answers.health(self.series.scope)

    @cached_property
    def plan(self) -> tuple[ActionRecord, ...]:
        """The engagement's actions."""
        return actions.listed(self.state, self.who, self.engagement)

    @cached_property
    def aims(self) -> Targets:
        """The engagement's targets."""
        return targets.values(self.state, self.who, self.engagement)

    def running(self, segment: str, month: Period) -> Mapping[Kpi, Measured]:
        """How a segment's figures stand in the month that runs."""
        if segment not in self._running:
            query = JourneyQuery(self.engagement, month, segments=(segment,) if segment else ())
            answers, scope = self.series.answers, self.series.scope
            self._running[segment] = equation_progress(answers, scope, query, self.aims)
        return self._running[segment]


def walked(rule: AlertRule, known: Knowledge, *, past: bool = False) -> Walk:
    """The rule over its periods.

    Args:
        past: for a back-test: also what a look needs no history for (late data, overdue actions).
    """
    if known.series.info.data_end_day is None and rule.kind is not AlertKind.OVERDUE:
        return Walk((), ())  # no facts yet: nothing is late, and there is no figure
    if rule.kind in SERIES_KINDS:
        return walk(rule, known.series.points(rule))
    match rule.kind:
        case AlertKind.DATA:
            return follow(rule, _data(rule, known, past=past))
        case AlertKind.OVERDUE:
            days = days_of_looks(known.today, 52 if past else 1)
            return follow(rule, [judge_overdue(rule, known.plan, day) for day in days])
    return follow(rule, _paces(rule, known))


def _data(rule: AlertRule, known: Knowledge, *, past: bool) -> list[Signal]:
    name, last = latest_of(known.health.sources, rule.channel)
    now = judge_data(rule, last, known.today)
    if not past:
        return [now]
    facts = [one for one in known.health.sources if one.source == name and one.kind in FACTS]
    gaps = [gap for one in facts for gap in one.gaps]
    return [*gap_signals(rule, gaps), now]


def _paces(rule: AlertRule, known: Knowledge) -> list[Signal]:
    """Each month that is over against its target, then the one that runs."""
    running = known.series.data_end_day.replace(day=1)
    months = [Period.of_months(add_months(running, -back), 1) for back in range(_MONTHS_BACK, 0, -1)]
    months.append(Period.of_months(running, 1))
    found = []
    for month in months:
        over = month.finished(known.series.data_end_day)
        signal = _over(rule, known, month) if over else _runs(rule, known, month)
        if signal is not None:
            found.append(signal)
    return found


def _over(rule: AlertRule, known: Knowledge, month: Period) -> Signal | None:
    """A whole month; None where it had no target."""
    chosen = (rule.segment,) if rule.segment else ()
    segments = known.series.info.segments
    aim = aim_of(known.aims, rule.kpi, "", month, chosen, segments) if rule.kpi else None
    if (
        rule.kpi is None
        or aim is None
        or aim.value is None
        or (month.since or date.max) < known.series.first_day
    ):
        return None
    monthly = _monthly(rule)
    rows = [row for row in known.series.rows(monthly) if row.month == month.token()]
    days = month.days or 1
    return judge_pace(rule, progress(rule.kpi, aim.value, _together(rows), days, Shape(1.0), ()), month)


def _runs(rule: AlertRule, known: Knowledge, month: Period) -> Signal | None:
    measured = known.running(rule.segment, month).get(rule.kpi) if rule.kpi else None
    if measured is None or measured.progress is None:
        return None
    return judge_pace(rule, measured.progress, month)


def _monthly(rule: AlertRule) -> AlertRule:
    return replace(rule, limits=replace(rule.limits, every=Every.MONTH))


def _together(rows: list[Lcpq]) -> Lcpq:
    """Groups that share no customer as one."""
    return Lcpq(
        leads=sum(row.leads or 0 for row in rows),
        leads_of_period=None,
        earlier_leads=None,
        direct=None,
        lead_buyers=None,
        buyers=sum(row.buyers for row in rows),
        deals=sum(row.deals for row in rows),
        revenue=sum((row.revenue for row in rows), start=Decimal(0)),
    )
