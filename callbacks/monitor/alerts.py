"""The tab Alerts: what goes on, the open incident, the rules, the editor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dash import Dash, html

from callbacks.monitor import alert_routes
from callbacks.monitor.alert_common import alert_view, shown_incidents, shown_rules
from callbacks.monitor.alert_panel import show_editor, show_incident
from callbacks.monitor.alert_suggest import suggested
from callbacks.monitor.alert_test import replayed, told
from callbacks.services import Ask, Services
from dashboard.journey.alerts import AlertRule
from dashboard.journey.incidents import IncidentStatus
from dashboard.server.sheets import Cell, Column, Sheet
from data_access.state import incidents
from layouts.alert_words import KIND_NAMES
from layouts.monitor_alert_view import INCIDENT, RULE, AlertView
from layouts.monitor_alerts import Fired, incidents_card, rules_card, status_word, suggestions_card
from layouts.navigation import open_alerts


def register(app: Dash, services: Services) -> None:
    """Wire what people do there."""
    alert_routes.register(app, services)


def show_alerts(services: Services, ask: Ask) -> Any:
    """The editor alone, or the lists with what is open above them."""
    view = alert_view(services, ask)
    if ask.extras.get(RULE):
        return html.Div(show_editor(services, ask, view), className="alerts-page")
    rules, found = shown_rules(services, ask), shown_incidents(services, ask)
    said = {one.id: fired for one, fired in _fired(services, ask, view, rules)}
    updates = incidents.updates(services.state(), ask.user, ask.scope.engagement)
    parts = [incidents_card(view, found, rules, updates), rules_card(view, rules, said)]
    if ask.extras.get(INCIDENT):
        parts.insert(0, show_incident(services, ask, view))
    waiting = Counter(one.status for one in found)[IncidentStatus.OPEN]
    return html.Div([open_alerts(waiting), *parts], className="alerts-page")


def show_suggested(services: Services, ask: Ask) -> Any:
    """Rules to take over, for who may; a card of its own, because what they would have said takes longest."""
    view = alert_view(services, ask)
    if not view.may_plan or ask.extras.get(RULE):
        return []
    found = suggested(services, ask, view, shown_rules(services, ask))
    return suggestions_card(view, found) if found else []


def _fired(
    services: Services, ask: Ask, view: AlertView, rules: Sequence[AlertRule]
) -> list[tuple[AlertRule, Fired]]:
    """Each rule with its last year."""
    past = replayed(services, ask, rules)
    return [(rule, told(view, rule, one)) for rule, one in zip(rules, past, strict=True)]


def incidents_sheet(services: Services, ask: Ask) -> Sheet:
    """Every incident with its exact figures."""
    view = alert_view(services, ask)
    words = ask.words
    columns = (
        Column(words("Number"), "number"),
        Column(words("Status")),
        Column(words("Alert")),
        Column(words("Since"), "date"),
        Column(words("Value"), "decimal", "alert_value"),
        Column(words("95% from"), "decimal", "ci_low"),
        Column(words("95% to"), "decimal", "ci_high"),
        Column(words("Held against"), "decimal", "alert_base"),
        Column(words("Speaks from"), "decimal", "alert_limit"),
        Column(words("Customers"), "number"),
        Column(words("Worth in the period"), "money", "alert_money"),
        Column(words("Looks after it")),
        Column(words("Opened"), "moment"),
        Column(words("Resolved"), "moment"),
    )
    lines: list[tuple[Cell, ...]] = []
    for one in shown_incidents(services, ask):
        figures, owner = one.figures, one.owner if view.sees_people else ""
        values = (figures.value, figures.low, figures.high, figures.base, figures.limit, figures.n)
        said = (one.id, status_word(view, one), view.names.title(one.rule), figures.began)
        lines.append((*said, *values, figures.money, owner, one.opened_at, one.resolved_at))
    nothing = (None, None, words("Nothing was outside its limits."), *(None for _ in columns[3:]))
    return Sheet(words("Alerts"), columns, lines or [nothing])


def rules_sheet(services: Services, ask: Ask) -> Sheet:
    """Every rule, where it begins to speak and what it would have said."""
    view, words = alert_view(services, ask), ask.words
    columns = (
        Column(words("Number"), "number"),
        Column(words("Name")),
        Column(words("Kind of the rule")),
        Column(words("What it watches")),
        Column(words("When it speaks")),
        Column(words("Would have fired in the last year"), "number", "alert_fired"),
        Column(words("Enabled")),
        Column(words("Looked at"), "moment"),
        Column(words("Looks after it")),
    )
    fired = _fired(services, ask, view, shown_rules(services, ask))
    lines = [_rule_line(view, rule, said) for rule, said in fired]
    nothing = (None, words("No rule watches yet."), *(None for _ in columns[2:]))
    return Sheet(words("Rules"), columns, lines or [nothing])


def _rule_line(view: AlertView, rule: AlertRule, fired: Fired) -> tuple[Cell, ...]:
    words, names = view.words, view.names
    what = (rule.id, rule.name, words(KIND_NAMES[rule.kind]), names.title(rule), names.condition(rule))
    awake = words("yes") if rule.enabled else words("no")
    owner = (rule.owner or "") if view.sees_people else ""
    return (*what, fired.times, awake, rule.looked_at, owner)
