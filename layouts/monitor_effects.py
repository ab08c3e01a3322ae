"""The tab of the effects: the open one beside its forecast, all of them in money, and what comes next."""

from __future__ import annotations

from typing import Any

from dash import html

from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.notes import NotesView
from layouts.components.states import empty_state
from layouts.monitor import PATH
from layouts.monitor_chart import effect_card
from layouts.monitor_forest import forest_card
from layouts.monitor_new import CHOOSE, kept_line
from layouts.monitor_next import next_card
from layouts.monitor_shown import shown_card
from layouts.monitor_words import NEW, MonitorView


def effect_cards(view: MonitorView, theme: str, notes: NotesView) -> html.Div:
    """The four cards.

    Args:
        theme: `light` or `dark`.
        notes: of the weeks of the open effect.
    """
    parts = [*_opened(view, theme, notes), forest_card(view), next_card(view)]
    return html.Div([*_above(view), html.Div(parts, className="effects")])


def one_effect(view: MonitorView, theme: str, notes: NotesView) -> html.Div:
    """The open effect alone: the first two cards."""
    return html.Div(_opened(view, theme, notes), className="effects")


def _opened(view: MonitorView, theme: str, notes: NotesView) -> list[Any]:
    opened = view.opened
    return [] if opened is None else [effect_card(view, opened, theme, notes), shown_card(view, opened)]


def _above(view: MonitorView) -> list[Any]:
    """Who has registered the open effect, and the way to register another one."""
    parts: list[Any] = []
    if view.opened is not None and view.action_id is not None:
        kept = view.kept[view.action_id]
        parts.append(kept_line(view, kept, started=kept.promise.starts_on <= view.today))
    if view.may_plan:
        new = view.plain.with_extras(**{NEW: CHOOSE})
        parts.append(button_link(view.words("Register an effect"), PATH, new, sign="plus"))
    return [html.Div(parts, className="effects__above")] if parts else []


def nothing_yet(view: MonitorView) -> Any:
    """No action is registered for measuring: why that matters, and the way to the first one."""
    words = view.words
    if view.may_plan:
        button = button_link(
            words("Register an effect"),
            PATH,
            view.plain.with_extras(**{NEW: CHOOSE}),
            sign="plus",
            primary=True,
        )
    else:
        button = button_link(words("To the plan"), "/plan", view.plain, sign="plan")
    sentence = words(
        "No action is registered for measuring yet: name one before it starts, and this page says what it has changed."
    )
    return card(words("Effects"), empty_state(sentence, button))
