"""The tab Alerts: what goes on, what is over, and the rules that watch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dash import html

from dashboard.i18n.words import msgid
from dashboard.journey.alerts import SERIES_KINDS, AlertRule
from dashboard.journey.incidents import Incident, IncidentStatus
from layouts.alert_words import EVERY_NAMES, KIND_NAMES
from layouts.components.attributes import attributes
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.form import post_button
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.pill import pill, segment_dot
from layouts.components.states import empty_state
from layouts.monitor import PATH
from layouts.monitor_alert_view import NEW, AlertView

INCIDENTS, RULES = "monitor-incidents", "monitor-rules"  # keys of the cards
LATE = timedelta(hours=3)  # without a look: the worker looks every quarter of an hour
CONTROL_LIMITS = msgid(
    "A figure wanders from week to week by chance alone. The usual range is its own past plus and minus 2.24 standard "
    "errors; of a stable figure about one week in forty lies beyond it."
)
ONE_CAUSE = msgid(
    "One incident for each cause (figure, step, segment, channel), however many weeks and rules find it: what comes "
    "later is an update of it."
)


@dataclass(frozen=True, slots=True)
class Fired:
    """What the last year says of a rule.

    Attributes:
        times: how often it would have fired; None = nothing can be said.
        sentence: the same in words, with the last times.
    """

    times: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that may be taken over by one click.

    Attributes:
        why: in one sentence.
        wish: what is sent to make it.
    """

    rule: AlertRule
    why: str
    fired: Fired
    wish: Mapping[str, Any] = field(default_factory=dict)


def status_pill(view: AlertView, one: Incident) -> html.Span:
    """How far it is, as a word with a sign."""
    said = status_word(view, one)
    if one.status is IncidentStatus.RESOLVED:
        return pill(said, "good", "check")
    if snoozed(view, one):
        return pill(said, "neutral", "pause")
    acknowledged = one.status is IncidentStatus.ACKNOWLEDGED
    return pill(said, "warn", "people") if acknowledged else pill(said, "bad", "warning")


def status_word(view: AlertView, one: Incident) -> str:
    """How far it is, as a word alone."""
    words = view.words
    if one.status is IncidentStatus.RESOLVED:
        return words("resolved")
    if one.snoozed_until is not None and snoozed(view, one):
        return words("snoozed until {moment}", moment=view.moment(one.snoozed_until))
    return words("acknowledged") if one.status is IncidentStatus.ACKNOWLEDGED else words("open")


def snoozed(view: AlertView, one: Incident) -> bool:
    """True while nobody wants to hear of it."""
    return one.snoozed_until is not None and one.snoozed_until > view.now


def incidents_card(
    view: AlertView, incidents: Sequence[Incident], rules: Sequence[AlertRule], updates: Mapping[int, int]
) -> html.Section:
    """What goes on, the unattended first; what is over behind a fold.

    Args:
        updates: incident -> how many looks have changed it since it opened.
    """
    words = view.words
    going = sorted((one for one in incidents if one.resolved_at is None), key=lambda one: _rank(view, one))
    past = [one for one in incidents if one.resolved_at is not None]
    title = words("Alerts")
    body: list[Any] = [_looked(view, rules, going)]
    if going:
        body.append(html.Ul([_line(view, one, updates) for one in going], className="alerts"))
    if past:
        body.append(
            html.Details(
                [
                    html.Summary(words("Resolved: {n}", n=len(past)), className="alerts__fold"),
                    html.Ul([_line(view, one, updates) for one in past], className="alerts"),
                ]
            )
        )
    return card(
        title,
        *(one for one in body if one is not None),
        subtitle=[words("One line for each cause"), definition(title, words(ONE_CAUSE))],
        tools=card_tools(words, INCIDENTS, view.address, title, picture=False),
        class_name="card--alerts",
    )


def _rank(view: AlertView, one: Incident) -> tuple[int, float, int]:
    place = 2 if snoozed(view, one) else int(one.status is IncidentStatus.ACKNOWLEDGED)
    return place, (one.figures.money or 0.0), -one.id


def _looked(view: AlertView, rules: Sequence[AlertRule], going: Sequence[Incident]) -> Any:
    """When somebody looked last, and that all is well where it is."""
    words = view.words
    awake = [one for one in rules if one.enabled]
    if not awake:
        said = (
            words("No rule watches yet.") if not rules else words("Every rule is paused: nothing is watched.")
        )
        return empty_state(said)
    looks = [one.looked_at for one in awake if one.looked_at is not None]
    if not looks:
        said = words("Nobody has looked yet: the worker looks every quarter of an hour. Is it running?")
        return _note(said, "info", "quiet")
    at = view.moment(max(looks))
    if view.now - max(looks) > LATE:
        said = words("No look since {moment}: the worker may be down, ask who runs the product.", moment=at)
        return _note(said, "warning", "late")
    if going:
        return _note(words("Looked: {moment}", moment=at), "check", "quiet")
    count = words.plural("{n} rule", "{n} rules", len(awake))
    said = words("Looked: {moment}. All within limits, {count}.", moment=at, count=count)
    return _note(said, "check", "good")


def _note(said: str, sign: str, look: str) -> html.P:
    return html.P([icon(sign), html.Span(said)], className=f"alerts__look alerts__look--{look}")


def _line(view: AlertView, one: Incident, updates: Mapping[int, int]) -> html.Li:
    words, figures = view.words, one.figures
    sentence = view.names.sentence(one.rule, figures)
    said: list[Any] = [page_link(sentence, PATH, view.incident(one.id), "alerts__title")]
    facts: list[Any] = [status_pill(view, one)]
    if view.sees_people:
        facts.append(html.Span(one.owner or words("nobody looks after it")))
    facts.append(html.Span(age(view, one)))
    count = updates.get(one.id, 0)
    if count:
        facts.append(html.Span(words.plural("{n} update", "{n} updates", count)))
    said.append(html.P(facts, className="alerts__facts"))
    dots = [segment_dot(one.rule.segment, view.order)] if one.rule.segment else [html.Span()]
    opened = view.address.extras.get("incident") == str(one.id)
    look = "alerts__line" + (" alerts__line--open" if opened else "")
    return html.Li([*dots, html.Div(said), money(view, figures.money)], className=look)


def age(view: AlertView, one: Incident) -> str:
    """For how long it goes on, or when it was over."""
    words = view.words
    if one.resolved_at is not None:
        return words("resolved on {day}", day=view.formats.day(one.resolved_at.date(), year=True))
    days = (view.today - one.opened_at.date()).days
    return words.plural("open for {n} day", "open for {n} days", days) if days > 0 else words("since today")


def money(view: AlertView, value: float | None) -> html.Span:
    """What the difference is worth in the period, the whole sum on hover."""
    if value is None:
        return html.Span(className="alerts__money")
    look = "alerts__money alerts__money--" + ("lost" if value < 0 else "won")
    return html.Span(view.formats.money_signed(value), title=view.formats.money_full(value), className=look)


def rules_card(view: AlertView, rules: Sequence[AlertRule], fired: Mapping[int, Fired]) -> html.Section:
    """What is watched."""
    words = view.words
    title = words("Rules")
    aside = None
    if view.may_plan:
        aside = button_link(words("New rule"), PATH, view.rule(NEW), sign="plus", primary=True)
    body: Any = html.Ul([_rule(view, one, fired[one.id]) for one in rules], className="alert-rules")
    if not rules:
        sentence = words("No rule yet: take over a suggested one, or make your own.")
        body = empty_state(sentence if view.may_plan else words("No rule watches yet."))
    chance = words(KIND_NAMES[next(iter(KIND_NAMES))])
    return card(
        title,
        body,
        subtitle=[words("What is watched, and who hears of it"), definition(chance, words(CONTROL_LIMITS))],
        aside=aside,
        tools=card_tools(words, RULES, view.address, title, picture=False),
        class_name="card--alert-rules",
    )


def _rule(view: AlertView, rule: AlertRule, fired: Fired) -> html.Li:
    words, names = view.words, view.names
    name = html.B(rule.name)
    title: Any = page_link(name, PATH, view.rule(rule.id), "alert-rules__name") if view.may_plan else name
    state = [] if rule.enabled else [pill(words("paused"), "neutral", "pause")]
    what = f"{names.title(rule)}: {names.condition(rule)}"
    parts = [html.Div([title, *state], className="alert-rules__head"), html.P(what)]
    facts = [period(view, rule), fired.sentence, seen(view, rule.looked_at), *who(view, rule)]
    parts.append(html.P([html.Span(one) for one in facts if one], className="alerts__facts"))
    if view.may_plan:
        deed = words("Pause the rule") if rule.enabled else words("Resume the rule")
        text = [html.Span(deed), html.Span(f": {rule.name}", className="visually-hidden")]
        body = {"version": rule.version, "enabled": not rule.enabled}
        buttons = [post_button(text, f"/monitor/rules/{rule.id}/enable", body)]
        parts.append(html.Div(buttons, className="alert-rules__deeds"))
    return html.Li(parts)


def period(view: AlertView, rule: AlertRule) -> str:
    """`by week`; empty of kinds that look at the month or at today."""
    return view.words(EVERY_NAMES[rule.limits.every]) if rule.kind in SERIES_KINDS else ""


def seen(view: AlertView, looked_at: datetime | None) -> str:
    """When the rule was looked at last."""
    words = view.words
    if looked_at is None:
        return words("not looked at yet")
    return words("looked at: {moment}", moment=view.moment(looked_at))


def who(view: AlertView, rule: AlertRule) -> list[str]:
    """Who looks after it and who hears of it; nothing for guests."""
    words = view.words
    if not view.sees_people:
        return []
    heard = [view.people.get(one, "—") for one in rule.users]
    heard += [view.endpoints.get(one, words("a channel")) for one in rule.endpoints]
    told = words("told: {names}", names=", ".join(heard)) if heard else words("nobody is told")
    return [words("owner: {name}", name=rule.owner) if rule.owner else words("no owner"), told]


def suggestions_card(view: AlertView, found: Sequence[Suggestion]) -> html.Section:
    """Rules that fit this engagement, each taken over by one click."""
    words = view.words
    rows = [_suggestion(view, one) for one in found]
    return card(
        words("Suggested rules"),
        html.Ul(rows, className="alert-rules alert-rules--suggested"),
        subtitle=words("From your own data: where an alert would have been worth reading"),
        class_name="card--alert-rules",
    )


def _suggestion(view: AlertView, one: Suggestion) -> html.Li:
    words, rule = view.words, one.rule
    text = [html.Span(words("Take over")), html.Span(f": {rule.name}", className="visually-hidden")]
    button = post_button(text, "/monitor/rules", one.wish)
    return html.Li(
        [
            html.Div(html.B(rule.name), className="alert-rules__head"),
            html.P(view.names.condition(rule)),
            html.P([html.Span(one.why), html.Span(one.fired.sentence)], className="alerts__facts"),
            html.Div(button, className="alert-rules__deeds", **attributes(data_suggested="yes")),
        ]
    )
