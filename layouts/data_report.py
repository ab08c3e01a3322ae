"""The report of an import, or of a check before it: what became of every row and every kopeck of the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dash import html

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.period import Period
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.icon import icon
from layouts.components.link import file_link
from layouts.components.pill import pill
from layouts.components.table import table
from layouts.data_flaws import labels_card, merges_card, rejections_card
from layouts.data_months import months_card

Json = Mapping[str, Any]


def report_view(words: Words, formats: Formats, report: Json, rejected_link: str | None) -> html.Div:
    """Everything that an import tells about itself.

    Args:
        report: `data_access.ingest.report.ImportReport.to_json`.
        rejected_link: address of the file with every rejected row; None where there is none.
    """
    sources = report.get("sources") or []
    parts: list[Any] = [_headline(words, formats, report, rejected_link)]
    parts += [months_card(words, formats, source, len(sources) > 1) for source in sources if source["months"]]
    parts += [
        rejections_card(words, sources, rejected_link),
        labels_card(words, formats, sources, report.get("remapped")),
        merges_card(words, formats, report.get("merges")),
    ]
    return html.Div([part for part in parts if part is not None], className="report")


def outlook_of(words: Words, formats: Formats, report: Json) -> Any:
    """What viewers would read after the import: customers, events, deals, money, period, rows that stay outside."""
    told, new = report.get("outlook"), report.get("new") or {}
    if told is None:
        return html.P(words("Nothing in these files gives a figure yet."), className="data__note")
    rows: list[tuple[str, Any]] = [
        (name, _grown(words, formats, told[key], new.get(key)))
        for key, name in (
            ("customers", words("Customers")),
            ("events", words("Events")),
            ("deals", words("Deals")),
        )
    ]
    rows.append((words("Revenue"), formats.money_full(told["revenue"])))
    if told["since"] and told["until"]:
        since, until = (date.fromisoformat(told[key]) for key in ("since", "until"))
        rows.append((words("Period"), formats.period(Period(since, until + timedelta(1)))))
    outside = report["rejected"] + _sum(report, "left_out")
    look = "report__outside" if outside else ""
    rows.append((words("Rows that stay outside"), html.Span(formats.number(outside), className=look or None)))
    return html.Dl(
        [part for name, value in rows for part in (html.Dt(name), html.Dd(value))], className="outlook"
    )


def _grown(words: Words, formats: Formats, value: int, new: int | None) -> Any:
    """A figure, and what of it is new where something was in already."""
    if not new or new == value:
        return formats.number(value)
    return [
        formats.number(value),
        html.Span(words("{count} new", count=formats.signed(new)), className="files__size"),
    ]


# ------------------------------------------------------------------------------------------ headline


def _headline(words: Words, formats: Formats, report: Json, rejected_link: str | None) -> html.Section:
    """In the file = accepted + known + left out + rejected; for each source where there are several."""
    sources = report.get("sources") or []
    sums = {name: _sum(report, name) for name in ("rows", "accepted", "known", "left_out", "rejected")}
    titles = (
        words("In the files"),
        words("Accepted"),
        words("Known already"),
        words("Left out"),
        words("Rejected"),
    )
    tiles: list[Any] = []
    for (name, count), title, sign in zip(sums.items(), titles, ("", "=", "+", "+", "+"), strict=True):
        if sign:
            tiles.append(html.Span(sign, className="report__sign", **attributes(aria_hidden="true")))
        tone = " report__tile--warn" if name == "rejected" and count else ""
        tiles.append(
            html.Div(
                [
                    html.Span(title, className="report__name"),
                    html.B(formats.number(count), className="report__count"),
                    html.Span(_money_of(formats, sources, name), className="report__money"),
                ],
                className=f"report__tile{tone}",
            )
        )
    content: list[Any] = [html.Div(tiles, className="report__sums")]
    if len(sources) > 1:
        content.append(_by_source(words, formats, sources))
    content += _remarks(words, formats, sources)
    aside = _download(words, rejected_link) if rejected_link else None
    subtitle = words("Every row of every file stands in exactly one of them")
    return card(_message(words, formats, sums), *content, subtitle=subtitle, aside=aside)


def _message(words: Words, formats: Formats, sums: Mapping[str, int]) -> str:
    outside = sums["rejected"] + sums["left_out"]
    if not sums["rows"]:
        return words("The files hold no rows")
    if not outside and not sums["known"]:
        return words("Every row is accepted")
    if not outside:
        return words(
            "{accepted} rows are new, the others were in already", accepted=formats.number(sums["accepted"])
        )
    return words(
        "{outside} of {rows} rows stay outside",
        outside=formats.number(outside),
        rows=formats.number(sums["rows"]),
    )


def _money_of(formats: Formats, sources: Sequence[Json], name: str) -> str:
    """Money of the rows to the kopeck; nothing where no file holds money."""
    key = "amount" if name == "rows" else f"amount_{name}"
    money = round(sum(month[key] for source in sources for month in source["months"]), 4)
    return formats.money_full(money) if money else ""


def _sum(report: Json, name: str) -> int:
    """A count over all sources; what was left out stands there by reason."""
    values = [source[name] for source in report.get("sources") or []]
    return sum(sum(value.values()) if isinstance(value, dict) else value for value in values)


def _by_source(words: Words, formats: Formats, sources: Sequence[Json]) -> html.Div:
    titles = (
        words("Source"),
        words("In the files"),
        words("Accepted"),
        words("Known already"),
        words("Left out"),
        words("Rejected"),
    )
    rows = []
    for source in sources:
        counts = [
            source["rows"],
            source["accepted"],
            source["known"],
            sum(source["left_out"].values()),
            source["rejected"],
        ]
        cells = [html.Td(formats.number(count) if count else "—", className="number") for count in counts]
        files = ", ".join(file["file"] for file in source["files"])
        name = [html.B(source["source"]), html.Span(files, className="files__size")]
        rows.append(html.Tr([html.Th(name, scope="row", className="report__source"), *cells]))
    return table(words("Rows by source"), titles, rows, numbers=range(1, 6))


def _remarks(words: Words, formats: Formats, sources: Sequence[Json]) -> list[Any]:
    """What was accepted with a reservation: rows without a customer, replaced and removed ones."""
    marks: list[Any] = []
    ownerless = sum(source["rows_without_customer"] for source in sources)
    if ownerless:
        money = sum(source["amount_without_customer"] for source in sources)
        text = words.plural(
            "{n} accepted row without a customer, kept apart",
            "{n} accepted rows without a customer, kept apart",
            ownerless,
        )
        marks.append(pill(f"{text}: {formats.money_full(money)}" if money else text, "warn", "warning"))
    replaced, removed = (sum(source.get(key, 0) for source in sources) for key in ("replaced", "removed"))
    if replaced:
        text = words.plural("{n} row replaces an older status", "{n} rows replace an older status", replaced)
        marks.append(pill(text))
    if removed:
        text = words.plural("{n} row gives no fact any more", "{n} rows give no fact any more", removed)
        marks.append(pill(text))
    return [html.Div(marks, className="report__marks")] if marks else []


def _download(words: Words, link: str) -> Any:
    return file_link([icon("table"), html.Span(words("All rejected rows, CSV"))], link, "button")
