"""The most frequent ways of the tab Paths: rows of places with arrows, their share, and what they bring."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.paths import Variant
from dashboard.analytics.transitions import OTHER
from dashboard.figures.paths import RETURN
from dashboard.i18n.formats import ARROW
from dashboard.journey.query import Level
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.link import page_link
from layouts.components.pill import pill
from layouts.components.tone import tone_of
from layouts.paths import PATH, PathsView


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
        tools=card_tools(words, "funnel-ways", view.address, words("Most frequent ways"), picture=False),
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
        return html.Span(view.way(way), className="variants__other")
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
