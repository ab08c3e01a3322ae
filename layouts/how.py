"""The panel "How is this number made": everything that somebody needs to trust a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dash import html

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.query import JourneyQuery
from layouts.components.attributes import attributes
from layouts.components.button import button
from layouts.components.question import question_line

TABLES = {  # what a figure may be counted from
    "journey": msgid("the customers' journeys"),
    "journey_day": msgid("the journeys by day"),
    "known_cell": msgid("cells of the heatmap that occur"),
    "deal": msgid("deals"),
    "attempt": msgid("entry attempts"),
    "first_lead": msgid("first leads"),
    "customer_day": msgid("sums of each customer and day"),
    "customer_month": msgid("sums of each customer and month"),
    "lcpq_cell": msgid("sums of calendar days, months, quarters and years"),
}


@dataclass(frozen=True, slots=True)
class How:
    """What the panel says.

    Attributes:
        title: message of the card.
        question: what is asked, in one sentence.
        terms: (term, meaning) of each figure on the card.
        made: `how` of the answer (`callbacks.twins.explained.how_made`).
        definition: `definition` of the answer.
    """

    title: str
    question: str
    terms: Sequence[tuple[str, str]]
    made: Mapping[str, Any]
    definition: Mapping[str, Any]


def how_panel(words: Words, formats: Formats, query: JourneyQuery, how: How) -> list[Any]:
    """The panel's content."""
    counted, fresh = how.made["counted"], how.made["freshness"]
    facts = [(words("Shown"), question_line(words, formats, query, None))]
    if counted["entered"] is not None:
        ripe = words(
            "{ripe} of {all} are ripe: their window is over",
            ripe=formats.number(counted["ripe"]),
            all=formats.number(counted["entered"]),
        )
        facts.append((words("Counted"), ripe))
    facts += [
        (words("Conversion window"), words.plural("{n} day", "{n} days", query.window_days)),
        (words("Data as of"), _day(formats, fresh["data_end"])),
        (words("Imported"), _day(formats, fresh["built_at"])),
    ]
    if how.made["read_from"]:
        facts.insert(1, (words("Counted from"), _counted_from(words, how.made["read_from"])))
    if fresh["late"]:
        facts.append((words("Sources that end earlier"), ", ".join(fresh["late"])))
    return [
        html.H3(how.title, className="how__title"),
        html.P(how.question),
        _terms(how.terms),
        html.P(
            [html.Span(words("Formula"), className="how__caption"), html.Code(str(how.definition["formula"]))]
        ),
        html.H4(words("What was asked")),
        _terms(facts),
        html.H4(words("Sources")),
        html.Ul(
            [html.Li(_source(words, formats, one)) for one in how.made["sources"]], className="how__sources"
        ),
        html.Details(
            [
                html.Summary(words("SQL as it ran")),
                *(html.Pre(text, tabIndex="0") for text in how.made["sql"]),
                button(
                    words("Copy"), sign="link", **attributes(data_copy="sql", data_copied=words("Copied"))
                ),
            ],
            className="how__sql",
        ),
    ]


def _counted_from(words: Words, names: Sequence[str]) -> str:
    """The tables in words: whichever is read, the answer is that of the journeys themselves."""
    told = [
        words("{what} (table {name})", what=words(TABLES[name]) if name in TABLES else name, name=name)
        for name in names
    ]
    return words("{tables}; exact", tables=", ".join(told))


def _terms(pairs: Sequence[tuple[str, str]]) -> html.Dl:
    return html.Dl(
        [part for term, text in pairs for part in (html.Dt(term), html.Dd(text))], className="how__terms"
    )


def _source(words: Words, formats: Formats, source: Mapping[str, Any]) -> str:
    rows = words.plural("{n} row", "{n} rows", source["rows"])
    ends = (_day(formats, source["first"]), _day(formats, source["last"]))
    return f"{source['source']}: {rows}, {formats.range(*ends)}"


def _day(formats: Formats, text: str | None) -> str:
    if not text:
        return "—"
    moment = datetime.fromisoformat(text)
    return formats.day(date(moment.year, moment.month, moment.day), year=True)
