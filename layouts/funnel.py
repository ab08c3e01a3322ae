"""The page /funnel: where, who and how much is lost, step by step and segment by segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.benchmarks import MIN_CUSTOMERS
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import Funnel, FunnelGroup, FunnelStep
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.query import JourneyQuery, Mode
from dashboard.journey.stages import Phase, StageModel
from layouts.components.attributes import attributes
from layouts.components.card import card, page_header
from layouts.components.definition import definition
from layouts.components.link import page_link
from layouts.components.pill import segment_dot, segment_name
from layouts.components.segmented import Choice, segmented
from layouts.components.states import skeleton
from layouts.components.table import scroll_region, table
from layouts.components.tone import tone_of

PATH = "/funnel"
EVERYBODY = "*"  # value of the address key `seg` that opens the total's step
WINDOWS = (7, 30, 60, 90, 180)


class Ids(StrEnum):
    """Places of the page."""

    SUBTITLE = "funnel-subtitle"
    TABS = "funnel-tabs"
    CONTROLS = "funnel-controls"
    STEPS = "funnel-steps"
    DRILL = "funnel-drill"


@dataclass(frozen=True, slots=True)
class FunnelView:
    """What the grid draws.

    Attributes:
        funnel: mature entries, total and segments.
        ranked: bottlenecks, proven and surest first; empty where the mode has no price.
        order: segments of the engagement, which fixes their colours.
        open: (segment or None, stage that the step starts from) of the step that is taken apart.
    """

    words: Words
    formats: Formats
    address: Address
    query: JourneyQuery
    model: StageModel
    funnel: Funnel
    ranked: Sequence[Bottleneck]
    order: tuple[str, ...]
    open: tuple[str | None, str] | None

    def worst(self, segment: str | None) -> Bottleneck | None:
        """The costliest step of a segment (of everybody: the costliest of all), if any loses money."""
        rows = (row for row in self.ranked if segment is None or row.segment == segment)
        return next((row for row in rows if row.recoverable and not row.low_n), None)

    def step_name(self, start: str, end: str) -> str:
        """`Оценка → Сделка`."""
        language = self.words.language
        names = (self.model.stage(key).short_name(language) for key in (start, end))
        return f" {ARROW} ".join(names)

    def step_address(self, segment: str | None, start: str) -> Address:
        """The address that takes a step apart."""
        return self.address.with_extras(seg=segment or EVERYBODY, step=start)


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(
            words("Funnels & bottlenecks"),
            html.Span(id=Ids.SUBTITLE),
            html.Div(id=Ids.TABS, className="page__tabs"),
        ),
        html.Div(skeleton(660), id=Ids.STEPS),
        html.Div(skeleton(320), id=Ids.DRILL),
    ]


def tabs(words: Words, address: Address) -> html.Nav:
    """Grid or table of the same figures, or the ways between the steps."""
    view = address.extras.get("view")
    return segmented(
        words("View"),
        PATH,
        [
            Choice(words("Steps"), address.with_extras(view=None), view not in ("paths", "table")),
            Choice(words("Paths"), address.with_extras(view="paths"), view == "paths"),
            Choice(words("Table"), address.with_extras(view="table"), view == "table"),
        ],
    )


def controls(words: Words, address: Address, query: JourneyQuery) -> html.Div:
    """How steps must follow each other, and how long a customer may take; what nobody chose is the query's."""
    modes = {
        Mode.ORDERED: words("In order"),
        Mode.STRICT: words("Strictly in order"),
        Mode.ANY: words("Any order"),
        Mode.REACHED: words("Reached"),
    }
    parts = [
        segmented(
            words("Order of steps"),
            PATH,
            [Choice(name, address.with_(mode=mode), query.mode is mode) for mode, name in modes.items()],
        )
    ]
    if query.mode is not Mode.REACHED:
        days = sorted({*WINDOWS, query.window_days})
        parts.append(
            segmented(
                words("Conversion window"),
                PATH,
                [
                    Choice(
                        words.plural("{n} day", "{n} days", value),
                        address.with_(window_days=value),
                        value == query.window_days,
                    )
                    for value in days
                ],
            )
        )
    return html.Div(parts, className="funnel__controls")


def steps_card(view: FunnelView) -> html.Section:
    """The grid (wide screens) and the list (phones) of the same funnel."""
    words = view.words
    title = html.Span(
        [
            words("Funnels by segment"),
            definition(
                "funnel-definition",
                words("Funnel"),
                words(
                    "Customers whose first step lies in the period, and how many of them reached each later step "
                    "within the window. Only entries whose window is over are counted."
                ),
            ),
        ]
    )
    return card(
        title,
        scroll_region(words("Grid"), _grid(view), "funnel__scroll"),
        _list(view),
        _legend(view),
        subtitle=words(
            "Bar: reached the stage. Pill: conversion of the step and median time. Open a pill for details."
        ),
        aside=html.Div(controls(words, view.address, view.query), id=Ids.CONTROLS),
        class_name="card--funnel",
    )


def _grid(view: FunnelView) -> html.Table:
    stages = [view.model.stage(key) for key in view.funnel.stages]
    language = view.words.language
    head = [html.Th(html.Span(view.words("Segment"), className="visually-hidden"), scope="col")]
    head += [
        html.Th(f"{place}. {stage.name(language)}", scope="col", className="funnel__stage")
        for place, stage in enumerate(stages, 1)
    ]
    if view.ranked:
        head.append(
            html.Th(
                [view.words("At stake"), html.Small(view.words("if the step matched the best segment"))],
                scope="col",
            )
        )
    return html.Table(
        [
            html.Thead([*_band(view), html.Tr(head)]),
            html.Tbody([_row(view, group) for group in view.funnel.groups]),
        ],
        className="funnel",
    )


def _band(view: FunnelView) -> list[html.Tr]:
    """Which factor of the equation the stages drive; only over the whole model in order."""
    if view.funnel.stages != view.model.keys:
        return []
    phases = [stage.phase for stage in view.model.stages]
    leads = phases.count(Phase.LEAD)
    words = view.words
    parts = [("L", words("leads"), 1)] if leads else []
    parts += [("C", words("conversion"), leads - 1)] if leads > 1 else []
    parts += [
        ("P", words("average check"), 1),
        ("Q", words("deals per customer"), phases.count(Phase.REPEAT)),
    ]
    cells = [
        html.Td(html.Div([html.B(letter), f" {name}"], className="funnel__factor"), colSpan=span)
        for letter, name, span in parts
        if span
    ]
    return [html.Tr([html.Td(), *cells, *([html.Td()] if view.ranked else [])], className="funnel__band")]


def _row(view: FunnelView, group: FunnelGroup) -> html.Tr:
    worst = view.worst(group.segment)
    name = segment_name(view.words, group.segment)
    dot = [] if group.segment is None else [segment_dot(group.segment, view.order)]
    head = html.Th(
        [html.Div([*dot, html.Span(name)], className="funnel__name"), html.Small(_entered(view, group))],
        scope="row",
    )
    cells = [_cell(view, group, place, worst) for place in range(len(group.steps))]
    money = [_money(view, group.segment, worst)] if view.ranked else []
    kind = "funnel__row funnel__row--all" if group.segment is None else "funnel__row"
    return html.Tr([head, *cells, *money], className=kind)


def _entered(view: FunnelView, group: FunnelGroup) -> str:
    first = group.steps[0]
    text = view.words.plural("{n} entered", "{n} entered", first.customers)
    if first.immature:
        text += " · " + view.words("not ripe yet: {n}", n=first.immature)
    return text


def _cell(view: FunnelView, group: FunnelGroup, place: int, worst: Bottleneck | None) -> html.Td:
    step, first = group.steps[place], group.steps[0]
    formats = view.formats
    previous = group.steps[place - 1].customers if place else step.customers
    reached, before = (_part(count, first.customers) for count in (step.customers, previous))
    bars = [html.I(className="funnel__lost", style={"height": before})] if place else []
    bars.append(html.I(className="funnel__bar", style={"height": reached}))
    figures = [html.B(formats.number(step.customers)), html.Span(formats.share(step.from_first))]
    parts: list[Any] = [
        html.Div(figures, className="funnel__count"),
        html.Div(bars, className="funnel__bars", **attributes(aria_hidden="true")),
    ]
    if place + 1 < len(group.steps):
        parts.append(_pill(view, group, place, worst))
    return html.Td(html.Div(parts, className="funnel__cell"))


def _part(count: int, whole: int) -> str:
    return f"{100 * count / whole if whole else 0:.2f}%"


def _pill(view: FunnelView, group: FunnelGroup, place: int, worst: Bottleneck | None) -> Any:
    """Conversion of the step behind a stage, coloured against everybody's; a link that takes it apart."""
    start, end = group.steps[place], group.steps[place + 1]
    formats, words = view.formats, view.words
    if start.customers < MIN_CUSTOMERS:
        text: list[Any] = [html.Span(words("n = {n}", n=start.customers))]
        look = "step-pill step-pill--few"
    else:
        text = [html.B(formats.share(end.from_previous)), html.Span(formats.days(end.median_days))]
        everybody = view.funnel.total.steps[place + 1].from_previous
        look = f"step-pill {tone_of(end.from_previous, everybody) if group.segment else 'tone--4'}"
    if worst and (worst.from_stage, worst.to_stage) == (start.stage, end.stage):
        look += " step-pill--worst"
    if view.open == (group.segment, start.stage):
        look += " step-pill--open"
    name = f"{segment_name(words, group.segment)}: {view.step_name(start.stage, end.stage)}"
    return page_link(text, PATH, view.step_address(group.segment, start.stage), look, title=name)


def _money(view: FunnelView, segment: str | None, worst: Bottleneck | None) -> html.Td:
    if worst is None or worst.recoverable is None:
        return html.Td([html.B("—"), html.Small(view.words("no bottleneck"))], className="funnel__money")
    place = view.step_name(worst.from_stage, worst.to_stage)
    if segment is None:
        place = f"{segment_name(view.words, worst.segment)}: {place}"
    amount = html.B(view.formats.money(-worst.recoverable), title=view.formats.money_full(-worst.recoverable))
    return html.Td([amount, html.Small(place)], className="funnel__money")


def _list(view: FunnelView) -> html.Div:
    """The phone's form: steps of everybody, then each step's worst segments one tap away."""
    groups = [
        html.Div(
            [
                html.H3([*_dot(view, group), segment_name(view.words, group.segment)]),
                *(_line(view, group, place) for place in range(len(group.steps) - 1)),
            ],
            className="funnel-list__group",
        )
        for group in view.funnel.groups
    ]
    return html.Div(groups, className="funnel-list")


def _dot(view: FunnelView, group: FunnelGroup) -> list[Any]:
    return [] if group.segment is None else [segment_dot(group.segment, view.order)]


def _line(view: FunnelView, group: FunnelGroup, place: int) -> html.Div:
    start, end = group.steps[place], group.steps[place + 1]
    counts = f"{view.formats.number(start.customers)} {ARROW} {view.formats.number(end.customers)}"
    row = next(
        (
            item
            for item in view.ranked
            if (item.segment, item.from_stage, item.to_stage) == (group.segment, start.stage, end.stage)
        ),
        None,
    )
    lost = view.formats.money(-row.recoverable) if row and row.recoverable else "—"
    return html.Div(
        [
            html.Div([html.B(view.step_name(start.stage, end.stage)), html.Small(counts)]),
            _pill(view, group, place, view.worst(group.segment)),
            html.Span(lost if group.segment else "", className="funnel-list__money"),
        ],
        className="funnel-list__line",
    )


def _legend(view: FunnelView) -> html.Div:
    words = view.words
    scale = html.Span(
        [html.I(className=f"tone--{place}") for place in range(1, 8)], className="legend__scale"
    )
    parts = [
        words("Pill colour: conversion of the step against all segments"),
        html.Span([words("worse"), scale, words("better")], className="legend__item"),
        html.Span([html.I(className="legend__lost"), words("lost at the step")], className="legend__item"),
    ]
    if view.ranked:
        ring = html.Span([html.I(className="legend__ring"), words("bottleneck")], className="legend__item")
        parts.insert(2, ring)
    return html.Div(parts, className="legend")


def table_card(view: FunnelView) -> html.Section:
    """Every figure of the funnel as a table: counts, rates, intervals, times."""
    words, formats = view.words, view.formats
    titles = [
        words("Segment"),
        words("Stage"),
        words("Customers"),
        words("From previous"),
        words("95 % interval"),
        words("From first"),
        words("Median"),
        words("75 of 100 within"),
        words("90 of 100 within"),
        words("Not ripe yet"),
    ]

    def line(group: FunnelGroup, step: FunnelStep) -> html.Tr:
        interval = "—"
        if step.ci_low is not None and step.ci_high is not None:
            interval = formats.range(formats.share(step.ci_low, 1), formats.share(step.ci_high, 1))
        few = step.from_previous is not None and step.customers < MIN_CUSTOMERS
        return html.Tr(
            [
                html.Th(segment_name(words, group.segment), scope="row"),
                html.Td(view.model.stage(step.stage).name(words.language)),
                html.Td(formats.number(step.customers), className="number"),
                html.Td(formats.share(step.from_previous, 1), className="number"),
                html.Td(interval, className="number"),
                html.Td(formats.share(step.from_first, 1), className="number"),
                *(
                    html.Td(formats.days(value), className="number")
                    for value in (step.median_days, step.p75_days, step.p90_days)
                ),
                html.Td(formats.number(step.immature), className="number"),
            ],
            className="table__few" if few else "",
        )

    body = [line(group, step) for group in view.funnel.groups for step in group.steps]
    return card(
        words("Table"),
        table(words("Table"), titles, body, numbers=range(2, len(titles))),
        subtitle=words("Mature entries of the period; intervals are Wilson 95 %"),
        aside=html.Div(controls(words, view.address, view.query), id=Ids.CONTROLS),
    )
