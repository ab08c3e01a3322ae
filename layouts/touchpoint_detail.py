"""Single touchpoints: the list of all, and the card of one cell of the heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.analytics.heatmap import Cell, Touched
from layouts.components.card import card
from layouts.components.delta import delta
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.pill import channel_title
from layouts.components.table import table
from layouts.components.tone import tone_of
from layouts.touchpoints import MapView


def list_card(view: MapView) -> html.Section:
    """Every single touchpoint, those that lose most customers first."""
    words, formats = view.words, view.formats
    titles = (
        words("Touchpoint"), words("Stage"), words("Channel"), words("Contacts"), words("Customers"),
        words("Going on"), words("to the average"), words("Lost against the average"),
    )  # fmt: skip

    def lost(cell: Cell) -> float:
        average = view.heat.stage(cell.stage).progression
        if average is None or cell.progression is None or cell.low_mature:
            return float("-inf")
        return cell.mature_customers * (average - cell.progression)

    rows = []
    for cell in sorted(view.heat.cells, key=lambda one: -lost(one)):
        average = view.heat.stage(cell.stage).progression
        rate: Any = words("n = {n}", n=cell.mature_customers)
        change: Any = ""
        if not cell.low_mature and cell.progression is not None and average is not None:
            rate = html.Span(
                formats.share(cell.progression, 1), className=f"tag {tone_of(cell.progression, average)}"
            )
            change = delta(formats.points(cell.progression - average), cell.progression - average)
        loss = lost(cell)
        rows.append(
            html.Tr(
                [
                    html.Th(cell.touchpoint or "—", scope="row"),
                    html.Td(view.model.stage(cell.stage).short_name(words.language)),
                    html.Td(channel_title(words, cell.channel)),
                    html.Td(formats.number(cell.touches), className="number"),
                    html.Td(formats.number(cell.customers), className="number"),
                    html.Td(rate, className="number"),
                    html.Td(change, className="number"),
                    html.Td(formats.number(loss) if loss > 0 else "—", className="number"),
                ],
                className="table__few" if cell.low_mature else "",
            )
        )
    return card(
        words("Touchpoints that lose most come first"),
        table(words("List"), titles, rows, numbers=range(3, len(titles))),
        subtitle=words(
            "Going on: the share that reached a later stage within the window. Association, not cause"
        ),
        class_name="card--list",
    )


def detail_card(view: MapView, cell: Cell, points: Sequence[Cell]) -> html.Section:
    """The card of one cell: how many go on, how that compares, and its single touchpoints."""
    words, formats = view.words, view.formats
    whole = view.heat.stage(cell.stage)
    stage = view.model.stage(cell.stage).name(words.language)
    weakest = view.heat.weakest.get(cell.stage)
    tags = [html.Span(words("n = {n}", n=cell.mature_customers), className="pill pill--neutral")]
    if weakest is not None and weakest.cell == cell:
        mark = html.Span(
            [icon("warning"), html.Span(words("Weakest link of the stage"))], className="pill pill--bad"
        )
        tags.insert(0, mark)
    facts = [
        (words("Customers met"), formats.number(cell.customers)),
        (words("Contacts"), formats.number(cell.touches)),
        (words("Share of the stage"), formats.share(cell.share)),
        (words("Went on"), f"{formats.number(cell.passed)} / {formats.number(cell.mature_customers)}"),
    ]
    if weakest is not None and weakest.cell == cell:
        facts.append(
            (
                words("Fewer than at the average"),
                words.plural("{n} customer", "{n} customers", round(weakest.loss)),
            )
        )
    return card(
        f"{channel_title(words, cell.channel)} · {stage}",
        html.Div(tags, className="detail__tags"),
        _headline(view, cell, whole),
        html.Dl(
            [html.Div([html.Dt(term), html.Dd(html.B(value))]) for term, value in facts], className="facts"
        ),
        _points(view, points, whole.progression),
        html.Div(
            page_link(
                words("Open the stage in the funnel"),
                "/funnel",
                view.address.for_page().with_extras(seg="*", step=cell.stage),
            ),
            className="meta",
        ),
        class_name="card--detail",
    )


def _headline(view: MapView, cell: Cell, whole: Touched) -> html.P:
    words, formats = view.words, view.formats
    if cell.low_mature or cell.progression is None:
        return html.P(
            words("Too few customers with a finished window to judge."), className="detail__headline"
        )
    parts: list[Any] = [
        html.B(formats.number(round(100 * cell.progression)), className="detail__figure"),
        html.Span(words("of 100 go on")),
    ]
    if whole.progression is not None:
        change = cell.progression - whole.progression
        parts.append(delta(words("{points} to the stage's average", points=formats.points(change)), change))
    return html.P(parts, className="detail__headline")


def _points(view: MapView, points: Sequence[Cell], average: float | None) -> Any:
    """Single touchpoints of the cell."""
    named = [point for point in points if point.touchpoint and point.customers]
    if not named:
        return None
    lines = []
    for point in sorted(named, key=lambda one: -one.customers):
        few = point.low_mature
        rate = (
            view.words("n = {n}", n=point.mature_customers) if few else view.formats.share(point.progression)
        )
        look = "tag table__few" if few else f"tag {tone_of(point.progression, average)}"
        lines.append(html.Li([html.Span(point.touchpoint), html.Span(rate, className=look)]))
    return html.Div(
        [html.H3(view.words("Touchpoints of this channel")), html.Ul(lines)], className="detail__points"
    )
