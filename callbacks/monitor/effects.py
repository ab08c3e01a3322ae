"""The tab of the effects: the open one beside its forecast, all of them in money, and what comes next."""

from __future__ import annotations

from typing import Any

from callbacks.cards import Told
from callbacks.monitor.common import monitor_view
from callbacks.notes import on_axis
from callbacks.services import Ask, Services
from dashboard.analytics.effect import Amount, Effect, EffectWeek
from dashboard.analytics.effect_span import effect_span
from dashboard.figures.effect import drawn
from dashboard.journey.notes import NoteKind
from dashboard.server.sheets import Cell, Column, Sheet
from data_access.effect import effect_query
from data_access.recorder import recorded
from layouts.components.notes import NotesView
from layouts.components.pill import segment_name
from layouts.monitor_chart import starts_of
from layouts.monitor_effects import effect_cards, nothing_yet, one_effect
from layouts.monitor_forest import forest_card
from layouts.monitor_words import VERDICTS, MonitorView, title_of


def show_effects(services: Services, ask: Ask) -> Any:
    """Every effect of the engagement's actions."""
    view = monitor_view(services, ask)
    if not view.effects and not view.lost:
        return nothing_yet(view)
    return effect_cards(view, ask.address.theme or ask.user.theme, _notes(services, ask, view))


def show_one(services: Services, ask: Ask) -> Any:
    """The effect that the address names: its picture, and what its weeks showed."""
    view = monitor_view(services, ask)
    if view.opened is None:
        return nothing_yet(view)
    return one_effect(view, ask.address.theme or ask.user.theme, _notes(services, ask, view))


def show_all(services: Services, ask: Ask) -> Any:
    """All effects in money; nothing where none is registered."""
    view = monitor_view(services, ask)
    return forest_card(view) if view.effects else []


def _notes(services: Services, ask: Ask, view: MonitorView) -> NotesView:
    """What happened in the weeks of the open effect; the starts of actions have letters of their own before these."""
    opened = view.opened
    if opened is None:
        return on_axis(services, ask, ())
    days = [week.since for week in drawn(opened.weeks)]
    return on_axis(services, ask, days, without=(NoteKind.ACTION,), first=len(starts_of(view, opened)))


def effect_sheet(services: Services, ask: Ask) -> Sheet:
    """The open effect, week by week."""
    view, words = monitor_view(services, ask), ask.words
    columns = (
        Column(words("Week"), "number"),
        Column(words("Begins"), "date"),
        Column(words("Entries"), "number"),
        Column(words("Went on"), "number"),
        Column(words("Share"), "share"),
        Column(words("Counted")),
        Column(words("Without the action"), "share"),
        Column(words("Low end of the interval"), "share"),
        Column(words("High end of the interval"), "share"),
    )
    opened = view.opened
    if opened is None or not opened.weeks:
        nothing = (None, None, None, None, None, words("There is no week yet."), None, None, None)
        return Sheet(words("Effect of an action"), columns, [nothing])
    lines = [_week(view, week) for week in opened.weeks]
    return Sheet(title_of(words, opened.plan), columns, lines, _about(view, opened))


def effect_told(services: Services, ask: Ask) -> Told | None:
    """How the open effect is made: its own entries, window and statements; None without an effect."""
    with services.answers.facts.pinned(), recorded() as statements:
        effect = monitor_view(services, ask).opened
    if effect is None:
        return None
    query = effect_query(effect.plan, effect_span(effect.plan, ask.info), ask.info)
    sentence = ask.words(
        "Each week since the start, and each week before it, is a funnel of its own: a customer counts once a week and "
        "goes on within the window. What would have been is told by the comparison group and by the step's own past."
    )
    entered = effect.entries + effect.not_counted
    return Told(query, sentence, entered, effect.entries, statements)


def _week(view: MonitorView, week: EffectWeek) -> tuple[Cell, ...]:
    counted = view.words("yes") if week.mature else view.words("not counted yet")
    return (
        week.number,
        week.since,
        week.reached,
        week.went_on,
        week.rate,
        counted,
        week.without,
        week.low,
        week.high,
    )


def _about(view: MonitorView, effect: Effect) -> tuple[str, ...]:
    words, plan = view.words, effect.plan
    verdict = words(VERDICTS[effect.verdict][0])
    parts = [f"{view.step_name(plan)} · {view.where(plan)}"]
    if effect.points is not None:
        said = f"{view.points(effect.points.actual)} ({view.points_range(effect.points)})"
        parts.append(f"{verdict}: {said}")
    else:
        parts.append(verdict)
    return tuple(parts)


def forest_sheet(services: Services, ask: Ask) -> Sheet:
    """Every effect on a line."""
    view, words = monitor_view(services, ask), ask.words
    columns = (
        Column(words("Action")),
        Column(words("Step")),
        Column(words("Segment")),
        Column(words("First day"), "date"),
        Column(words("Verdict")),
        Column(words("Looks"), "number"),
        Column(words("Entries"), "number"),
        *(
            Column(f"{name}, {end}", kind)
            for name, kind in (
                (words("Effect"), "points"),
                (words("People"), "number"),
                (words("Money"), "money"),
            )
            for end in (words("estimate"), words("low end"), words("high end"), words("promised"))
        ),
    )
    lines = [_line(view, one) for one in view.effects]
    nothing = (words("No action is registered for measuring yet."), *(None for _ in columns[1:]))
    return Sheet(words("Effect of all actions in money"), columns, lines or [nothing])


def _line(view: MonitorView, one: Effect) -> tuple[Cell, ...]:
    plan, words = one.plan, view.words
    figures = [figure for found in (one.points, one.people, one.money) for figure in _amount(found)]
    return (
        title_of(words, plan),
        view.step_name(plan),
        segment_name(words, plan.segment or None),
        plan.starts_on,
        words(VERDICTS[one.verdict][0]),
        one.look,
        one.entries,
        *figures,
    )


def _amount(found: Amount | None) -> tuple[Cell, ...]:
    return (
        (None, None, None, None) if found is None else (found.actual, found.low, found.high, found.expected)
    )
