"""The lists of the overview: bottlenecks in money, and the equation of each segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.lcpq_change import Change
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.i18n.formats import ARROW
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.likely import likely_range, not_proven
from layouts.components.link import page_link
from layouts.components.pill import segment_dot, segment_name
from layouts.components.table import table
from layouts.overview import Place
from layouts.overview_equation import change_of

RANKED = 5


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
        aside=page_link(words("All {n}", n=len(rows)), "/funnel", place.address.for_page()),
        tools=card_tools(words, "overview-ranking", place.address, words("Bottlenecks in money")),
    )


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """One row of the segments table."""

    now: Lcpq
    revenue_change: Change | None
    worst: Bottleneck | None


def segments_card(place: Place, lines: Sequence[SegmentLine]) -> html.Section:
    """L, C, P, Q of each segment, its change and its weakest step: a table, and a list on phones."""
    words = place.words
    titles = (words("Segment"), words("Revenue"), words("change"), "L", "C", "P", "Q", words("Weakest step"))
    return card(
        words("Segments"),
        table(words("Segments"), titles, [_row(place, line) for line in lines], numbers=range(1, 7)),
        html.Ul([_item(place, line) for line in lines], className="segments-list"),
        subtitle=words("Segment as of the end of the period"),
        tools=card_tools(words, "overview-segments", place.address, words("Segments")),
        class_name="card--segments",
    )


def _row(place: Place, line: SegmentLine) -> html.Tr:
    now, formats = line.now, place.formats
    cells = [
        html.Td(formats.money(now.revenue), className="number strong", title=formats.money_full(now.revenue)),
        html.Td(change_of(place, line.revenue_change, "relative") or "—", className="number"),
        *(html.Td(text, className="number") for text in _factors(place, now)),
        html.Td(_weakest(place, line)),
    ]
    return html.Tr([html.Th(_name(place, now), scope="row"), *cells])


def _item(place: Place, line: SegmentLine) -> html.Li:
    now, formats = line.now, place.formats
    money = [html.B(formats.money(now.revenue)), " ", change_of(place, line.revenue_change, "relative")]
    factors = " · ".join(
        f"{letter} {text}" for letter, text in zip("LCPQ", _factors(place, now), strict=True)
    )
    return html.Li(
        [
            html.Div([_name(place, now), html.Span(money)], className="segments-list__line"),
            html.Div(factors, className="segments-list__factors"),
            html.Div(
                [html.Span(place.words("Weakest step")), _weakest(place, line)],
                className="segments-list__line",
            ),
        ]
    )


def _name(place: Place, now: Lcpq) -> html.Span:
    name = [segment_dot(now.segment or "", place.order), html.B(segment_name(place.words, now.segment))]
    return html.Span(name, className="segment")


def _factors(place: Place, now: Lcpq) -> tuple[str, str, str, str]:
    formats = place.formats
    return (
        formats.number(now.leads),
        formats.share(now.conversion, 1),
        formats.money(now.average_check),
        formats.number(now.deals_per_buyer, 2),
    )


def _weakest(place: Place, line: SegmentLine) -> Any:
    if line.worst is None:
        return html.Span(place.words("none"), className="meta")
    step = place.step_name(line.worst)
    return page_link(step, "/funnel", place.step_address(line.worst), "pill pill--bad")
