"""The funnel page answers: grid, table, and the step that is taken apart."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output, html

from callbacks.paths import show_paths
from callbacks.services import Ask, Services
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import Funnel
from dashboard.journey.query import JourneyQuery, Mode, Split
from data_access.scope import Action
from layouts.components.maturity import maturity_line
from layouts.components.mode_line import mode_line
from layouts.components.question import question_line
from layouts.components.states import empty_state
from layouts.funnel import EVERYBODY, FunnelView, Ids, controls, steps_card, table_card, tabs
from layouts.funnel_step import StepView, step_card


def register(app: Dash, services: Services) -> None:
    """Wire the funnel page."""

    @services.card(app, "funnel", Output(Ids.SUBTITLE, "children"), Output(Ids.TABS, "children"))
    def head(ask: Ask) -> tuple[str, Any]:
        return question_line(ask.words, ask.formats, ask.query, None), tabs(ask.words, ask.address)

    @services.card(app, "funnel", Output(Ids.STEPS, "children"))
    def steps(ask: Ask) -> Any:
        return show_steps(services, ask)

    @services.card(app, "funnel", Output(Ids.DRILL, "children"))
    def drill(ask: Ask) -> Any:
        return show_step(services, ask)


def show_steps(services: Services, ask: Ask) -> Any:
    """The grid or the table of the mature entries; the paths are a tab of their own."""
    if ask.extras.get("view") == "paths":
        return show_paths(services, ask)
    view, line = funnel_view(services, ask)
    if not view.funnel.total.steps[0].customers:
        waiting = view.funnel.total.steps[0].immature
        sentence = (
            ask.words(
                "No entry of this period is ripe yet: {n} customers are still inside the window.", n=waiting
            )
            if waiting
            else ask.words("Nobody entered the first stage in this period.")
        )
        return [html.Div(controls(ask.words, ask.address, ask.query)), empty_state(sentence)]
    return [*line, table_card(view) if ask.extras.get("view") == "table" else steps_card(view)]


def show_step(services: Services, ask: Ask) -> Any:
    """The open step: the one of the address, else the costliest; the paths have none."""
    if ask.extras.get("view") == "paths":
        return None
    view, _ = funnel_view(services, ask)
    if view.open is None or not view.funnel.total.steps[0].customers:
        return None
    segment, start = view.open
    group = next(group for group in view.funnel.groups if group.segment == segment)
    place = view.funnel.stages.index(start)
    end = group.steps[place + 1]
    money = next(
        (
            row
            for row in view.ranked
            if (row.segment, row.from_stage, row.to_stage) == (segment, start, end.stage)
        ),
        None,
    )
    chosen = ask.query.with_(by=(), segments=(segment,) if segment else ask.query.segments)
    heat = services.answers.heatmap(ask.scope, chosen)
    cells = [cell for cell in heat.cells if cell.stage == start]
    found = StepView(view, segment, group.steps[place], end, money, cells, heat.stage(start))
    return step_card(found, ask.user.may(Action.SIMULATE))


def funnel_view(services: Services, ask: Ask) -> tuple[FunnelView, list[Any]]:
    """What the page draws, and the lines above it: the mode that the data chose, the entries that stand in."""
    query, span = services.answers.ripe(ask.scope, ask.query)
    funnel = services.answers.funnel(ask.scope, _screen_query(query))
    ranked: tuple[Bottleneck, ...] = ()
    if query.mode is not Mode.ANY and ask.info.has_transactions:
        ranked = services.answers.bottlenecks(ask.scope, query)
    view = FunnelView(
        ask.words, ask.formats, ask.address, query, ask.info.model, funnel, ranked, ask.info.segments, None
    )
    lines = [*mode_line(ask.words, query), *maturity_line(ask.words, ask.formats, span)]
    return _opened(view, ask), lines


def _screen_query(query: JourneyQuery) -> JourneyQuery:
    """Every rate on screen is of mature entries alone."""
    return query.with_(by=(Split.SEGMENT,), mature=True)


def _opened(view: FunnelView, ask: Ask) -> FunnelView:
    segment, start = ask.extras.get("seg"), ask.extras.get("step")
    known = {group.segment for group in view.funnel.groups}
    chosen = None if segment in (None, EVERYBODY) else segment
    worst = view.worst(None)
    opened: tuple[str | None, str] | None = (
        (worst.segment, worst.from_stage) if worst else (None, _first(view.funnel))
    )
    if start in view.funnel.stages[:-1] and chosen in known:
        opened = (chosen, str(start))
    return FunnelView(
        *(view.words, view.formats, view.address, view.query, view.model),
        *(view.funnel, view.ranked, view.order, opened),
    )


def _first(funnel: Funnel) -> str:
    return funnel.stages[0]
