"""From the first stage to the last."""

from __future__ import annotations

from typing import Any

from callbacks.overview.place import place_of, ripe_query
from callbacks.services import Ask, Services
from dashboard.analytics.funnel import FunnelStep
from dashboard.analytics.statistics import wilson
from dashboard.journey.query import JourneyQuery
from dashboard.server.sheets import Column, Sheet
from layouts.components.card import card
from layouts.components.states import empty_state
from layouts.overview_way import Stop, Way, way_card


def show_way(services: Services, ask: Ask) -> Any:
    """The whole way of the ripe entries, or why there is none."""
    steps = _steps(services, ask, way_query(services, ask))
    if not steps[0].customers:
        return card(ask.words("The whole way"), empty_state(ask.words("No ripe entry in this period.")))
    stops = [
        Stop(step.stage, step.customers, step.from_first if place else 1.0)
        for place, step in enumerate(steps)
    ]
    rate = stops[-1].share
    interval = None if rate is None else wilson(stops[-1].customers, stops[0].customers)
    return way_card(place_of(ask), Way(stops, rate, interval, _before(services, ask)))


def _before(services: Services, ask: Ask) -> float | None:
    query = way_query(services, ask)
    other = services.answers.compared(ask.scope, query)
    if other is None:
        return None
    return _steps(services, ask, query.with_(period=other, compare=None))[-1].from_first


def _steps(services: Services, ask: Ask, query: JourneyQuery) -> tuple[FunnelStep, ...]:
    return tuple(services.answers.funnel(ask.scope, query).total.steps)


def way_query(services: Services, ask: Ask) -> JourneyQuery:
    """The funnel of everybody chosen, ripe entries alone."""
    return ripe_query(services, ask).with_(by=(), mature=True)


def way_sheet(services: Services, ask: Ask) -> Sheet:
    """Customers and rates at each stage."""
    words, model = ask.words, ask.info.model
    columns = (
        Column(words("Stage")),
        Column(words("Customers"), "number", "customers"),
        Column(words("From previous"), "share", "from_previous"),
        Column(words("From first"), "share", "from_first"),
    )
    rows = [
        (model.stage(step.stage).name(words.language), step.customers, step.from_previous, step.from_first)
        for step in _steps(services, ask, way_query(services, ask))
    ]
    return Sheet(words("The whole way"), columns, rows)
