"""The tab Paths of the funnel page answers: the Sankey, and the most frequent ways."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from callbacks.cards import Card
from callbacks.services import Ask, Services
from dashboard.analytics.paths import Paths
from dashboard.figures.paths import HEIGHT, paths_figure
from dashboard.journey.query import JourneyQuery, Level
from dashboard.server.sheets import Column, Sheet
from layouts.components.states import empty_state
from layouts.paths import TO_DEAL, TO_END, PathsView, controls, flow_card
from layouts.paths_ways import variants_card


def show_paths(services: Services, ask: Ask) -> list[Component]:
    """The flow of journeys and their most frequent ways."""
    query = paths_query(services, ask)
    found = services.answers.paths(ask.scope, query)
    view = paths_view(ask, query, found)
    if not found.customers:
        sentence = ask.words("No journey of these customers began in the period.")
        return [html.Div([controls(view), empty_state(sentence)], className="card")]
    theme = ask.address.theme or ask.user.theme
    figure = paths_figure(found, view.order, view.name, ask.words, ask.formats, theme)
    return [flow_card(view, figure, HEIGHT), variants_card(view)]


def paths_query(_: Services, ask: Ask) -> JourneyQuery:
    """The question that the address asks; what the engagement does not know is left out."""
    level, start = ask.extras.get("level", ""), ask.extras.get("from")
    query = ask.query.with_(
        compare=None,
        level=Level(level) if level in set(Level) else Level.STAGE,
        start=start if start in ask.info.model.keys else None,
        to_deal={TO_DEAL: True, TO_END: False}.get(ask.extras.get("to", "")),
    )
    through = ask.extras.get("through")
    known: tuple[str, ...] = ()
    if through is not None:
        known = {Level.STAGE: ask.info.model.keys, Level.CHANNEL: ask.info.channels}.get(
            query.level, (through,)
        )
    return query.with_(through=through if through in known else None)


def paths_view(ask: Ask, query: JourneyQuery, found: Paths) -> PathsView:
    """What the tab draws: stages in the order of the model, channels in that of the engagement."""
    often = dict.fromkeys(node.place for node in sorted(found.nodes, key=lambda node: -node.customers))
    order = {Level.STAGE: ask.info.model.keys, Level.CHANNEL: ask.info.channels}.get(
        query.level, tuple(often)
    )
    return PathsView(
        ask.words,
        ask.formats,
        ask.address,
        ask.info.model,
        found,
        order,
        query.level,
        query.start,
        query.ends_with_deal,
        query.through,
    )


def flow_sheet(services: Services, ask: Ask) -> Sheet:
    """Every step of the journeys that the drawing shows."""
    view, words = _view(services, ask), ask.words
    columns = (
        Column(words("Visit"), "number", "position"),
        Column(words("From"), "text", "from"),
        Column(words("To"), "text", "to"),
        Column(words("Customers"), "number", "customers"),
        Column(words("Of all journeys"), "share"),
        Column(words("return"), "text", "returned"),
    )
    rows = [
        (
            link.position,
            view.name(link.start),
            view.name(link.finish),
            link.customers,
            link.customers / view.paths.customers,
            words("return") if link.returned else None,
        )
        for link in view.paths.links
    ]
    return Sheet(view.title, columns, rows)


def ways_sheet(services: Services, ask: Ask) -> Sheet:
    """The most frequent ways, the others as the last row."""
    view, words = _view(services, ask), ask.words
    columns = (
        Column(words("Way"), "text", "path"),
        Column(words("Customers"), "number", "customers"),
        Column(words("Of all journeys"), "share", "share"),
        Column(words("Bought"), "number", "bought"),
        Column(words("Stopped"), "number", "stopped"),
        Column(words("Still open"), "number", "open"),
        Column(words("Conversion"), "share", "conversion"),
        Column(words("Median to the deal"), "decimal", "median_days"),
        Column(words("Revenue"), "money", "revenue"),
    )
    rows = [
        (
            view.way(way),
            *(way.customers, way.share, way.bought, way.stopped, way.open, way.conversion),
            *(way.median_days, way.revenue),
        )
        for way in view.paths.variants
    ]
    return Sheet(words("Most frequent ways"), columns, rows)


def _view(services: Services, ask: Ask) -> PathsView:
    query = paths_query(services, ask)
    return paths_view(ask, query, services.answers.paths(ask.scope, query))


CARDS = {
    "funnel-paths": Card("funnel", "paths", paths_query, flow_sheet),
    "funnel-ways": Card("funnel", "paths", paths_query, ways_sheet),
}
