"""Figures against their targets: stored targets and measured facts joined, for screens and the console alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from callbacks.answers import Answers
from dashboard.analytics.funnel import FunnelGroup
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.targets import (
    FILTERED,
    NOT_BEGUN,
    Aim,
    Basis,
    Measured,
    Progress,
    aim_of,
    elapsed_days,
    progress,
    shape_of,
    step_progress,
)
from dashboard.errors import JourneyError
from dashboard.journey.funnel_steps import walked_steps
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period
from dashboard.journey.query import Book, JourneyQuery, Mode, Split
from dashboard.journey.targets import EVERYBODY, Kpi, StepTargets, Targets, months_of, step_targets
from data_access.scope import Scope, UserRecord
from data_access.state import targets as stored

_BY_DAY = frozenset({Kpi.REVENUE, Kpi.AVERAGE_CHECK})


def equation_progress(
    answers: Answers, scope: Scope, query: JourneyQuery, targets: Targets
) -> dict[Kpi, Measured]:
    """Revenue, L, C, P and Q of the question against their targets; only figures that some month has a target of."""
    info, plain = answers.info(scope), query.with_(by=(), compare=None)
    months = set(months_of(query.period)) or {key.month for key in targets}
    said = {key.kpi for key in targets if not key.stage and key.month in months}
    if plain.book is not Book.PERIOD:
        return {}
    whose = EVERYBODY if not query.segments else ", ".join(query.segments)
    narrowed = plain.channels or plain.touchpoints or plain.products or plain.sale_channels
    aims = {
        kpi: Aim(None, FILTERED)
        if narrowed
        else aim_of(targets, kpi, "", plain.period, plain.segments, info.segments)
        for kpi in Kpi
        if kpi in said
    }
    found = _measured(answers, scope, plain, {kpi: aim for kpi, aim in aims.items() if aim.value is not None})
    return {kpi: Measured(kpi, "", whose, found.get(kpi), aim.reason) for kpi, aim in aims.items()}


def _measured(
    answers: Answers, scope: Scope, query: JourneyQuery, aims: Mapping[Kpi, Aim]
) -> dict[Kpi, Progress]:
    if not aims:
        return {}
    with answers.facts.pinned():
        info, period = answers.info(scope), query.period
        elapsed, days = elapsed_days(period, info.data_end_day), period.days or 0
        if not elapsed:
            return {
                kpi: Progress(aim.value, reason=NOT_BEGUN)
                for kpi, aim in aims.items()
                if aim.value is not None
            }
        running = elapsed < days
        now = answers.lcpq(scope, query).total
        known = _compared(answers, scope, query, elapsed, info) if running else {}
        daily: Sequence[Lcpq] = ()
        if running and _BY_DAY & set(aims):
            daily = answers.lcpq(scope, query.with_(period=period.head(elapsed), by=(Split.DAY,))).rows
        return {
            kpi: progress(kpi, aim.value, now, elapsed, shape_of(kpi, elapsed, days, known), daily)
            for kpi, aim in aims.items()
            if aim.value is not None
        }


def _compared(
    answers: Answers, scope: Scope, query: JourneyQuery, elapsed: int, info: GenerationInfo
) -> dict[Basis, tuple[Lcpq, Lcpq]]:
    """(first days, all days) of the year before and of the period before, where the data hold them whole."""
    period = query.period
    found = {}
    for basis, other in ((Basis.YEAR_AGO, period.year_ago()), (Basis.PREVIOUS, period.previous())):
        if info.first_day is None or other.since is None or other.since < info.first_day:
            continue
        head = other.head(elapsed)
        found[basis] = tuple(answers.lcpq(scope, query.with_(period=part)).total for part in (head, other))
    return found


def all_progress(
    answers: Answers, scope: Scope, query: JourneyQuery, targets: Targets
) -> tuple[Measured, ...]:
    """Every figure of every segment that has a target in the period, the equation first, then the transitions.

    Args:
        query: its period and how its funnel counts; everything else is left out.
    """
    info = answers.info(scope)
    plain = query.with_(by=(), compare=None, segments=(), channels=(), touchpoints=(), products=())
    found: list[Measured] = []
    for segment in (EVERYBODY, *info.segments):
        own = {key: value for key, value in targets.items() if key.segment == segment}
        if own:
            asked = plain.with_(segments=(segment,) if segment else ())
            found += equation_progress(answers, scope, asked, own).values()
    return (*found, *_steps(answers, scope, plain, targets, info))


def _steps(
    answers: Answers, scope: Scope, query: JourneyQuery, targets: Targets, info: GenerationInfo
) -> list[Measured]:
    months = set(months_of(query.period))
    asked = {(key.segment, key.stage) for key in targets if key.stage and key.month in months}
    if not asked or query.mode is Mode.ANY:
        return []
    split = query.with_(by=(Split.SEGMENT,), attributes=(), stages=(), mature=True)
    groups = {group.segment or EVERYBODY: group for group in answers.funnel(scope, split).groups}
    over = query.period.finished(info.data_end_day)
    return [
        _step(groups[segment], stage, segment, query.period, targets, over)
        for segment in (EVERYBODY, *info.segments)
        for stage in info.model.keys
        if (segment, stage) in asked and segment in groups
    ]


def _step(
    group: FunnelGroup, stage: str, segment: str, period: Period, targets: Targets, over: bool
) -> Measured:
    aim = aim_of(targets, Kpi.CONVERSION, stage, period, (segment,) if segment else ())
    place = next(number for number, step in enumerate(group.steps) if step.stage == stage)
    before = next((step for step in reversed(group.steps[:place]) if not step.optional), None)
    if aim.value is None or before is None:
        return Measured(Kpi.CONVERSION, stage, segment, None, aim.reason)
    found = step_progress(aim.value, group.steps[place], before.customers, period_over=over)
    return Measured(Kpi.CONVERSION, stage, segment, found)


def stored_targets(state: sa.Engine, who: UserRecord, engagement: str) -> Targets:
    """The targets that a reader may see; a guest sees none."""
    return {} if who.is_guest else stored.values(state, who, engagement)


def step_aims(query: JourneyQuery, info: GenerationInfo, targets: Targets) -> StepTargets:
    """Targets of the question's transitions in its period, by segment."""
    steps = walked_steps(query, info)
    return step_targets(targets, steps, info.stages_without_data, info.model, query.period)


def aimed(query: JourneyQuery, info: GenerationInfo, targets: Targets) -> JourneyQuery:
    """The question with the engagement's targets as what it is held against.

    Raises:
        JourneyError: `no_target_in_period` where its period has none.
    """
    aims = step_aims(query, info, targets)
    if not aims:
        raise JourneyError("no_target_in_period")
    told = {f"{step}@{segment}" if segment else step: rate for (segment, step), rate in aims.items()}
    return query.with_(targets=tuple(told.items()))
