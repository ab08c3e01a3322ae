"""The page /overview: how are we doing, and where is the one worst bottleneck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.heatmap import WeakLink
from dashboard.analytics.lcpq_change import Change
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.stages import StageModel
from layouts.components.attributes import attributes
from layouts.components.button import button_link
from layouts.components.card import card, page_header
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.delta import delta
from layouts.components.icon import icon
from layouts.components.kpi_tile import kpi_tile, operator
from layouts.components.likely import likely_range, not_proven
from layouts.components.link import page_link
from layouts.components.pill import channel_title, segment_dot, segment_name
from layouts.components.scenario import scenario_address
from layouts.components.states import skeleton
from layouts.components.table import table

RANKED = 5


class Ids(StrEnum):
    """Places of the page."""

    SUBTITLE = "overview-subtitle"
    HERO = "overview-hero"
    EQUATION = "overview-equation"
    TREND = "overview-trend"
    TREND_GRAPH = "overview-trend-graph"
    RANKING = "overview-ranking"
    SEGMENTS = "overview-segments"


@dataclass(frozen=True, slots=True)
class Place:
    """How the parts of the page name things.

    Attributes:
        order: segments of the engagement, which fixes their colours.
        may_simulate: the person may open the what-if.
    """

    words: Words
    formats: Formats
    address: Address
    model: StageModel
    order: tuple[str, ...]
    may_simulate: bool

    def step_name(self, row: Bottleneck) -> str:
        """`Оценка → Сделка`."""
        language = self.words.language
        names = (self.model.stage(key).short_name(language) for key in (row.from_stage, row.to_stage))
        return f" {ARROW} ".join(names)

    def step_address(self, row: Bottleneck) -> Address:
        """The funnel with the bottleneck taken apart."""
        return self.address.for_page().with_extras(seg=row.segment, step=row.from_stage)


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(words("Overview"), html.Span(id=Ids.SUBTITLE)),
        html.Div(skeleton(216), id=Ids.HERO),
        html.Div(skeleton(118), id=Ids.EQUATION),
        html.Div(
            [html.Div(skeleton(346), id=Ids.TREND), html.Div(skeleton(346), id=Ids.RANKING)],
            className="overview__pair",
        ),
        html.Div(skeleton(260), id=Ids.SEGMENTS),
    ]


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
                                "overview-at-stake",
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
    return html.Section([text, _picture(place, row, rates)], className="card hero")


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
        height = f"{100 * (rate.value or 0) / highest:.1f}%"
        bars.append(
            html.Div(
                [
                    html.Div(
                        [
                            html.B(formats.share(rate.value)),
                            html.I(className=f"hero__bar hero__bar--{rate.kind}", style={"height": height}),
                        ],
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


def no_bottleneck(place: Place, sentence: str) -> html.Section:
    """The hero's place where nothing can be recovered, and why."""
    link = button_link(place.words("Open funnels"), "/funnel", place.address.for_page(), sign="funnel")
    return html.Section(
        [html.P(sentence, className="hero__sentence"), html.Div(link)], className="card hero hero--quiet"
    )


def equation_row(
    place: Place, now: Lcpq, changes: Mapping[str, Change], mix: tuple[int, int] | None
) -> html.Div:
    """Revenue = L x C x P x Q: the formula is the row.

    Args:
        mix: (segments whose P moved against the total's P, segments compared) where most did.
    """
    words, formats = place.words, place.formats
    parts = words(
        "{new} of the period · {earlier} earlier · {direct} direct",
        new=now.leads_of_period or 0,
        earlier=now.earlier_leads or 0,
        direct=now.direct or 0,
    )
    bought = words.plural("{n} buyer", "{n} buyers", now.buyers)
    check = words.plural("{n} deal", "{n} deals", now.deals)
    if mix is not None:
        check = words(
            "moves the other way in {some} of {all} segments: their mix shifted", some=mix[0], all=mix[1]
        )
    tiles = [
        kpi_tile(
            _term("revenue", words("Revenue"), words("Money of the period's deals, refunds taken off.")),
            formats.money(now.revenue),
            change=_change(place, changes.get("revenue"), "relative"),
            full=formats.money_full(now.revenue),
            first=True,
        ),
        kpi_tile(
            _term("leads", words("Leads"), words(
                "Customers in play: with an event before the deal in the period, earlier leads who bought now, "
                "and direct buyers."
            )),
            formats.number(now.leads), letter="L", change=_change(place, changes.get("leads"), "relative"), note=parts,
        ),
        kpi_tile(
            _term("conversion", words("Conversion to purchase"), words(
                "Buyers of the period divided by customers in play."
            )),
            formats.share(now.conversion, 1), letter="C",
            change=_change(place, changes.get("conversion"), "points"), note=bought,
        ),
        kpi_tile(
            _term("check", words("Average check"), words(
                "Revenue net of refunds divided by the number of deals (average order value)."
            )),
            formats.money(now.average_check), letter="P",
            change=_change(place, changes.get("average_check"), "relative"), note=check,
            full=formats.money_full(now.average_check),
        ),
        kpi_tile(
            _term("deals", words("Deals per customer"), words(
                "Deals of the period divided by buyers; depends on the period's length."
            )),
            formats.number(now.deals_per_buyer, 2), letter="Q",
            change=_change(place, changes.get("deals_per_buyer"), "relative"), note=_span(place),
        ),
    ]  # fmt: skip
    row: list[Any] = [tiles[0]]
    for sign, tile in zip("=×××", tiles[1:], strict=True):
        row += [operator(sign), tile]
    return html.Div(
        row, className="lcpq-row", role="group", **attributes(aria_label=words("Revenue = L × C × P × Q"))
    )


def _term(key: str, term: str, meaning: str) -> html.Span:
    return html.Span([term, definition(f"overview-{key}", term, meaning)], className="kpi__term")


def _span(place: Place) -> str:
    """Q always says over what it counts."""
    words = place.words
    names = {
        "month": words("deals per customer, month"),
        "quarter": words("deals per customer, quarter"),
        "year": words("deals per customer, year"),
    }
    period = place.address.period
    return names.get((period.unit if period else None) or "", words("deals per customer, the period"))


def _change(place: Place, change: Change | None, kind: str) -> Any:
    words, formats = place.words, place.formats
    if change is None:
        return None
    if change.reason == "different_length":
        return html.Span(words("different length"), className="kpi__note")
    if kind == "points":
        size = float(change.absolute) if change.absolute is not None else None
        return delta(formats.points(size), size)
    return delta(formats.share_change(change.relative), change.relative)


def ranking_card(place: Place, rows: Sequence[Bottleneck]) -> html.Section:
    """Bottlenecks in money: what is proven first, then the surest money."""
    words, formats = place.words, place.formats
    worth = [row for row in rows if row.recoverable and not row.low_n][:RANKED]
    if not worth:
        return card(
            words("Bottlenecks in money"),
            html.P(words("No step falls behind its benchmark."), className="meta"),
        )
    largest = max(row.recoverable or 0.0 for row in worth)
    lines = []
    for number, row in enumerate(worth, 1):
        amount = row.recoverable or 0.0
        rates = f"{formats.share(row.conversion)} {ARROW} {formats.share(row.benchmark)}"
        detail = f"{segment_name(words, row.segment)} · {rates}"
        inner = [
            html.Span(str(number), className="ranking__number"),
            html.Span(
                [
                    html.B(place.step_name(row)),
                    html.Small([segment_dot(row.segment, place.order), f" {detail}"]),
                    html.Small([likely_range(words, formats, row), *not_proven(words, row)]),
                ],
                className="ranking__words",
            ),
            html.Span(html.I(style={"width": f"{100 * amount / largest:.1f}%"}), className="ranking__bar"),
            html.B(formats.money(-amount), className="ranking__money", title=formats.money_full(-amount)),
        ]
        lines.append(html.Li(page_link(inner, "/funnel", place.step_address(row), "ranking__line")))
    return card(
        words("Bottlenecks in money"),
        html.Ol(lines, className="ranking"),
        subtitle=words("What bringing the step to its benchmark would be worth; alternatives, not a sum"),
        aside=page_link(words("All steps"), "/funnel", place.address.for_page()),
    )


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """One row of the segments table."""

    now: Lcpq
    revenue_change: Change | None
    worst: Bottleneck | None


def segments_card(place: Place, lines: Sequence[SegmentLine]) -> html.Section:
    """L, C, P, Q of each segment, its change and its weakest step."""
    words, formats = place.words, place.formats
    titles = (words("Segment"), words("Revenue"), words("change"), "L", "C", "P", "Q", words("Weakest step"))
    body = []
    for line in lines:
        now, worst = line.now, line.worst
        step: Any = html.Span(words("none"), className="meta")
        if worst is not None:
            step = page_link(place.step_name(worst), "/funnel", place.step_address(worst), "pill pill--bad")
        cells = [
            html.Td(
                formats.money(now.revenue), className="number strong", title=formats.money_full(now.revenue)
            ),
            html.Td(_change(place, line.revenue_change, "relative") or "—", className="number"),
            html.Td(formats.number(now.leads), className="number"),
            html.Td(formats.share(now.conversion, 1), className="number"),
            html.Td(formats.money(now.average_check), className="number"),
            html.Td(formats.number(now.deals_per_buyer, 2), className="number"),
            html.Td(step),
        ]
        name = [segment_dot(now.segment or "", place.order), html.Span(segment_name(words, now.segment))]
        body.append(html.Tr([html.Th(html.Span(name, className="segment"), scope="row"), *cells]))
    return card(
        words("Segments"),
        table(words("Segments"), titles, body, numbers=range(1, 7)),
        subtitle=words("Segment as of the end of the period"),
        tools=card_tools(words, "overview-segments", place.address, words("Segments")),
    )
