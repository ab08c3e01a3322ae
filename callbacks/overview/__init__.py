"""The overview answers: how are we doing, and where is the one worst bottleneck."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output

from callbacks.cards import Card
from callbacks.overview.alerts import show_alerts
from callbacks.overview.bridge import bridge_sheet, show_bridge
from callbacks.overview.hero import hero_sheet, ranking_sheet, show_hero
from callbacks.overview.lcpq import (
    equation_of,
    equation_sheet,
    months_query,
    months_sheet,
    segments_query,
    segments_sheet,
    show_segments,
    show_trend,
    targets_of,
    whole_query,
)
from callbacks.overview.place import place_of, ranked, ripe_query
from callbacks.overview.plan import show_plan
from callbacks.overview.visit import show_visit
from callbacks.overview.way import show_way, way_query, way_sheet
from callbacks.services import Ask, Services, alike
from layouts.components.question import question_line
from layouts.overview import Ids
from layouts.overview_lists import ranking_card

CARDS = {
    "overview-hero": Card("overview", "bottlenecks", ripe_query, hero_sheet),
    "overview-equation": Card("overview", "lcpq", whole_query, equation_sheet),
    "overview-bridge": Card("overview", "bridge", whole_query, bridge_sheet),
    "overview-ranking": Card("overview", "bottlenecks", ripe_query, ranking_sheet),
    "overview-segments": Card("overview", "lcpq", segments_query, segments_sheet),
    "overview-trend": Card("overview", "lcpq", months_query, months_sheet),
    "overview-way": Card("overview", "funnel", way_query, way_sheet),
}


def register(app: Dash, services: Services) -> None:
    """Wire the overview."""

    @services.card(app, "overview", Output(Ids.SUBTITLE, "children"), shared=alike)
    def subtitle(ask: Ask) -> str:
        other = services.answers.compared(ask.scope, ask.query)
        return question_line(ask.words, ask.formats, ask.query, other)

    @services.card(app, "overview", Output(Ids.ALERTS, "children"))
    def alerts(ask: Ask) -> Any:
        return show_alerts(services, ask)

    @services.card(app, "overview", Output(Ids.HERO, "children"), shared=alike)
    def hero(ask: Ask) -> Any:
        return show_hero(services, ask)

    @services.card(app, "overview", Output(Ids.VISIT, "children"))
    def visit(ask: Ask) -> Any:
        return show_visit(services, ask)

    @services.card(
        app, "overview", Output(Ids.EQUATION, "children"), shared=lambda ask: (targets_of(services, ask),)
    )
    def equation(ask: Ask, targets: Any) -> Any:
        return equation_of(services, ask, *targets)

    @services.card(app, "overview", Output(Ids.BRIDGE, "children"), shared=alike)
    def bridge(ask: Ask) -> Any:
        return show_bridge(services, ask)

    @services.card(app, "overview", Output(Ids.RANKING, "children"), shared=alike)
    def ranking(ask: Ask) -> Any:
        return ranking_card(place_of(ask), ranked(services, ask))

    @services.card(app, "overview", Output(Ids.SEGMENTS, "children"), shared=alike)
    def segments(ask: Ask) -> Any:
        return show_segments(services, ask)

    @services.card(app, "overview", Output(Ids.PLAN, "children"))
    def plan(ask: Ask) -> Any:
        return show_plan(services, ask)

    @services.card(app, "overview", Output(Ids.TREND, "children"))
    def trend(ask: Ask) -> Any:
        return show_trend(services, ask)

    @services.card(app, "overview", Output(Ids.WAY, "children"), shared=alike)
    def way(ask: Ask) -> Any:
        return show_way(services, ask)
