"""Reconciliation: each month of a file beside what became of its rows; a difference opens its reasons and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from dash import html

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.period import Period, add_months
from dashboard.journey.row_reasons import LEFT_OUT, REASONS
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.icon import icon
from layouts.components.pill import pill
from layouts.components.table import scroll_region

Json = Mapping[str, Any]
_PARTS = ("accepted", "known", "left_out", "rejected")
_FLAT = 14  # so many months are shown without their years


def months_card(words: Words, formats: Formats, source: Json, named: bool) -> html.Section:
    """The months of one source: in the file = accepted + known + left out + rejected, in rows and money.

    Args:
        named: True where there are several sources.
    """
    months = source["months"]
    differences: dict[str | None, list[Json]] = {}
    for one in source.get("differences") or ():
        differences.setdefault(one["month"], []).append(one)
    show = _Lines(words, formats, differences)
    lines = show.by_year(months) if len(months) > _FLAT else [show.month(month) for month in months]
    content = [show.head(), *lines, show.total(months)]
    title = words("Reconciliation by month")
    if named:
        title = words("Reconciliation by month: {source}", source=source["source"])
    open_all = words("A line with a difference opens its reasons and rows")
    return card(
        title,
        scroll_region(title, html.Div(content, className="months"), "months__scroll"),
        subtitle=open_all if differences else words("Every month agrees with the file"),
    )


class _Lines:
    """How the lines of one source are drawn.

    Args:
        differences: by month.
    """

    def __init__(self, words: Words, formats: Formats, differences: Mapping[str | None, list[Json]]) -> None:
        self.words, self.formats, self.differences = words, formats, differences
        self.titles = (
            words("In the file"),
            words("Accepted"),
            words("Known already"),
            words("Left out"),
            words("Rejected"),
        )

    def head(self) -> html.Div:
        """Names of the columns."""
        cells = [html.Span(title, className="number") for title in self.titles]
        return html.Div(
            [html.Span(self.words("Month")), *cells],
            className="months__line months__head",
            **attributes(aria_hidden="true"),  # each cell says its own name
        )

    def month(self, month: Json) -> Any:
        """One month; where something of it stays outside, its reasons open below."""
        reasons = self.differences.get(month["month"])
        line = self._cells(self._name(month["month"]), month, marked=bool(reasons))
        if not reasons:
            return html.Div(line, className="months__line")
        return html.Details(
            [html.Summary(line, className="months__line"), html.Ul([self._reason(one) for one in reasons])],
            className="months__open",
        )

    def by_year(self, months: Sequence[Json]) -> list[Any]:
        """Years that open their months; the last one is open."""
        groups = [
            (year, list(own)) for year, own in groupby(months, lambda month: (month["month"] or "")[:4])
        ]
        last = max((year for year, _ in groups), default="")
        lines: list[Any] = []
        for year, own in groups:
            if not year:
                lines += [self.month(month) for month in own]
                continue
            inner = self._cells(html.B(year), _sum_of(own), marked=True)
            lines.append(
                html.Details(
                    [
                        html.Summary(inner, className="months__line months__year"),
                        *(self.month(month) for month in own),
                    ],
                    open=year == last,
                    className="months__open",
                )
            )
        return lines

    def total(self, months: Sequence[Json]) -> html.Div:
        """The sum of all months: what the file says."""
        line = self._cells(html.B(self.words("Total")), _sum_of(months), marked=False)
        return html.Div(line, className="months__line months__total")

    def _cells(self, name: Any, month: Json, *, marked: bool) -> list[Any]:
        outside = month["rows_rejected"] or month["amount_rejected"]
        sign = icon("chevron") if marked else None
        return [
            html.Span([sign, name] if sign is not None else name, className="months__name"),
            self._cell(self.titles[0], month["rows"], month["amount"]),
            *(
                self._cell(
                    title,
                    month[f"rows_{part}"],
                    month[f"amount_{part}"],
                    "months__bad" if part == "rejected" and outside else "",
                )
                for title, part in zip(self.titles[1:], _PARTS, strict=True)
            ),
        ]

    def _cell(self, title: str, rows: int, amount: float, look: str = "") -> html.Span:
        parts: list[Any] = [
            html.Span(f"{title}: ", className="months__label"),
            html.Span(self.formats.number(rows) if rows or amount else "—"),
        ]
        if amount:
            parts.append(html.Span(self.formats.money_full(amount), className="months__money"))
        look = look if rows or amount else "months__none"
        return html.Span(parts, className=f"number {look}".strip())

    def _name(self, month: str | None) -> str:
        if month is None:
            return self.words("Without a date")
        first = date.fromisoformat(f"{month}-01")
        return self.formats.period(Period(first, add_months(first, 1)))

    def _reason(self, one: Json) -> html.Li:
        """A reason with its rows and money, and the first of these rows."""
        words = self.words
        rejected = one["outcome"] == "rejected"
        told = (REASONS if rejected else LEFT_OUT).get(one["reason"], str(one["reason"]))
        count = words.plural("{n} row", "{n} rows", one["rows"])
        parts: list[Any] = [
            pill(words("Rejected") if rejected else words("Left out"), "warn" if rejected else "neutral"),
            html.Span([html.B(count), f" · {words(told)}"]),
        ]
        if one["amount"]:
            parts.append(html.Span(self.formats.money_full(one["amount"]), className="months__reason-money"))
        lines: list[Any] = [html.Div(parts, className="months__reason")]
        if one["examples"]:
            lines.append(html.Ul([html.Li(example_text(words, row)) for row in one["examples"]]))
        return html.Li(lines)


def example_text(words: Words, row: Json) -> str:
    """`crm.csv, row 17, Amount: “abc”`."""
    place = words("{file}, row {row}", file=row["file"], row=str(row["row"]))
    if row["column"]:
        place = f"{place}, {row['column']}"
    value = row["value"]
    if value is not None:
        return words("{place}: “{value}”", place=place, value=value)
    return words("{place}: empty", place=place) if row["column"] else place


def _sum_of(months: Sequence[Json]) -> dict[str, Any]:
    names = [name for name in months[0] if name != "month"]
    return {name: round(sum(month[name] for month in months), 4) for name in names}
