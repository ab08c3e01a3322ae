"""The heat table: stages across, channels and their touchpoints down, a link in every cell."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.heatmap import Cell
from dashboard.analytics.heatmap_difference import Contrast
from dashboard.analytics.heatmap_shown import Measure, Shown, Value
from dashboard.analytics.score import Key
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.pill import channel_title, segment_name
from layouts.components.segmented import Choice, segmented
from layouts.components.table import scroll_region
from layouts.components.tone import tone_by
from layouts.touchpoint_measures import (
    FIRST,
    PATH,
    SEQUENTIAL,
    TERMS,
    change,
    figure,
    look,
    measure_switch,
    model_menu,
    why,
)
from layouts.touchpoint_stages import stage_list
from layouts.touchpoints import EVERY_ROW, MapView, map_controls, sums_of_stage

CARD, LOSS_CARD, DIFFERENCE_CARD = "touchpoints-map", "touchpoints-loss", "touchpoints-difference"
DIFFERENCES = (Measure.PROGRESSION, Measure.SHARE)
_TALL = 14  # from so many rows on the head stands still while the card scrolls
_COLUMN, _FIRST_COLUMN = 106, 146  # least widths [px]
_SATURATES = {
    Measure.SCORE: (20, 0),
    Measure.NPS: (40, 0),
    Measure.MOOD: (0.4, 1),
}  # ends of the scale, digits
_POINTS = (0.0, 0.05, 0.1)  # of a difference that is beyond chance: at these the colour deepens


def map_card(view: MapView) -> html.Section:
    """Stages across, channels down; on phones a list by stage."""
    words = view.words
    name, meaning = words(TERMS[view.measure][0]), words(TERMS[view.measure][1])
    title = words("Touchpoints: stage × channel")
    if view.minus is not None:
        title = words(
            "Touchpoints: {own} minus {other}",
            own=segment_name(words, view.minus.own),
            other=segment_name(words, view.minus.other),
        )
    switch: Any = _difference_switch(view) if view.minus else _switch(view)
    key = DIFFERENCE_CARD if view.minus else LOSS_CARD if view.measure is Measure.LOSS else CARD
    notes = (
        [html.P([icon("warning"), html.Span(view.note)], className="notice notice--warn")]
        if view.note
        else []
    )
    return card(
        html.Span([title, definition(name, meaning)]),
        map_controls(view),
        *notes,
        scroll_region(
            words("Heatmap"),
            _table(view),
            "heat__scroll" + (" heat__scroll--tall" if len(view.rows) > _TALL else ""),
        ),
        stage_list(view),
        _beside(view),
        _legend(view),
        subtitle=_subtitle(view),
        aside=switch,
        tools=card_tools(words, key, view.address, title),
        class_name="card--heat",
    )


def _switch(view: MapView) -> html.Div:
    switch = measure_switch(view.words, view.address, view.measure, view.offered)
    if view.measure is Measure.REVENUE:
        return html.Div(
            [switch, model_menu(view.words, view.address, view.attribution)], className="heat-tools"
        )
    return switch


def _difference_switch(view: MapView) -> html.Nav:
    choices = [
        Choice(
            view.words(TERMS[one][0]),
            view.address.with_extras(metric=None if one is FIRST else str(one)),
            one is view.measure,
        )
        for one in DIFFERENCES
    ]
    return segmented(view.words("Metric"), PATH, choices)


def _subtitle(view: MapView) -> str:
    words = view.words
    if view.minus is not None:
        return words("Points between the two segments; grey: chance may explain it. {n} cells tested",
                     n=view.minus.channels.tested)  # fmt: skip
    meaning = words(TERMS[view.measure][1])
    match view.measure:
        case Measure.PROGRESSION:
            more = words("small figure: points to the stage's average. Association, not cause")
        case Measure.SCORE | Measure.MOOD | Measure.NPS | Measure.DAYS | Measure.COST_PER:
            more = words("small figure: distance to the stage's average")
        case Measure.LIFT:
            more = words("≈ is not distinguishable from nothing. Association, not cause")
        case _:
            return meaning
    return f"{meaning.rstrip('.')}; {more}"


def _table(view: MapView) -> html.Table:
    words, language = view.words, view.words.language
    head = [html.Th(html.Span(words("Channel"), className="visually-hidden"), scope="col")]
    head += [
        html.Th([html.B(stage.short_name(language)), html.Small(_head_note(view, stage.key))], scope="col")
        for stage in view.model.stages
    ]
    rows = []
    for channel, touchpoint in view.rows:
        cells = [html.Td(_cell(view, (stage.key, channel, touchpoint))) for stage in view.model.stages]
        title: Any = _row_title(view, channel) if touchpoint is None else touchpoint
        look = "" if touchpoint is None else "heat__point"
        rows.append(html.Tr([html.Th(title, scope="row"), *cells], className=look))
    width = _FIRST_COLUMN + _COLUMN * len(view.model.stages)
    return html.Table(
        [html.Thead(html.Tr(head)), html.Tbody(rows)],
        className="heat",
        style={"minWidth": f"{width}px"},
        **attributes(data_grid="heat"),
    )


def _row_title(view: MapView, channel: str) -> Any:
    """The channel; a click opens its single touchpoints."""
    title = channel_title(view.words, channel)
    if view.address.extras.get("rows") == EVERY_ROW:
        return html.B(title)
    opened = channel in view.expanded
    words = view.words("Hide its touchpoints") if opened else view.words("Show its touchpoints")
    return page_link(
        [
            icon("minus" if opened else "plus"),
            html.Span([title, html.Span(f": {words}", className="visually-hidden")]),
        ],
        PATH,
        view.address.with_extras(open=None if opened else channel),
        "heat__row",
        title=words,
    )


def _head_note(view: MapView, stage: str) -> str:
    words, formats, whole = view.words, view.formats, view.shown.heat.stage(stage)
    if view.minus is not None:
        found = view.minus.channels.stages.get(stage)
        return formats.points(found.difference) if found and not found.low_n else "\u00a0"
    average = view.shown.averages.get(stage)
    if average is not None:
        return words("average {value}", value=figure(formats, view.measure, average))
    match view.measure:
        case Measure.TOUCHES:
            return words("all {value}", value=formats.number(whole.touches))
        case Measure.CUSTOMERS | Measure.SHARE:
            return words("all {value}", value=formats.number(whole.customers))
        case Measure.COST | Measure.REVENUE:
            return words("all {value}", value=formats.money(sums_of_stage(view.shown).get(stage, 0.0)))
        case _:
            return "\u00a0"


def _cell(view: MapView, key: Key) -> Any:
    shown = view.shown if key[2] is None else view.points
    own = shown.of(key) if shown else None
    if shown is None or own is None:
        return html.Span("·", className="heat__none", title=view.words("No such touchpoint"))
    if view.minus is not None:
        found = view.minus.channels if key[2] is None else view.minus.points
        content, classes = _difference(view, found.cells.get(key) if found else None)
    else:
        content, classes = _figure(view, shown, key, own)
    if view.open == key:
        classes.append("heat__cell--open")
    name = f"{view.stage_name(key)} · {view.place_name(key)}: "
    cell = view.cell(key)
    hint = words_of_people(view, cell)
    inner = [html.Span(name, className="visually-hidden"), *content, _dot(view, cell)]
    return page_link(
        inner, PATH, view.cell_address(key), " ".join(["heat__cell", *classes]), title=name + hint
    )


def words_of_people(view: MapView, cell: Cell | None) -> str:
    """How many a cell met."""
    return view.words.plural("{n} customer", "{n} customers", cell.customers if cell else 0)


def _figure(view: MapView, shown: Shown, key: Key, own: Value) -> tuple[list[Any], list[str]]:
    """The figure of a cell with its distance, and its colour and ring."""
    words, formats = view.words, view.formats
    ring = ["heat__cell--weakest"] if shown is view.shown and shown.weakest.get(str(key[0])) == key else []
    if own.value is None:
        text = words("n = {n}", n=own.n) if own.n and own.low_n else words("no data")
        return [html.Span(text, title=why(words, own.reason))], ["heat__cell--few", *ring]
    if own.low_n:
        return [html.Span(words("n = {n}", n=own.n))], ["heat__cell--few", *ring]
    parts: list[Any] = [html.B(figure(formats, shown.measure, own.value))]
    average = view.shown.averages.get(str(key[0]))
    distance = change(formats, shown.measure, own.value, average)
    if distance is not None:
        parts.append(html.Span(distance))
    if shown.measure is Measure.LIFT and not own.distinct:
        parts.append(html.Span("≈", title=words("not distinguishable")))
    painted = Shown(shown.measure, shown.heat, shown.values, view.shown.averages)
    return parts, [look(painted, key, own), *ring]


def _difference(view: MapView, found: Contrast | None) -> tuple[list[Any], list[str]]:
    words = view.words
    if found is None:
        return [html.Span(words("no data"))], ["heat__cell--few"]
    if found.low_n:
        return [html.Span(words("n = {n}", n=min(found.n, found.other_n)))], ["heat__cell--few"]
    text = view.formats.signed(100 * found.difference)
    if not found.significant:
        return [html.Span(text, title=words("not distinguishable"))], ["heat__cell--chance"]
    return [html.B(text)], [tone_by(found.difference, _POINTS)]


def _dot(view: MapView, cell: Cell | None) -> html.I:
    """Area: number of contacts, against the busiest cell."""
    busiest = max((one.touches for one in view.shown.heat.cells), default=0)
    size = 4 + 14 * ((cell.touches if cell else 0) / busiest) ** 0.5 if busiest else 4
    return html.I(className="heat__dot", style={"width": f"{size:.1f}px", "height": f"{size:.1f}px"})


def _beside(view: MapView) -> Any:
    """Money that stands on no cell."""
    amount = view.shown.beside
    if not amount or view.minus is not None:
        return None
    text = (
        view.words("Beside the map: {amount} spent on channels as a whole", amount=view.formats.money(amount))
        if view.measure is Measure.COST
        else view.words(
            "Beside the map: {amount} of sales without a contact before", amount=view.formats.money(amount)
        )
    )
    return html.P(text, className="meta")


def _legend(view: MapView) -> html.Div:
    words = view.words
    few = html.Span([html.I(className="legend__lost"), words("n < 30")], className="legend__item")
    dots = html.Span(
        [html.I(className="heat__dot heat__dot--small"), html.I(className="heat__dot"), words("contacts")],
        className="legend__item",
    )
    ring = html.Span(
        [html.I(className="legend__weakest"), words("weakest link of the stage")], className="legend__item"
    )
    none = html.Span(
        [html.I(className="legend__none"), words("no such touchpoint")], className="legend__item"
    )
    if view.minus is not None:
        chance = html.Span(
            [html.I(className="legend__chance"), words("not distinguishable")], className="legend__item"
        )
        own, other = segment_name(words, view.minus.own), segment_name(words, view.minus.other)
        return html.Div([_scale("tone", other, own, 7), chance, dots, few, none], className="legend")
    if view.measure in SEQUENTIAL:
        return html.Div(
            [_scale("seq", words("fewer"), words("more"), 6), ring, dots, few, none], className="legend"
        )
    against = words("Against the stage's average:")
    if view.measure in (Measure.LIFT, Measure.LOSS):
        against = words("Against those not met:") if view.measure is Measure.LIFT else words("Money:")
    ends = (words("worse"), words("better"))
    if view.measure in _SATURATES:
        end, digits = _SATURATES[view.measure]
        ends = (view.formats.signed(-end, digits), view.formats.signed(end, digits))
    return html.Div([html.Span(against), _scale("tone", *ends, 7), ring, dots, few, none], className="legend")


def _scale(kind: str, low: str, high: str, steps: int) -> html.Span:
    scale = html.Span(
        [html.I(className=f"{kind}--{place}") for place in range(1, steps + 1)], className="legend__scale"
    )
    return html.Span([low, scale, high], className="legend__item")
