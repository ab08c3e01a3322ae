"""The card of a rule that is being made or changed: its fields, what it would have said, who hears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.figures.alerts import HEIGHT
from dashboard.i18n.words import msgid
from dashboard.journey.alerts import AlertRule
from dashboard.journey.incidents import BackTest, Episode
from layouts.alert_words import KIND_NAMES
from layouts.components.card import card
from layouts.components.chart import chart
from layouts.components.definition import definition
from layouts.components.form import Field, form, post_button
from layouts.components.pill import pill
from layouts.components.table import table
from layouts.monitor_alert_view import AlertView, span
from layouts.monitor_alerts import CONTROL_LIMITS, Fired
from layouts.monitor_incident import close_link, legend
from layouts.monitor_rule import KIND_MEANINGS, kinds, limit_fields, where_fields
from layouts.targets_status import why

CHART = "monitor-rule-chart"
NAMED = 3  # last times that the sentence of a list tells
_REASONS: Mapping[str, str] = {
    "low_n": msgid("too few customers"),
    "not_ripe": msgid("not ripe yet"),
    "no_base": msgid("not enough past"),
    "no_data": msgid("no data"),
    "no_threshold": msgid("no level yet"),
}


@dataclass(frozen=True, slots=True)
class RuleView:
    """What the editor draws.

    Attributes:
        rule: as the address says it; `kept` as it is stored, or the blank one.
        tested: what it would have said; None where a field is still missing.
        figure: the same as a drawing; None where there is nothing to draw.
    """

    rule: AlertRule
    kept: AlertRule
    tested: BackTest | None
    figure: dict[str, Any] | None


def rule_card(view: AlertView, shown: RuleView) -> html.Section:
    """The editor above the tab."""
    words, rule = view.words, shown.rule
    meaning = html.P([html.B(words(KIND_NAMES[rule.kind])), ". ", words(KIND_MEANINGS[rule.kind])])
    fields = [
        _part(words("What it watches"), where_fields(view, rule, shown.kept)),
        _part(words("When it speaks"), limit_fields(view, rule, shown.kept)),
    ]
    body = [
        meaning if rule.id else kinds(view, rule),
        html.Div([html.Div(fields), _tested(view, shown)], className="alert-edit"),
        _part(words("Name and people"), _form(view, shown)),
        *_deeds(view, shown.kept),
    ]
    title = words("Rule “{name}”", name=rule.name) if rule.id else words("New rule")
    state = [] if rule.enabled else [pill(words("paused"), "neutral", "pause")]
    aside = html.Div([*state, close_link(view)], className="buttons")
    return card(title, *body, aside=aside, class_name="card--action card--rule")


def fired(view: AlertView, rule: AlertRule, tested: BackTest | None) -> Fired:
    """The back-test in one sentence, with its last times."""
    words = view.words
    if tested is None:
        return Fired(None, words("no level yet"))
    if tested.reason is not None:
        return Fired(
            None, words("Nothing can be said of the last year: {why}", why=reason(view, tested.reason))
        )
    times = len(tested.episodes)
    if not times:
        return Fired(0, words("Would not have fired in the last year"))
    said = words.plural(
        "Would have fired {n} time in the last year", "Would have fired {n} times in the last year", times
    )
    last = "; ".join(_brief(view, rule, one) for one in reversed(tested.episodes[-NAMED:]))
    return Fired(times, f"{said}: {last}{'; …' if times > NAMED else ''}")


def reason(view: AlertView, code: str) -> str:
    """Why a period cannot be judged."""
    known = _REASONS.get(code)
    return view.words(known) if known else why(view.words, code).rstrip(".")


def _brief(view: AlertView, rule: AlertRule, one: Episode) -> str:
    """`2–8 Mar 9.4%`."""
    return f"{span(view, one.opened.since, one.opened.until)} {view.names.value(rule.kpi, one.opened.value)}"


def _tested(view: AlertView, shown: RuleView) -> html.Section:
    words, rule, tested = view.words, shown.rule, shown.tested
    said = fired(view, rule, tested)
    title = [words("What it would have said"), definition(words("Usual range"), words(CONTROL_LIMITS))]
    parts: list[Any] = [html.P(html.B(_sentence(view, said, tested)), className="alert-edit__said")]
    if shown.figure is not None:
        language = words.language
        parts += [
            chart(CHART, shown.figure, height=HEIGHT, message=said.sentence, language=language),
            legend(view),
        ]
    if tested is not None and tested.episodes:
        parts.append(_table(view, rule, tested.episodes))
    if tested is not None and tested.unknown and tested.looked:
        parts.append(html.P(_unknown(view, tested), className="meta"))
    return html.Section([html.H3(title), *parts], className="plan__part", role="status")


def _sentence(view: AlertView, said: Fired, tested: BackTest | None) -> str:
    words = view.words
    if tested is None:
        return words("Type a level: then its last year stands here.")
    if said.times is None:
        return said.sentence
    if not said.times:
        looked = words.plural("{n} period was judged", "{n} periods were judged", tested.looked)
        return words("This rule would not have fired in the last year: {looked}.", looked=looked)
    return words.plural(
        "This rule would have fired {n} time in the last year.",
        "This rule would have fired {n} times in the last year.",
        said.times,
    )


def _unknown(view: AlertView, tested: BackTest) -> str:
    words = view.words
    many = sum(tested.unknown.values())
    causes = ", ".join(f"{reason(view, code)}: {count}" for code, count in tested.unknown.items())
    said = words.plural("{n} period could not be judged", "{n} periods could not be judged", many)
    return f"{said} ({causes})."


def _table(view: AlertView, rule: AlertRule, episodes: Sequence[Episode]) -> html.Div:
    words, names = view.words, view.names
    rows = []
    for one in reversed(episodes):
        end = words("goes on") if one.closed is None else view.formats.day(one.closed.since)
        cells = (
            span(view, one.opened.since, one.opened.until),
            names.value(rule.kpi, one.opened.value) + names.interval(rule.kpi, one.opened),
            names.base(rule, one.opened) if one.opened.base is not None and rule.kpi is not None else "—",
            end,
        )
        rows.append(html.Tr([html.Th(cells[0], scope="row"), *(html.Td(text) for text in cells[1:])]))
    titles = [words("Period"), words("Value"), words("Held against"), words("Over since")]
    return table(words("When it would have fired"), titles, rows, numbers=range(0))


def _form(view: AlertView, shown: RuleView) -> html.Div:
    """What the address does not say; the fields above stand in the address, which is sent along."""
    words, kept = view.words, shown.kept
    value = "" if kept.owner_id is None else str(kept.owner_id)
    owner = value if kept.id else str(view.me) if view.me in view.people else ""
    people = [(str(key), name) for key, name in view.people.items()]
    gone = [(owner, kept.owner or "—")] if owner and owner not in dict(people) else []
    users = [str(one) for one in kept.users] if kept.id else [owner] if owner else []
    seen: dict[str, Any] = {"name": kept.name, "owner_id": owner, "users": users}
    name = kept.name or view.names.title(shown.rule)
    fields = [
        Field("name", words("Name of the rule"), value=name),
        Field(
            "owner_id",
            words("Looks after it"),
            "select",
            [("", words("nobody")), *people, *gone],
            owner,
            required=False,
        ),
        Field("users", words("Told by e-mail"), "checks", people, users, required=False),
    ]
    if view.endpoints:
        known = [(str(key), text) for key, text in view.endpoints.items()]
        seen["endpoints"] = [str(one) for one in kept.endpoints]
        fields.append(
            Field("endpoints", words("Told by channel"), "checks", known, seen["endpoints"], required=False)
        )
    body = {"search": view.address.search(), "seen": seen, "endpoints": [], "users": []}
    if kept.id:
        place, body = f"/monitor/rules/{kept.id}", {**body, "version": kept.version}
        return form(place, fields, words("Save the rule"), words("Saved"), primary=True, body=body)
    return form("/monitor/rules", fields, words("Create the rule"), words("Created"), primary=True, body=body)


def _deeds(view: AlertView, kept: AlertRule) -> list[Any]:
    if not kept.id:
        return []
    words, place = view.words, f"/monitor/rules/{kept.id}"
    rest = words("Pause the rule") if kept.enabled else words("Resume the rule")
    sure = words("Delete the rule and all of its incidents?")
    buttons = [
        post_button(rest, f"{place}/enable", {"version": kept.version, "enabled": not kept.enabled}),
        post_button(words("Delete the rule"), f"{place}/delete", {"version": kept.version}, ask=sure),
    ]
    return [html.Div(buttons, className="buttons")]


def _part(title: str, *content: Any) -> html.Section:
    return html.Section([html.H3(title), *content], className="plan__part")
