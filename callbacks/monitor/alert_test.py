"""What rules would have said in the last year of the data, as figures and as a drawing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from callbacks.alerting import Replay, replays
from callbacks.services import Ask, Services
from dashboard.analytics.alert_points import NOT_RIPE
from dashboard.figures.alerts import control_figure
from dashboard.journey.alerts import SERIES_KINDS, AlertKind, AlertRule, Every
from layouts.monitor_alert_view import AlertView
from layouts.monitor_alerts import Fired
from layouts.monitor_rule_card import fired

_DRAWN = {Every.DAY: 90, Every.WEEK: 52, Every.MONTH: 24}  # periods that a chart shows at most
_AROUND = {Every.DAY: 42, Every.WEEK: 26, Every.MONTH: 18}  # of an incident


def replayed(services: Services, ask: Ask, rules: Iterable[AlertRule]) -> list[Replay | None]:
    """Each rule over its past, in order; None where a level is still missing."""
    listed = list(rules)
    whole = [one for one in listed if complete(one)]
    found = replays(services.answers, services.state(), ask.scope, whole, services.clock())
    by_rule = iter(found)
    return [next(by_rule) if complete(one) else None for one in listed]


def complete(rule: AlertRule) -> bool:
    """True where every field that has no usual value is filled in."""
    return rule.kind is not AlertKind.ABSOLUTE or rule.limits.threshold is not None


def told(view: AlertView, rule: AlertRule, one: Replay | None) -> Fired:
    """The last year of a rule in words."""
    return fired(view, rule, one.tested if one else None)


def drawn(ask: Ask, view: AlertView, rule: AlertRule, one: Replay | None) -> dict[str, Any] | None:
    """The periods of the back-test with their limits; None of what has no series, and without any value."""
    return _figure(ask, view, rule, one, _DRAWN[rule.limits.every])


def drawn_around(ask: Ask, view: AlertView, rule: AlertRule, one: Replay | None) -> dict[str, Any] | None:
    """The last periods with their limits."""
    return _figure(ask, view, rule, one, _AROUND[rule.limits.every])


def _figure(
    ask: Ask, view: AlertView, rule: AlertRule, one: Replay | None, most: int
) -> dict[str, Any] | None:
    """The last periods that are over and ripe: of the others nothing is said."""
    known = [signal for signal in one.signals if signal.reason != NOT_RIPE] if one else []
    if rule.kind not in SERIES_KINDS or all(signal.value is None for signal in known):
        return None
    theme, names = ask.address.theme or ask.user.theme, view.names
    said = partial(names.value, rule.kpi)
    return control_figure(known[-most:], said, ask.words, ask.formats, theme)
