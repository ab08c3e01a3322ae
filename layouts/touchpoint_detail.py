"""The panel of one cell of the heat table: figures with their intervals, trend, before and after, touchpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.heatmap import Cell, Touched
from dashboard.analytics.heatmap_difference import Contrast
from dashboard.analytics.heatmap_shown import Measure, Value
from dashboard.analytics.score import Key
from dashboard.figures.theme import Figure
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.chart import chart
from layouts.components.delta import delta
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.notes import NotesView, notes_below
from layouts.components.people_link import people_link
from layouts.components.pill import pill
from layouts.components.tone import tone_of
from layouts.touchpoint_measures import PATH, TERMS, better, change, figure, why
from layouts.touchpoints import CLOSED, Ids, MapView

CARD = "touchpoints-detail"
TREND_HEIGHT = 148
EVERY_FIGURE = "1"  # value of the address key `figures`


@dataclass(frozen=True, slots=True)
class Before:
    """The same cell in the period that is compared with.

    Attributes:
        name: the period in words.
        cell: whom it met then.
        change: of the share that goes on; None where nobody is ripe on a side.
    """

    name: str
    cell: Cell
    change: Contrast | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Twelve weeks or months: drawing, title, what it says to those who do not see it, what happened meanwhile."""

    figure: Figure
    title: str
    message: str
    notes: NotesView


@dataclass(frozen=True, slots=True)
class DetailView:
    """What the panel draws.

    Attributes:
        map: the map behind it.
        own: the cell's figure under the map's measure; `average` what it is held against.
        weakest: the cell has its stage's ring; `missing` customers fewer than at the average, where it is known.
        points: single touchpoints of the channel.
        every: all measures with their values; None = not asked.
        people: the person may see customers.
    """

    map: MapView
    key: Key
    cell: Cell
    whole: Touched
    own: Value
    average: float | None
    weakest: bool
    missing: float | None
    points: Sequence[Cell]
    trend: Trend | None
    before: Before | None
    every: Sequence[tuple[Measure, Value]] | None
    people: bool


def detail_card(view: DetailView) -> html.Section:
    """The card of one cell."""
    words = view.map.words
    title = f"{view.map.place_name(view.key)} · {view.map.stage_name(view.key, short=True)}"
    close = page_link(
        [icon("close"), html.Span(words("Close the panel"), className="visually-hidden")],
        PATH,
        view.map.address.with_extras(stage=None, channel=None, touchpoint=None, figures=None, detail=CLOSED),
        "button button--icon button--small",
        title=words("Close the panel"),
    )
    tags: list[Any] = [
        pill(words("n = {n}", n=view.own.n if view.own.n is not None else view.cell.customers))
    ]
    if view.weakest:
        tags.insert(0, pill(words("Weakest link of the stage"), "bad", "warning"))
    parts = [
        html.Div(tags, className="detail__tags"),
        _headline(view),
        _facts(view),
        _trend(view),
        _before(view),
        _points(view),
        _figures(view),
    ]
    body = html.Div([part for part in parts if part is not None], **attributes(data_grid_detail="yes"))
    return card(
        title,
        body,
        subtitle=words(TERMS[view.map.measure][0]),
        aside=close,
        tools=card_tools(words, CARD, view.map.address, title),
        class_name="card--detail",
    )


def _headline(view: DetailView) -> html.P:
    words, formats, measure, own = view.map.words, view.map.formats, view.map.measure, view.own
    if own.known is None:
        text = (
            words("Too few to judge: n = {n}.", n=own.n)
            if own.n
            else f"{why(words, own.reason).capitalize()}."
        )
        return html.P(text, className="detail__headline")
    if measure is Measure.PROGRESSION:
        parts: list[Any] = [
            html.B(formats.number(round(100 * own.known)), className="detail__figure"),
            html.Span(words("of 100 go on")),
        ]
    else:
        parts = [html.B(figure(formats, measure, own.value), className="detail__figure")]
        if measure is Measure.SCORE:
            parts.append(html.Span(words("of 100")))
    distance = change(formats, measure, own.value, view.average)
    if distance is not None:
        if measure is Measure.PROGRESSION and view.average is not None:
            distance = formats.points(own.known - view.average)
        good = better(measure, own.value, view.average)
        parts.append(delta(words("{points} to the stage's average", points=distance), good))
    if measure is Measure.LIFT and not own.distinct:
        parts.append(html.Span(words("not distinguishable")))
    return html.P(parts, className="detail__headline")


def interval(words: Words, formats: Formats, measure: Measure, own: Value) -> str | None:
    """`95 %: 8.1–12.9 %`; None where the figure has no interval."""
    if own.low is None or own.high is None:
        return None
    if measure is Measure.LIFT:
        ends = formats.points(own.low), formats.points(own.high)
    else:
        ends = formats.share(own.low, 1), formats.share(own.high, 1)
    return words("95 %: {interval}", interval=formats.range(*ends))


def _facts(view: DetailView) -> html.Dl:
    words, formats, cell = view.map.words, view.map.formats, view.cell
    place = {"stage": view.key[0], "channel": view.key[1], "touchpoint": view.key[2]}
    met = people_link(
        words, view.map.address, cell.customers, may=view.people, text=formats.number(cell.customers), **place
    )
    lines: list[tuple[str, Any, Any]] = [
        (words("Customers met"), met, None),
        (words("Contacts"), formats.number(cell.touches), None),
        (words("Share of the stage"), formats.share(cell.share), None),
    ]
    measure, own = view.map.measure, view.own
    said = interval(words, formats, measure, own) if own.known is not None else None
    went = f"{formats.number(cell.passed)} / {formats.number(cell.mature_customers)}"
    ripe = words("of those whose window is over")
    if measure is Measure.PROGRESSION:
        lines.append((words("Went on"), went, f"{ripe}; {said}" if said else ripe))
    else:
        lines.append((words("Went on"), went, ripe))
        if said is not None:
            lines.append((words(TERMS[measure][0]), figure(formats, measure, own.value), said))
    if view.weakest and view.missing is not None and view.missing >= 0.5:
        fewer = words.plural("{n} customer", "{n} customers", round(view.missing))
        lines.append((words("Fewer than at the average"), fewer, None))
    return facts(lines)


def facts(lines: Sequence[tuple[Any, Any, Any]]) -> html.Dl:
    """Terms with their figures and a note under them."""
    return html.Dl(
        [
            html.Div([html.Dt(term), html.Dd([html.B(value), *([html.Small(note)] if note else [])])])
            for term, value, note in lines
        ],
        className="facts",
    )


def _trend(view: DetailView) -> Any:
    if view.trend is None:
        return None
    drawing = chart(
        Ids.TREND_GRAPH,
        view.trend.figure,
        height=TREND_HEIGHT,
        message=view.trend.message,
        language=view.map.words.language,
    )
    below = notes_below(view.trend.notes)
    return html.Div([html.H3(view.trend.title), drawing, *below], className="detail__part")


def _before(view: DetailView) -> Any:
    """Before and after: the compared period beside this one."""
    if view.before is None:
        return None
    words, formats = view.map.words, view.map.formats
    old, new, moved = view.before.cell, view.cell, view.before.change
    rows = [
        _moved(words("Contacts"), formats.number(old.touches), formats.number(new.touches), None),
        _moved(words("Reach"), formats.number(old.customers), formats.number(new.customers), None),
        _moved(words("Share of stage"), formats.share(old.share), formats.share(new.share), None),
    ]
    note = words("Nobody of one of the periods is ripe yet.")
    if moved is not None and not moved.low_n:
        rows.insert(
            0,
            _moved(
                words("Going on"),
                formats.share(moved.other, 1),
                formats.share(moved.own, 1),
                delta(formats.points(moved.difference), moved.difference if moved.significant else None),
            ),
        )
        ends = formats.range(formats.points(moved.low), formats.points(moved.high))
        note = words("Change of going on, 95 %: {interval}", interval=ends)
        if not moved.significant:
            note += f" · {words('chance may explain it')}"
    elif moved is not None:
        note = words("Too few on a side to compare going on: n = {n}.", n=min(moved.n, moved.other_n))
    head = html.Tr([html.Th(text, scope="col") for text in ("", view.before.name, words("Now"), "")])
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="table table--moved")
    return html.Div(
        [html.H3(words("Before and after")), table, html.P(note, className="meta")], className="detail__part"
    )


def _moved(name: str, old: str, new: str, moved: Any) -> html.Tr:
    cells = [html.Td(text, className="number") for text in (old, new, moved or "")]
    return html.Tr([html.Th(name, scope="row"), *cells])


def _points(view: DetailView) -> Any:
    """Single touchpoints of the cell."""
    named = [point for point in view.points if point.touchpoint and point.customers]
    if not named or view.key[2] is not None:
        return None
    words, formats = view.map.words, view.map.formats
    lines = []
    for point in sorted(named, key=lambda one: -one.customers):
        few = point.low_mature
        rate = words("n = {n}", n=point.mature_customers) if few else formats.share(point.progression)
        look = "tag table__few" if few else f"tag {tone_of(point.progression, view.whole.progression)}"
        to = view.map.cell_address((point.stage, point.channel, point.touchpoint)).with_extras(
            open=point.channel
        )
        lines.append(
            html.Li(
                page_link([html.Span(point.touchpoint), html.Span(rate, className=look)], PATH, to, "point")
            )
        )
    title = words("Touchpoints of this channel, going on")
    return html.Div([html.H3(title), html.Ul(lines)], className="detail__part detail__points")


def _figures(view: DetailView) -> Any:
    """Every measure with what it stands on and what it means; behind a link, since it asks much."""
    words, formats, address = view.map.words, view.map.formats, view.map.address
    if view.every is None:
        target = address.with_extras(
            stage=view.key[0], channel=view.key[1], touchpoint=view.key[2], figures=EVERY_FIGURE
        )
        return html.P(page_link(words("Every figure of this contact"), PATH, target), className="meta")
    lines = []
    for measure, own in view.every:
        name, meaning = (words(text) for text in TERMS[measure])
        notes = [f"n = {formats.number(own.n)}"] if own.n is not None else []
        notes += [said] if (said := interval(words, formats, measure, own)) else []
        value: Any = figure(formats, measure, own.value)
        if own.value is None:
            value, notes = "—", [why(words, own.reason)]
        elif own.low_n:
            value = html.Span(value, className="number-low")
        elif measure is Measure.LIFT and not own.distinct:
            notes.append(words("not distinguishable"))
        term = [html.Span(name), html.Small(meaning)]
        lines.append((term, value, " · ".join(notes)))
    fewer = page_link(words("Fewer figures"), PATH, address.with_extras(figures=None))
    return html.Div(
        [html.H3(words("Every figure")), facts(lines), html.P(fewer, className="meta")],
        className="detail__part detail__figures",
    )
