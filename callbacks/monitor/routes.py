"""What people do to effects: register, change, withdraw, decide; rights and sense are checked where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Dash
from flask import abort

from callbacks.monitor.common import monitor_view
from callbacks.monitor.registration import power_of, promise_view
from callbacks.services import Ask, Services
from dashboard.analytics.effect import Amount, Effect
from dashboard.errors import JourneyError
from dashboard.journey.intervention import Promise
from dashboard.server.posts import post
from data_access.scope import Action
from data_access.state import decisions, interventions
from layouts.monitor_decide import seen_of
from layouts.monitor_new import KEYS
from layouts.monitor_words import EDIT, NEW, OPEN

_EFFECTS = "/monitor/effects"


def register(app: Dash, services: Services) -> None:
    """Wire the routes of the effects."""
    server = app.server

    @post(server, _EFFECTS, "effects.register", action=str, search=str, comparison=list, seen=dict)
    def begin(wish: dict[str, Any]) -> dict[str, Any]:
        ask = _ask(services, wish["search"], {NEW: wish["action"]})
        number, promise = _promised(services, ask, wish["comparison"])
        least = power_of(services, ask, promise).detectable
        state, now = services.state(), services.clock()
        interventions.register(state, ask.user, ask.info, number, promise, now, detectable=least)
        return {"go": {**dict.fromkeys(KEYS, ""), OPEN: str(number)}}

    @post(
        server,
        f"{_EFFECTS}/<int:number>",
        "effects.change",
        version=int,
        search=str,
        comparison=list,
        seen=dict,
    )
    def change(wish: dict[str, Any], number: int) -> dict[str, Any]:
        ask = _ask(services, wish["search"], {EDIT: str(number)})
        action_id, promise = _promised(services, ask, wish["comparison"])
        least = power_of(services, ask, promise).detectable
        state, now, version = services.state(), services.clock(), wish["version"]
        interventions.change(state, ask.user, ask.info, number, version, promise, now, detectable=least)
        return {"go": {**dict.fromkeys(KEYS, ""), OPEN: str(action_id)}}

    @post(server, f"{_EFFECTS}/<int:number>/withdraw", "effects.withdraw", version=int)
    def withdraw(wish: dict[str, int], number: int) -> dict[str, Any]:
        interventions.withdraw(services.state(), services.viewer(), number, wish["version"])
        return {"go": {OPEN: "", EDIT: ""}}

    @post(
        server, "/monitor/decisions", "effects.decide", action=str, search=str, seen=str, kind=str, reason=str
    )
    def decide(wish: dict[str, str]) -> None:
        ask = _ask(services, wish["search"], {OPEN: wish["action"]})
        view = monitor_view(services, ask)
        effect, number = view.opened, view.action_id
        if effect is None or number is None or not wish["action"]:
            raise JourneyError("unknown_effect", status=404)
        if seen_of(effect) != wish["seen"]:
            raise JourneyError("decision_outdated", status=409)
        state, now = services.state(), services.clock()
        told = {"figures": figures_of(effect), "search": view.shown(number).search()}
        decisions.decide(state, ask.user, number, wish["kind"], wish["reason"], now, **told)


def _ask(services: Services, search: str, keys: Mapping[str, str]) -> Ask:
    """The question of the form's address, which anybody may have written: asked with the person's own rights."""
    ask = services.ask(services.visit("/monitor", search), Action.PLAN)
    return replace(ask, address=ask.address.with_extras(**keys))


def _promised(services: Services, ask: Ask, comparison: list[Any]) -> tuple[int, Promise]:
    """The action and the promise of the form.

    Raises:
        JourneyError: `unknown_action` (404), and those of `interventions.checked`.
    """
    if not all(isinstance(one, str) for one in comparison):
        abort(400)
    view = promise_view(services, ask)
    if view.action_id is None:
        raise JourneyError("unknown_action", status=404)
    chosen = set(comparison)
    named = tuple(one for one in ask.info.segments if one in chosen)
    if len(named) < len(chosen):
        raise JourneyError("effect_comparison")
    return view.action_id, interventions.checked(replace(view.promise, comparison=named), ask.info)


def figures_of(effect: Effect) -> dict[str, Any]:
    """What a decision keeps of the screen: figures without a sentence."""

    def amount(found: Amount | None) -> dict[str, float] | None:
        if found is None:
            return None
        ends = {"actual": found.actual, "low": found.low, "high": found.high, "expected": found.expected}
        return {name: float(value) for name, value in ends.items()}

    return {
        "verdict": str(effect.verdict),
        "look": effect.look,
        "weeks": effect.plan.weeks,
        "points": amount(effect.points),
        "people": amount(effect.people),
        "money": amount(effect.money),
        "actions": list(effect.plan.ids),
        "until": effect.sums_until.isoformat(),
    }
