"""The tab Over time of the funnel page answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import html

from callbacks.funnel.view import grid_query
from callbacks.notes import on_axis
from callbacks.services import Ask, Services
from dashboard.analytics.funnel import Funnel
from dashboard.analytics.funnel_groups import place_before
from dashboard.analytics.funnel_time import Line, cohort_unit, longer_unit
from dashboard.figures.funnel import Looks, days_figure, rates_figure
from dashboard.figures.notes import annotated
from dashboard.journey.query import NO_SEGMENT, JourneyQuery, Split
from layouts.components.mode_line import mode_line
from layouts.components.pill import channel_title, segment_name
from layouts.components.states import empty_state
from layouts.funnel import controls
from layouts.funnel_time import BY, LINES, TimeView, time_cards

MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Told:
    """What the address asks over time, and the answer.

    Attributes:
        chosen: start of the step, None for the whole way to the deal.
        lines: everybody, or the largest groups.
    """

    query: JourneyQuery
    funnel: Funnel
    start: str
    end: str
    chosen: str | None
    unit: str
    by: str | None
    lines: tuple[Line, ...]


def told_over_time(services: Services, ask: Ask) -> Told:
    """Cohorts of the asked period itself: what is not ripe yet is shown as such."""
    by = ask.extras.get(LINES)
    by = by if by in BY else None
    query = ask.query.with_(by=(Split(by),) if by else (), attributes=(), compare=None)
    funnel = services.answers.funnel(ask.scope, grid_query(ask.query, Split.SEGMENT))
    stages = funnel.stages
    chosen = ask.extras.get("step")
    chosen = chosen if chosen in stages[:-1] else None
    if chosen is None:
        deal = ask.info.model.deal.key
        start, end = stages[0], deal if deal in stages[1:] else stages[-1]
    else:
        place = stages.index(chosen) + 1
        before = place_before(funnel.total, place)  # the stage that the pill's rate is measured from
        start, end = stages[before or 0], stages[place]
    unit, lines = _cohorts(services, ask, query, start, end)
    return Told(query, funnel, start, end, chosen, unit, by, lines)


def _cohorts(
    services: Services, ask: Ask, query: JourneyQuery, start: str, end: str
) -> tuple[str, tuple[Line, ...]]:
    """Everybody or the largest groups, in cohorts that hold enough customers to say something."""
    unit = cohort_unit(query.period, ask.info)
    while True:
        everybody, *groups = services.answers.funnel_time(ask.scope, query, start, end, unit)
        lines = tuple(groups[:MOST_LINES]) if query.by else (everybody,)
        longer = longer_unit(unit, lines)
        if longer is None:
            return unit, lines
        unit = longer


def show_time(services: Services, ask: Ask) -> list[Any]:
    """Two charts by entry cohort, and the time to every step."""
    told, words = told_over_time(services, ask), ask.words
    line = mode_line(words, ask.query)
    if not any(one.entered for one in told.lines):
        sentence = empty_state(words("Nobody entered the first stage in this period."))
        return [*line, html.Div([controls(words, ask.address, ask.query), sentence], className="card")]
    names = line_names(ask, told)
    groups: tuple[str | None, ...] = tuple(one.group for one in told.lines) if told.by else ()
    if told.by == Split.SEGMENT:
        groups = tuple(name for name in ask.info.segments if name != NO_SEGMENT)
    places = {group: place for place, group in enumerate(groups)}
    looks = Looks(names, places)
    theme = ask.address.theme or ask.user.theme
    rates = rates_figure(told.lines, told.unit, looks, words, ask.formats, theme)
    days = days_figure(told.lines, told.unit, looks, ask.formats, theme)
    notes = on_axis(services, ask, [cohort.first_day for cohort in told.lines[0].cohorts])
    view = TimeView(
        words=words,
        formats=ask.formats,
        address=ask.address,
        query=ask.query,
        model=ask.info.model,
        stages=told.funnel.stages,
        start=told.start,
        end=told.end,
        chosen=told.chosen,
        unit=told.unit,
        lines=told.lines,
        by=told.by,
        names=names,
        steps=told.funnel.total.steps,
        notes=notes,
    )
    drawn = annotated(rates, notes.marks), annotated(days, notes.marks, letters=False)
    return [*line, *time_cards(view, *drawn)]


def line_names(ask: Ask, told: Told) -> dict[str | None, str]:
    """What the screen calls each line."""
    if told.by is None:
        return {None: ask.words("Everybody")}
    name = segment_name if told.by == Split.SEGMENT else channel_title
    return {line.group: name(ask.words, line.group or "") for line in told.lines}
