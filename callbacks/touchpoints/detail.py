"""The panel of the open cell: its figures, its trend, before and after, what to do next."""

from __future__ import annotations

from typing import Any

from callbacks.notes import on_axis
from callbacks.services import Ask, Services
from callbacks.touchpoints.asked import measured, offered, trend
from callbacks.touchpoints.view import channel_query, map_view, plain_view, point_query
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel_time import MONTH
from dashboard.analytics.heatmap import Cell
from dashboard.analytics.heatmap_difference import contrast
from dashboard.analytics.heatmap_shown import Measure, Value, key_of
from dashboard.analytics.heatmap_trend import TRENDS, TrendPoint
from dashboard.analytics.score import Key
from dashboard.figures.heatmap import point_name, trend_figure, value_text
from dashboard.figures.notes import annotated
from dashboard.journey.query import JourneyQuery, Mode
from dashboard.server.sheets import Column, Sheet
from data_access.scope import Action
from layouts.touchpoint_detail import EVERY_FIGURE, Before, DetailView, Trend, detail_card
from layouts.touchpoint_measures import FIRST, TERMS
from layouts.touchpoint_next import next_steps
from layouts.touchpoints import MapView


def show_detail(services: Services, ask: Ask) -> Any:
    """The card of the open cell: the one of the address, else the weakest link that loses most."""
    view = map_view(services, ask)
    if view.open is None or not any(stage.touches for stage in view.shown.heat.stages):
        return None
    return detail_card(detail_view(services, ask, view, view.open))


def show_next(services: Services, ask: Ask) -> Any:
    """Links that go on from the open cell."""
    view = plain_view(services, ask)
    if view.open is None:
        return None
    cells = services.answers.heatmap(ask.scope, cell_query(ask, view.open)).cells
    cell = next((one for one in cells if key_of(one) == view.open), None)
    if cell is None:
        return None
    worst = _worst(services, ask, cell.stage)
    may_people, may_plan = ask.user.may(Action.PEOPLE), ask.user.may(Action.PLAN)
    return next_steps(ask.words, ask.address, cell, worst, people=may_people, plan=may_plan)


def _worst(services: Services, ask: Ask, stage: str) -> Bottleneck | None:
    """The costliest bottleneck of the step that leaves the stage; None where nobody may or can model it."""
    sold = ask.info.has_transactions and ask.query.mode is not Mode.ANY
    if not sold or not ask.user.may(Action.SIMULATE):
        return None
    query, _ = services.answers.ripe(ask.scope, ask.query)
    rows = services.answers.bottlenecks(ask.scope, query)
    return next((row for row in rows if row.from_stage == stage and row.recoverable and not row.low_n), None)


def cell_query(ask: Ask, key: Key) -> JourneyQuery:
    """The question that holds the cell."""
    return channel_query(ask) if key[2] is None else point_query(ask)


def detail_query(services: Services, ask: Ask) -> JourneyQuery:
    """The question of the panel's card."""
    key = map_view(services, ask).open
    return cell_query(ask, key) if key else channel_query(ask)


def detail_view(services: Services, ask: Ask, view: MapView, key: Key) -> DetailView:
    """Everything that the panel says."""
    answers, measure = services.answers, view.measure
    query = cell_query(ask, key)
    shown = view.shown if key[2] is None else measured(answers, ask.scope, query, measure)
    cell = next(one for one in shown.heat.cells if key_of(one) == key)
    link = shown.heat.weakest.get(cell.stage)
    points = answers.heatmap(ask.scope, point_query(ask)).cells if key[2] is None else ()
    return DetailView(
        view,
        key,
        cell,
        shown.heat.stage(cell.stage),
        shown.of(key) or Value(None),
        view.shown.averages.get(cell.stage),
        weakest=view.shown.weakest.get(cell.stage) == key,
        missing=link.loss if link is not None and key_of(link.cell) == key else None,
        points=[one for one in points if (one.stage, one.channel) == key[:2]],
        trend=_trend(services, ask, key, measure),
        before=_before(services, ask, key, cell),
        every=_every(services, ask, key) if ask.extras.get("figures") == EVERY_FIGURE else None,
        people=ask.user.may(Action.PEOPLE),
    )


def _every(services: Services, ask: Ask, key: Key) -> list[tuple[Measure, Value]]:
    """Each measure that the engagement has, of this cell."""
    query = cell_query(ask, key)
    found = []
    for measure in offered(services.answers, ask.scope):
        own = measured(services.answers, ask.scope, query, measure).of(key)
        found.append((measure, own or Value(None)))
    return found


def trended(measure: Measure) -> Measure:
    """What is drawn by week: the measure itself, or going on where it has no weekly figure."""
    return measure if measure in TRENDS else FIRST


def _trend(services: Services, ask: Ask, key: Key, measure: Measure) -> Trend | None:
    drawn = trended(measure)
    found = trend(services.answers, ask.scope, channel_query(ask), key, drawn)
    if found is None or sum(point.value is not None for point in found[0]) < 2:
        return None
    points, unit = found
    words, formats = ask.words, ask.formats
    what = words(TERMS[drawn][0])
    title = (
        words("{measure}, {n} months", measure=what, n=len(points))
        if unit == MONTH
        else words("{measure}, {n} weeks", measure=what, n=len(points))
    )
    figure = trend_figure(points, unit, drawn, words, formats, ask.address.theme or ask.user.theme)
    notes = on_axis(services, ask, [point.first_day for point in points])
    said = _message(ask, title, points, unit, drawn)
    return Trend(annotated(figure, notes.marks), title, said, notes)


def _message(ask: Ask, title: str, points: tuple[TrendPoint, ...], unit: str, measure: Measure) -> str:
    said = [
        f"{point_name(point, unit, ask.formats)}: {value_text(measure, point.value, ask.formats)}"
        for point in points
    ]
    return f"{title}: {'; '.join(said)}"


def _before(services: Services, ask: Ask, key: Key, cell: Cell) -> Before | None:
    """The cell in the compared period; None without one."""
    other = services.answers.compared(ask.scope, ask.query)
    if other is None:
        return None
    query = cell_query(ask, key).with_(period=other, compare=None)
    earlier = services.answers.heatmap(ask.scope, query)
    old = next((one for one in earlier.cells if key_of(one) == key), None)
    if old is None:
        return None
    change = contrast((cell.passed, cell.mature_customers), (old.passed, old.mature_customers))
    return Before(ask.formats.period(other), old, change)


def detail_sheet(services: Services, ask: Ask) -> Sheet:
    """Every measure of the open cell, then its weeks."""
    view = map_view(services, ask)
    words = ask.words
    columns = (
        Column(words("Metric")),
        Column(words("Value"), "decimal", "progression"),
        Column("n", "number", "mature_customers"),
        Column(words("from"), "decimal", "ci_low"),
        Column(words("to"), "decimal", "ci_high"),
    )
    if view.open is None:
        return Sheet(words("Touchpoint"), columns, [(None,) * len(columns)])
    title = f"{view.place_name(view.open)} · {view.stage_name(view.open)}"
    rows = [
        (words(TERMS[measure][0]), own.value, own.n, own.low, own.high)
        for measure, own in _every(services, ask, view.open)
    ]
    drawn = trended(view.measure)
    found = trend(services.answers, ask.scope, channel_query(ask), view.open, drawn)
    for point in found[0] if found else ():
        name = f"{words(TERMS[drawn][0])}, {point.first_day.isoformat()}"
        rows.append((name, point.value, point.n, point.low, point.high))
    return Sheet(title, columns, rows)
