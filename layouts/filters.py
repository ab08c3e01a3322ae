"""The filter bar: which days, against which, whose, from where. Every choice is a change of the address.

Choices of one (a period, a comparison) are links. Choices of many are buttons that assets/js/filters.js turns into
an address, as are own dates. The same fields stand in the bar and, on a phone, in the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.generation import GenerationInfo
from layouts.components.attributes import attributes
from layouts.components.icon import icon
from layouts.components.pill import pill
from layouts.filter_fields import TITLES, Field, FilterView, chosen_labels, fields

STALE_AFTER = timedelta(hours=24)


def filter_bar(view: FilterView) -> list[Any]:
    """Chips in one row; each opens its choices."""
    chips = [_chip(view, item) for item in fields(view)]
    return [*chips, _stage_label(view)]


def filter_sheet(view: FilterView, fresh: list[Any]) -> list[Any]:
    """The same fields one under the other, for a phone, and how old the figures are: its bar has no room for that.

    Args:
        fresh: what the bar of a desk says of it.
    """
    sections = []
    for item in fields(view):
        title = html.H3([view.words(TITLES[item.key]), html.Span(item.value)], className="sheet__title")
        reason = view.page.ignores.get(item.key)
        body = [html.P(view.words(reason), className="sheet__reason")] if reason else item.panel
        sections.append(html.Section([title, *body], className="sheet__section"))
    about = [html.Section(_stage_label(view), className="sheet__section")]
    return [html.Div(fresh, className="sheet__fresh"), *sections, *about]


def chip_text(view: FilterView) -> str:
    """What the phone's one chip says: `III кв. 2026 · все сегменты`."""
    chosen = view.query.segments
    segments = (
        chosen_labels(view, chosen, view.info.segments, "segments") if chosen else view.words("all segments")
    )
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


def _chip(view: FilterView, item: Field) -> Any:
    words = [
        html.Span(view.words(TITLES[item.key]), className="chip__caption"),
        html.Span(item.value, className="chip__value"),
    ]
    face = html.Span(words, className="chip__words")
    reason = view.page.ignores.get(item.key)
    if reason:
        said = view.words(reason)
        return html.Button(
            face, type="button", className="chip chip--ignored", title=said,
            **attributes(aria_disabled="true", aria_label=f"{view.words(TITLES[item.key])}: {said}"),
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
