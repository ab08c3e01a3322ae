"""Data health: how fresh, whole and clean each source is; what is wrong opens in days and weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dash import html

from dashboard.analytics.health import DOUBTS, FACTS, Health, SourceHealth, Unfinished
from dashboard.analytics.health_days import Gap, Jump
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.definitions import meaning
from dashboard.journey.period import Period, add_months
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.icon import icon
from layouts.components.pill import pill
from layouts.components.spark import spark
from layouts.components.states import empty_state

CARD = "data-health"
_LISTED = 12  # gaps and jumps of a source that are listed; the file has all
_FRESH = 1  # days after which data are no longer fresh


@dataclass(frozen=True, slots=True)
class HealthPlace:
    """How the page names things.

    Attributes:
        today: this day in the engagement's zone.
        data_end: the day up to which every source is complete.
    """

    words: Words
    formats: Formats
    address: Address
    today: date
    data_end: date | None


def health_cards(place: HealthPlace, found: Health) -> list[Any]:
    """The warning where tables end apart, then a row for each kind of facts of each source."""
    words = place.words
    title = words("How healthy the data are")
    if not found.sources:
        return [card(title, empty_state(words("Nothing was imported yet.")))]
    rows = sum(one.rows for one in found.sources)
    parts = [
        words("Data as of {day}", day=_day(place, place.data_end)),
        words.plural("{n} source", "{n} sources", len({one.source for one in found.sources})),
        words.plural("{n} row", "{n} rows", rows),
    ]
    return [
        *([_apart(place, found)] if found.apart else []),
        card(
            title,
            html.Ul([_source(place, one) for one in found.sources], className="health"),
            subtitle=" · ".join(parts),
            tools=card_tools(words, CARD, place.address, title, picture=False),
        ),
    ]


def _apart(place: HealthPlace, found: Health) -> html.Div:
    text = ends_apart(place.words, place.formats, found.ends["event"], found.ends["transaction"])
    return html.Div([icon("warning"), html.Span(text)], className="health__apart", role="note")


def ends_apart(words: Words, formats: Formats, events: date, sales: date) -> str:
    """One sentence where events and sales end on different days."""
    return words(
        "Events end on {events}, sales on {sales}: after the earlier day, figures made of both are incomplete.",
        events=formats.day(events, year=True),
        sales=formats.day(sales, year=True),
    )


def kind_of_facts(words: Words, kind: str) -> str:
    """What the rows of a source tell."""
    names = {
        "event": words("Events"),
        "transaction": words("Sales"),
        "outcome": words("Outcomes of deals"),
        "survey": words("Survey answers"),
        "cost": words("Costs"),
    }
    return names[kind]


def doubt_name(words: Words, doubt: str) -> str:
    """What is doubtful about rows."""
    names = {
        "unmapped": words("outside the stages"),
        "ownerless": words("without a customer"),
        "backward": words("out of order"),
        "future": words("in the future"),
    }
    return names[doubt]


def _source(place: HealthPlace, one: SourceHealth) -> html.Li:
    words, formats = place.words, place.formats
    last = [html.Span("—")]
    if one.first_day and one.last_day:
        span = formats.period(Period(one.first_day, one.last_day + timedelta(1)))
        old = one.kind in FACTS and (place.today - one.last_day).days > _FRESH
        age = html.Span(_age(place, one), className="health__old" if old else None)
        last = [age, html.Span(span, className="health__small")]
    count = words.plural("{n} row", "{n} rows", one.rows)
    line = [
        icon("chevron"),
        html.Span(
            [
                html.B(one.source),
                html.Span(f"{kind_of_facts(words, one.kind)} · {count}", className="health__small"),
            ],
            className="health__name",
        ),
        html.Span(last, className="health__age"),
        html.Span(spark(one.recent, words("rows by day, last 90 days")), className="health__spark"),
        html.Span(_marks(place, one), className="health__marks"),
    ]
    return html.Li(
        html.Details(
            [
                html.Summary(line, className="health__line"),
                html.Div(_details(place, one), className="health__more"),
            ]
        )
    )


def _age(place: HealthPlace, one: SourceHealth) -> str:
    words, age = place.words, one.age(place.today)
    if age is None or age < 0:
        return "—"
    if age <= _FRESH:
        return words("last rows yesterday") if age else words("last rows today")
    return words.plural("last rows {n} day ago", "last rows {n} days ago", age)


def _marks(place: HealthPlace, one: SourceHealth) -> list[Any]:
    """What is wrong, in a few words each; or that nothing is."""
    words, formats = place.words, place.formats
    marks: list[Any] = []
    if one.kind in FACTS and one.behind > _FRESH:
        text = words.plural("ends {n} day earlier", "ends {n} days earlier", one.behind)
        marks.append(pill(text, "warn", "warning"))
    if one.gaps:
        longest = one.longest_gap
        text = words.plural("{n} gap", "{n} gaps", len(one.gaps))
        if longest is not None and longest.days > 1:
            text = f"{text}, {words('longest {days}', days=_days(words, longest.days))}"
        marks.append(pill(text, "warn", "warning"))
    if one.jumps:
        marks.append(
            pill(words.plural("{n} jump of volume", "{n} jumps of volume", len(one.jumps)), "warn", "warning")
        )
    for doubt in one.looks:
        text = f"{doubt_name(words, doubt)}: {formats.share(one.share(doubt), 1)}"
        marks.append(pill(text, "warn", "warning"))
    month = next((unit for unit in one.unfinished if unit.unit == "month"), None)
    if not marks:
        marks.append(pill(words("all well"), "good", "check"))
    if month is not None:
        marks.append(pill(_unfinished(place, month)))
    return marks


def _unfinished(place: HealthPlace, unit: Unfinished) -> str:
    """`Sep 2026: 11 of 30 days`."""
    if unit.unit == "month":
        name = place.formats.period(Period(unit.since, add_months(unit.since, 1)))
    else:
        name = place.words("week of {day}", day=place.formats.day(unit.since))
    return place.words("{unit}: {day} of {days} days", unit=name, day=unit.day, days=unit.days)


def _details(place: HealthPlace, one: SourceHealth) -> list[Any]:
    words, formats = place.words, place.formats
    facts: list[tuple[Any, Any]] = [(words("Rows"), formats.number(one.rows))]
    if one.amount:
        facts.append((words("Money"), formats.money_full(one.amount)))
    for doubt in DOUBTS:
        if one.doubts[doubt] or doubt == "future":
            name = doubt_name(words, doubt)
            text = formats.number(one.doubts[doubt])
            if one.doubts[doubt]:
                text = f"{text} ({formats.share(one.share(doubt), 1)})"
            facts.append(([name, definition(name, words(meaning("health", doubt) or ""))], text))
    if one.unfinished:
        text = [html.Div(_unfinished(place, unit)) for unit in one.unfinished]
        facts.append((words("Unfinished"), text))
    parts: list[Any] = [
        html.Dl(
            [part for name, value in facts for part in (html.Dt(name), html.Dd(value))],
            className="health__facts",
        )
    ]
    gaps = [_gap(place, gap) for gap in one.gaps]
    jumps = [_jump(place, jump) for jump in one.jumps]
    for title, why, lines in (
        (words("Gaps"), words(meaning("health", "gap_count") or ""), gaps),
        (words("Jumps of volume"), words(meaning("health", "jumps") or ""), jumps),
    ):
        parts.append(_list(words, title, why, lines))
    return parts


def _list(words: Words, title: str, why: str, lines: list[str]) -> html.Div:
    rest = len(lines) - _LISTED
    items: list[Any] = [html.Li(line) for line in lines[:_LISTED]]
    if rest > 0:
        items.append(html.Li(words.plural("and {n} earlier one", "and {n} earlier ones", rest)))
    body = html.Ul(items) if items else html.P(words("none"))
    return html.Div([html.H3([title, definition(title, why)], className="health__title"), body])


def _gap(place: HealthPlace, gap: Gap) -> str:
    span = place.formats.period(Period(gap.since, gap.last + timedelta(1)))
    if gap.days == 1:
        return span
    missing = place.words.plural("rows were due on {n} day", "rows were due on {n} days", gap.missing)
    return f"{span} ({_days(place.words, gap.days)}): {missing}"


def _jump(place: HealthPlace, jump: Jump) -> str:
    """`week of 4 May: 360 rows instead of 100 (+260 %), for 2 weeks`."""
    words, formats = place.words, place.formats
    text = words(
        "week of {day}: {rows} rows, usual {usual} ({change})",
        day=formats.day(jump.since, year=True),
        rows=formats.number(jump.rows),
        usual=formats.number(jump.usual),
        change=formats.share_change(jump.change, 0) if jump.usual else "∞",
    )
    if jump.weeks > 1:
        return f"{text}, {words.plural('for {n} week', 'for {n} weeks', jump.weeks)}"
    return text


def _days(words: Words, count: int) -> str:
    return words.plural("{n} day", "{n} days", count)


def _day(place: HealthPlace, day: date | None) -> str:
    return place.formats.day(day, year=True) if day else "—"
