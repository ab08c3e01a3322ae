"""A figure against its target in words: status with a sign, target, pace and forecast; in tiles and in tables."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dash import html

from dashboard.analytics.targets import Basis, Measured, Progress, Status
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.definitions import PROGRESS
from dashboard.journey.targets import UNITS, Unit
from layouts.components.attributes import attributes
from layouts.components.definition import definition
from layouts.components.pill import Tone, pill

_STATUS: Mapping[Status, tuple[str, str, Tone]] = {
    Status.AHEAD: ("▲", msgid("ahead of target"), "good"),
    Status.ON_TRACK: ("●", msgid("on track"), "neutral"),
    Status.BEHIND: ("▼", msgid("behind target"), "bad"),
    Status.NO_DATA: ("○", msgid("no data"), "neutral"),
}
_BASIS: Mapping[Basis, str] = {
    Basis.YEAR_AGO: msgid("by the same days of last year"),
    Basis.PREVIOUS: msgid("by the same days of the period before"),
    Basis.DAYS: msgid("by days"),
}
_REASONS: Mapping[str, str] = {
    "no_target": msgid("Nobody has set a target for these months and segments."),
    "no_whole_months": msgid("Targets are set by month: choose whole months."),
    "months_without_target": msgid("Some months of the period have no target."),
    "not_of_longer_periods": msgid(
        "Customers of several months are counted once, so that targets of months do not add up: choose one month."
    ),
    "target_of_all": msgid("Targets are of all channels and products: take these filters off."),
    "not_begun": msgid("The data do not reach this period yet."),
    "too_early": msgid("Under a week of the period is known: too early to say."),
    "different_length": msgid(
        "Known once the period is over: a part of it has fewer deals for each customer."
    ),
    "low_n": msgid("Under 30 customers: too few to say."),
    "not_ripe": msgid("The entries of this period still have time to go on."),
    "no_leads": msgid("No leads in the period."),
    "no_deals": msgid("No deals in the period."),
}


def status_pill(words: Words, status: Status) -> html.Span:
    """The status: a word, a sign, and a colour that repeats them."""
    sign, text, tone = _STATUS[status]
    return pill([html.Span(f"{sign} ", **attributes(aria_hidden="true")), words(text)], tone)


def status_word(words: Words, status: Status) -> str:
    """The status as a word alone, for files."""
    return words(_STATUS[status][1])


def why(words: Words, reason: str | None) -> str:
    """Why there is no target or no status."""
    return words(_REASONS.get(reason or "", _REASONS["no_target"]))


def figure(formats: Formats, unit: Unit, value: Decimal | None) -> str:
    """A figure in its unit."""
    match unit:
        case Unit.MONEY:
            return formats.money(value)
        case Unit.SHARE:
            return formats.share(value, 1)
        case Unit.RATIO:
            return formats.number(value, 2)
    return formats.number(value)


def explained(words: Words, term: str, key: str) -> Any:
    """A term with its definition behind the small button."""
    return definition(term, words(PROGRESS[key]))


def goal_lines(words: Words, formats: Formats, measured: Measured) -> html.Div:
    """What a tile says of its target: status and target, then pace and forecast while the period runs."""
    found, unit = measured.progress, UNITS[measured.kpi]
    if found is None:
        term = words("no target for this period")
        return html.Div([term, definition(term, why(words, measured.reason))], className="goal goal--none")
    target = words("target {value}", value=figure(formats, unit, found.target))
    head: list[Any] = [
        status_pill(words, found.status),
        html.Span([target, explained(words, target, "target")]),
    ]
    lines: list[Any] = [html.Div(head, className="goal__line")]
    if found.status is Status.NO_DATA:
        lines.append(html.Div(why(words, found.reason), className="goal__more"))
    elif found.forecast is not None:
        lines += _running(words, formats, unit, found)
    return html.Div(lines, className="goal")


def _running(words: Words, formats: Formats, unit: Unit, found: Progress) -> list[html.Div]:
    pace = words("by now {value}", value=figure(formats, unit, found.pace))
    about = words(PROGRESS["pace"])
    if found.basis is not None:
        about = f"{about} {words('Here: {basis}.', basis=words(_BASIS[found.basis]))}"
    ahead = words("forecast {value}", value=figure(formats, unit, found.forecast))
    likely = likely_range(formats, unit, found)
    range_ = [html.Span(words("likely {range}", range=likely), className="goal__range")] if likely else []
    lines = [html.Div([ahead, explained(words, ahead, "forecast"), *range_], className="goal__more")]
    if found.basis is not None:  # the pace of a ratio is its target
        lines.insert(0, html.Div([pace, definition(pace, about)], className="goal__more"))
    return lines


def likely_range(formats: Formats, unit: Unit, found: Progress) -> str:
    """`349–389`; empty where nothing is known of it."""
    if found.low is None or found.high is None:
        return ""
    return formats.range(figure(formats, unit, found.low), figure(formats, unit, found.high))
