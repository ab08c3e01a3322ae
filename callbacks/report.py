"""The report answers: cards of every page, drawn as these pages draw them, one after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dash import Dash, Output
from dash.development.base_component import Component

from callbacks.funnel import show_steps
from callbacks.monitor.effects import show_all, show_one
from callbacks.overview.bridge import show_bridge
from callbacks.overview.hero import show_hero
from callbacks.overview.lcpq import show_equation, show_segments, show_trend
from callbacks.overview.place import place_of, ranked
from callbacks.overview.plan import show_plan
from callbacks.services import Ask, Services
from callbacks.touchpoints import show_map
from data_access.scope import Action
from data_access.state import engagements
from layouts.components.question import question_line
from layouts.components.to_report import Part
from layouts.monitor_words import OPEN
from layouts.overview_lists import ranking_card
from layouts.report import Ids, nothing, parts_of, sheet, slot, tools

Show = Callable[[Services, Ask], Any]


def _ranking(services: Services, ask: Ask) -> Any:
    return ranking_card(place_of(ask), ranked(services, ask))


SHOWN: Mapping[Part, Show] = {
    Part.HERO: show_hero,
    Part.EQUATION: show_equation,
    Part.FUNNEL: show_steps,
    Part.HEATMAP: show_map,
    Part.BRIDGE: show_bridge,
    Part.RANKING: _ranking,
    Part.SEGMENTS: show_segments,
    Part.MONTHS: show_trend,
    Part.ACTIONS: show_plan,
    Part.EFFECTS: show_all,
    Part.EFFECT: show_one,
}


def register(app: Dash, services: Services) -> None:
    """Wire the report: each part answers for itself."""

    @services.card(
        app,
        "report",
        Output(Ids.SUBTITLE, "children"),
        Output(Ids.TOOLS, "children"),
        Output(Ids.NOTHING, "children"),
        action=Action.SIMULATE,
    )
    def head(ask: Ask) -> tuple[str, Any, Any]:
        empty = None if parts_of(ask.address) else nothing(ask.words)
        return head_of(services, ask), tools(ask.words, ask.address), empty

    for part in Part:
        _wire(app, services, part)


def _wire(app: Dash, services: Services, part: Part) -> None:
    @services.card(app, "report", Output(slot(part), "children"), action=Action.SIMULATE)
    def show(ask: Ask) -> Any:
        return show_part(services, ask, part)


def head_of(services: Services, ask: Ask) -> str:
    """Whose figures these are, of which period and filters, and up to which day they reach."""
    name = engagements.get(services.state(), ask.scope.engagement).name
    asked = question_line(ask.words, ask.formats, ask.query, services.answers.compared(ask.scope, ask.query))
    end = ask.info.data_end_day
    if end is None:
        return f"{name} · {asked}"
    return f"{name} · {asked} · {ask.words('Data as of {moment}', moment=ask.formats.day(end, year=True))}"


def show_part(services: Services, ask: Ask, part: Part) -> list[Any]:
    """The sheets of a part: none where it is left out or has nothing to say, several of effects."""
    head, sheets = "", []
    for name, number in parts_of(ask.address):
        if name is not part:
            continue
        address = ask.address.for_page().with_extras(**({OPEN: number} if number else {}))
        content = renamed(SHOWN[part](services, replace(ask, address=address)), number)
        head = head or head_of(services, ask)
        if content:
            sheets.append(sheet(ask.words, ask.address, part, number, content, head=head))
    return sheets


def renamed(content: Any, number: str) -> Any:
    """The same with ids of its own: several effects stand on one page."""
    if number and isinstance(content, Component):
        for one in content._traverse():
            name = getattr(one, "id", None)
            if isinstance(name, str):
                one.id = f"{name}-{number}"  # pyright: ignore[reportAttributeAccessIssue] - those that have one
    return content
