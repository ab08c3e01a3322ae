"""The tab Table: every figure of the funnel, and how it moved since another period."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.benchmarks import MIN_CUSTOMERS
from dashboard.analytics.funnel import FunnelGroup, FunnelStep
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.delta import delta
from layouts.components.table import table
from layouts.funnel import FunnelView, Ids, controls, rows_switch
from layouts.funnel_pill import change_interval, verdict


def table_card(view: FunnelView) -> html.Section:
    """Counts, rates, intervals, times; with a comparison also the changes."""
    words = view.words
    titles = [
        words("Rows"),
        words("Stage"),
        words("Customers"),
        words("From previous, 95 % interval"),
        words("From first"),
        words("Median"),
        words("75 of 100 within"),
        words("90 of 100 within"),
        words("Not ripe yet"),
    ]
    if view.compared:
        period = view.formats.period(view.compared)
        titles += [words("Was in {period}", period=period), words("Change, 95 % interval"), words("Verdict")]
    body = [
        _line(view, group, place)
        for group in (view.funnel.total, *view.funnel.segments)
        for place in range(len(group.steps))
    ]
    return card(
        words("Table"),
        html.Div(controls(words, view.address, view.query), id=Ids.CONTROLS),
        table(words("Table"), titles, body, numbers=range(2, 11)),
        subtitle=words("Mature entries of the period; intervals are Wilson 95 %, of changes Newcombe 95 %"),
        aside=rows_switch(words, view.address),
        tools=card_tools(words, "funnel-table", view.address, words("Table"), picture=False),
        class_name="card--funnel",
    )


def _line(view: FunnelView, group: FunnelGroup, place: int) -> html.Tr:
    formats, step = view.formats, group.steps[place]
    few = step.from_previous is not None and step.customers < MIN_CUSTOMERS
    cells: list[Any] = [
        formats.number(step.customers),
        _rate(view, step),
        formats.share(step.from_first, 1),
        *(formats.days(value) for value in (step.median_days, step.p75_days, step.p90_days)),
        formats.number(step.immature),
    ]
    name = view.name(view.value(group))
    return html.Tr(
        [
            html.Th(html.Span(name, className="visually-hidden") if place else name, scope="row"),
            html.Td(view.model.stage(step.stage).short_name(view.words.language)),
            *(html.Td(cell, className="number") for cell in cells),
            *(_change(view, group, place) if view.compared else []),
        ],
        className=" ".join(["table__few"] * few + ["table__within"] * bool(place)),
    )


def _rate(view: FunnelView, step: FunnelStep) -> list[Any]:
    formats = view.formats
    rate = [formats.share(step.from_previous, 1)]
    if step.ci_low is None or step.ci_high is None:
        return rate
    interval = formats.range(formats.share(step.ci_low, 1), formats.share(step.ci_high, 1))
    return [*rate, html.Small(interval, className="table__note")]


def _change(view: FunnelView, group: FunnelGroup, place: int) -> list[html.Td]:
    moved = view.change(group, place)
    if moved is None:
        return [html.Td("—", className="number"), html.Td("—", className="number"), html.Td("")]
    change = delta(view.formats.points(moved.change), moved.change if moved.significant else None)
    return [
        html.Td(view.formats.share(moved.before, 1), className="number"),
        html.Td(
            [change, html.Small(change_interval(view, moved), className="table__note")], className="number"
        ),
        html.Td(verdict(view, moved)),
    ]
