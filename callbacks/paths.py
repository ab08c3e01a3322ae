"""The tab Paths of the funnel page answers: the Sankey, and the most frequent ways."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from callbacks.services import Ask, Services
from dashboard.analytics.paths import Paths
from dashboard.figures.paths import HEIGHT, paths_figure
from dashboard.journey.query import JourneyQuery, Level
from layouts.components.states import empty_state
from layouts.paths import TO_DEAL, TO_END, PathsView, controls, flow_card, variants_card


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
