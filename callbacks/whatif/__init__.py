"""The what-if answers once; then the hand plays in the browser, and asks again only when it rests."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, ctx

from callbacks.cards import Card
from callbacks.services import Ask, Services
from callbacks.whatif import files, scenarios
from callbacks.whatif.goal import show_goal
from callbacks.whatif.likely import draws_of, own_of, played
from callbacks.whatif.scene import is_priced, ripe_query, scene_of
from callbacks.whatif.sheets import levers_sheet, scenario_sheet, segments_sheet, tornado_sheet
from callbacks.whatif.time import show_time, time_sheet
from data_access.scope import Action
from layouts.components.maturity import maturity_line
from layouts.components.mode_line import mode_line
from layouts.whatif import Ids, baseline_line, nothing_priced, whatif_body
from layouts.whatif_model import scenario_model
from layouts.whatif_tornado import BASIS, tornado_card
from layouts.whatif_whose import whose_switch

CARDS = {
    "whatif-levers": Card("whatif", "whatif", ripe_query, levers_sheet, Action.SIMULATE),
    "whatif-scenario": Card("whatif", "whatif", ripe_query, scenario_sheet, Action.SIMULATE),
    "whatif-time": Card("whatif", "whatif", ripe_query, time_sheet, Action.SIMULATE),
    "whatif-segments": Card("whatif", "whatif", ripe_query, segments_sheet, Action.SIMULATE),
    "whatif-tornado": Card("whatif", "tornado", ripe_query, tornado_sheet, Action.SIMULATE),
    **scenarios.CARDS,
}


def register(app: Dash, services: Services) -> None:
    """Wire the page; the scripts build levers and result from the store."""
    files.register(app, services)

    @services.card(
        app,
        "whatif",
        Output(Ids.BODY, "children"),
        Output(Ids.SUBTITLE, "children"),
        Output(Ids.MODEL, "data"),
        action=Action.SIMULATE,
    )
    def body(ask: Ask) -> tuple[Any, str, Any]:
        return show_whatif(services, ask)

    app.clientside_callback(
        ClientsideFunction("whatif", "mount"), Output(Ids.MOUNTED, "data"), Input(Ids.MODEL, "data")
    )

    _slower(app, services)
    scenarios.register(app, services)


def _slower(app: Dash, services: Services) -> None:
    """What waits for the scripts, so that the page opens before its slower answers are asked for."""

    @services.card(
        app,
        "whatif",
        Output(Ids.TORNADO, "children"),
        also=(Input(Ids.MOUNTED, "data"),),
        action=Action.SIMULATE,
    )
    def strongest(ask: Ask, mounted: Any) -> Any:
        return show_tornado(services, ask) if mounted and is_priced(ask) else []

    @services.card(
        app,
        "whatif",
        Output(Ids.NO_DRAWS, "children"),
        Output(Ids.DRAWS, "data"),
        also=(Input(Ids.MOUNTED, "data"),),
        action=Action.SIMULATE,
    )
    def draws(ask: Ask, mounted: Any) -> Any:
        return [], draws_of(services, ask) if mounted and is_priced(ask) else None

    @services.card(
        app,
        "whatif",
        Output(Ids.NO_OWN, "children"),
        Output(Ids.OWN, "data"),
        also=(Input(Ids.MOUNTED, "data"),),
        action=Action.SIMULATE,
    )
    def own(ask: Ask, mounted: Any) -> Any:
        return [], own_of(services, ask) if mounted and is_priced(ask) else None

    for store, function, done in ((Ids.DRAWS, "drawn", Ids.DRAWN), (Ids.OWN, "owned", Ids.OWNED)):
        app.clientside_callback(
            ClientsideFunction("whatif", function), Output(done, "data"), Input(store, "data")
        )

    @services.card(
        app,
        "whatif",
        Output(Ids.TIME, "children"),
        also=(Input(Ids.ASKED, "data"), Input(Ids.MOUNTED, "data")),
        action=Action.SIMULATE,
    )
    def months(ask: Ask, asked: Any, mounted: Any) -> Any:
        return show_time(services, ask, asked) if mounted and is_priced(ask) else []

    app.clientside_callback(
        ClientsideFunction("whatif", "settled"), Output(Ids.SETTLED, "data"), Input(Ids.TIME, "children")
    )

    @services.card(
        app,
        "whatif",
        Output(Ids.ANSWER, "children"),
        also=(Input(Ids.SOUGHT, "data"), Input(Ids.MOUNTED, "data")),
        action=Action.SIMULATE,
    )
    def goal(ask: Ask, sought: Any, mounted: Any) -> Any:
        newest = sought if ctx.triggered_id == Ids.SOUGHT else None  # else the address is newer
        return show_goal(services, ask, newest) if mounted and is_priced(ask) else []


def show_whatif(services: Services, ask: Ask) -> tuple[Any, str, Any]:
    """The levers on the cohort of this question, its equation and its model; or why there is none."""
    if not is_priced(ask):
        return nothing_priced(ask.words, ask.query, ask.info.has_transactions, None), "", None
    scene = scene_of(services, ask)
    view = scene.view
    whose = whose_switch(ask.words, ask.address, scene.query, ask.info.first_day)
    if not view.baseline.leads:
        return [*whose, nothing_priced(ask.words, ask.query, True, view.shown)], "", None
    lines = [*mode_line(ask.words, ask.query), *maturity_line(ask.words, ask.formats, scene.span)]
    model = scenario_model(played(services, ask, scene))
    body = [
        *lines,
        *whose,
        whatif_body(view, ask.address, len(model["segments"]) > 1, ask.user.may(Action.PLAN)),
    ]
    return body, baseline_line(view), model


def show_tornado(services: Services, ask: Ask) -> Any:
    """What each lever is worth alone."""
    view = scene_of(services, ask).view
    bars = services.answers.tornado(ask.scope, view.query)
    return tornado_card(view, bars, ask.address, own=ask.extras.get(BASIS) == "own")
