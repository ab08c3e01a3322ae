"""The page /touchpoints: which contact of each stage is the weakest link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.heatmap import Cell, Heatmap, Touched, WeakLink
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.stages import StageModel
from layouts.components.card import card, page_header
from layouts.components.definition import definition
from layouts.components.link import page_link
from layouts.components.pill import channel_title
from layouts.components.segmented import Choice, segmented
from layouts.components.states import skeleton
from layouts.components.table import scroll_region
from layouts.components.tone import tone_of

PATH = "/touchpoints"


class Ids(StrEnum):
    """Places of the page."""

    SUBTITLE = "touchpoints-subtitle"
    TABS = "touchpoints-tabs"
    MAP = "touchpoints-map"
    DETAIL = "touchpoints-detail"


class Metric(StrEnum):
    """What a cell shows."""

    PROGRESSION = "progression"
    CUSTOMERS = "customers"
    SHARE = "share"
    TOUCHES = "touches"


@dataclass(frozen=True, slots=True)
class MapView:
    """What the map draws.

    Attributes:
        channels: rows, most used first.
        open: (stage, channel) of the cell whose card is shown.
    """

    words: Words
    formats: Formats
    address: Address
    model: StageModel
    heat: Heatmap
    channels: Sequence[str]
    metric: Metric
    open: tuple[str, str] | None

    @property
    def cells(self) -> Mapping[tuple[str, str], Cell]:
        """Cells by (stage, channel)."""
        return {(cell.stage, cell.channel): cell for cell in self.heat.cells}

    def cell_address(self, stage: str, channel: str) -> Address:
        """The address that opens a cell."""
        return self.address.with_extras(stage=stage, channel=channel)

    def shown(self, cell: Touched, share: float | None) -> str:
        """The cell's figure in the chosen metric."""
        match self.metric:
            case Metric.PROGRESSION:
                return self.formats.share(cell.progression)
            case Metric.SHARE:
                return self.formats.share(share)
            case Metric.CUSTOMERS:
                return self.formats.number(cell.customers)
            case Metric.TOUCHES:
                return self.formats.number(cell.touches)


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(
            words("Touchpoints"), html.Span(id=Ids.SUBTITLE), html.Div(id=Ids.TABS, className="page__tabs")
        ),
        html.Div(
            [html.Div(skeleton(620), id=Ids.MAP), html.Div(skeleton(620), id=Ids.DETAIL)],
            className="touchpoints",
        ),
    ]


def tabs(words: Words, address: Address) -> html.Nav:
    """Map of channels, or list of single touchpoints."""
    as_list = address.extras.get("view") == "list"
    return segmented(
        words("View"),
        PATH,
        [
            Choice(words("Heatmap"), address.with_extras(view=None), not as_list),
            Choice(words("List"), address.with_extras(view="list"), as_list),
        ],
    )


def metric_names(words: Words) -> dict[Metric, tuple[str, str]]:
    """Name and meaning of each metric."""
    return {
        Metric.PROGRESSION: (
            words("Going on"),
            words("Of the customers met here, the share that reached a later stage within the window"),
        ),
        Metric.CUSTOMERS: (words("Reach"), words("Distinct customers met here in the period")),
        Metric.SHARE: (words("Share of stage"), words("Of the customers of the stage, the share met here")),
        Metric.TOUCHES: (words("Contacts"), words("Number of contacts in the period")),
    }


def map_card(view: MapView) -> html.Section:
    """Stages across, channels down; on phones the weakest link of each stage."""
    words = view.words
    names = metric_names(words)
    name, meaning = names[view.metric]
    switch = segmented(
        words("Metric"),
        PATH,
        [
            Choice(
                text,
                view.address.with_extras(metric=None if one is Metric.PROGRESSION else str(one)),
                one is view.metric,
            )
            for one, (text, _) in names.items()
        ],
    )
    subtitle = [meaning]
    if view.metric is Metric.PROGRESSION:
        subtitle.append(words("small figure: points to the stage's average. Association, not cause"))
    title = html.Span(
        [words("Touchpoints: stage × channel"), definition("touchpoints-definition", name, meaning)]
    )
    return card(
        title,
        scroll_region(words("Heatmap"), _table(view), "heat__scroll"),
        _weakest_list(view),
        _legend(view),
        subtitle="; ".join(subtitle),
        aside=switch,
        class_name="card--heat",
    )


def _table(view: MapView) -> html.Table:
    language = view.words.language
    head = [html.Th(html.Span(view.words("Channel"), className="visually-hidden"), scope="col")]
    for stage in view.model.stages:
        whole = view.heat.stage(stage.key)
        note = (
            view.words("average {value}", value=view.formats.share(whole.progression))
            if view.metric is Metric.PROGRESSION
            else view.words("all {value}", value=view.shown(whole, 1.0 if whole.customers else None))
        )
        head.append(html.Th([html.B(stage.short_name(language)), html.Small(note)], scope="col"))
    weakest = view.heat.weakest
    largest = {
        stage.key: max(
            (_size(view, cell) for cell in view.heat.cells if cell.stage == stage.key), default=0.0
        )
        for stage in view.model.stages
    }
    rows = []
    for channel in view.channels:
        cells = [
            html.Td(
                _cell(view, view.cells.get((stage.key, channel)), weakest.get(stage.key), largest[stage.key])
            )
            for stage in view.model.stages
        ]
        rows.append(html.Tr([html.Th(channel_title(view.words, channel), scope="row"), *cells]))
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="heat")


def _size(view: MapView, cell: Cell) -> float:
    """What the sequential colour follows."""
    sizes = {Metric.CUSTOMERS: cell.customers, Metric.TOUCHES: cell.touches, Metric.SHARE: cell.share or 0.0}
    return float(sizes.get(view.metric, cell.customers))


def _cell(view: MapView, cell: Cell | None, weakest: WeakLink | None, largest: float) -> Any:
    if cell is None:
        return html.Span("·", className="heat__none", title=view.words("No such touchpoint"))
    words, formats = view.words, view.formats
    look = ["heat__cell"]
    rated = view.metric is Metric.PROGRESSION
    n = cell.mature_customers if rated else cell.customers
    text: list[Any]
    if cell.low_mature if rated else cell.low_n:
        text = [html.Span(words("n = {n}", n=n))]
        look.append("heat__cell--few")
    else:
        text = [html.B(view.shown(cell, cell.share))]
        average = view.heat.stage(cell.stage).progression
        if rated and cell.progression is not None and average is not None:
            text.append(html.Span(formats.signed(100 * (cell.progression - average))))
            look.append(tone_of(cell.progression, average))
        elif not rated:
            look.append(f"seq--{1 + round(5 * _size(view, cell) / largest) if largest else 1}")
    if weakest is not None and weakest.cell == cell and rated:
        look.append("heat__cell--weakest")
    if view.open == (cell.stage, cell.channel):
        look.append("heat__cell--open")
    if rated:
        text.append(_dot(cell, view))
    stage = view.model.stage(cell.stage).name(words.language)
    name = f"{stage} · {channel_title(words, cell.channel)}: " + words.plural(
        "{n} customer", "{n} customers", cell.customers
    )
    return page_link(text, PATH, view.cell_address(cell.stage, cell.channel), " ".join(look), title=name)


def _dot(cell: Cell, view: MapView) -> html.I:
    """Area: number of contacts, against the busiest cell."""
    busiest = max(one.touches for one in view.heat.cells)
    size = 4 + 14 * (cell.touches / busiest) ** 0.5 if busiest else 4
    return html.I(className="heat__dot", style={"width": f"{size:.1f}px", "height": f"{size:.1f}px"})


def _weakest_list(view: MapView) -> html.Ul:
    """The phone's form: the weakest link of each stage."""
    words, formats = view.words, view.formats
    lines = []
    for stage in view.model.stages:
        link = view.heat.weakest.get(stage.key)
        whole = view.heat.stage(stage.key)
        name = html.Div(
            [
                html.B(stage.name(words.language)),
                html.Small(words("average {value}", value=formats.share(whole.progression))),
            ]
        )
        if link is None:
            lines.append(html.Li([name, html.Span(words("no weak link"), className="meta")]))
            continue
        own = link.cell.progression
        inner = [
            name,
            html.Span(channel_title(words, link.cell.channel)),
            html.Span(formats.share(own), className=f"tag {tone_of(own, link.average)}"),
        ]
        lines.append(
            html.Li(
                page_link(inner, PATH, view.cell_address(stage.key, link.cell.channel), "heat-list__line")
            )
        )
    return html.Ul(lines, className="heat-list")


def _legend(view: MapView) -> html.Div:
    words = view.words
    few = html.Span([html.I(className="legend__lost"), words("n < 30")], className="legend__item")
    if view.metric is not Metric.PROGRESSION:
        scale = html.Span(
            [html.I(className=f"seq--{place}") for place in range(1, 7)], className="legend__scale"
        )
        parts = [html.Span([words("fewer"), scale, words("more")], className="legend__item"), few]
        return html.Div(parts, className="legend")
    scale = html.Span(
        [html.I(className=f"tone--{place}") for place in range(1, 8)], className="legend__scale"
    )
    parts = [
        words("Against the stage's average:"),
        html.Span([words("worse"), scale, words("better")], className="legend__item"),
        html.Span([html.I(className="heat__dot"), words("contacts")], className="legend__item"),
        html.Span(
            [html.I(className="legend__weakest"), words("weakest link of the stage")],
            className="legend__item",
        ),
        few,
    ]
    return html.Div(parts, className="legend")
