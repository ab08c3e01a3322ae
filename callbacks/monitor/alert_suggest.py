"""Rules that fit an engagement, so that the first alert needs no thought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from callbacks.monitor.alert_rule import blank
from callbacks.monitor.alert_test import replayed, told
from callbacks.services import Ask, Services
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.errors import JourneyError
from dashboard.journey.alert_check import watched_steps
from dashboard.journey.alerts import AlertKind, AlertRule
from dashboard.journey.query import NO_SEGMENT
from dashboard.journey.targets import Kpi
from data_access.state import actions, targets
from layouts.monitor_alert_view import NEW, AlertView
from layouts.monitor_alerts import Suggestion

_MOST_STEPS = 4


def suggested(services: Services, ask: Ask, view: AlertView, rules: Sequence[AlertRule]) -> list[Suggestion]:
    """Those that nothing watches yet: the dearest step of each segment, late data, the pace, overdue actions."""
    known = {one.cause for one in rules}
    found = [one for one in _ideas(services, ask, view) if one[0].cause not in known]
    past = replayed(services, ask, [rule for rule, _ in found])
    told_of = [(rule, why, told(view, rule, one)) for (rule, why), one in zip(found, past, strict=True)]
    return [
        Suggestion(rule, why, said, _wish(view, rule))
        for rule, why, said in told_of
        if said.times is not None
        or rule.kind is not AlertKind.LIMITS  # of too few customers nothing can be said
    ]


def _ideas(services: Services, ask: Ask, view: AlertView) -> list[tuple[AlertRule, str]]:
    words, plain = ask.words, blank(ask.scope.engagement)
    found = [_named(view, *one) for one in _steps(services, ask, plain)]
    data = replace(plain, kind=AlertKind.DATA, kpi=None)
    found.append(_named(view, data, words("Old data make every figure old.")))
    state, engagement = services.state(), ask.scope.engagement
    if targets.listed(state, ask.user, engagement):
        pace = replace(plain, kind=AlertKind.PACE, kpi=Kpi.REVENUE)
        found.append(_named(view, pace, words("There are targets: hear of a month that falls behind.")))
    if actions.listed(state, ask.user, engagement):
        overdue = replace(plain, kind=AlertKind.OVERDUE, kpi=None)
        found.append(_named(view, overdue, words("The plan has actions with a day.")))
    return found


def _named(view: AlertView, rule: AlertRule, why: str) -> tuple[AlertRule, str]:
    return replace(rule, name=view.names.title(rule)), why


def _steps(services: Services, ask: Ask, plain: AlertRule) -> list[tuple[AlertRule, str]]:
    """The step of each segment where most money is lost; nothing where the data have no prices."""
    query, _ = services.answers.ripe(ask.scope, ask.query)
    try:
        rows = services.answers.bottlenecks(ask.scope, query)
    except JourneyError:
        return []
    best: dict[str, Bottleneck] = {}
    for row in rows:
        if row.recoverable and row.segment != NO_SEGMENT and row.from_stage in watched_steps(ask.info):
            known = best.get(row.segment)
            if known is None or row.recoverable > (known.recoverable or 0):
                best[row.segment] = row
    dearest = sorted(best.values(), key=lambda row: -(row.recoverable or 0))[:_MOST_STEPS]
    return [
        (
            replace(plain, stage=row.from_stage, segment=row.segment),
            ask.words("Here most is lost: {money}", money=ask.formats.money(row.recoverable)),
        )
        for row in dearest
    ]


def _wish(view: AlertView, rule: AlertRule) -> dict[str, Any]:
    """What the editor's form would send for it: the reader looks after it and hears of it."""
    said = {
        "kind": None if rule.kind is AlertKind.LIMITS else str(rule.kind),
        "kpi": str(rule.kpi) if rule.kpi is not None and rule.kpi is not Kpi.CONVERSION else None,
        "step": rule.stage,
        "seg": rule.segment,
    }
    me = str(view.me) if view.me in view.people else ""
    return {
        "search": view.rule(NEW, **said).search(),
        "seen": {},
        "name": rule.name,
        "owner_id": me,
        "users": [me] if me else [],
        "endpoints": [],
    }
