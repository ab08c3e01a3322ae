"""The touchpoints page answers: map, list, and the panel of one cell."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output, html

from callbacks.cards import Card
from callbacks.services import Ask, Services, alike
from callbacks.touchpoints.detail import detail_query, detail_sheet, show_detail, show_next
from callbacks.touchpoints.lists import list_query, show_list
from callbacks.touchpoints.sheets import difference_query, difference_sheet, list_sheet, map_sheet
from callbacks.touchpoints.view import channel_query, map_query, map_view
from layouts import touchpoint_detail, touchpoint_list, touchpoint_map
from layouts.components.question import question_line
from layouts.components.states import empty_state
from layouts.touchpoint_map import map_card
from layouts.touchpoints import LIST, Ids, tabs

CARDS = {
    touchpoint_map.CARD: Card("touchpoints", "heatmap", map_query, map_sheet),
    touchpoint_map.LOSS_CARD: Card("touchpoints", "weakest", map_query, map_sheet),
    touchpoint_map.DIFFERENCE_CARD: Card("touchpoints", "heatmap", difference_query, difference_sheet),
    touchpoint_detail.CARD: Card("touchpoints", "heatmap", detail_query, detail_sheet),
    touchpoint_list.CARD: Card("touchpoints", "weakest", list_query, list_sheet),
}


def register(app: Dash, services: Services) -> None:
    """Wire the touchpoints page."""

    @services.card(
        app, "touchpoints", Output(Ids.SUBTITLE, "children"), Output(Ids.TABS, "children"), shared=alike
    )
    def head(ask: Ask) -> tuple[str, Any]:
        compared = services.answers.compared(ask.scope, ask.query)
        return question_line(ask.words, ask.formats, ask.query, compared), tabs(ask.words, ask.address)

    @services.card(app, "touchpoints", Output(Ids.MAP, "children"), shared=alike)
    def touched(ask: Ask) -> Any:
        return show_map(services, ask)

    @services.card(app, "touchpoints", Output(Ids.DETAIL, "children"))
    def detail(ask: Ask) -> Any:
        return show_detail(services, ask)

    @services.card(app, "touchpoints", Output(Ids.NEXT, "children"), shared=alike)
    def onward(ask: Ask) -> Any:
        return show_next(services, ask)


def show_map(services: Services, ask: Ask) -> Any:
    """The map of channels, or the list of single touchpoints."""
    heat = services.answers.heatmap(ask.scope, channel_query(ask))
    if not any(stage.touches for stage in heat.stages):
        sentence = ask.words("No contact with a customer in this period.")
        return html.Div(empty_state(sentence), className="card")
    if ask.extras.get("view") == LIST:
        return show_list(services, ask)
    return map_card(map_view(services, ask))
