"""The overview answers."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output, html

from callbacks.cards import Card
from callbacks.services import Ask, Services
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.heatmap import WeakLink
from dashboard.analytics.lcpq import LcpqBook
from dashboard.analytics.lcpq_change import compare
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.priced import PricedFunnel
from dashboard.figures.lcpq import revenue_by_month_figure
from dashboard.i18n.words import Words
from dashboard.journey.period import Period, add_months
from dashboard.journey.query import JourneyQuery, Mode, Split
from dashboard.server.sheets import Column, Sheet
from data_access.scope import Action
from layouts.components.card import card
from layouts.components.chart import chart
from layouts.components.maturity import maturity_line
from layouts.components.mode_line import mode_line
from layouts.components.pill import segment_name
from layouts.components.question import question_line
from layouts.components.states import empty_state
from layouts.overview import (
    Ids,
    Place,
    Rate,
    SegmentLine,
    equation_row,
    hero_card,
    no_bottleneck,
    ranking_card,
    segments_card,
)

MONTHS = 12


def register(app: Dash, services: Services) -> None:
    """Wire the overview."""

    @services.card(app, "overview", Output(Ids.SUBTITLE, "children"))
    def subtitle(ask: Ask) -> str:
        return question_line(
            ask.words, ask.formats, ask.query, services.answers.compared(ask.scope, ask.query)
        )

    @services.card(app, "overview", Output(Ids.HERO, "children"))
    def hero(ask: Ask) -> Any:
        return show_hero(services, ask)

    @services.card(app, "overview", Output(Ids.EQUATION, "children"))
    def equation(ask: Ask) -> Any:
        return show_equation(services, ask)

    @services.card(app, "overview", Output(Ids.TREND, "children"))
    def trend(ask: Ask) -> Any:
        return show_trend(services, ask)

    @services.card(app, "overview", Output(Ids.RANKING, "children"))
    def ranking(ask: Ask) -> Any:
        return ranking_card(_place(ask), _ranked(services, ask))

    @services.card(app, "overview", Output(Ids.SEGMENTS, "children"))
    def segments(ask: Ask) -> Any:
        return show_segments(services, ask)


def show_hero(services: Services, ask: Ask) -> Any:
    """The costliest step in one sentence, with the touchpoint that loses most there."""
    place, words = _place(ask), ask.words
    if not ask.info.has_transactions:
        return no_bottleneck(
            place, words("Without transactions a step has no price: the funnels show where people stop.")
        )
    query, span = services.answers.ripe(ask.scope, ask.query)
    lines = [*mode_line(words, query), *maturity_line(words, ask.formats, span)]
    priced = services.answers.priced(ask.scope, query)
    if not priced.mature:
        return [*lines, no_bottleneck(place, _nothing_ripe(words, priced))]
    ranked = services.answers.bottlenecks(ask.scope, query)
    row = _worst(ranked)
    if row is None:
        return [*lines, no_bottleneck(place, _nothing_lost(words, priced, ranked))]
    heat = services.answers.heatmap(ask.scope, query.with_(by=(), segments=(row.segment,)))
    link: WeakLink | None = heat.weakest.get(row.from_stage)
    return [*lines, hero_card(place, row, link, _rates(services, ask, query, row))]


def _nothing_lost(words: Words, priced: PricedFunnel, ranked: tuple[Bottleneck, ...]) -> str:
    if all(row.benchmark is None for row in ranked) and len(priced.segments) == 1:
        return words("There is only one segment: nothing to compare its steps with.")
    if len(priced.segments) == 1:
        return words("No step falls behind its benchmark.")
    return words("No segment falls behind another one: there is nothing to recover.")


def _nothing_ripe(words: Words, priced: PricedFunnel) -> str:
    if not priced.entrants:
        return words("Nobody entered the first stage in this period.")
    return words(
        "No entry of this period is ripe yet: {n} customers are still inside the window.", n=priced.entrants
    )


def _rates(services: Services, ask: Ask, query: JourneyQuery, row: Bottleneck) -> list[Rate]:
    """The step's conversion before and now, and what it is held against."""
    rates = [Rate(ask.formats.period(query.period), row.conversion, "now")]
    other = services.answers.compared(ask.scope, query)
    if other is not None:
        before = _step(services.answers.priced(ask.scope, query.with_(period=other, compare=None)), row)
        rates.insert(0, Rate(ask.formats.period(other), before, "before"))
    rates.append(Rate(ask.words("benchmark"), row.benchmark, "benchmark"))
    return rates


def _step(priced: PricedFunnel, row: Bottleneck) -> float | None:
    segment = next((one for one in priced.segments if one.segment == row.segment), None)
    return segment.conversion(priced.steps.index(row.from_stage)) if segment else None


def _worst(rows: tuple[Bottleneck, ...]) -> Bottleneck | None:
    return next((row for row in rows if row.recoverable and not row.low_n), None)


def _ranked(services: Services, ask: Ask) -> tuple[Bottleneck, ...]:
    if not ask.info.has_transactions or ask.query.mode is Mode.ANY:
        return ()
    return services.answers.bottlenecks(ask.scope, services.answers.ripe(ask.scope, ask.query)[0])


def show_equation(services: Services, ask: Ask) -> Any:
    """L, C, P, Q of the period against the comparison period."""
    now = services.answers.lcpq(ask.scope, ask.query.with_(by=(Split.SEGMENT,)))
    if not now.total.leads and not now.total.deals:
        return html.Div(empty_state(ask.words("No leads and no deals in this period.")), className="card")
    other = services.answers.compared(ask.scope, ask.query)
    if other is None:
        return equation_row(_place(ask), now.total, {}, None)
    before = services.answers.lcpq(
        ask.scope, ask.query.with_(period=other, compare=None, by=(Split.SEGMENT,))
    )
    changes = compare(now.total, before.total, ask.query.period, other, ask.info)
    return equation_row(_place(ask), now.total, changes, _mix(now, before))


def _mix(now: LcpqBook, before: LcpqBook) -> tuple[int, int] | None:
    """(segments whose average check moved against the total, segments compared) where most of them did."""
    if now.total.average_check is None or before.total.average_check is None:
        return None
    direction = now.total.average_check - before.total.average_check
    moves = [
        after.average_check - earlier.average_check
        for after, earlier in _pairs(now, before)
        if after.average_check is not None and earlier.average_check is not None
    ]
    against = sum(1 for move in moves if move * direction < 0)
    return (against, len(moves)) if len(moves) > 1 and 2 * against > len(moves) else None


def _pairs(now: LcpqBook, before: LcpqBook) -> list[tuple[Lcpq, Lcpq]]:
    earlier = {row.segment: row for row in before.rows}
    return [(row, earlier[row.segment]) for row in now.rows if row.segment in earlier]


def show_trend(services: Services, ask: Ask) -> Any:
    """Revenue of the twelve months that end with the period, beside the year before."""
    months = _year(ask)
    if months is None:
        return card(ask.words("Revenue by month"), empty_state(ask.words("No data yet.")))
    query = ask.query.with_(period=months, compare=None, by=(Split.MONTH,))
    now = services.answers.lcpq(ask.scope, query).rows
    earlier = months.year_ago()
    covered = (
        ask.info.first_day is not None and earlier.since is not None and ask.info.first_day <= earlier.since
    )
    before = services.answers.lcpq(ask.scope, query.with_(period=earlier)).rows if covered else ()
    figure = revenue_by_month_figure(now, before, ask.words, ask.formats, ask.address.theme or ask.user.theme)
    total = ask.formats.money(sum(row.revenue for row in now))
    message = ask.words("Revenue of the last twelve months by month: {total} in all", total=total)
    subtitle = (
        ask.words("twelve months; lighter: the same month a year before")
        if before
        else ask.words("twelve months")
    )
    return card(
        ask.words("Revenue by month"),
        chart(Ids.TREND_GRAPH, figure, height=268, message=message, language=ask.words.language),
        subtitle=subtitle,
    )


def _year(ask: Ask) -> Period | None:
    """Twelve months up to the end of the period, or of the data."""
    end = ask.query.period.until
    last = ask.info.last_day
    if end is None:
        if last is None:
            return None
        end = add_months(last.replace(day=1), 1)
    elif end.day != 1:
        end = add_months(end.replace(day=1), 1)
    return Period(add_months(end, -MONTHS), end)


def show_segments(services: Services, ask: Ask) -> Any:
    """The equation of each segment, how its revenue moved and its costliest step."""
    query = ask.query.with_(by=(Split.SEGMENT,))
    now = services.answers.lcpq(ask.scope, query)
    ranked = _ranked(services, ask)
    earlier: dict[str | None, Lcpq] = {}
    other = services.answers.compared(ask.scope, ask.query)
    if other is not None:
        before = services.answers.lcpq(ask.scope, query.with_(period=other, compare=None))
        earlier = {row.segment: row for row in before.rows}
    lines = []
    for row in now.rows:
        change = None
        if other is not None and row.segment in earlier:
            change = compare(row, earlier[row.segment], ask.query.period, other, ask.info)["revenue"]
        worst = _worst(tuple(one for one in ranked if one.segment == row.segment))
        lines.append(SegmentLine(row, change, worst))
    return segments_card(_place(ask), lines)


def segments_query(_: Services, ask: Ask) -> JourneyQuery:
    """The question of the segments table."""
    return ask.query.with_(by=(Split.SEGMENT,))


def segments_sheet(services: Services, ask: Ask) -> Sheet:
    """The equation of each segment and of all of them."""
    words, book = ask.words, services.answers.lcpq(ask.scope, segments_query(services, ask))
    columns = (
        Column(words("Segment")),
        Column(words("Revenue"), "money", "revenue"),
        Column(words("Leads"), "number", "leads"),
        Column(words("Conversion to purchase"), "share", "conversion"),
        Column(words("Average check"), "money", "average_check"),
        Column(words("Deals per customer"), "decimal", "deals_per_buyer"),
        Column(words("Buyers"), "number", "buyers"),
        Column(words("Deals"), "number", "deals"),
    )
    rows = [
        (
            words("All segments") if row is book.total else segment_name(words, row.segment),
            *(getattr(row, column.field or "") for column in columns[1:]),
        )
        for row in (*book.rows, book.total)
    ]
    return Sheet(words("Segments"), columns, rows)


CARDS = {"overview-segments": Card("overview", "lcpq", segments_query, segments_sheet)}


def _place(ask: Ask) -> Place:
    address = ask.address.with_(period=ask.query.period)
    return Place(
        ask.words, ask.formats, address, ask.info.model, ask.info.segments, ask.user.may(Action.SIMULATE)
    )
