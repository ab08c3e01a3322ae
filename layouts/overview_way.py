"""The whole way: of those who entered, how many came to each stage and to the last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.statistics import Interval
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.delta import delta
from layouts.components.link import page_link
from layouts.overview import Place


@dataclass(frozen=True, slots=True)
class Stop:
    """One stage of the way: its key, who came so far, and their share of those who entered."""

    stage: str
    customers: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Way:
    """From the first stage to the last.

    Attributes:
        rate: share of those who entered that reached the last stage, 0..1.
        interval: its 95 % interval.
        before: the same share in the comparison period; None without one.
    """

    stops: Sequence[Stop]
    rate: float | None
    interval: Interval | None
    before: float | None


def way_card(place: Place, way: Way) -> html.Section:
    """The rate from first to last stage with its interval, and the stages between."""
    words, formats, language = place.words, place.formats, place.words.language
    title = words("The whole way")
    first, last = (place.model.stage(stop.stage).name(language) for stop in (way.stops[0], way.stops[-1]))
    head: list[Any] = [html.B(formats.share(way.rate, 1), className="way__rate")]
    if way.rate is not None and way.before is not None:
        head.append(delta(formats.points(way.rate - way.before), way.rate - way.before))
    if way.rate is None:
        head.append(html.Span(words("nobody ever reached the last stage: no data"), className="meta"))
    if way.interval is not None:
        ends = formats.range(formats.share(way.interval.low, 1), formats.share(way.interval.high, 1))
        head.append(html.Span(words("95 %: {range}", range=ends), className="meta"))
    bars = [
        html.Li(
            [
                html.Span(place.model.stage(stop.stage).short_name(language)),
                html.Span(html.I(style={"width": f"{100 * (stop.share or 0):.2f}%"}), className="way__bar"),
                html.Span(
                    [html.B(formats.number(stop.customers)), " ", formats.share(stop.share)],
                    className="way__count",
                ),
            ]
        )
        for stop in way.stops
    ]
    meaning = words(
        "Of the customers who entered in the period and whose window is over, the share that reached the last stage."
    )
    return card(
        html.Span([title, definition(title, meaning)]),
        html.P(head, className="way__line"),
        html.Ol(bars, className="way"),
        subtitle=words("from “{first}” to “{last}”, ripe entries", first=first, last=last),
        aside=page_link(words("Funnels"), "/funnel", place.address.for_page()),
        tools=card_tools(words, "overview-way", place.address, title),
    )
