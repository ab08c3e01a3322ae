"""What people do beside the actions: appointments and materials are added, moved, ticked off and taken away."""

from __future__ import annotations

from typing import Any

from dash import Dash

from callbacks.monitor.log import day_of
from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.server.posts import post
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import actions, support
from layouts.monitor_support import FOR, NEW, OPEN, SupportView

_FIELDS = {"kind": str, "title": str, "day": str, "action": str, "person": str, "url": str}
_ONE = "/monitor/support/<int:number>"


def support_view(services: Services, ask: Ask) -> SupportView:
    """Everything beside the actions, and the form that the address opens."""
    state, key = services.state(), ask.scope.engagement
    found = support.listed(state, ask.user, key)
    opened, chosen = ask.extras.get(OPEN), ask.extras.get(FOR)
    titles = {one.id: one.title for one in actions.listed(state, ask.user, key)}
    return SupportView(
        ask.words,
        ask.formats,
        ask.address,
        key,
        wall_clock(services.clock(), ask.info.zone).date(),
        found,
        titles,
        actions.people(state, ask.user, key),
        ask.user.id,
        next((one for one in found if str(one.id) == opened), None),
        opened == NEW,
        next((number for number in titles if str(number) == chosen), None),
        may_plan=ask.user.may(Action.PLAN) and not ask.user.is_guest,
    )


def register(app: Dash, services: Services) -> None:
    """Wire the routes below `/monitor/support`."""
    server = app.server

    @post(server, "/monitor/support", "support.add", engagement=str, **_FIELDS)
    def add(wish: dict[str, str]) -> dict[str, Any]:
        who, key = services.viewer(), wish.pop("engagement")
        support.add(services.state(), who, key, _wording(wish), services.clock())
        return _closed()

    @post(server, _ONE, "support.change", version=int, **_FIELDS)
    def change(wish: dict[str, Any], number: int) -> dict[str, Any]:
        version = wish.pop("version")
        support.change(services.state(), services.viewer(), number, version, _wording(wish))
        return _closed()

    @post(server, f"{_ONE}/tick", "support.tick", version=int, done=bool)
    def tick(wish: dict[str, Any], number: int) -> None:
        support.tick(services.state(), services.viewer(), number, wish["version"], done=wish["done"])

    @post(server, f"{_ONE}/remove", "support.remove", version=int)
    def remove(wish: dict[str, int], number: int) -> None:
        support.remove(services.state(), services.viewer(), number, wish["version"])


def _closed() -> dict[str, Any]:
    return {"go": {OPEN: "", FOR: ""}}


def _wording(wish: dict[str, str]) -> support.Wording:
    action, person = _number(wish["action"]), _number(wish["person"])
    if wish["action"].strip() and action is None:
        raise JourneyError("unknown_action", status=404)
    if person is None:
        raise JourneyError("unknown_owner")
    return support.Wording(wish["kind"], wish["title"], day_of(wish["day"]), wish["url"], action, person)


def _number(text: str) -> int | None:
    """A whole number of a form; None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
