"""The filter bar: which days, against which, whose, from where. Every choice is a change of the address.

Choices of one (a period, a comparison) are links. Choices of many are buttons that assets/js/filters.js turns into
an address, as are own dates. The same fields stand in the bar and, on a phone, in the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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
from layouts.components.pill import channel_title, pill, segment_dot, segment_name
from layouts.pages import Page

QUARTERS, MONTHS, YEARS = 8, 12, 4
LAST_DAYS = 90
STALE_AFTER = timedelta(hours=24)
_TITLES = {
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
class _Filter:
    key: str
    value: str
    panel: list[Any]


def filter_bar(view: FilterView) -> list[Any]:
    """Chips in one row; each opens its choices."""
    chips = [_chip(view, item) for item in _filters(view)]
    return [*chips, _stage_label(view)]


def filter_sheet(view: FilterView) -> list[Any]:
    """The same fields one under the other, for a phone."""
    sections = []
    for item in _filters(view):
        title = html.H3([view.words(_TITLES[item.key]), html.Span(item.value)], className="sheet__title")
        reason = view.page.ignores.get(item.key)
        body = [html.P(view.words(reason), className="sheet__reason")] if reason else item.panel
        sections.append(html.Section([title, *body], className="sheet__section"))
    return [*sections, html.Section(_stage_label(view), className="sheet__section")]


def chip_text(view: FilterView) -> str:
    """What the phone's one chip says: `III кв. 2026 · все сегменты`."""
    chosen = view.query.segments
    segments = _chosen(view, chosen, view.info.segments, "segments") if chosen else view.words("all segments")
    return f"{view.formats.period(view.query.period)} · {segments}"


def freshness(view: FilterView, now: datetime) -> html.Span:
    """`Data as of 06:10`; a warning once the data are more than a day old.

    Args:
        now: the engagement's wall clock (naive).
    """
    end, day = local_end(view.info), view.info.data_end_day
    if end is None or day is None:
        return pill(view.words("No data"), "warn", "warning")
    whole_day = view.info.data_end_date_only
    said = (
        view.formats.day(day, year=day.year != now.year)
        if whole_day
        else view.formats.moment(end, now.date())
    )
    text = view.words("Data as of {moment}", moment=said)
    if now - end > STALE_AFTER:
        return pill(text, "warn", "warning")
    return html.Span(
        [html.Span(className="fresh__dot", **attributes(aria_hidden="true")), text], className="fresh"
    )


def local_end(info: GenerationInfo) -> datetime | None:
    """The end of the data on the wall clock of the engagement (naive); of a whole day its last midnight."""
    if info.data_end is None or info.data_end_day is None:
        return None
    if info.data_end_date_only:
        return datetime.combine(info.data_end_day, time.min) + timedelta(days=1)
    return info.data_end.replace(tzinfo=UTC).astimezone(ZoneInfo(info.zone)).replace(tzinfo=None)


def notices(words: Words, problems: Iterable[JourneyError]) -> list[Any]:
    """What of the address was ignored, where everybody sees it."""
    lines = [html.Li(words.error(problem)) for problem in problems]
    return [html.Div([icon("info"), html.Ul(lines)], className="notice")] if lines else []


def _filters(view: FilterView) -> list[_Filter]:
    info, query = view.info, view.query
    compared = _compared(view)
    return [
        _Filter("period", view.formats.period(query.period), _period_panel(view)),
        _Filter(
            "compare",
            view.formats.period(compared) if compared else view.words("Nothing"),
            _compare_panel(view, compared),
        ),
        _Filter(
            "segments",
            _chosen(view, query.segments, info.segments, "segments"),
            _many(view, "s", info.segments, query.segments),
        ),
        _Filter(
            "channels",
            _chosen(view, query.channels, info.channels, "channels"),
            _many(view, "ch", info.channels, query.channels),
        ),
    ]


def _chip(view: FilterView, item: _Filter) -> Any:
    words = [
        html.Span(view.words(_TITLES[item.key]), className="chip__caption"),
        html.Span(item.value, className="chip__value"),
    ]
    face = html.Span(words, className="chip__words")
    reason = view.page.ignores.get(item.key)
    if reason:
        said = view.words(reason)
        return html.Button(
            face, type="button", className="chip chip--ignored", title=said,
            **attributes(aria_disabled="true", aria_label=f"{view.words(_TITLES[item.key])}: {said}"),
        )  # fmt: skip
    return html.Details(
        [
            html.Summary([face, icon("chevron")], className="chip"),
            html.Div(item.panel, className=f"panel panel--{item.key}"),
        ],
        className="popover",
        **attributes(data_popover=item.key),
    )


def _stage_label(view: FilterView) -> html.Div:
    count = len(view.info.model.stages)
    return html.Div(
        [
            html.Span(view.words("Stage model"), className="chip__caption"),
            html.Span(view.words.plural("{n} stage", "{n} stages", count), className="chip__value"),
        ],
        className="chip chip--label",
        title=" → ".join(stage.name(view.words.language) for stage in view.info.model.stages),
    )


def _chosen(view: FilterView, chosen: Sequence[str], known: Sequence[str], kind: str) -> str:
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
