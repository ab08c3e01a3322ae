"""The wall answers: the overview's cards for the running month, quarter or year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import Dash, Output

from callbacks.overview.hero import show_hero
from callbacks.overview.lcpq import show_equation, show_segments, trend_card
from callbacks.services import Ask, Services
from data_access.state import engagements
from layouts.components.question import question_line
from layouts.overview import Ids as Overview
from layouts.wall import Ids, controls, running, span_of, wall_link

MONTHS_HEIGHT = 380


def register(app: Dash, services: Services) -> None:
    """Wire the wall, and the way to it from the overview."""

    @services.card(app, "overview", Output(Overview.WALL, "children"))
    def way(ask: Ask) -> Any:
        return wall_link(ask.words, ask.address)

    @services.card(app, "wall", Output(Ids.TITLE, "children"), Output(Ids.SUBTITLE, "children"))
    def head(ask: Ask) -> tuple[str, str]:
        now = following(ask)
        other = services.answers.compared(now.scope, now.query)
        name = engagements.get(services.state(), now.scope.engagement).name
        return name, question_line(now.words, now.formats, now.query, other)

    @services.card(app, "wall", Output(Ids.CONTROLS, "children"))
    def tools(ask: Ask) -> Any:
        return controls(ask.words, ask.address)

    @services.card(app, "wall", Output(Ids.EQUATION, "children"))
    def equation(ask: Ask) -> Any:
        return show_equation(services, following(ask))

    @services.card(app, "wall", Output(Ids.LEAK, "children"))
    def leak(ask: Ask) -> Any:
        return show_hero(services, following(ask))

    @services.card(app, "wall", Output(Ids.SEGMENTS, "children"))
    def segments(ask: Ask) -> Any:
        return show_segments(services, following(ask))

    @services.card(app, "wall", Output(Ids.MONTHS, "children"))
    def months(ask: Ask) -> Any:
        return trend_card(services, following(ask), Ids.MONTHS_GRAPH, MONTHS_HEIGHT)


def following(ask: Ask) -> Ask:
    """The question about the running unit; an address that names a period keeps it."""
    last_day = ask.info.last_day
    if ask.address.period is not None or last_day is None:
        return ask
    address = ask.address.with_(period=running(span_of(ask.address), last_day))
    query, problems = address.query(ask.info)
    return replace(ask, address=address, query=query, problems=problems)
