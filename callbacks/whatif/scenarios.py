"""Scenarios under the what-if: save, compare, approve as plan; then plan and fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output

from callbacks.cards import Card
from callbacks.services import Ask, Services
from callbacks.whatif.scenario_frozen import frozen, outcomes
from callbacks.whatif.scenario_months import months_of
from callbacks.whatif.scenario_scenes import Standing, ask_of, standings, understood
from callbacks.whatif.scenario_sheets import (
    chosen,
    compare_sheet,
    ledger_sheet,
    ledger_view,
    levers_said,
    likely,
    scenarios_sheet,
)
from callbacks.whatif.scene import ripe_query, scene_of
from dashboard.analytics.ledger import track_record
from dashboard.errors import JourneyError
from dashboard.journey.address import Address
from dashboard.server.posts import post
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import forecasts, scenarios
from data_access.state.forecasts import Forecast
from layouts.scenarios import COMPARED, Ids, Plan, Row, scenarios_card
from layouts.scenarios_compare import Side, comparison
from layouts.scenarios_ledger import Version, ledger_card
from layouts.whatif import Ids as WhatIf
from layouts.whatif_time import SINCE_START
from layouts.whatif_tornado import BASIS

CARDS = {
    "whatif-scenarios": Card("whatif", "whatif", ripe_query, scenarios_sheet, Action.SIMULATE),
    "whatif-compare": Card("whatif", "whatif", ripe_query, compare_sheet, Action.SIMULATE),
    "whatif-ledger": Card("whatif", "whatif", ripe_query, ledger_sheet, Action.SIMULATE),
}
_PATH = "/whatif"
_PASSING = (COMPARED, "goal", BASIS, SINCE_START)  # keys of the address that are no part of a scenario


def register(app: Dash, services: Services) -> None:
    """Wire both cards and their posts; rights are checked in `data_access.state`."""
    also = (Input(Ids.TURN, "data"), Input(WhatIf.MOUNTED, "data"))

    @services.card(app, "whatif", Output(Ids.CARD, "children"), also=also, action=Action.SIMULATE)
    def kept(ask: Ask, _turn: Any, mounted: Any) -> Any:
        return show_scenarios(services, ask) if mounted else []

    @services.card(app, "whatif", Output(Ids.LEDGER, "children"), also=also, action=Action.SIMULATE)
    def ledger(ask: Ask, _turn: Any, mounted: Any) -> Any:
        return show_ledger(services, ask) if mounted else []

    _posts(app, services)


def _posts(app: Dash, services: Services) -> None:
    server = app.server

    @post(server, "/scenarios", "scenarios.save", engagement=str, name=str, notes=str, search=str)
    def save(wish: dict[str, Any]) -> dict[str, Any]:
        place = (wish["engagement"], wish["name"], wish["notes"])
        search = settled(services, wish["engagement"], wish["search"])
        return {"id": scenarios.save(services.state(), services.viewer(), *place, search)}

    said = {"version": int, "name": str, "notes": str, "levers": bool, "search": str}

    @post(server, "/scenarios/<int:scenario_id>", "scenarios.change", **said)
    def change(wish: dict[str, Any], scenario_id: int) -> None:
        who = services.viewer()
        record = scenarios.get(services.state(), who, scenario_id)
        search = settled(services, record.engagement, wish["search"]) if wish["levers"] else None
        told = (wish["version"], wish["name"], wish["notes"], search)
        scenarios.change(services.state(), who, scenario_id, *told)

    @post(server, "/scenarios/<int:scenario_id>/delete", "scenarios.remove", version=int)
    def remove(wish: dict[str, Any], scenario_id: int) -> None:
        scenarios.remove(services.state(), services.viewer(), scenario_id, wish["version"])

    @post(server, "/scenarios/<int:scenario_id>/approve", "scenarios.approve", version=int)
    def approve(wish: dict[str, Any], scenario_id: int) -> dict[str, Any]:
        record = scenarios.get(services.state(), services.viewer(), scenario_id)
        visit = services.visit(_PATH, record.search)
        place = replace(visit, address=visit.address.with_(engagement=record.engagement))
        figures = frozen(services, services.ask(place, Action.APPROVE))
        seen = replace(record, version=wish["version"])
        return {"number": forecasts.approve(services.state(), visit.user, seen, figures)}


def settled(services: Services, engagement: str, search: str) -> str:
    """An address as a scenario keeps it: its period named, so that its figures do not move with the calendar.

    Raises:
        JourneyError: `unknown_engagement` (404), `no_right` (403), `no_data_yet` (409),
            `scenario_without_levers`.
    """
    visit = services.visit(_PATH, search)
    place = replace(visit, address=visit.address.with_(engagement=engagement))
    ask = services.ask(place, Action.SIMULATE)
    understood(ask)
    if not scene_of(services, ask).levers:
        raise JourneyError("scenario_without_levers")
    address = ask.address.with_(period=ask.query.period, compare=None)
    return address.with_extras(**dict.fromkeys(_PASSING)).search()


def show_scenarios(services: Services, ask: Ask) -> Any:
    """The list with its figures of now; above it the comparison that the address asks for."""
    engagement = ask.scope.engagement
    kept = scenarios.list_scenarios(services.state(), ask.user, engagement)
    plans = forecasts.list_forecasts(services.state(), ask.user, engagement)
    found = standings(services, ask, kept)
    rows = [_row(ask, one, plans) for one in found]
    return scenarios_card(
        ask.words,
        ask.formats,
        rows,
        ask.address,
        approves=ask.user.may(Action.APPROVE),
        compared=_compared(services, ask),
    )


def show_ledger(services: Services, ask: Ask) -> Any:
    """Every version of the plan beside the facts; nothing before the first approval."""
    kept = forecasts.list_forecasts(services.state(), ask.user, ask.scope.engagement)
    if not kept:
        return []
    told = outcomes(services, ask, kept)
    versions = [
        Version(
            plan=_plan(ask, one, current=place == 0),
            name=one.name,
            address=ask_of(ask, one.search).address,
            gain=one.figures["gain"],
            low=one.figures["low"],
            high=one.figures["high"],
            outcome=found,
            months=months_of(services, ask, one, found.promise),
        )
        for place, (one, found) in enumerate(zip(kept, told, strict=True))
    ]
    return ledger_card(ledger_view(ask), versions, track_record(told), ask.address)


def _compared(services: Services, ask: Ask) -> Any:
    found = chosen(services, ask)
    if len(found) < 2:
        return None
    queries = {one.scene.query for one in found if one.scene}
    same = len(queries) == 1
    most = max(one.found.gain for one in found if one.found)
    sides = [
        Side(
            name=one.record.name,
            address=one.address,
            period=ask.formats.period(one.scene.query.period),
            found=one.found,
            likely=likely(services, ask, one),
            levers=levers_said(one),
            best=same and one.found.gain == most > 0,
        )
        for one in found
        if one.scene and one.found
    ]
    return comparison(ask.words, ask.formats, sides, ask.address, same=same)


def _row(ask: Ask, one: Standing, plans: Sequence[Forecast]) -> Row:
    record, found, scene = one.record, one.found, one.scene
    told = [ask.formats.period(scene.query.period)] if scene else []
    told += [f"{name} {said}" for name, said in levers_said(one).items()]
    base = found.baseline.revenue if found else 0.0
    return Row(
        id=record.id,
        version=record.version,
        name=record.name,
        notes=record.notes,
        author=record.author,
        changed=wall_clock(record.changed_at, ask.info.zone).date(),
        address=_link(one.address),
        editable=record.editable,
        said=" · ".join(told),
        gain=found.gain if found else None,
        share=found.gain / base if found and base else None,
        problem=ask.words.error(one.problem) if one.problem else "",
        planned=bool(plans) and plans[0].scenario_id == record.id and plans[0].search == record.search,
        plans=tuple(
            _plan(ask, plan, current=place == 0)
            for place, plan in enumerate(plans)
            if plan.scenario_id == record.id
        ),
    )


def _link(address: Address) -> Address:
    """A link for others: without the reader's own language and theme."""
    return address.with_(language=None, theme=None)


def _plan(ask: Ask, one: Forecast, *, current: bool) -> Plan:
    day = wall_clock(one.approved_at, ask.info.zone).date()
    return Plan(one.number, one.approved_by, day, current)
