"""What is open in the tab Alerts: an incident above the lists, or the editor of a rule instead of them."""

from __future__ import annotations

from typing import Any

from callbacks.monitor.alert_common import opened_incident
from callbacks.monitor.alert_rule import asked_rule, blank
from callbacks.monitor.alert_test import complete, drawn, drawn_around, replayed
from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.journey.address import Address
from dashboard.journey.alerts import SERIES_KINDS, AlertRule
from dashboard.journey.incidents import Incident
from data_access.scope import Action
from data_access.state import alert_rules, measures
from layouts.components.link import PAGE_PATHS
from layouts.components.to_plan import New, plan_address
from layouts.monitor_alert_view import INCIDENT, NEW, RULE, AlertView
from layouts.monitor_incident import IncidentView, incident_card
from layouts.monitor_rule_card import RuleView, rule_card


def show_incident(services: Services, ask: Ask, view: AlertView) -> Any:
    """The open incident.

    Raises:
        JourneyError: `unknown_incident` (404) for one of another engagement as for one that does not exist.
    """
    one = opened_incident(services, ask, _number(ask, INCIDENT, "unknown_incident"))
    figure = None
    if one.rule.kind in SERIES_KINDS and complete(one.rule):
        figure = drawn_around(ask, view, one.rule, replayed(services, ask, [one.rule])[0])
    where = None if ask.user.is_guest else _where(ask, one.figures.link)
    plan = _plan(ask, one) if view.may_plan else None
    return incident_card(view, IncidentView(one, figure, where, plan, _proposed(services, ask, one)))


def _number(ask: Ask, key: str, code: str) -> int:
    said = ask.extras.get(key, "")
    if not said.isascii() or not said.isdigit() or len(said) > 15:
        raise JourneyError(code, status=404)
    return int(said)


def _where(ask: Ask, link: str) -> tuple[str, Address] | None:
    """The exact state, in the reader's language; None where they may not open such a page."""
    path, _, search = link.partition("?")
    if path not in PAGE_PATHS:
        return None
    if path == "/data" and not ask.user.may(Action.IMPORT):
        return None
    address = Address.parse(search).with_(engagement=ask.scope.engagement)
    return path, address.with_(language=ask.address.language, theme=ask.address.theme)


def _plan(ask: Ask, one: Incident) -> Address | None:
    """The form of an action: of the step that lost, else a blank one; nothing for late data and overdue actions."""
    if one.rule.kpi is None:
        return None
    plain = ask.address.for_page()
    if one.rule.stage and one.rule.segment:
        channel = one.rule.channel or None
        return plan_address(plain, one.rule.segment, one.rule.stage, channel=channel)
    return plain.with_extras(new=New.BLANK)


def _proposed(services: Services, ask: Ask, one: Incident) -> str:
    """Name of the measure of the library that the alert proposes; guests see no library."""
    if not one.figures.measure or ask.user.is_guest:
        return ""
    library = measures.listed(services.state(), ask.user, ask.scope.engagement, ask.info.model)
    return next((known.name[ask.words.language] for known in library if known.key == one.figures.measure), "")


def show_editor(services: Services, ask: Ask, view: AlertView) -> Any:
    """The editor, with what the rule of the address would have said.

    Raises:
        JourneyError: `no_right` (403) for who may only read, `unknown_alert_rule` (404).
    """
    if not view.may_plan:
        raise JourneyError("no_right", status=403, action=str(Action.PLAN))
    kept = _kept(services, ask)
    rule = asked_rule(ask, kept)
    (one,) = replayed(services, ask, [rule])
    return rule_card(view, RuleView(rule, kept, one.tested if one else None, drawn(ask, view, rule, one)))


def _kept(services: Services, ask: Ask) -> AlertRule:
    if ask.extras[RULE] == NEW:
        return blank(ask.scope.engagement)
    number = _number(ask, RULE, "unknown_alert_rule")
    found = alert_rules.get(services.state(), ask.user, number)
    if found.engagement != ask.scope.engagement:
        raise JourneyError("unknown_alert_rule", status=404)
    return found
