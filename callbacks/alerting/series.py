"""The figures that rules look at, each asked once however many rules look at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from callbacks.answers import Answers
from dashboard.analytics.alert_explain import Parts, Sums
from dashboard.analytics.alert_points import Point, book_points, parts_of, period_of, step_points
from dashboard.analytics.funnel_time import Line
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.journey.alert_check import watched_steps
from dashboard.journey.alerts import AlertRule, Every
from dashboard.journey.funnel_steps import settled
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, add_months
from dashboard.journey.query import JourneyQuery, Split
from dashboard.journey.targets import Kpi
from data_access.scope import Scope

_YEARS = 3  # of weeks and months: a base, its year before, and a year of back-test
_DAYS = 434  # of days: 62 weeks, so that each weekday has its year before
_UNITS: Mapping[Every, Split] = {Every.DAY: Split.DAY, Every.WEEK: Split.WEEK, Every.MONTH: Split.MONTH}


@dataclass
class Series:
    """One look's questions.

    Attributes:
        info: of data that have a first day and an end.
    """

    answers: Answers
    scope: Scope
    info: GenerationInfo
    _books: dict[tuple[Every, str, Split], tuple[Lcpq, ...]] = field(default_factory=dict)
    _steps: dict[tuple[str, Every, int, str, str, Split], tuple[Line, ...]] = field(default_factory=dict)

    @property
    def first_day(self) -> date:
        """Of the data."""
        return self.info.first_day or date.min

    @property
    def data_end_day(self) -> date:
        """Last day that every source has reached."""
        return self.info.data_end_day or date.min

    def points(self, rule: AlertRule) -> tuple[Point, ...]:
        """The rule's figure period by period; nothing where its step or segment is gone."""
        every = rule.limits.every
        if rule.stage:
            lines = self.lines(rule)
            line = next((one for one in lines if (one.group or "") == rule.segment), None)
            cohorts = line.cohorts if line else ()
            return step_points(cohorts, every, rule.limits.window, self.first_day, self.data_end_day)
        if rule.kpi is None:
            return ()
        return book_points(self.rows(rule), rule.kpi, every, self.first_day, self.data_end_day)

    def rows(self, rule: AlertRule, split: Split = Split.SEGMENT) -> list[Lcpq]:
        """The equation by period and by `split`, of the rule's segment alone."""
        if split is Split.SEGMENT:
            book = self._book(rule.limits.every, rule.channel, split)
            return [row for row in book if rule.segment in ("", row.segment)]
        return list(self._book(rule.limits.every, rule.channel, split, rule.segment))

    def lines(self, rule: AlertRule, split: Split = Split.SEGMENT) -> tuple[Line, ...]:
        """The rule's step by entry cohort: everybody, then each part of `split`."""
        end = watched_steps(self.info).get(rule.stage)
        if end is None or (rule.segment and rule.segment not in self.info.segments):
            return ()
        segment = "" if split is Split.SEGMENT else rule.segment
        limits = rule.limits
        key = (rule.stage, limits.every, limits.window, rule.channel, segment, split)
        if key not in self._steps:
            query = self.step_query(rule, self.span(limits.every)).with_(
                segments=(segment,) if segment else (), by=(split,)
            )
            self._steps[key] = self.answers.funnel_time(
                self.scope, query, rule.stage, end, str(limits.every), apart=True
            )
        return self._steps[key]

    def step_query(self, rule: AlertRule, period: Period) -> JourneyQuery:
        """The step of a rule as a question about a period."""
        window = rule.limits.window
        query = JourneyQuery(
            self.scope.engagement,
            period,
            channels=(rule.channel,) if rule.channel else (),
            stages=(rule.stage, watched_steps(self.info)[rule.stage]),
            window_days=window,
            mature=True,
        )
        query = settled(query, self.info, mode_given=False, window_given=True)
        return query.with_(horizon_days=window)

    def span(self, every: Every) -> Period:
        """The days that are asked for: whole periods, as many as rules and back-tests need."""
        end = self.data_end_day + timedelta(days=1)
        months = add_months(end.replace(day=1), -12 * _YEARS)
        since = max(end - timedelta(days=_DAYS) if every is Every.DAY else months, self.first_day)
        if every is Every.WEEK:
            since -= timedelta(days=since.weekday())
        return Period(since, end)

    def _book(self, every: Every, channel: str, split: Split, segment: str = "") -> tuple[Lcpq, ...]:
        key = (every, f"{channel}|{segment}", split)
        if key not in self._books:
            query = JourneyQuery(
                self.scope.engagement,
                self.span(every),
                channels=(channel,) if channel else (),
                segments=(segment,) if segment else (),
                by=(_UNITS[every], split),
            )
            self._books[key] = self.answers.lcpq(self.scope, query).rows
        return self._books[key]

    def parts(self, rule: AlertRule, since: date, base: Iterable[date], scale: float) -> dict[str, Parts]:
        """The looked-at period and its base taken apart by segment, channel and, of a step, manager.

        Args:
            since: first day of the period; `base` those of its base.
            scale: what the base's money or people are multiplied by; 1 of ratios.
        """
        days = set(base)
        splits = [Split.CHANNEL] if rule.segment else [Split.SEGMENT, Split.CHANNEL]
        if rule.stage:
            return {
                str(split): _line_parts(self.lines(rule, split), since, days)
                for split in (*splits, Split.MANAGER)
            }
        return {
            str(split): _row_parts(self.rows(rule, split), rule, split, since, days, scale)
            for split in splits
        }


def rows_of(rows: Iterable[Lcpq], every: Every, days: Iterable[date]) -> list[Lcpq]:
    """Those of the periods that begin on these days."""
    names = {period_of(every, day).token() if every is not Every.DAY else day.isoformat() for day in days}
    return [row for row in rows if (row.day or row.week or row.month) in names]


def _line_parts(lines: Iterable[Line], since: date, base: set[date]) -> Parts:
    found = {}
    for line in lines:
        if line.group is None:
            continue
        now = [one for one in line.cohorts if one.first_day == since]
        before = [one for one in line.cohorts if one.first_day in base]
        found[line.group] = tuple(
            Sums(sum(one.passed for one in side), sum(one.entered for one in side)) for side in (now, before)
        )
    return {name: (now, before) for name, (now, before) in found.items()}


def _row_parts(
    rows: Iterable[Lcpq], rule: AlertRule, split: Split, since: date, base: set[date], scale: float
) -> Parts:
    kpi, every = rule.kpi or Kpi.REVENUE, rule.limits.every
    groups: dict[str, list[Lcpq]] = {}
    for row in rows:
        groups.setdefault(str(getattr(row, split)), []).append(row)
    found = {}
    for name, group in groups.items():
        now = Sums(*parts_of(rows_of(group, every, [since]), kpi))
        before = Sums(*parts_of(rows_of(group, every, base), kpi))
        if before.bottom is None and base:
            before = Sums(before.top / len(base) * scale)
        found[name] = (now, before)
    return found
