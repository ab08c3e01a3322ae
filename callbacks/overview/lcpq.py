"""The equation: its row of tiles, revenue by month, and the same for each segment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from dash import html

from callbacks.notes import on_axis
from callbacks.overview.place import place_of, ranked, worst
from callbacks.progress import equation_progress, stored_targets
from callbacks.services import Ask, Services
from dashboard.analytics.lcpq import LcpqBook
from dashboard.analytics.lcpq_change import compare
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.targets import Measured, Progress
from dashboard.figures.lcpq import revenue_by_month_figure
from dashboard.figures.notes import annotated
from dashboard.i18n.words import Words
from dashboard.journey.period import Period, add_months
from dashboard.journey.query import JourneyQuery, Split
from dashboard.journey.targets import Kpi, TargetKey
from dashboard.server.sheets import Cell, Column, Sheet
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.chart import chart
from layouts.components.notes import notes_below
from layouts.components.pill import segment_name
from layouts.components.states import empty_state
from layouts.overview import Ids, Place
from layouts.overview_equation import ends_line, equation_row
from layouts.overview_lists import SegmentLine, segments_card
from layouts.targets_status import status_word

MONTHS = 12
_TREND_HEIGHT = 268  # px


def show_equation(services: Services, ask: Ask) -> Any:
    """The equation with the targets as they are now."""
    return equation_of(services, ask, targets_of(services, ask))


def targets_of(services: Services, ask: Ask) -> tuple[tuple[TargetKey, Decimal], ...]:
    """The targets that the reader may see."""
    return tuple(stored_targets(services.state(), ask.user, ask.scope.engagement).items())


def equation_of(services: Services, ask: Ask, targets: tuple[tuple[TargetKey, Decimal], ...]) -> Any:
    """L, C, P, Q of the period against the comparison period, and how far they are from these targets."""
    now = services.answers.lcpq(ask.scope, ask.query.with_(by=(Split.SEGMENT,)))
    if not now.total.leads and not now.total.deals:
        return html.Div(empty_state(ask.words("No leads and no deals in this period.")), className="card")
    other = services.answers.compared(ask.scope, ask.query)
    place, goals = place_of(ask), goals_of(services, ask, targets)
    if other is None:
        row = equation_row(place, now.total, {}, None, whole_months(services, ask), goals)
        return _with_ends(place, row)
    before = services.answers.lcpq(
        ask.scope, ask.query.with_(period=other, compare=None, by=(Split.SEGMENT,))
    )
    changes = compare(now.total, before.total, ask.query.period, other, ask.info)
    row = equation_row(place, now.total, changes, _mix(now, before), whole_months(services, ask), goals)
    return _with_ends(place, row)


def goals_of(
    services: Services, ask: Ask, targets: tuple[tuple[TargetKey, Decimal], ...]
) -> dict[Kpi, Measured]:
    """The figures of the equation that have targets, and how they stand."""
    return equation_progress(services.answers, ask.scope, ask.query, dict(targets))


def _with_ends(place: Place, row: Any) -> Any:
    """The row, and below it that events and sales end on different days where they do."""
    line = ends_line(place)
    return row if line is None else [row, line]


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
    return trend_card(services, ask, Ids.TREND_GRAPH, _TREND_HEIGHT)


def trend_card(services: Services, ask: Ask, graph: str, height: int) -> Any:
    """The same, drawn `height` [px] high in a place of its own."""
    months = _year(ask)
    if months is None:
        return card(ask.words("Revenue by month"), empty_state(ask.words("No data yet.")))
    query = months_query(services, ask)
    now = services.answers.lcpq_groups(ask.scope, query)
    earlier = months.year_ago()
    covered = (
        ask.info.first_day is not None and earlier.since is not None and ask.info.first_day <= earlier.since
    )
    before = services.answers.lcpq_groups(ask.scope, query.with_(period=earlier)) if covered else ()
    figure = revenue_by_month_figure(now, before, ask.words, ask.formats, ask.address.theme or ask.user.theme)
    notes = on_axis(services, ask, [date.fromisoformat(f"{row.month}-01") for row in now])
    total = ask.formats.money(sum(row.revenue for row in now))
    message = ask.words("Revenue of the last twelve months by month: {total} in all", total=total)
    subtitle = (
        ask.words("twelve months; lighter: the same month a year before")
        if before
        else ask.words("twelve months")
    )
    return card(
        ask.words("Revenue by month"),
        chart(
            graph, annotated(figure, notes.marks), height=height, message=message, language=ask.words.language
        ),
        *notes_below(notes),
        subtitle=subtitle,
        tools=card_tools(ask.words, "overview-trend", ask.address, ask.words("Revenue by month")),
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
    rows = ranked(services, ask)
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
        own = tuple(one for one in rows if one.segment == row.segment)
        lines.append(SegmentLine(row, change, worst(own)))
    return segments_card(place_of(ask), lines)


def months_query(_: Services, ask: Ask) -> JourneyQuery:
    """The year that ends with the period, by month."""
    return ask.query.with_(period=_year(ask) or ask.query.period, compare=None, by=(Split.MONTH,))


def whole_months(services: Services, ask: Ask) -> tuple[Lcpq, ...]:
    """The months of that year that are over: a month that still runs would look like a fall."""
    if _year(ask) is None:
        return ()
    months = services.answers.lcpq_groups(ask.scope, months_query(services, ask))
    return tuple(row for row in months if not row.partial)


def segments_query(_: Services, ask: Ask) -> JourneyQuery:
    """The question of the segments table."""
    return ask.query.with_(by=(Split.SEGMENT,))


def whole_query(_: Services, ask: Ask) -> JourneyQuery:
    """The question of the equation row."""
    return ask.query


def segments_sheet(services: Services, ask: Ask) -> Sheet:
    """The equation of each segment and of all of them."""
    book = services.answers.lcpq(ask.scope, segments_query(services, ask))
    rows = [(segment_name(ask.words, row.segment), row) for row in book.rows]
    return _sheet(
        ask.words,
        ask.words("Segments"),
        ask.words("Segment"),
        [*rows, (ask.words("All segments"), book.total)],
    )


def equation_sheet(services: Services, ask: Ask) -> Sheet:
    """The equation of the period, and of what it is compared with."""
    words, formats = ask.words, ask.formats
    sides = [
        (formats.period(ask.query.period), services.answers.lcpq(ask.scope, ask.query.with_(by=())).total)
    ]
    other = services.answers.compared(ask.scope, ask.query)
    if other is not None:
        before = services.answers.lcpq(ask.scope, ask.query.with_(by=(), period=other, compare=None)).total
        sides.append((formats.period(other), before))
    sheet = _sheet(words, words("Revenue = L × C × P × Q"), words("Period"), sides)
    return replace(
        sheet, rows=(*sheet.rows, *_goal_rows(ask, goals_of(services, ask, targets_of(services, ask))))
    )


def _goal_rows(ask: Ask, goals: Mapping[Kpi, Measured]) -> list[tuple[Cell, ...]]:
    """Below the figures their targets, in the columns of the figures."""
    words, found = ask.words, {kpi: one.progress for kpi, one in goals.items() if one.progress is not None}
    if not found:
        return []

    def line(title: str, value: Callable[[Progress], Cell]) -> tuple[Cell, ...]:
        return (title, *(value(found[kpi]) if kpi in found else None for kpi in Kpi), None, None)

    return [
        line(words("Target"), lambda one: one.target),
        line(words("Pace to date"), lambda one: one.pace),
        line(words("Forecast"), lambda one: one.forecast),
        line(words("Likely from"), lambda one: one.low),
        line(words("Likely to"), lambda one: one.high),
        line(words("Status"), lambda one: status_word(words, one.status)),
    ]


def months_sheet(services: Services, ask: Ask) -> Sheet:
    """The equation of each month of the year."""
    rows = services.answers.lcpq_groups(ask.scope, months_query(services, ask))
    return _sheet(
        ask.words, ask.words("Revenue by month"), ask.words("Month"), [(str(row.month), row) for row in rows]
    )


def _sheet(words: Words, title: str, first: str, rows: list[tuple[str, Lcpq]]) -> Sheet:
    columns = (
        Column(first),
        Column(words("Revenue"), "money", "revenue"),
        Column(words("Leads"), "number", "leads"),
        Column(words("Conversion to purchase"), "share", "conversion"),
        Column(words("Average check"), "money", "average_check"),
        Column(words("Deals per customer"), "decimal", "deals_per_buyer"),
        Column(words("Buyers"), "number", "buyers"),
        Column(words("Deals"), "number", "deals"),
    )
    lines: list[tuple[Cell, ...]] = [
        (name, *(getattr(row, str(column.field)) for column in columns[1:])) for name, row in rows
    ]
    return Sheet(title, columns, lines)
