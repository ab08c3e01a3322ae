"""The tab Paths of /funnel: which ways customers take to a deal, where they turn back, which ways sell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.paths import BOUGHT, DRAWN, OPEN, STOPPED, PathLink, Paths, Variant
from dashboard.analytics.transitions import OTHER
from dashboard.figures.paths import RETURN
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.query import NO_CHANNEL, JourneyQuery, Level
from dashboard.journey.stages import StageModel
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.chart import chart
from layouts.components.definition import definition
from layouts.components.pill import channel_title
from layouts.components.segmented import Choice, segmented
from layouts.components.table import table

PATH = "/funnel"
TO_DEAL, TO_END = "deal", "end"  # values of the address key `to`


class Ids(StrEnum):
    """Places of the tab."""

    GRAPH = "paths-graph"


@dataclass(frozen=True, slots=True)
class PathsView:
    """What the tab draws.

    Attributes:
        paths: the answer.
        order: places from top to bottom.
        level: between what the ways lead.
        start: stage that journeys begin at; None = their first event.
        to_deal: journeys end with their first deal.
        through: place that the listed ways pass; None = all ways.
    """

    words: Words
    formats: Formats
    address: Address
    model: StageModel
    paths: Paths
    order: Sequence[str]
    level: Level
    start: str | None
    to_deal: bool
    through: str | None

    def name(self, place: str) -> str:
        """What screens call a place or an end."""
        said = {
            BOUGHT: self.words("Bought"),
            STOPPED: self.words("Stopped"),
            OPEN: self.words("Still open"),
            OTHER: self.words("Other places"),
        }
        if place in said:
            return said[place]
        if self.level is Level.STAGE:
            return self.model.stage(place).short_name(self.words.language)
        if self.level is Level.CHANNEL:
            return channel_title(self.words, place)
        return self.words("No touchpoint") if place == NO_CHANNEL else place

    @property
    def title(self) -> str:
        """What the journeys are."""
        if not self.to_deal:
            return self.words("Ways of customers")
        again = self.start == self.model.deal.key
        return self.words("Ways to the next deal") if again else self.words("Ways to a deal")

    def way(self, variant: Variant) -> str:
        """The way in one line; of all others how many they are."""
        if not variant.path:
            return self.words.plural("{n} other way", "{n} other ways", variant.variants)
        return f" {ARROW} ".join(map(self.name, variant.path))


def controls(view: PathsView) -> html.Div:
    """Between what the ways lead, where they begin and end."""
    words, address = view.words, view.address
    levels = {
        Level.STAGE: words("Stages"),
        Level.CHANNEL: words("Channels"),
        Level.TOUCHPOINT: words("Touchpoints"),
    }
    starts = {None: words("First event")} | {
        stage.key: stage.short_name(words.language) for stage in view.model.stages
    }
    return html.Div(
        [
            segmented(
                words("Ways between"),
                PATH,
                [
                    Choice(
                        text,
                        address.with_extras(
                            level=None if level is Level.STAGE else str(level), to=None, through=None
                        ),
                        level is view.level,
                    )
                    for level, text in levels.items()
                ],
            ),
            segmented(
                words("Start of the journey"),
                PATH,
                [
                    Choice(text, address.with_extras(**{"from": key, "through": None}), key == view.start)
                    for key, text in starts.items()
                ],
            ),
            segmented(
                words("End of the journey"),
                PATH,
                [
                    Choice(text, address.with_extras(to=_said(view.level, end)), end is view.to_deal)
                    for end, text in ((True, words("Up to the deal")), (False, words("Whole period")))
                ],
            ),
        ],
        className="paths__controls",
    )


def _said(level: Level, to_deal: bool) -> str | None:
    """Value of the address key `to`; nothing where the level's own end is meant."""
    own = JourneyQuery("", level=level).ends_with_deal
    return None if own is to_deal else TO_DEAL if to_deal else TO_END


def flow_card(view: PathsView, figure: dict[str, Any], height: int) -> html.Section:
    """The Sankey; on phones the same steps as a list."""
    words = view.words
    title = html.Span(
        [
            view.title,
            definition(
                words("Way"),
                words(
                    "From a customer's first event of the period, or of the chosen stage, up to the last one of the "
                    "period or the first deal. Several events at one place in a row are one visit. Stopped: no deal, "
                    "and nothing more within the window. Still open: it went on after the period, or still may."
                ),
            ),
        ]
    )
    message = _message(view)
    return card(
        title,
        controls(view),
        html.Div(
            chart(
                id=Ids.GRAPH,
                figure=figure,
                height=height,
                message=message,
                language=words.language,
                table=_links_table(view),
            ),
            className="paths__sankey",
        ),
        _links_list(view),
        _legend(view),
        subtitle=message,
        tools=card_tools(words, "funnel-paths", view.address, view.title),
        class_name="card--paths",
    )


def _message(view: PathsView) -> str:
    words, paths = view.words, view.paths
    parts = [
        words.plural("{n} journey", "{n} journeys", paths.customers),
        words("bought {n}", n=_counted(view, paths.bought)),
        words("stopped {n}", n=_counted(view, paths.stopped)),
        words("still open {n}", n=_counted(view, paths.open)),
    ]
    back = sum(link.customers for link in paths.links if link.returned)
    parts.append(words.plural("{n} return", "{n} returns", back))
    return " · ".join(parts)


def _counted(view: PathsView, customers: int) -> str:
    return f"{view.formats.number(customers)} ({view.formats.share(customers / view.paths.customers)})"


def _legend(view: PathsView) -> html.Div:
    words = view.words
    kinds = {
        "go": words("went on"),
        "back": words("return to a place met before"),
        "lost": words("stopped"),
        "won": words("bought"),
    }
    items = [
        html.Span([html.I(className=f"paths__key paths__key--{kind}"), text], className="legend__item")
        for kind, text in kinds.items()
    ]
    visits, _ = DRAWN[view.level]
    note = words.plural(
        "{n} visit is drawn; longer journeys go from the last one to their end.",
        "{n} visits are drawn; longer journeys go from the last one to their end.",
        visits,
    )
    return html.Div([*items, html.Span(note)], className="legend paths__legend")


_TABLED = 40  # steps in the table; the file of the card has all of them


def _links_table(view: PathsView) -> html.Details:
    """The largest steps as a table."""
    words = view.words
    titles = [words("Visit"), words("From"), words("To"), words("Customers"), words("Of all journeys")]
    links = sorted(view.paths.links, key=lambda link: -link.customers)
    shown = sorted(links[:_TABLED], key=lambda link: (link.position, -link.customers))
    rows = [
        _table_row(view, (link.position, view.name(link.start), _finish(view, link)), link.customers)
        for link in shown
    ]
    if links[_TABLED:]:
        rest = sum(link.customers for link in links[_TABLED:])
        rows.append(_table_row(view, ("", words("Other steps"), ""), rest))
    return html.Details(
        [
            html.Summary(words("Table")),
            table(words("Steps of the journeys"), titles, rows, numbers=range(3, 5)),
        ],
        className="paths__twin",
    )


def _table_row(view: PathsView, where: Sequence[Any], customers: int) -> html.Tr:
    figures = (view.formats.number(customers), view.formats.share(customers / view.paths.customers, 1))
    return html.Tr(
        [*(html.Td(part) for part in where), *(html.Td(text, className="number") for text in figures)]
    )


def _finish(view: PathsView, link: PathLink) -> Any:
    name = view.name(link.finish)
    if not link.returned:
        return name
    return [f"{name} ", html.Span(f"{RETURN} {view.words('return')}", className="paths__return")]


_LISTED = 4  # steps of a position on a phone


def _links_list(view: PathsView) -> html.Div:
    """The phone's form: the most frequent steps of each visit."""
    words, formats = view.words, view.formats
    groups = []
    for position in sorted({link.position for link in view.paths.links}):
        links = [link for link in view.paths.links if link.position == position]
        lines = [
            html.Li(
                [
                    html.Span([f"{view.name(link.start)} {ARROW} ", *_as_list(_finish(view, link))]),
                    html.Span(
                        [html.B(formats.number(link.customers)), f" · {_share(view, link.customers)}"],
                        className="paths-list__count",
                    ),
                ]
            )
            for link in links[:_LISTED]
        ]
        rest = sum(link.customers for link in links[_LISTED:])
        if rest:
            figures = [html.B(formats.number(rest)), f" · {_share(view, rest)}"]
            other = [html.Span(words("Other steps")), html.Span(figures, className="paths-list__count")]
            lines.append(html.Li(other))
        groups.append(
            html.Div(
                [html.H3(words("After visit {n}", n=position)), html.Ul(lines)], className="paths-list__group"
            )
        )
    return html.Div(groups, className="paths-list")


def _as_list(part: Any) -> list[Any]:
    return part if isinstance(part, list) else [part]


def _share(view: PathsView, customers: int) -> str:
    return view.formats.share(customers / view.paths.customers)
