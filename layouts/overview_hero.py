"""The hero of the overview: the one worst bottleneck as a sentence in money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.heatmap import WeakLink
from layouts.components.button import button_link
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.delta import delta
from layouts.components.icon import icon
from layouts.components.likely import likely_range, not_proven
from layouts.components.pill import channel_title, segment_name
from layouts.components.scenario import scenario_address
from layouts.components.to_plan import to_plan
from layouts.overview import Place

_TALLEST = 96  # px of the highest bar: all of them on one scale, however high the card is


@dataclass(frozen=True, slots=True)
class Rate:
    """One bar of the hero's small picture: this period, the comparison, or the benchmark."""

    name: str
    value: float | None
    kind: str  # 'before', 'now', 'benchmark'


def hero_card(place: Place, row: Bottleneck, link: WeakLink | None, rates: Sequence[Rate]) -> html.Section:
    """The one worst bottleneck as a sentence in money, with the next click."""
    words, formats = place.words, place.formats
    buttons = [
        button_link(
            words("Take it apart"), "/funnel", place.step_address(row), sign="arrow", primary=True, after=True
        )
    ]
    if place.may_simulate:
        buttons.append(
            button_link(words("Model it"), "/whatif", scenario_address(place.address, row), sign="whatif")
        )
    if place.may_plan:
        channel = link.cell.channel if link is not None else None
        buttons.append(to_plan(words, place.address, row, channel=channel))
    at_stake = row.recoverable or 0.0
    text = html.Div(
        [
            html.Div(
                [
                    html.Span(
                        [icon("warning"), html.Span(words("Main bottleneck of the period"))],
                        className="pill pill--bad",
                    ),
                    *not_proven(words, row),
                ],
                className="hero__marks",
            ),
            html.P(
                [
                    html.B(
                        formats.money(-at_stake),
                        className="hero__money",
                        title=formats.money_full(-at_stake),
                    ),
                    html.Span(
                        [
                            words("left on the table"),
                            definition(
                                words("At stake"),
                                words(
                                    "What the period's ripe entries would bring more if this step converted like its "
                                    "benchmark and nothing else changed. Not a forecast, and never added up over "
                                    "steps."
                                ),
                            ),
                        ]
                    ),
                    html.Span(likely_range(words, formats, row), className="hero__range"),
                ],
                className="hero__line",
            ),
            html.P(_sentence(place, row, link), className="hero__sentence"),
            html.Div(buttons, className="buttons"),
        ],
        className="hero__words",
    )
    tools = card_tools(words, "overview-hero", place.address, words("Main bottleneck of the period"))
    return html.Section([text, _picture(place, row, rates), tools], className="card hero")


def _sentence(place: Place, row: Bottleneck, link: WeakLink | None) -> list[Any]:
    words, formats = place.words, place.formats
    parts = words.rich(
        "{step} in segment {segment}: {rate} go on, the benchmark is {benchmark}.",
        step=html.B(f"«{place.step_name(row)}»" if words.language == "ru" else f"“{place.step_name(row)}”"),
        segment=html.B(segment_name(words, row.segment)),
        rate=formats.share(row.conversion),
        benchmark=formats.share(row.benchmark),
    )
    if link is not None and link.cell.progression is not None:
        parts += [
            " ",
            *words.rich(
                "Weakest link: {channel}, {own} of 100 go on, stage average {average}.",
                channel=html.B(channel_title(words, link.cell.channel)),
                own=formats.number(round(100 * link.cell.progression)),
                average=formats.number(round(100 * link.average)),
            ),
        ]
    return parts


def _picture(place: Place, row: Bottleneck, rates: Sequence[Rate]) -> html.Div:
    words, formats = place.words, place.formats
    highest = max((rate.value for rate in rates if rate.value), default=1.0)
    bars = []
    for rate in rates:
        height = f"{_TALLEST * (rate.value or 0) / highest:.0f}px"
        bar = html.I(className=f"hero__bar hero__bar--{rate.kind}", style={"height": height})
        bars.append(
            html.Div(
                [
                    html.Div(
                        [html.B(formats.share(rate.value)), *_moved(place, rate, rates), bar],
                        className="hero__column",
                    ),
                    html.Span(rate.name),
                ]
            )
        )
    title = words(
        "Conversion “{step}”, {segment}", step=place.step_name(row), segment=segment_name(words, row.segment)
    )
    return html.Div([html.P(title), html.Div(bars, className="hero__bars")], className="hero__picture")


def _moved(place: Place, rate: Rate, rates: Sequence[Rate]) -> list[html.Small]:
    """Points since the comparison period, under this period's rate."""
    before = next((one.value for one in rates if one.kind == "before"), None)
    if rate.kind != "now" or rate.value is None or before is None:
        return []
    change = rate.value - before
    return [html.Small(delta(place.formats.points(change), change))]


def no_bottleneck(place: Place, sentence: str) -> html.Section:
    """The hero's place where nothing can be recovered, and why."""
    link = button_link(place.words("Open funnels"), "/funnel", place.address.for_page(), sign="funnel")
    return html.Section(
        [html.P(sentence, className="hero__sentence"), html.Div(link)], className="card hero hero--quiet"
    )
