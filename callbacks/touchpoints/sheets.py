"""The tables of the touchpoints page as files."""

from __future__ import annotations

from callbacks.services import Ask, Services
from callbacks.touchpoints.asked import difference, measured
from callbacks.touchpoints.lists import list_rows
from callbacks.touchpoints.view import channel_query, map_query, measure_of, subtracted
from dashboard.analytics.heatmap_shown import Measure
from dashboard.analytics.score import Key
from dashboard.i18n.words import Words
from dashboard.journey.query import NO_CHANNEL, JourneyQuery
from dashboard.server.sheets import Cell, Column, Sheet
from layouts.components.pill import channel_title, segment_name
from layouts.touchpoint_list import ordered
from layouts.touchpoint_measures import TERMS

_FIELDS = {  # measure -> (kind of the figure, field of the answer that defines it)
    Measure.SCORE: ("decimal", "score"),
    Measure.PROGRESSION: ("share", "progression"),
    Measure.LOSS: ("money", "loss"),
    Measure.TOUCHES: ("number", "touches"),
    Measure.CUSTOMERS: ("number", "customers"),
    Measure.SHARE: ("share", "share"),
    Measure.LIFT: ("points", "lift"),
    Measure.DAYS: ("decimal", "median_days"),
    Measure.MOOD: ("decimal", "sentiment"),
    Measure.NPS: ("decimal", "nps"),
    Measure.EXITS: ("share", "exit_share"),
    Measure.COST: ("money", "cost"),
    Measure.COST_PER: ("money", "cost_per_progression"),
    Measure.REVENUE: ("money", "revenue"),
    Measure.REMOVAL: ("share", "removal"),
}


def _place(ask: Ask, key: Key) -> tuple[Cell, Cell, Cell]:
    stage = ask.info.model.stage(str(key[0])).name(ask.words.language)
    return stage, channel_title(ask.words, key[1]), None if key[2] == NO_CHANNEL else key[2]


def _places(words: Words) -> tuple[Column, ...]:
    return (
        Column(words("Stage"), "text", "stage"),
        Column(words("Channel"), "text", "channel"),
        Column(words("Touchpoint"), "text", "touchpoint"),
    )


def map_sheet(services: Services, ask: Ask) -> Sheet:
    """Cells under the measure of the screen."""
    words, measure = ask.words, measure_of(services, ask)
    shown = measured(services.answers, ask.scope, map_query(services, ask), measure)
    kind, field = _FIELDS[measure]
    columns = (
        *_places(words),
        Column(words(TERMS[measure][0]), kind, field),
        Column(words("stands on (n)"), "number"),
        Column(words("from"), kind),
        Column(words("to"), kind),
        Column(words("Stage's average"), kind),
        Column(words("Contacts"), "number", "touches"),
        Column(words("Customers"), "number", "customers"),
    )
    met = {(cell.stage, cell.channel, cell.touchpoint): cell for cell in shown.heat.cells}
    rows = []
    for key, own in shown.values.items():
        cell = met.get((str(key[0]), key[1], key[2]))
        told = (own.value, own.n, own.low, own.high, shown.averages.get(str(key[0])))
        people = (cell.touches, cell.customers) if cell else (0, 0)
        rows.append((*_place(ask, key), *told, *people))
    return Sheet(words("Touchpoints: stage × channel"), columns, rows)


def difference_query(_: Services, ask: Ask) -> JourneyQuery:
    """The question of the difference of two segments: its first side."""
    return map_query(_, ask) if subtracted(ask) else channel_query(ask)


def difference_sheet(services: Services, ask: Ask) -> Sheet:
    """Both sides of each cell and their difference; without two segments the map alone."""
    other = subtracted(ask)
    if other is None:
        return map_sheet(services, ask)
    words, measure = ask.words, measure_of(services, ask)
    own = segment_name(words, ask.query.segments[0])
    found = difference(services.answers, ask.scope, map_query(services, ask), other, measure)
    field = _FIELDS[measure][1]
    columns = (
        *_places(words),
        Column(own, "share", field),
        Column("n", "number"),
        Column(segment_name(words, other), "share", field),
        Column("n", "number"),
        Column(words("Difference"), "points"),
        Column(words("from"), "points"),
        Column(words("to"), "points"),
        Column(words("beyond chance")),
    )
    rows = [
        (
            *_place(ask, key),
            *(one.own, one.n, one.other, one.other_n, one.difference, one.low, one.high, one.significant),
        )
        for key, one in found.cells.items()
    ]
    title = words("Touchpoints: {own} minus {other}", own=own, other=segment_name(words, other))
    return Sheet(title, columns, rows)


def list_sheet(services: Services, ask: Ask) -> Sheet:
    """Every single touchpoint, in the order of the screen."""
    words = ask.words
    sold = ask.info.has_transactions
    columns = (
        *_places(words),
        Column(words("Contacts"), "number", "touches"),
        Column(words("Customers"), "number", "customers"),
        Column(words("Going on"), "share", "progression"),
        Column(words("stands on (n)"), "number", "mature_customers"),
        Column(words("Stage's average"), "share"),
        Column(words("Loss"), "money") if sold else Column(words("Lost against the average"), "decimal"),
        Column(words("Score"), "decimal", "score"),
    )
    rows = []
    for row in ordered(list_rows(services, ask), ask.extras.get("sort")):
        cell = row.cell
        told = (cell.touches, cell.customers, cell.progression, cell.mature_customers, row.average, row.loss)
        score = row.score.value if row.score else None
        rows.append((*_place(ask, (cell.stage, cell.channel, cell.touchpoint)), *told, score))
    return Sheet(words("Every touchpoint"), columns, rows)
