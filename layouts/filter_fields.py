"""The choices of each filter: periods, comparisons, segments, channels, own dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dash import html

from dashboard.errors import JourneyError
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address, default_period
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period, add_months, comparison
from dashboard.journey.query import JourneyQuery
from layouts.components.attributes import attributes
from layouts.components.icon import icon
from layouts.components.link import filter_link
from layouts.components.pill import channel_title, segment_dot, segment_name
from layouts.pages import Page

QUARTERS, MONTHS, YEARS = 8, 12, 4
LAST_DAYS = 90
TITLES = {
    "period": msgid("Period"),
    "compare": msgid("Compare with"),
    "segments": msgid("Segments"),
    "channels": msgid("Channels"),
}


@dataclass(frozen=True, slots=True)
class FilterView:
    """Everything the filter bar shows."""

    page: Page
    address: Address
    query: JourneyQuery
    info: GenerationInfo
    words: Words
    formats: Formats


@dataclass(frozen=True, slots=True)
class Field:
    """One filter: what is chosen, and its choices."""

    key: str
    value: str
    panel: list[Any]


def fields(view: FilterView) -> list[Field]:
    """The four filters in the order of the bar."""
    info, query = view.info, view.query
    compared = _compared(view)
    return [
        Field("period", view.formats.period(query.period), _period_panel(view)),
        Field(
            "compare",
            view.formats.period(compared) if compared else view.words("Nothing"),
            _compare_panel(view, compared),
        ),
        Field(
            "segments",
            chosen_labels(view, query.segments, info.segments, "segments"),
            _many(view, "s", info.segments, query.segments),
        ),
        Field(
            "channels",
            chosen_labels(view, query.channels, info.channels, "channels"),
            _many(view, "ch", info.channels, query.channels),
        ),
    ]


def chosen_labels(view: FilterView, chosen: Sequence[str], known: Sequence[str], kind: str) -> str:
    """`All (4)`, the one label, or `2 of 4`; kind is `segments` or `channels`."""
    name = segment_name if kind == "segments" else channel_title
    if not chosen:
        return view.words("All ({n})", n=len(known))
    if len(chosen) == 1:
        return name(view.words, chosen[0])
    return view.words("{n} of {total}", n=len(chosen), total=len(known))


def _period_panel(view: FilterView) -> list[Any]:
    first, last = view.info.first_day, view.info.data_end_day
    if first is None or last is None:
        return [html.P(view.words("No data"))]
    default = default_period(view.info)

    def line(title: str, periods: list[Period]) -> html.Div:
        links = [_period_link(view, period, default) for period in periods]
        return html.Div([html.H4(title), html.Div(links, className="panel__grid")], className="panel__part")

    recent = Period(last - timedelta(days=LAST_DAYS - 1), last + timedelta(days=1))
    return [
        line(view.words("Quarters"), _recent(3, QUARTERS, first, last)),
        line(view.words("Months"), _recent(1, MONTHS, first, last)),
        line(view.words("Years"), _recent(12, YEARS, first, last)),
        html.Div(
            [
                _period_link(view, recent, default, view.words("Last {n} days", n=LAST_DAYS)),
                _period_link(view, Period(), default),
            ],
            className="panel__grid panel__grid--wide",
        ),
        _own_dates(view, "p", view.query.period),
    ]


def _recent(months: int, count: int, first: date, last: date) -> list[Period]:
    """Calendar periods that hold data, the latest first."""
    start = date(last.year, (last.month - 1) // months * months + 1, 1)
    periods = [Period.of_months(add_months(start, -months * back), months) for back in range(count)]
    return [period for period in periods if period.until and period.until > first]


def _period_link(view: FilterView, period: Period, default: Period, text: str | None = None) -> Any:
    chosen = period == view.query.period
    address = view.address.with_(period=None if period == default else period, problems=())
    said = text or view.formats.period(period)
    token = address.period.token() if address.period else None
    return filter_link(said, view.page.path, address, "p", token, _option(chosen))


def _compare_panel(view: FilterView, compared: Period | None) -> list[Any]:
    if not view.query.period.bounded:
        return [html.P(view.words.error(JourneyError("compare_needs_period")), className="panel__note")]
    links = []
    for word, title in (
        ("prev", msgid("Period before")),
        ("year", msgid("Same days a year ago")),
        ("none", msgid("Nothing")),
    ):
        other = _other(view, word)
        text = [
            html.Span(view.words(title)),
            html.Span(view.formats.period(other) if other else "", className="panel__meta"),
        ]
        address = view.address.with_(compare=None if word == "prev" else word, problems=())
        chosen = (view.address.compare or "prev") == word
        links.append(
            filter_link(text, view.page.path, address, "c", address.compare, _option(chosen, row=True))
        )
    return [html.Div(links, className="panel__rows"), _own_dates(view, "c", compared or view.query.period)]


def _other(view: FilterView, word: str) -> Period | None:
    compare = {"prev": "previous", "year": "year_ago"}.get(word)
    return comparison(view.query.period, compare, view.info.data_end_day) if compare else None


def _compared(view: FilterView) -> Period | None:
    if view.query.compare is None:
        return None
    return comparison(view.query.period, view.query.compare, view.info.data_end_day)


def _many(view: FilterView, key: str, known: tuple[str, ...], chosen: tuple[str, ...]) -> list[Any]:
    """Labels to pick any number of; none picked means all."""
    segments = key == "s"
    rows = []
    for label in known:
        name = segment_name(view.words, label) if segments else channel_title(view.words, label)
        mark = [segment_dot(label, known)] if segments else []
        rows.append(
            html.Button(
                [html.Span(icon("check"), className="check__box"), *mark, html.Span(name)],
                type="button",
                role="checkbox",
                className="check",
                **attributes(data_key=key, data_value=label, aria_checked=str(label in chosen).lower()),
            )
        )
    everything = view.words("All segments") if segments else view.words("All channels")
    without = view.address.with_(**{"segments" if segments else "channels": (), "problems": ()})
    clear = filter_link(everything, view.page.path, without, key, None, _option(not chosen, row=True))
    return [
        clear,
        html.Div(
            rows, className="panel__rows", role="group", **attributes(data_many=key, aria_label=everything)
        ),
    ]


def _own_dates(view: FilterView, key: str, period: Period) -> html.Div:
    """Two date fields and a button; filters.js builds them, since Dash has no native date field."""
    last = period.until - timedelta(days=1) if period.until else view.info.data_end_day
    since = period.since or view.info.first_day
    return html.Div(
        className="dates",
        **attributes(
            data_dates=key,
            data_since=str(since),
            data_last=str(last),
            data_word_title=view.words("Own dates"),
            data_word_since=view.words("First day"),
            data_word_last=view.words("Last day"),
            data_word_apply=view.words("Apply"),
        ),
    )


def _option(chosen: bool, row: bool = False) -> str:
    return "option" + (" option--row" if row else "") + (" option--on" if chosen else "")
