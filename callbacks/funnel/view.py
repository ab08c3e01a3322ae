"""From the address of the funnel page to what its grid and table draw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callbacks.progress import step_aims, stored_targets
from callbacks.services import Ask, Services
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import Funnel, FunnelGroup
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Mode, Split
from data_access.scope import Action
from layouts.components.maturity import maturity_line
from layouts.components.mode_line import mode_line
from layouts.funnel import ALL_ROWS, EVERYBODY, FunnelView, Rows, rows_of

MOST_ROWS = 6
_BY_MONTH = 200  # up to so many days rows of a period are months, beyond quarters


def funnel_view(services: Services, ask: Ask) -> tuple[FunnelView, list[Any]]:
    """What the page draws, and the lines above it: the mode that the data chose, the entries that stand in."""
    query, span = services.answers.ripe(ask.scope, ask.query)
    rows = rows_of(ask.address)
    split = split_of(rows, query.period, ask)
    asked = grid_query(query, split)
    funnel = services.answers.funnel(ask.scope, asked)
    ranked = ranking(services, ask, query) if rows is Rows.SEGMENT else ()
    if rows is Rows.PERIOD:
        ordered = sorted(funnel.segments, key=lambda group: str(group.values.get(str(split))))
        funnel = replace(funnel, segments=tuple(ordered))
    other = comparable(services, ask, query)
    view = FunnelView(
        words=ask.words,
        formats=ask.formats,
        address=ask.address,
        query=query,
        model=ask.info.model,
        funnel=funnel,
        ranked=ranked,
        order=ask.info.segments,
        rows=rows,
        level=str(split),
        compared=other,
        changes=services.answers.funnel_changes(ask.scope, asked, other) if other else {},
        may_people=ask.user.may(Action.PEOPLE),
    )
    view = replace(view, shown=_shown(view))
    lines = [*mode_line(ask.words, query), *maturity_line(ask.words, ask.formats, span)]
    return replace(view, open=_opened(view, ask)), lines


def may_target(services: Services, ask: Ask) -> bool:
    """True where some step has a target in the period."""
    targets = stored_targets(services.state(), ask.user, ask.scope.engagement)
    return bool(step_aims(ask.query, ask.info, targets))


def grid_query(query: JourneyQuery, split: Split) -> JourneyQuery:
    """Every rate on screen is of mature entries alone."""
    return query.with_(by=(split,), attributes=(), mature=True, compare=None)


def split_of(rows: Rows, period: Period, ask: Ask) -> Split:
    """The field that the rows are values of."""
    if rows is not Rows.PERIOD:
        return Split.SEGMENT if rows is Rows.SEGMENT else Split.CHANNEL
    first, last = period.since or ask.info.first_day, period.until or ask.info.last_day
    return Split.MONTH if first and last and (last - first).days <= _BY_MONTH else Split.QUARTER


def ranking(services: Services, ask: Ask, query: JourneyQuery) -> tuple[Bottleneck, ...]:
    """What each step of each segment loses; nothing where the mode or the data have no price."""
    if query.mode is Mode.ANY or not ask.info.has_transactions:
        return ()
    return services.answers.bottlenecks(ask.scope, query)


def comparable(services: Services, ask: Ask, query: JourneyQuery) -> Period | None:
    """The comparison period, where the data hold it whole and its entries are ripe."""
    other = services.answers.compared(ask.scope, query)
    if other is None or other.since is None or ask.info.first_day is None or other.since < ask.info.first_day:
        return None
    young = services.answers.mature_span(ask.scope, query.with_(period=other, compare=None))
    return None if young else other


def _shown(view: FunnelView) -> tuple[FunnelGroup, ...]:
    """Every row, or those that matter most: by money, else by customers; periods the latest."""
    groups = view.funnel.segments
    if len(groups) <= MOST_ROWS or view.address.extras.get("rows") == ALL_ROWS:
        return groups
    if view.rows is Rows.PERIOD:
        return groups[-MOST_ROWS:]

    def weight(group: FunnelGroup) -> tuple[float, int]:
        worst = view.worst(view.value(group))
        return (worst.recoverable or 0.0 if worst else 0.0, group.steps[0].customers)

    largest = sorted(groups, key=weight, reverse=True)[:MOST_ROWS]
    return tuple(group for group in groups if group in largest)


def _opened(view: FunnelView, ask: Ask) -> tuple[str | None, str]:
    """The step of the address, else the costliest, else the first one."""
    value, start = ask.extras.get("seg"), ask.extras.get("step")
    known = {view.value(group) for group in view.funnel.groups}
    chosen = None if value in (None, EVERYBODY) else value
    if start in view.funnel.stages[:-1] and chosen in known:
        return chosen, str(start)
    worst = view.worst(None)
    return (worst.segment, worst.from_stage) if worst else (None, view.funnel.stages[0])


def group_of(funnel: Funnel, level: str, value: str | None) -> FunnelGroup:
    """The row with this value; everybody for None."""
    return next(group for group in funnel.groups if group.values.get(level) == value)
