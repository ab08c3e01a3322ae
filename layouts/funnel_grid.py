"""The tab Steps on wide screens: one row a group, one column a stage, pills between them, money at the end."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import FunnelGroup
from dashboard.i18n.words import msgid
from dashboard.journey.query import Against
from dashboard.journey.stages import Phase
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.link import page_link
from layouts.components.pill import segment_dot
from layouts.components.table import scroll_region
from layouts.funnel import (
    ALL_ROWS,
    PATH,
    FunnelView,
    Ids,
    Rows,
    against_switch,
    bars_switch,
    controls,
    rows_switch,
)
from layouts.funnel_list import step_list
from layouts.funnel_pill import change_mark, step_pill

_IF_REACHED = {
    Against.BEST_OTHER: msgid("if the step matched the best segment"),
    Against.OWN_BEST: msgid("if the step matched its own best period"),
    Against.PREVIOUS: msgid("if the step were as in the period before"),
    Against.TARGET: msgid("if the step reached its target"),
}
_NAME, _STAGE, _MONEY = 176, 108, 138  # widths below which the grid scrolls [px]


def steps_card(view: FunnelView) -> html.Section:
    """The grid (wide screens) and the list (phones) of the same funnel."""
    words = view.words
    titles = {
        Rows.SEGMENT: words("Funnels by segment"),
        Rows.CHANNEL: words("Funnels by first channel"),
        Rows.PERIOD: words("Funnels by period of entry"),
    }
    name = titles[view.rows]
    title = html.Span(
        [
            name,
            definition(
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
        html.Div(
            controls(words, view.address, view.query, bars_switch(words, view.address), *_benchmark(view)),
            id=Ids.CONTROLS,
        ),
        scroll_region(words("Grid"), _grid(view), "funnel__scroll"),
        step_list(view),
        *_more_rows(view),
        _legend(view),
        subtitle=words(
            "Bar: reached the stage. Pill: conversion of the step and median time. Open a pill for details."
        ),
        aside=rows_switch(words, view.address),
        tools=card_tools(words, "funnel-steps", view.address, name),
        class_name="card--funnel",
    )


def _benchmark(view: FunnelView) -> list[html.Div]:
    """The choice of the benchmark, where steps have a price."""
    if not view.ranked:
        return []
    return [html.Div([html.Span(view.words("Benchmark")), against_switch(view)], className="funnel__against")]


def _grid(view: FunnelView) -> html.Table:
    stages = [view.model.stage(key) for key in view.funnel.stages]
    language = view.words.language
    head = [html.Th(html.Span(view.words("Rows"), className="visually-hidden"), scope="col")]
    head += [
        html.Th(f"{place}. {stage.name(language)}", scope="col", className="funnel__stage")
        for place, stage in enumerate(stages, 1)
    ]
    if view.ranked:
        head.append(
            html.Th(
                [view.words("At stake"), html.Small(view.words(_IF_REACHED[view.query.against]))],
                scope="col",
                className="funnel__money",
            )
        )
    width = _NAME + _STAGE * len(stages) + (_MONEY if view.ranked else 0)
    return html.Table(
        [
            html.Thead([*_band(view), html.Tr(head)]),
            html.Tbody([_row(view, group) for group in view.groups]),
        ],
        className="funnel" + (" funnel--compared" if view.changes else ""),
        style={"minWidth": f"{width}px"},
        **attributes(data_grid="pills"),
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
    value = view.value(group)
    worst = view.worst(value)
    name = html.Div([*_dot(view, value), html.Span(view.name(value))], className="funnel__name")
    head = html.Th([name, html.Small(_entered(view, group))], scope="row")
    cells = [_cell(view, group, place, worst) for place in range(len(group.steps))]
    money = [_money(view, value, worst)] if view.ranked else []
    kind = "funnel__row funnel__row--all" if value is None else "funnel__row"
    return html.Tr([head, *cells, *money], className=kind)


def _dot(view: FunnelView, value: str | None) -> list[Any]:
    """The colour of a segment; other rows have none."""
    return [segment_dot(value, view.order)] if value is not None and view.rows is Rows.SEGMENT else []


def _entered(view: FunnelView, group: FunnelGroup) -> str:
    first = group.steps[0]
    text = view.words.plural("{n} entered", "{n} entered", first.customers)
    if first.immature:
        text += " · " + view.words("not ripe yet: {n}", n=first.immature)
    return text


def _cell(view: FunnelView, group: FunnelGroup, place: int, worst: Bottleneck | None) -> html.Td:
    step = group.steps[place]
    figures = [html.B(view.formats.number(step.customers)), html.Span(view.formats.share(step.from_first))]
    parts: list[Any] = [
        html.Div(figures, className="funnel__count"),
        html.Div(_bars(view, group, place), className="funnel__bars", **attributes(aria_hidden="true")),
    ]
    if place + 1 < len(group.steps):
        parts += change_mark(view, group, place)
        parts.append(step_pill(view, group, place, worst))
    return html.Td(html.Div(parts, className="funnel__cell"))


def _bars(view: FunnelView, group: FunnelGroup, place: int) -> list[html.I]:
    """Who reached the stage, above it who was lost on the way, and the outline of the other period."""
    step = group.steps[place]
    before = group.steps[place - 1].customers if place else step.customers
    whole = before if view.relative else group.steps[0].customers
    bars = [html.I(className="funnel__lost", style={"height": _part(before, whole)})] if place else []
    bars.append(html.I(className="funnel__bar", style={"height": _part(step.customers, whole)}))
    moved = view.change(group, place) if place else None
    earlier = None if moved is None else moved.before if view.relative else moved.from_first
    if earlier is not None:
        bars.append(html.I(className="funnel__earlier", style={"height": f"{100 * earlier:.2f}%"}))
    return bars


def _part(count: int, whole: int) -> str:
    return f"{100 * count / whole if whole else 0:.2f}%"


def _money(view: FunnelView, value: str | None, worst: Bottleneck | None) -> html.Td:
    if worst is None or worst.recoverable is None:
        return html.Td([html.B("—"), html.Small(view.words("no bottleneck"))], className="funnel__money")
    place = view.step_name(worst.from_stage, worst.to_stage)
    if value is None:
        place = f"{view.name(worst.segment)}: {place}"
    amount = html.B(view.formats.money(-worst.recoverable), title=view.formats.money_full(-worst.recoverable))
    return html.Td([amount, html.Small(place)], className="funnel__money")


def _more_rows(view: FunnelView) -> list[html.P]:
    """How many rows are not shown, and the way to them."""
    words, every = view.words, len(view.funnel.segments)
    if view.address.extras.get("rows") == ALL_ROWS and every > len(view.shown[:6]):
        link = page_link(words("Show the largest"), PATH, view.address.with_extras(rows=None))
        return [html.P(link, className="meta funnel__more")]
    if every <= len(view.shown):
        return []
    by_money = words("{shown} of {all}, those with most at stake", shown=len(view.shown), all=every)
    largest = words("{shown} of {all}, the largest", shown=len(view.shown), all=every)
    latest = words("{shown} of {all}, the latest", shown=len(view.shown), all=every)
    text = latest if view.rows is Rows.PERIOD else by_money if view.ranked else largest
    link = page_link(words("Show all"), PATH, view.address.with_extras(rows=ALL_ROWS))
    return [html.P([text, " · ", link], className="meta funnel__more")]


def _legend(view: FunnelView) -> html.Div:
    words = view.words
    scale = html.Span(
        [html.I(className=f"tone--{place}") for place in range(1, 8)], className="legend__scale"
    )
    parts: list[Any] = [
        words("Pill colour: conversion of the step against everybody's"),
        html.Span([words("worse"), scale, words("better")], className="legend__item"),
    ]
    if view.ranked:
        ring = html.Span([html.I(className="legend__ring"), words("bottleneck")], className="legend__item")
        parts.append(ring)
    parts.append(
        html.Span([html.I(className="legend__lost"), words("lost at the step")], className="legend__item")
    )
    if view.changes and view.compared:
        period = view.formats.period(view.compared)
        text = words(
            "change in points against {period}: with ▲▼ beyond chance, without may be chance", period=period
        )
        parts.append(html.Span([html.I(className="legend__earlier"), text], className="legend__item"))
    elif view.asked_to_compare:
        parts.append(words("No comparison: the data do not hold the other period whole, or it is not ripe."))
    return html.Div(parts, className="legend")
