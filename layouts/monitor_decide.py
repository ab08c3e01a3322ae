"""The decision on an open effect: keep, adjust or stop, with a reason; what was decided before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.analytics.effect import Effect, Verdict
from dashboard.journey.intervention import Decision, DecisionKind
from layouts.components.form import Field, form
from layouts.components.pill import pill
from layouts.monitor_next import needs_decision
from layouts.monitor_words import DECIDED, ELLIPSIS, MonitorView

_ADVISED = {Verdict.CONFIRMED: DecisionKind.KEEP, Verdict.HARMFUL: DecisionKind.STOP}


def decision_part(view: MonitorView, effect: Effect) -> list[Any]:
    """The last decision, and the form for who may decide; nothing before the first figure."""
    made = [view.decisions[number] for number in effect.plan.ids if number in view.decisions]
    parts: list[Any] = [_made(view, one, joint=bool(effect.plan.also)) for one in made]
    if view.may_plan and effect.points is not None:
        parts.append(_form(view, effect, again=bool(made)))
    return parts


def _made(view: MonitorView, one: Decision, *, joint: bool) -> html.Div:
    words, (text, tone) = view.words, DECIDED[one.kind]
    head: list[Any] = [pill(words(text), tone), " "]
    head += [html.B(one.title), " "] if joint else []
    told = told_figures(view, one.figures)
    by = words("{name}, {day}", name=one.author, day=view.day(one.at.date()))
    return html.Div(
        [
            html.P([*head, html.Span(by, className="meta")]),
            html.P(one.reason, className="plan__text"),
            *(
                [html.P(words("On the screen was: {figures}", figures=told), className="meta")]
                if told
                else []
            ),
        ],
        className="effect__decided",
    )


def told_figures(view: MonitorView, figures: Mapping[str, Any]) -> str:
    """`+3.1 pp (+1.9…+4.3) · +₽4.1M`: the kept figures as a line."""
    parts = []
    points, money = figures.get("points"), figures.get("money")
    if isinstance(points, Mapping):
        ends = ELLIPSIS.join(view.formats.signed(points[end] * 100, 1) for end in ("low", "high"))
        parts.append(f"{view.points(points['actual'])} ({ends})")
    if isinstance(money, Mapping):
        parts.append(view.formats.money_signed(money["actual"]))
    return " · ".join(parts)


def _form(view: MonitorView, effect: Effect, *, again: bool) -> html.Details:
    words = view.words
    advised = _ADVISED.get(effect.verdict, DecisionKind.KEEP if again else DecisionKind.ADJUST)
    names = {
        DecisionKind.KEEP: words("Keep: it stays as it is"),
        DecisionKind.ADJUST: words("Adjust: back to work"),
        DecisionKind.STOP: words("Stop: it is taken back"),
    }
    fields = [
        Field("kind", words("Decision"), "select", [(str(one), names[one]) for one in names], str(advised)),
        Field("reason", words("Why"), "textarea"),
    ]
    titles = {effect.plan.action_id: effect.plan.title, **dict(effect.plan.also)}
    number = view.action_id or effect.plan.action_id
    if len(titles) > 1:
        choices = [(str(one), title) for one, title in titles.items()]
        fields.insert(0, Field("action", words("Action"), "select", choices, str(number)))
    body = {"search": view.address.search(), "seen": seen_of(effect)}
    if len(titles) == 1:
        body["action"] = str(number)
    text = words("Decide again") if again else words("Make a decision")
    return html.Details(
        [
            html.Summary(text, className="button" if again else "button button--primary"),
            form(
                "/monitor/decisions",
                fields,
                words("Write down"),
                words("Written down"),
                primary=True,
                body=body,
            ),
        ],
        className="effect__decide",
        open=needs_decision(view, effect),  # what is due needs no click to be found
    )


def seen_of(effect: Effect) -> str:
    """Which figures were on the screen: a decision on others is refused."""
    actual = f"{effect.points.actual:.6f}" if effect.points else ""
    return f"{effect.verdict} {effect.look} {effect.sums_until} {actual}"
