"""What people do to rules and incidents: each route reads the form; rights and sense are checked where it is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dash import Dash
from flask import Flask, abort

from callbacks.monitor.alert_rule import asked_rule, blank
from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.journey.alert_check import RuleDraft, limits_json
from dashboard.journey.alerts import AlertRule
from dashboard.server.posts import post
from data_access.scope import Action
from data_access.state import alert_rules, incidents
from layouts.monitor import PATH
from layouts.monitor_alert_view import RULE

_RULES = "/monitor/rules"
_RULE = f"{_RULES}/<int:rule_id>"
_INCIDENT = "/monitor/incidents/<int:incident_id>"
_PEOPLE = {"name": str, "owner_id": str, "users": list, "endpoints": list}


def register(app: Dash, services: Services) -> None:
    """Wire the routes below `/monitor/rules` and `/monitor/incidents`."""
    _wire_rules(app.server, services)
    _wire_incidents(app.server, services)


def _wire_rules(server: Flask, services: Services) -> None:
    @post(server, _RULES, "alerts.add", search=str, seen=dict, **_PEOPLE)
    def add(wish: dict[str, Any]) -> dict[str, Any]:
        ask = _ask(services, wish["search"])
        draft = _draft(asked_rule(ask, blank(ask.scope.engagement)), wish)
        alert_rules.add(services.state(), ask.user, ask.scope.engagement, draft, ask.info)
        return {"go": _closed(ask)}

    @post(server, _RULE, "alerts.change", search=str, seen=dict, version=int, **_PEOPLE)
    def change(wish: dict[str, Any], rule_id: int) -> dict[str, Any]:
        who, state = services.viewer(), services.state()
        kept = alert_rules.get(state, who, rule_id)
        ask = _ask(services, wish["search"])
        if ask.scope.engagement != kept.engagement:
            raise JourneyError("unknown_alert_rule", status=404)
        alert_rules.change(
            state, who, rule_id, wish["version"], _draft(asked_rule(ask, kept), wish), ask.info
        )
        return {"go": _closed(ask)}

    @post(server, f"{_RULE}/enable", "alerts.enable", version=int, enabled=bool)
    def enable(wish: dict[str, Any], rule_id: int) -> None:
        alert_rules.enable(
            services.state(), services.viewer(), rule_id, wish["version"], enabled=wish["enabled"]
        )

    @post(server, f"{_RULE}/delete", "alerts.delete", version=int)
    def delete(wish: dict[str, Any], rule_id: int) -> dict[str, Any]:
        alert_rules.delete(services.state(), services.viewer(), rule_id, wish["version"])
        return {"go": {RULE: ""}}


def _ask(services: Services, search: str) -> Ask:
    """The question of the form's address, which anybody may have written: asked with the person's own rights."""
    return services.ask(services.visit(PATH, search), Action.PLAN)


def _closed(ask: Ask) -> dict[str, str]:
    """What changes in the address: the editor closes."""
    return {key: "" for key in ask.extras if key != "tab"}


def _draft(rule: AlertRule, wish: dict[str, Any]) -> RuleDraft:
    """The rule of the address with what the form says of it."""
    return RuleDraft(
        wish["name"],
        rule.kind,
        rule.kpi or "",
        rule.stage,
        rule.segment,
        rule.channel,
        limits_json(rule.kind, rule.limits),
        _number(wish["owner_id"]),
        _numbers(wish["users"]),
        _numbers(wish["endpoints"]),
    )


def _number(text: Any) -> int | None:
    """A person's number; nobody where nothing is said."""
    if text == "":
        return None
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > 15:
        abort(400)
    return int(text)


def _numbers(texts: list[Any]) -> tuple[int, ...]:
    found = [_number(one) for one in texts]
    return tuple(one for one in found if one is not None)


def _wire_incidents(server: Flask, services: Services) -> None:
    def on(deed: str, **fields: type) -> Any:
        return post(server, f"{_INCIDENT}/{deed}", f"incidents.{deed}", **fields)

    @on("acknowledge", version=int)
    def acknowledge(wish: dict[str, Any], incident_id: int) -> None:
        incidents.acknowledge(
            services.state(), services.viewer(), incident_id, wish["version"], services.clock()
        )

    @on("snooze", version=int, until=str)
    def snooze(wish: dict[str, Any], incident_id: int) -> None:
        until = _moment(services, incident_id, wish["until"])
        _snooze(services, incident_id, wish["version"], until)

    @on("wake", version=int)
    def wake(wish: dict[str, Any], incident_id: int) -> None:
        _snooze(services, incident_id, wish["version"], None)

    @on("owner", version=int, owner_id=str)
    def owner(wish: dict[str, Any], incident_id: int) -> None:
        who, number = services.viewer(), _number(wish["owner_id"])
        incidents.set_owner(services.state(), who, incident_id, wish["version"], number, services.clock())

    @on("resolve", version=int, reason=str)
    def resolve(wish: dict[str, Any], incident_id: int) -> None:
        who, now = services.viewer(), services.clock()
        incidents.resolve(services.state(), who, incident_id, wish["version"], now, wish["reason"])

    @on("comment", text=str)
    def comment(wish: dict[str, Any], incident_id: int) -> None:
        incidents.comment(services.state(), services.viewer(), incident_id, wish["text"], services.clock())


def _snooze(services: Services, incident_id: int, version: int, until: datetime | None) -> None:
    incidents.snooze(services.state(), services.viewer(), incident_id, version, until, services.clock())


def _moment(services: Services, incident_id: int, text: str) -> datetime:
    """When a day begins where the engagement's clocks are.

    Raises:
        JourneyError: `bad_day`; `unknown_incident` (404) before anything of it is told.
    """
    who = services.viewer()
    engagement = incidents.get(services.state(), who, incident_id).engagement
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise JourneyError("bad_day", value=text[:40]) from error
    ask = services.ask(services.visit(PATH, f"?e={engagement}"), Action.PLAN)
    return ask.info.day_start(day)
