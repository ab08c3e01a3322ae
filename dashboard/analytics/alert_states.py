"""Signals that are no series of a figure: late data, overdue actions, the pace of a month and where it will end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from dashboard.analytics.alert_points import is_share
from dashboard.analytics.health import SourceHealth
from dashboard.analytics.health_days import Gap
from dashboard.analytics.targets import Progress
from dashboard.journey.alerts import AlertKind, AlertRule, Base
from dashboard.journey.incidents import Signal, Slice, State
from dashboard.journey.period import Period
from dashboard.journey.plan import ActionRecord, Status

MOST_ACTIONS_TOLD = 3


def judge_data(rule: AlertRule, last_day: date | None, today: date) -> Signal:
    """Whole days without anything new; the day that is not over yet is none of them."""
    if last_day is None:
        return Signal(today, today + timedelta(days=1), State.UNKNOWN, reason="no_data")
    late = max(0, (today - last_day).days - 1)
    return _counted(rule, last_day + timedelta(days=1), today + timedelta(days=1), late, late)


def latest_of(sources: Iterable[SourceHealth], name: str) -> tuple[str, date | None]:
    """The source that ends first and its last day; of one name its own. Only sources of figures count."""
    ends = {
        one.source: one.last_day
        for one in sources
        if one.kind in ("event", "transaction") and (not name or one.source == name)
    }
    known = {source: day for source, day in ends.items() if day is not None}
    if not known:
        return name, None
    worst = min(known, key=lambda source: (known[source], source))
    return worst, known[worst]


def gap_signals(rule: AlertRule, gaps: Iterable[Gap]) -> tuple[Signal, ...]:
    """What the rule would have said on the last empty day of each past gap, and on the day that ended it."""
    found: list[Signal] = []
    for gap in sorted(gaps, key=lambda one: one.since):
        before = gap.since - timedelta(days=1)
        found.append(judge_data(rule, before, gap.last + timedelta(days=1)))
        found.append(judge_data(rule, gap.last + timedelta(days=1), gap.last + timedelta(days=2)))
    return tuple(found)


def judge_overdue(rule: AlertRule, actions: Iterable[ActionRecord], day: date) -> Signal:
    """Actions that were to be done before a day and were not."""
    late = overdue(rule, actions, day)
    oldest = max(late.values(), default=0)
    since = day - timedelta(days=max(oldest - 1, 0))  # the first day that the oldest one was late
    return _counted(rule, since, day + timedelta(days=1), oldest, len(late))


def overdue(rule: AlertRule, actions: Iterable[ActionRecord], day: date) -> dict[str, int]:
    """Title of each action that is overdue on a day -> days, the oldest first; what was dropped is none."""
    found = {}
    for one in actions:
        mine = rule.stage in ("", one.stage) and rule.segment in ("", one.segment)
        done = one.status is Status.DROPPED or (one.live_on is not None and one.live_on <= day)
        done = done or (one.live_on is None and not one.status.to_do)
        if mine and not done and one.due_on is not None and (day - one.due_on).days > rule.limits.days:
            found[one.title] = (day - one.due_on).days
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def overdue_slices(late: dict[str, int]) -> tuple[Slice, ...]:
    """The oldest three, each with its days."""
    return tuple(Slice(title, float(days), None) for title, days in list(late.items())[:MOST_ACTIONS_TOLD])


def judge_pace(rule: AlertRule, progress: Progress, month: Period) -> Signal:
    """A month against its target: where it should stand today, or where it will end.

    Shares and checks are behind where their likely range is; money and people where they are.
    """
    since, until = month.since or date.min, month.until or date.max
    ahead = rule.kind is AlertKind.FORECAST and not progress.over
    value = progress.forecast if ahead else progress.actual
    aim = progress.target if rule.kind is AlertKind.FORECAST else progress.pace
    if value is None or aim is None:
        reason = progress.reason or "no_data"
        return Signal(since, until, State.UNKNOWN, reason=reason)
    limit = float(aim) * (1 - rule.limits.tolerance)
    low, high = (None if end is None else float(end) for end in (progress.low, progress.high))
    shown = (low, high) if ahead or is_share(rule.kpi) else (None, None)
    sure = shown[1] is None or shown[1] < limit
    firing = float(value) < limit and sure
    return Signal(
        since,
        until,
        State.FIRING if firing else State.CALM,
        float(value),
        *shown,
        base=float(aim),
        base_name=Base.TARGET,
        limit=limit,
        reason=None if firing or float(value) >= limit else "by_chance",
        settled=float(value) >= float(aim),
    )


def days_of_looks(today: date, weeks: int) -> Sequence[date]:
    """A day a week up to today: when a back-test looks at what has no series."""
    return [today - timedelta(days=7 * back) for back in reversed(range(weeks))]


def _counted(rule: AlertRule, since: date, until: date, value: int, n: int) -> Signal:
    """Days beyond those that the rule grants."""
    granted = rule.limits.days
    state = State.FIRING if value > granted else State.CALM
    return Signal(
        since,
        until,
        state,
        float(value),
        base=0.0,
        base_name=Base.NAMED,
        limit=float(granted),
        n=n,
        settled=value <= granted,
    )
