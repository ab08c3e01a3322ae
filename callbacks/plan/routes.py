"""What people do to the plan: each route reads the form's texts; rights and sense are checked where it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from dash import Dash
from flask import Flask, abort

from callbacks.plan.common import plan_view, today
from callbacks.plan.prefill import asked
from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.server.posts import post
from data_access.scope import Action
from data_access.state import action_entries, actions
from data_access.state.action_fields import MOST_COST
from data_access.state.chains import Bottleneck
from layouts.plan_action import seen_of
from layouts.plan_new import Proposal
from layouts.plan_words import DAYS, FIELD_NAMES

_PLAN = "/plan/actions"
_ONE = f"{_PLAN}/<int:action_id>"
_FIELDS = (
    "title", "problem", "status", "stage", "segment", "channel", "touchpoint", "owner_id", *DAYS, "cost",
    "measure", "comparison", "decision",
)  # fmt: skip


def register(app: Dash, services: Services) -> None:
    """Wire the routes below `/plan/actions`."""
    _wire_new(app.server, services)
    _wire_change(app.server, services)
    _wire_entries(app.server, services)


def _wire_new(server: Flask, services: Services) -> None:
    who_when = {"owner_id": str, "starts_on": str, "due_on": str}

    @post(server, _PLAN, "plan.add", search=str, title=str, problem=str, **who_when)
    def add(wish: dict[str, str]) -> dict[str, Any]:
        ask = _ask(services, wish.pop("search"))
        (found,) = asked(services, ask)[:1]
        return {"go": _opened(ask, _keep(services, ask, found, read_fields(wish)))}

    @post(server, f"{_PLAN}/levers", "plan.add_levers", search=str, **who_when)
    def add_levers(wish: dict[str, str]) -> dict[str, Any]:
        ask = _ask(services, wish.pop("search"))
        made = [
            _keep(services, ask, one, {"title": one.title, "problem": one.problem, **read_fields(wish)})
            for one in asked(services, ask)
        ]
        return {"go": _opened(ask, made[0] if len(made) == 1 else None)}


def _ask(services: Services, search: str) -> Ask:
    """The question of the form's address, which anybody may have written: asked with the person's own rights."""
    return services.ask(services.visit("/plan", search), Action.PLAN)


def _keep(services: Services, ask: Ask, one: Proposal, said: Mapping[str, Any]) -> int:
    """Put a proposal on the plan: place and money are the server's, the rest is what the form says."""
    places = {
        "stage": one.stage,
        "segment": one.segment,
        "channel": one.channel,
        "touchpoint": one.touchpoint,
    }
    return actions.add(
        services.state(),
        ask.user,
        ask.scope.engagement,
        places | dict(said),
        value_of={"lift": one.lift, "value": one.value, "source": dict(one.source)},
        bottleneck=Bottleneck(one.segment, *one.step) if one.step else None,
    )


def _opened(ask: Ask, action_id: int | None) -> dict[str, str]:
    """What changes in the address: the form closes, the new card opens."""
    return {**dict.fromkeys(ask.extras, ""), "action": "" if action_id is None else str(action_id)}


def _wire_change(server: Flask, services: Services) -> None:
    @post(server, _ONE, "plan.change", seen=dict, **dict.fromkeys(_FIELDS, str))
    def change(wish: dict[str, Any], action_id: int) -> None:
        seen = wish.pop("seen")
        if set(seen) != set(_FIELDS) or not all(isinstance(value, str) for value in seen.values()):
            abort(400)
        _change(services, action_id, seen, wish)

    @post(server, f"{_ONE}/move", "plan.move", seen=str, status=str)
    def move(wish: dict[str, str], action_id: int) -> None:
        _change(services, action_id, {"status": wish["seen"]}, {"status": wish["status"]})


def _change(services: Services, action_id: int, seen: Mapping[str, str], wish: Mapping[str, str]) -> None:
    who, state = services.viewer(), services.state()
    engagement = actions.get(state, who, action_id).engagement
    ask = services.ask(services.visit("/plan", f"?e={engagement}"), Action.PLAN)
    try:
        actions.change(state, who, action_id, read_fields(seen), read_fields(wish), today(services, ask))
    except JourneyError as error:
        if error.code != "action_changed":
            raise
        raise _told(services, ask, error, action_id) from error


def _told(services: Services, ask: Ask, error: JourneyError, action_id: int) -> JourneyError:
    """A conflict in the reader's words, with the other's value for the form."""
    plan = plan_view(services, ask)
    facts, field = error.facts, error.facts["field"]
    current = next(one for one in plan.actions if one.id == action_id)
    return JourneyError(
        error.code,
        status=error.status,
        who=facts["who"],
        field=ask.words(FIELD_NAMES[field]),
        theirs=plan.value_text(field, facts["theirs"]),
        yours=plan.value_text(field, facts["yours"]),
        seen={field: seen_of(current)[field]},
    )


def _wire_entries(server: Flask, services: Services) -> None:
    def on(path: str, name: str, **fields: type) -> Callable[[Any], Any]:
        return post(server, f"{_ONE}/{path}", f"plan.{name}", **fields)

    def add(action_id: int, kind: str, text: str, url: str = "") -> None:
        action_entries.add_entry(services.state(), services.viewer(), action_id, kind, text, url)

    @on("checks", "check", text=str)
    def check(wish: dict[str, str], action_id: int) -> None:
        add(action_id, "check", wish["text"])

    @on("comments", "comment", text=str)
    def comment(wish: dict[str, str], action_id: int) -> None:
        add(action_id, "comment", wish["text"])

    @on("links", "link", text=str, url=str)
    def link(wish: dict[str, str], action_id: int) -> None:
        add(action_id, "link", wish["text"], wish["url"])

    @on("needs", "need", needs=str, on=bool)
    def need(wish: dict[str, Any], action_id: int) -> None:
        who, other = services.viewer(), _number(wish["needs"])
        if other is None:
            raise JourneyError("unknown_action", status=404)
        action_entries.set_need(services.state(), who, action_id, other, on=wish["on"])

    @on("entries/<int:entry_id>/tick", "tick", done=bool)
    def tick(wish: dict[str, Any], action_id: int, entry_id: int) -> None:
        action_entries.tick(services.state(), services.viewer(), action_id, entry_id, done=wish["done"])

    @on("entries/<int:entry_id>/remove", "remove")
    def remove(_wish: dict[str, Any], action_id: int, entry_id: int) -> None:
        action_entries.remove_entry(services.state(), services.viewer(), action_id, entry_id)


def read_fields(texts: Mapping[str, str]) -> dict[str, Any]:
    """A form's texts as values of their fields.

    Raises:
        JourneyError: `bad_day`, `action_cost`, `unknown_owner`.
    """
    return {field: _read(field, text.strip()) for field, text in texts.items()}


def _read(field: str, text: str) -> Any:
    if field in DAYS:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise JourneyError("bad_day", value=text[:40]) from error
    if field == "cost":
        return _cost(text)
    if field == "owner_id":
        number = _number(text)
        if text and number is None:
            raise JourneyError("unknown_owner")
        return number
    return text


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _cost(text: str) -> Decimal | None:
    """`150 000`, `150000.50` or `150000,50`."""
    plain = "".join(text.split()).replace(",", ".")
    if not plain:
        return None
    try:
        cost = Decimal(plain)
    except InvalidOperation as error:
        raise JourneyError("action_cost") from error
    if not cost.is_finite() or abs(cost) > MOST_COST:
        raise JourneyError("action_cost")
    return round(cost, 4)
