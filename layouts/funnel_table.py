"""The tab Table: every figure of the funnel, and how it moved since another period."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.benchmarks import MIN_CUSTOMERS
from dashboard.analytics.funnel import FunnelGroup
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
        words("From previous"),
        words("95 % interval"),
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
        table(words("Table"), titles, body, numbers=range(2, 12)),
        subtitle=words("Mature entries of the period; intervals are Wilson 95 %, of changes Newcombe 95 %"),
        aside=rows_switch(words, view.address),
        tools=card_tools(words, "funnel-table", view.address, words("Table"), picture=False),
        class_name="card--funnel",
    )


def _line(view: FunnelView, group: FunnelGroup, place: int) -> html.Tr:
    formats, step = view.formats, group.steps[place]
    interval = "—"
    if step.ci_low is not None and step.ci_high is not None:
        interval = formats.range(formats.share(step.ci_low, 1), formats.share(step.ci_high, 1))
    few = step.from_previous is not None and step.customers < MIN_CUSTOMERS
    cells: list[Any] = [
        formats.number(step.customers),
        formats.share(step.from_previous, 1),
        interval,
        formats.share(step.from_first, 1),
        *(formats.days(value) for value in (step.median_days, step.p75_days, step.p90_days)),
        formats.number(step.immature),
    ]
    return html.Tr(
        [
            html.Th(view.name(view.value(group)), scope="row"),
            html.Td(view.model.stage(step.stage).name(view.words.language)),
            *(html.Td(cell, className="number") for cell in cells),
            *(_change(view, group, place) if view.compared else []),
        ],
        className="table__few" if few else "",
    )


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
