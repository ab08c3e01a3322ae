"""The open incident: its figure beside its limits, what made the change, what to do, and what happened so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dash import html

from dashboard.figures.alerts import HEIGHT
from dashboard.i18n.words import msgid
from dashboard.journey.address import Address
from dashboard.journey.alerts import AlertKind
from dashboard.journey.incidents import (
    RESOLVED_BACK,
    RESOLVED_NEW_LEVEL,
    RESOLVED_NO_RULE,
    EventKind,
    Incident,
    IncidentEvent,
    IncidentStatus,
    Slice,
)
from dashboard.journey.targets import UNITS, Unit
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.chart import chart
from layouts.components.form import Field, form, post_button
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.pill import channel_title, segment_name
from layouts.monitor import PATH
from layouts.monitor_alert_view import AlertView, span
from layouts.monitor_alerts import age, money, snoozed, status_pill

CHART = "monitor-incident-chart"
_NOTHING = 1e-9  # what rounding leaves
_DIMENSIONS: Mapping[str, str] = {
    "segment": msgid("By segment"),
    "channel": msgid("By channel"),
    "manager": msgid("By manager"),
    "action": msgid("By action"),
    "source": msgid("By source"),
}
_EVENTS: Mapping[EventKind, str] = {
    EventKind.OPENED: msgid("opened"),
    EventKind.UPDATED: msgid("updated"),
    EventKind.ACKNOWLEDGED: msgid("acknowledged"),
    EventKind.SNOOZED: msgid("snoozed"),
    EventKind.OWNER: msgid("owner"),
    EventKind.RESOLVED: msgid("resolved"),
    EventKind.COMMENT: msgid("comment"),
}
_ENDED: Mapping[str, str] = {
    RESOLVED_BACK: msgid("within its limits again"),
    RESOLVED_NEW_LEVEL: msgid("this is the usual level now"),
    RESOLVED_NO_RULE: msgid("no rule watches it any more"),
}


@dataclass(frozen=True, slots=True)
class IncidentView:
    """What the panel draws.

    Attributes:
        one: with its events, all of its moments on the engagement's wall clock.
        figure: the control chart; None where its kind has no series.
        where: page and address of the exact state; None = there is none.
        plan: the form of an action for it; None where no action would help or the reader may not.
        proposed: name of the measure that is proposed; "" = none.
    """

    one: Incident
    figure: dict[str, Any] | None
    where: tuple[str, Address] | None
    plan: Address | None
    proposed: str = ""


def incident_card(view: AlertView, shown: IncidentView) -> html.Section:
    """The panel above the list."""
    one, words = shown.one, view.words
    marks: list[Any] = [status_pill(view, one), html.Span(age(view, one), className="meta")]
    left = [html.Div(marks, className="plan__marks"), _facts(view, one), *_drawing(view, shown)]
    right = [*_bridge(view, one), *_next(view, shown), *_deeds(view, one), _history(view, one)]
    return card(
        view.names.sentence(one.rule, one.figures),
        html.Div([html.Div(left), html.Div(right, className="plan__below")], className="plan__open"),
        subtitle=words("Found by the rule “{name}”", name=one.rule.name),
        aside=close_link(view),
        class_name="card--action card--incident",
    )


def close_link(view: AlertView) -> Any:
    """The cross at the corner of what is open."""
    name = view.words("Close the panel")
    inside = [icon("close"), html.Span(name, className="visually-hidden")]
    return page_link(inside, PATH, view.plain, "button button--icon button--small", title=name)


def _facts(view: AlertView, one: Incident) -> html.Dl:
    words, names, figures, rule = view.words, view.names, one.figures, one.rule
    rows: list[tuple[str, Any]] = []
    value = names.value(figures.kpi, figures.value)
    rows.append((words("Value"), [html.B(value), html.Small(names.interval(figures.kpi, figures))]))
    if figures.base is not None and figures.kpi is not None:
        rows.append((words("Held against"), names.base(rule, figures)))
    if figures.limit is not None:
        rows.append((words("Speaks from"), names.value(figures.kpi, figures.limit)))
    if figures.money is not None:
        rows.append((words("Worth in the period"), money(view, figures.money)))
    if figures.n and rule.kind is not AlertKind.OVERDUE:
        rows.append((words("Behind it"), f"n = {view.formats.number(figures.n)}"))
    rows.append((words("Period"), span(view, figures.since, figures.until)))
    if view.sees_people:
        rows.append((words("Looks after it"), one.owner or words("nobody")))
    return html.Dl([html.Div([html.Dt(name), html.Dd(text)]) for name, text in rows], className="facts")


def _drawing(view: AlertView, shown: IncidentView) -> list[Any]:
    if shown.figure is None:
        return []
    language = view.words.language
    message = view.names.sentence(shown.one.rule, shown.one.figures)
    return [chart(CHART, shown.figure, height=HEIGHT, message=message, language=language), legend(view)]


def legend(view: AlertView) -> html.P:
    """What the lines of a control chart are."""
    words = view.words
    keys = {
        "value": words("by period"),
        "base": words("held against"),
        "limit": words("speaks from here"),
        "fired": words("fired"),
    }
    parts = [
        html.Span([html.I(className=f"control-key control-key--{key}"), text]) for key, text in keys.items()
    ]
    return html.P(parts, className="control-keys meta")


def _bridge(view: AlertView, one: Incident) -> list[Any]:
    """The parts that made the change; together they are all of it."""
    words, figures = view.words, one.figures
    if not figures.slices:
        return []
    rows = [_slice(view, one, part) for part in figures.slices]
    if figures.rest is not None and abs(figures.rest) > _NOTHING:
        known = sum(part.share or 0.0 for part in figures.slices)
        rows.append(_slice(view, one, Slice("", figures.rest, 1 - known)))
    usual = figures.base if figures.usual is None else figures.usual
    changed = None if figures.value is None or usual is None else figures.value - usual
    whole = change(view, one, changed)
    said = words("What made the change of {change}", change=whole)
    by = words(_DIMENSIONS.get(figures.dimension, _DIMENSIONS["segment"]))
    return [_part(said, html.P(by, className="meta"), html.Ul(rows, className="alert-slices"))]


def _slice(view: AlertView, one: Incident, part: Slice) -> html.Li:
    share = "" if part.share is None else view.formats.share(part.share)
    wide = f"{min(abs(part.share or 0.0), 1.0):.1%}"
    look = "alert-slices__bar alert-slices__bar--" + ("lost" if part.effect < 0 else "won")
    return html.Li(
        [
            html.Span(_slice_name(view, one.figures.dimension, part.name), className="alert-slices__name"),
            html.Span(html.I(className=look, style={"width": wide}), className="alert-slices__room"),
            html.Span(change(view, one, part.effect), className="alert-slices__effect"),
            html.Span(share, className="alert-slices__share"),
        ]
    )


def _slice_name(view: AlertView, dimension: str, name: str) -> str:
    if not name:
        return view.words("all others")
    if dimension == "segment":
        return segment_name(view.words, name)
    return channel_title(view.words, name) if dimension == "channel" else name


def change(view: AlertView, one: Incident, value: float | None) -> str:
    """A difference in the unit of the figure."""
    formats, kpi = view.formats, one.figures.kpi
    match UNITS[kpi] if kpi is not None else None:
        case Unit.SHARE:
            return formats.points(value)
        case Unit.MONEY:
            return formats.money_signed(value)
        case Unit.RATIO:
            return formats.signed(value, 2)
        case Unit.COUNT:
            return formats.signed(value)
    return formats.days(value)


def _next(view: AlertView, shown: IncidentView) -> list[Any]:
    words = view.words
    links: list[Any] = []
    if shown.where is not None:
        links.append(button_link(words("See it in the figures"), *shown.where, sign="arrow", after=True))
    if shown.plan is not None:
        links.append(button_link(words("To the plan"), "/plan", shown.plan, sign="plan"))
    if not links:
        return []
    proposed = [html.P(words("Proposed: {measure}", measure=shown.proposed))] if shown.proposed else []
    return [_part(words("What to do"), *proposed, html.Div(links, className="buttons"))]


def _deeds(view: AlertView, one: Incident) -> list[Any]:
    """What who may plan does with it; a comment also when it is over."""
    words, place = view.words, f"/monitor/incidents/{one.id}"
    if not view.may_plan:
        return []
    note = form(
        f"{place}/comment", [Field("text", words("Comment"), "textarea")], words("Write"), words("Written")
    )
    if one.status is IncidentStatus.RESOLVED:
        return [_part(words("Add a comment"), note)]
    seen = {"version": one.version}
    buttons = []
    if one.status is IncidentStatus.OPEN:
        buttons.append(post_button(words("I look after it"), f"{place}/acknowledge", seen, primary=True))
    if snoozed(view, one):
        buttons.append(post_button(words("Hear of it again"), f"{place}/wake", seen))
    else:
        for days, text in ((1, words("Quiet for a day")), (7, words("Quiet for a week"))):
            day = (view.today + timedelta(days=days)).isoformat()
            buttons.append(post_button(text, f"{place}/snooze", {**seen, "until": day}))
    more = [_snooze(view, one, place), _owner(view, one, place), _resolve(view, place, seen), note]
    return [_part(words("Handle it"), html.Div(buttons, className="buttons"), *more)]


def _snooze(view: AlertView, one: Incident, place: str) -> Any:
    words = view.words
    day = (view.today + timedelta(days=14)).isoformat()
    until = Field("until", words("Quiet until"), "date", value=day)
    return form(
        f"{place}/snooze", [until], words("Hear nothing"), words("Quiet"), body={"version": one.version}
    )


def _owner(view: AlertView, one: Incident, place: str) -> Any:
    words = view.words
    value = "" if one.owner_id is None else str(one.owner_id)
    choices = [("", words("nobody")), *((str(key), name) for key, name in view.people.items())]
    if value and value not in dict(choices):
        choices.append((value, one.owner or "—"))
    owner = Field("owner_id", words("Looks after it"), "select", choices, value, required=False)
    return form(
        f"{place}/owner", [owner], words("Hand over"), words("Handed over"), body={"version": one.version}
    )


def _resolve(view: AlertView, place: str, seen: Mapping[str, int]) -> Any:
    words = view.words
    why = Field("reason", words("Why it is over"), required=False)
    return form(f"{place}/resolve", [why], words("Resolve"), words("Resolved"), body=seen)


def _history(view: AlertView, one: Incident) -> Any:
    lines = [_event(view, one, event) for event in reversed(one.events)]
    return _part(view.words("What happened"), html.Ul(lines, className="alert-events"))


def _event(view: AlertView, one: Incident, event: IncidentEvent) -> html.Li:
    words = view.words
    name = "Journey BI"
    if event.who is not None:
        name = event.who if view.sees_people else words("somebody")
    text = _told(view, one, event)
    head = [html.B(words(_EVENTS[event.kind])), f" · {name} · {view.moment(event.at)}"]
    return html.Li([html.Div(head), *([html.P(text, className="plan__text")] if text else [])])


def _told(view: AlertView, one: Incident, event: IncidentEvent) -> str:
    words = view.words
    if event.kind is EventKind.SNOOZED:
        if not event.text:
            return words("heard of again")
        return words("until {moment}", moment=view.moment(datetime.fromisoformat(event.text)))
    if event.kind is EventKind.OWNER:
        return (event.text or words("nobody")) if view.sees_people else ""
    if event.kind is EventKind.RESOLVED and event.text in _ENDED:
        return words(_ENDED[event.text])
    return event.text or (view.names.finding(one.rule, event.figures) if event.figures else "")


def _part(title: str, *content: Any) -> html.Section:
    return html.Section([html.H3(title), *content], className="plan__part")
