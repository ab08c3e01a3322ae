"""The list view: every single touchpoint with what it meets, loses and is said to be."""

from __future__ import annotations

from typing import Any

from callbacks.services import Ask, Services
from callbacks.touchpoints.asked import links, measured, offered
from callbacks.touchpoints.view import plain_view, point_query
from dashboard.analytics.heatmap_shown import Measure, key_of
from dashboard.journey.query import JourneyQuery
from layouts.touchpoint_list import Row, list_card


def list_query(_: Services, ask: Ask) -> JourneyQuery:
    """The question of the list."""
    return point_query(ask)


def list_rows(services: Services, ask: Ask) -> list[Row]:
    """Touchpoints that met somebody, in the order of the stages."""
    answers, query = services.answers, point_query(ask)
    heat = answers.heatmap(ask.scope, query)
    sold = ask.info.has_transactions
    lost = links(answers, ask.scope, query, heat)
    scored = Measure.SCORE in offered(answers, ask.scope)
    scores = measured(answers, ask.scope, query, Measure.SCORE) if scored else None
    return [
        Row(
            cell,
            heat.stage(cell.stage).progression,
            link.loss if sold else link.people,
            scores.of(key_of(cell)) if scores else None,
        )
        for cell, link in zip(heat.cells, lost, strict=True)
        if cell.customers
    ]


def show_list(services: Services, ask: Ask) -> Any:
    """The list under the filters."""
    return list_card(plain_view(services, ask), list_rows(services, ask), ask.info.has_transactions)
