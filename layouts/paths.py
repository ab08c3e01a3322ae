"""The tab Paths of /funnel: which ways customers take to a deal, where they turn back, which ways sell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.paths import BOUGHT, DRAWN, OPEN, STOPPED, PathLink, Paths, Variant
from dashboard.analytics.transitions import OTHER
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.query import NO_CHANNEL, JourneyQuery, Level
from dashboard.journey.stages import StageModel
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.chart import chart
from layouts.components.definition import definition
from layouts.components.link import page_link
from layouts.components.pill import channel_title, pill
from layouts.components.segmented import Choice, segmented
from layouts.components.table import table
from layouts.components.tone import tone_of

PATH = "/funnel"
TO_DEAL, TO_END = "deal", "end"  # values of the address key `to`
RETURN = "\u21a9"


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
            _title(view),
            definition(
                "paths-definition",
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
        aside=controls(view),
        class_name="card--paths",
    )


def _title(view: PathsView) -> str:
    words = view.words
    if not view.to_deal:
        return words("Ways of customers")
    return words("Ways to the next deal") if view.start == view.model.deal.key else words("Ways to a deal")


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


def variants_card(view: PathsView) -> html.Section:
    """The most frequent ways, each with what it brings against all journeys."""
    words, formats, paths = view.words, view.formats, view.paths
    all_of_them = formats.share(paths.conversion, 1)
    if view.through is None and _by_outcome(view):
        subtitle = words("Share of all journeys; {value} of them with a deal", value=all_of_them)
    elif view.through is None:
        subtitle = words("Share of all journeys; conversion against all of them: {value}", value=all_of_them)
    else:
        subtitle = words(
            "{n} of {all} journeys pass {place}; conversion against all journeys: {value}",
            n=formats.number(paths.listed),
            all=formats.number(paths.customers),
            place=view.name(view.through),
            value=all_of_them,
        )
    titles = (
        words("Way"),
        words("Customers"),
        _result_title(view),
        words("Median to the deal"),
        words("Revenue"),
    )
    head = html.Tr(
        [
            html.Th(title, scope="col", className="number" if place >= 2 else "")
            for place, title in enumerate(titles)
        ]
    )
    rows = [_variant(view, way) for way in paths.variants]
    return card(
        words("Most frequent ways"),
        _through(view),
        html.Table([html.Thead(head), html.Tbody(rows)], className="table variants"),
        subtitle=subtitle,
        class_name="card--variants",
    )


def _through(view: PathsView) -> html.Nav:
    """Every place as a link that keeps the ways through it; what a click on the drawing does, for the keyboard."""
    words = view.words
    places = dict.fromkeys(node.place for node in view.paths.nodes if node.place != OTHER)
    ordered = sorted(places, key=lambda place: view.order.index(place) if place in view.order else 0)
    links = [
        page_link(
            view.name(place),
            PATH,
            view.address.with_extras(through=None if place == view.through else place),
            "paths__place" + (" paths__place--on" if place == view.through else ""),
        )
        for place in ordered
    ]
    if view.through is not None:
        every = page_link(words("All ways"), PATH, view.address.with_extras(through=None), "link")
        links.append(every)
    label = words("Ways through")
    return html.Nav([html.Span(label), *links], className="paths__through", **attributes(aria_label=label))


def _variant(view: PathsView, way: Variant) -> html.Tr:
    words, formats = view.words, view.formats
    bar = html.I(
        className="variants__bar",
        style={"width": f"{100 * way.share:.2f}%"},
        **attributes(aria_hidden="true"),
    )
    figures = [html.B(formats.number(way.customers)), html.Span(formats.share(way.share, 1))]
    money = formats.money(way.revenue) if way.revenue is not None else "—"
    return html.Tr(
        [
            html.Th(_steps(view, way), scope="row"),
            html.Td(
                [html.Div(figures, className="variants__count"), html.Div(bar, className="variants__track")],
                **_labelled(words("Customers")),
            ),
            html.Td(_result(view, way), className="number", **_labelled(_result_title(view))),
            html.Td(
                formats.days(way.median_days), className="number", **_labelled(words("Median to the deal"))
            ),
            html.Td(money, className="number", **_labelled(words("Revenue"))),
        ]
    )


def _by_outcome(view: PathsView) -> bool:
    """Whole ways of stages hold the deal or do not: a rate of each would be 0 or 100 %."""
    return view.level is Level.STAGE and not view.to_deal


def _result_title(view: PathsView) -> str:
    return view.words("How it ended") if _by_outcome(view) else view.words("Conversion")


def _result(view: PathsView, way: Variant) -> Any:
    """The way's conversion against all journeys; of whole ways of stages, how they ended."""
    words, formats = view.words, view.formats
    if _by_outcome(view) and way.path:
        if way.bought:
            return pill(words("bought"), "good")
        stopped = words("stopped {n}", n=formats.number(way.stopped))
        under_way = words("still open {n}", n=formats.number(way.open))
        ended = ((stopped, way.stopped), (under_way, way.open))
        return [html.Div(text, className="variants__end") for text, count in ended if count]
    if way.low_n:
        return html.Span(words("n = {n}", n=way.customers), className="tag variants__few")
    look = tone_of(way.conversion, view.paths.conversion) if way.path else "tone--4"
    return html.Span(formats.share(way.conversion, 1), className=f"tag {look}")


def _labelled(title: str) -> dict[str, Any]:
    """The column's name for the phone, where rows become blocks."""
    return attributes(data_title=title)


_CHIPS = 9  # places of a way that are written out; a longer one says how many more there are


def _steps(view: PathsView, way: Variant) -> html.Span:
    words = view.words
    if not way.path:
        text = words.plural("{n} other way", "{n} other ways", way.variants)
        return html.Span(text, className="variants__other")
    parts: list[Any] = []
    seen: set[str] = set()
    shown = way.path if len(way.path) <= _CHIPS else way.path[: _CHIPS - 1]
    for place in shown:
        if parts:
            parts.append(html.Span(ARROW, className="variants__arrow"))
        again = place in seen
        name = [f"{RETURN} ", html.Span(words("return") + ": ", className="visually-hidden")] if again else []
        look = "chip-step chip-step--back" if again else "chip-step"
        parts.append(html.Span([*name, view.name(place)], className=look))
        seen.add(place)
    if len(way.path) > len(shown):
        more = words("and {n} more", n=len(way.path) - len(shown))
        parts.append(html.Span(more, className="variants__more"))
    return html.Span(parts, className="variants__steps")
