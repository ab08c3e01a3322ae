"""The touchpoints page answers: map, list, and the card of one cell."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output, html

from callbacks.services import Ask, Services
from dashboard.analytics.heatmap import Heatmap
from dashboard.journey.query import Split
from layouts.components.question import question_line
from layouts.components.states import empty_state
from layouts.touchpoint_detail import detail_card, list_card
from layouts.touchpoints import Ids, MapView, Metric, map_card, tabs


def register(app: Dash, services: Services) -> None:
    """Wire the touchpoints page."""

    @services.card(app, "touchpoints", Output(Ids.SUBTITLE, "children"), Output(Ids.TABS, "children"))
    def head(ask: Ask) -> tuple[str, Any]:
        return question_line(ask.words, ask.formats, ask.query, None), tabs(ask.words, ask.address)

    @services.card(app, "touchpoints", Output(Ids.MAP, "children"))
    def touched(ask: Ask) -> Any:
        return show_map(services, ask)

    @services.card(app, "touchpoints", Output(Ids.DETAIL, "children"))
    def detail(ask: Ask) -> Any:
        return show_detail(services, ask)


def show_map(services: Services, ask: Ask) -> Any:
    """The map of channels, or the list of single touchpoints."""
    as_list = ask.extras.get("view") == "list"
    query = ask.query.with_(by=(Split.TOUCHPOINT,) if as_list else ())
    view = map_view(ask, services.answers.heatmap(ask.scope, query))
    if not any(stage.touches for stage in view.heat.stages):
        return html.Div(
            empty_state(ask.words("No contact with a customer in this period.")), className="card"
        )
    return list_card(view) if as_list else map_card(view)


def show_detail(services: Services, ask: Ask) -> Any:
    """The card of the open cell: the one of the address, else the weakest link that loses most."""
    view = map_view(ask, services.answers.heatmap(ask.scope, ask.query.with_(by=())))
    if view.open is None:
        return None
    cell = view.cells[view.open]
    single = services.answers.heatmap(ask.scope, ask.query.with_(by=(Split.TOUCHPOINT,)))
    points = [one for one in single.cells if (one.stage, one.channel) == view.open]
    return detail_card(view, cell, points)


def map_view(ask: Ask, heat: Heatmap) -> MapView:
    """What the page draws."""
    wanted = ask.extras.get("metric", "")
    metric = Metric(wanted) if wanted in set(Metric) else Metric.PROGRESSION
    occurring = {cell.channel for cell in heat.cells}
    channels = [channel for channel in ask.info.channels if channel in occurring]
    opened = _open_cell(heat, ask.extras.get("stage"), ask.extras.get("channel"))
    return MapView(ask.words, ask.formats, ask.address, ask.info.model, heat, channels, metric, opened)


def _open_cell(heat: Heatmap, stage: str | None, channel: str | None) -> tuple[str, str] | None:
    known = {(cell.stage, cell.channel) for cell in heat.cells}
    if stage and channel and (stage, channel) in known:
        return stage, channel
    weakest = heat.weakest
    if stage is not None and stage in weakest:
        return stage, weakest[stage].cell.channel
    links = sorted(weakest.values(), key=lambda link: -link.loss)
    return (links[0].cell.stage, links[0].cell.channel) if links else None
