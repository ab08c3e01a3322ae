"""The card "Next": which actions need a decision, which effects we wait for, and when the last look is due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash import html

from dashboard.analytics.effect import Effect, Verdict
from dashboard.i18n.words import msgid
from dashboard.journey.intervention import Intervention
from layouts.components.card import card
from layouts.components.link import page_link
from layouts.components.pill import Tone, pill
from layouts.monitor import PATH
from layouts.monitor_new import withdraw_button
from layouts.monitor_words import DECIDED, MonitorView, title_of

_ADVICE = {
    Verdict.CONFIRMED: msgid("it works: keep it"),
    Verdict.HARMFUL: msgid("it harms: stop it"),
    Verdict.NO_EFFECT: msgid("no effect: check it and take it back"),
}
_OVER = msgid("the weeks are over: decide")


def next_card(view: MonitorView) -> html.Section:
    """What is to be done, decisions first."""
    words = view.words
    rows = sorted((_line(view, one) for one in view.effects), key=lambda line: line[0])
    lost = [_lost(view, one) for one in view.lost]
    return card(
        words("Next"),
        html.Ul([*(_row(view, *line[1:]) for line in rows), *lost], className="effect__next"),
        class_name="effect__coming",
    )


def needs_decision(view: MonitorView, effect: Effect) -> bool:
    """True where the figures tell something, or tell no more, and nobody has decided since."""
    told = effect.verdict in _ADVICE or effect.look >= effect.plan.weeks
    return told and any(number not in view.decisions for number in effect.plan.ids)


def _line(view: MonitorView, effect: Effect) -> tuple[int, Effect, str, str, Tone]:
    """Rank, effect, what is next, word of its tag, tone."""
    words = view.words
    if needs_decision(view, effect):
        return 0, effect, words(_ADVICE.get(effect.verdict, _OVER)), words("to decide"), "warn"
    done = [view.decisions[number] for number in effect.plan.ids if number in view.decisions]
    if done and len(done) == len(effect.plan.ids):
        text, tone = DECIDED[done[0].kind]
        said = words("decided on {day}", day=view.day(done[0].at.date()))
        return 3, effect, said, words(text), tone
    if effect.plan.starts_on > view.today:
        said = words("starts on {day}", day=view.day(effect.plan.starts_on))
        return 2, effect, said, words("planned"), "neutral"
    return 1, effect, ", ".join(_waiting(view, effect)), words("waiting"), "neutral"


def _waiting(view: MonitorView, effect: Effect) -> Iterator[str]:
    words = view.words
    last = effect.plan.look_day(effect.plan.weeks)
    if effect.told_on is not None and effect.needed and effect.told_on < last:
        yield words("can be told on {day}", day=view.day(effect.told_on))
    yield words.plural(
        "report of {n} week on {day}", "report of {n} weeks on {day}", effect.plan.weeks, day=view.day(last)
    )


def _row(view: MonitorView, effect: Effect, said: str, tag: str, tone: Tone) -> html.Li:
    name: Any = page_link(
        title_of(view.words, effect.plan), PATH, view.shown(effect.plan.action_id), "effect__title"
    )
    return html.Li([html.Span([name, html.Small(said)]), pill(tag, tone)])


def _lost(view: MonitorView, one: Intervention) -> html.Li:
    """A registration that nothing can be said of any more, and the way out of it."""
    words = view.words
    said = words("the data no longer have its step, its segment or its channel")
    parts: list[Any] = [html.B(one.title, className="effect__title"), html.Small(said)]
    return html.Li(
        [
            html.Span(parts),
            withdraw_button(view, one) if view.may_plan else pill(words("not measurable"), "warn"),
        ]
    )
