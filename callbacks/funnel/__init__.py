"""The funnel page answers: grid, table, time, paths, and the step that is taken apart."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

from dash import Dash, Output, html

from callbacks.funnel.cards import CARDS
from callbacks.funnel.paths import show_paths
from callbacks.funnel.step import show_step
from callbacks.funnel.time import show_time
from callbacks.funnel.view import funnel_view, may_target
from callbacks.services import Ask, Services, alike
from layouts.components.question import question_line
from layouts.components.states import empty_state
from layouts.funnel import Ids, Tab, controls, tab_of, tabs
from layouts.funnel_grid import steps_card
from layouts.funnel_table import table_card

__all__ = ["CARDS", "register"]


def register(app: Dash, services: Services) -> None:
    """Wire the funnel page."""

    @services.card(
        app, "funnel", Output(Ids.SUBTITLE, "children"), Output(Ids.TABS, "children"), shared=alike
    )
    def head(ask: Ask) -> tuple[str, Any]:
        other = None
        if tab_of(ask.address) in (Tab.STEPS, Tab.TABLE):
            other = services.answers.compared(ask.scope, ask.query)
        return question_line(ask.words, ask.formats, ask.query, other), tabs(ask.words, ask.address)

    def drawn_alike(ask: Ask) -> Hashable | None:
        own = tab_of(ask.address) in (Tab.TIME, Tab.PATHS)  # with notes, which are not figures
        return None if own else (may_target(services, ask),)

    @services.card(app, "funnel", Output(Ids.STEPS, "children"), shared=drawn_alike)
    def steps(ask: Ask, targets: tuple[bool, ...] = ()) -> Any:
        match tab_of(ask.address):
            case Tab.TIME:
                return show_time(services, ask)
            case Tab.PATHS:
                return show_paths(services, ask)
        return steps_of(services, ask, *targets)

    @services.card(app, "funnel", Output(Ids.DRILL, "children"), shared=alike)
    def drill(ask: Ask) -> Any:
        return show_step(services, ask) if tab_of(ask.address) is Tab.STEPS else None


def show_steps(services: Services, ask: Ask) -> Any:
    """The grid or the table with the targets as they are now."""
    return steps_of(services, ask, may_target(services, ask))


def steps_of(services: Services, ask: Ask, has_target: bool) -> Any:
    """The grid or the table of the mature entries.

    Args:
        has_target: some step has a target in the period.
    """
    view, line = funnel_view(services, ask)
    view = replace(view, may_target=has_target)
    if not view.funnel.total.steps[0].customers:
        waiting = view.funnel.total.steps[0].immature
        sentence = (
            ask.words(
                "No entry of this period is ripe yet: {n} customers are still inside the window.", n=waiting
            )
            if waiting
            else ask.words("Nobody entered the first stage in this period.")
        )
        empty = [controls(ask.words, ask.address, ask.query), empty_state(sentence)]
        return [*line, html.Div(empty, className="card")]
    return [*line, table_card(view) if tab_of(ask.address) is Tab.TABLE else steps_card(view)]
