"""The card "month by month" of the what-if: when the gain comes, and when a cost is earned back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from dash import html

from dashboard.analytics.payback import Payback
from dashboard.analytics.timing import MOST_RAMP_DAYS, GainPath, LeverDelay, Start
from dashboard.figures.whatif_time import HEIGHT
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.address_fields import AddressField, address_fields
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.chart import chart
from layouts.components.definition import definition
from layouts.components.notes import NotesView, notes_below
from layouts.components.pill import segment_name
from layouts.components.segmented import Choice, segmented
from layouts.components.table import table
from layouts.whatif import WhatIfView

FROM, RAMP, COST, SINCE_START = "from", "ramp", "cost", "sum"  # keys of the address
SHOWN_MONTHS = 12
CHART = "whatif-time-chart"


@dataclass(frozen=True, slots=True)
class TimeView:
    """What the card draws.

    Attributes:
        first_day, last_day: between them a start may lie; `usual` is the start that an address leaves out.
        path: None where no lever is set.
        cost: as it was typed; None without one. `spent` is what it brings, None without a lever too.
        since_start: the chart adds the months up.
        notes: of the days under the chart; None without one.
    """

    scene: WhatIfView
    address: Address
    start: Start
    usual: date
    first_day: date
    last_day: date
    path: GainPath | None
    cost: float | None
    spent: Payback | None
    since_start: bool
    notes: NotesView | None

    @property
    def words(self) -> Words:
        """The reader's language."""
        return self.scene.words


def time_card(view: TimeView, figure: dict[str, Any] | None) -> html.Section:
    """The fields, the sentence, the fan.

    Args:
        figure: of the path; None where no lever is set.
    """
    words, path = view.words, view.path
    title = words("Month by month")
    if path is None or figure is None:
        said = words("Set a lever: here stands when its money comes.")
        body: list[Any] = [html.P(said, className="meta", **attributes(aria_live="polite"))]
    else:
        noted = notes_below(view.notes) if view.notes else []
        fan = _fan(view, path, figure)
        body = [_sentence(view, path), *_payback_line(view), fan, *noted, _notes(view, path)]
    return card(
        title,
        _fields(view),
        *body,
        subtitle=words("Additional revenue of the scenario, shifted by the measured way to the payment"),
        aside=_switch(view) if path else None,
        tools=card_tools(words, "whatif-time", view.address, title),
        class_name="gain-time",
    )


def _fields(view: TimeView) -> html.Div:
    words, formats = view.words, view.scene.formats
    cost = view.cost
    fields = (
        AddressField(
            FROM,
            words("Start"),
            "date",
            view.start.day.isoformat(),
            view.usual.isoformat(),
            view.first_day.isoformat(),
            view.last_day.isoformat(),
        ),
        AddressField(
            RAMP,
            words("Ramp-up"),
            "number",
            str(view.start.ramp_days),
            "0",
            "0",
            str(MOST_RAMP_DAYS),
            words("days"),
        ),
        AddressField(
            COST,
            words("Cost"),
            "number",
            "" if cost is None else formats.number(cost, 0 if cost == int(cost) else 2),
            "",
            "0",
            "",
            formats.symbol,
        ),
    )
    return address_fields(
        fields, words("Type a day near the data, up to 730 days of ramp-up, a cost of 0 or more.")
    )


def _switch(view: TimeView) -> html.Nav:
    words, address = view.words, view.address
    return segmented(
        words("How the months are shown"),
        "/whatif",
        (
            Choice(words("Each month"), address.with_extras(**{SINCE_START: None}), not view.since_start),
            Choice(words("Since the start"), address.with_extras(**{SINCE_START: "1"}), view.since_start),
        ),
    )


def _sentence(view: TimeView, path: GainPath) -> html.P:
    """`+₽198K a month from March 2027 on; the first 12 months bring +₽2.1M (likely +₽1.9M – +₽2.3M).`"""
    words, formats = view.words, view.scene.formats
    last = path.months[SHOWN_MONTHS - 1]
    likely = formats.range(formats.money_signed(last.total_low), formats.money_signed(last.total_high))
    facts = {
        "month": html.B(formats.money_signed(path.full_gain)),
        "total": html.B(formats.money_signed(last.total), title=formats.money_full(last.total)),
        "likely": likely,
        "end": month_name(view, last.first_day),
    }
    if path.full_from is None:
        text = words.rich(
            "By the end of {end} it brings {total} (80%: {likely}); the full {month} a month come later.",
            **facts,
        )
    else:
        text = words.rich(
            "Full effect from {start}: {month} a month. By the end of {end} it brings {total} (80%: {likely}).",
            start=month_name(view, path.full_from),
            **facts,
        )
    return html.P(text, className="gain-time__said", **attributes(aria_live="polite"))


def month_name(view: TimeView, day: date) -> str:
    """`март 2027`, in the case that Russian has after "from" and "of" (`марта 2027`)."""
    return format_date(day, "MMMM y", locale=view.words.language)


def _payback_line(view: TimeView) -> list[Any]:
    """When the cost is earned back and what it returns; nothing without a cost."""
    found, words, formats = view.spent, view.words, view.scene.formats
    if found is None:
        return []
    cost = formats.money(found.cost)
    if found.day is None:
        said = words(
            "{cost} is not earned back within 24 months; the chance that it is: {chance}.",
            cost=cost,
            chance=formats.share(found.chance),
        )
    elif found.early is None or found.late is None:
        said = words(
            "{cost} is earned back by {day}, but with bad luck not within 24 months; the chance that it is: {chance}.",
            cost=cost,
            day=formats.day(found.day, year=True),
            chance=formats.share(found.chance),
        )
    else:
        said = words(
            "{cost} is earned back by {day}, likely between {early} and {late}.",
            cost=cost,
            day=formats.day(found.day, year=True),
            early=formats.day(found.early, year=True),
            late=formats.day(found.late, year=True),
        )
    return [html.P([said, " ", *_return(view, found)], className="gain-time__said")]


def _return(view: TimeView, found: Payback) -> list[Any]:
    """`Return on the cost in 12 months: +493% (+162% – +822%), on revenue.`"""
    words, formats = view.words, view.scene.formats
    if found.roi is None:
        return []
    on = (
        words("on revenue")
        if found.margin is None
        else words("at a margin of {margin}", margin=formats.share(found.margin))
    )
    meaning = words(
        "(Gain of the first 12 months × margin − cost) / cost; without a margin in the settings the gain is revenue."
    )
    sentence = words(
        "Return on the cost in 12 months: {roi} (80%: {range}), {on}.",
        roi=formats.share_change(found.roi, 0),
        range=formats.range(formats.share_change(found.roi_low, 0), formats.share_change(found.roi_high, 0)),
        on=on,
    )
    return [sentence, definition(words("Return on the cost"), meaning)]


def _fan(view: TimeView, path: GainPath, figure: dict[str, Any]) -> html.Figure:
    words, formats = view.words, view.scene.formats
    last = path.months[SHOWN_MONTHS - 1]
    message = words(
        "Additional revenue by month: {first} in the first one, {last} in the last one, {total} in all",
        first=formats.money_signed(path.months[0].gain),
        last=formats.money_signed(last.gain),
        total=formats.money_signed(last.total),
    )
    return chart(
        CHART,
        figure,
        height=HEIGHT,
        message=message,
        language=words.language,
        table=_twin(view, path),
    )


def _twin(view: TimeView, path: GainPath) -> html.Details:
    """The same figures as a table."""
    words, formats = view.words, view.scene.formats
    titles = (
        words("Month"),
        words("Each month"),
        words("80% interval"),
        words("Since the start"),
        words("80% interval"),
    )

    def span(low: float, high: float) -> str:
        return formats.range(formats.money_signed(low), formats.money_signed(high))

    rows = [
        html.Tr(
            [
                html.Th(format_date(month.first_day, "LLL y", locale=words.language), scope="row"),
                html.Td(
                    formats.money_signed(month.gain), className="number", title=formats.money_full(month.gain)
                ),
                html.Td(span(month.low, month.high), className="number"),
                html.Td(formats.money_signed(month.total), className="number"),
                html.Td(span(month.total_low, month.total_high), className="number"),
            ]
        )
        for month in path.months[:SHOWN_MONTHS]
    ]
    body = table(words("Month by month"), titles, rows, numbers=range(1, len(titles)))
    return html.Details([html.Summary(words("As a table")), body], className="twin")


def _notes(view: TimeView, path: GainPath) -> html.Details:
    """How long each lever's money takes, and what is taken for granted."""
    words = view.words
    lines = [html.Li(_delay(view, delay)) for delay in path.delays]
    taken = words(
        "A month earns what the days of the baseline earned on average: season and growth are left out, and what is "
        "outside the funnel does not move."
    )
    return html.Details(
        [html.Summary(words("How long the money takes")), html.Ul([*lines, html.Li(taken)])],
        className="twin gain-time__notes",
    )


def _delay(view: TimeView, delay: LeverDelay) -> str:
    words = view.words
    name = view.scene.lever_name(delay.lever.target)
    if delay.lever.segment:
        name = f"{name} ({segment_name(words, delay.lever.segment)})"
    if delay.median_days == 0:
        return words("{lever}: half of the money comes on the same day.", lever=name)
    return words.plural(
        "{lever}: half of the money comes within {n} day of this step.",
        "{lever}: half of the money comes within {n} days of this step.",
        delay.median_days,
        lever=name,
    )
