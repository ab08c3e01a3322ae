"""The tab of the two months: the board by week, and what is done beside the actions."""

from __future__ import annotations

from typing import Any

from callbacks.monitor.common import monitor_view
from callbacks.monitor.support import support_view
from callbacks.services import Ask, Services
from dashboard.analytics.effect import Effect, Look
from dashboard.server.sheets import Cell, Column, Sheet
from layouts.monitor_board import VERDICTS, BoardView, board_card
from layouts.monitor_support import support_cards
from layouts.monitor_words import title_of


def show_board(services: Services, ask: Ask) -> Any:
    """The matrix above the appointments."""
    beside = support_view(services, ask)
    view = BoardView(monitor_view(services, ask), beside.records)
    form, *below = support_cards(beside)
    return [*([form] if below else []), board_card(view), *(below or [form])]


def board_sheet(services: Services, ask: Ask) -> Sheet:
    """A line for each week of each registered action."""
    words, view = ask.words, monitor_view(services, ask)
    columns = (
        Column(words("Action")),
        Column(words("Step")),
        Column(words("Segment")),
        Column(words("Week"), "number"),
        Column(words("Day of the check"), "date"),
        Column(words("Entries counted"), "number"),
        Column(words("Expected effect"), "points"),
        Column(words("Effect so far"), "points"),
        Column(words("95% interval, low"), "points"),
        Column(words("95% interval, high"), "points"),
        Column("|z|", "decimal"),
        Column(words("Limit of |z|"), "decimal"),
        Column(words("Verdict")),
    )
    lines: list[tuple[Cell, ...]] = [
        (
            title_of(words, effect.plan),
            view.step_name(effect.plan),
            view.where(effect.plan),
            *_figures(ask, effect, look),
        )
        for effect in view.effects
        for look in effect.looks
    ]
    nothing = (words("No action is registered for measuring yet."), *(None for _ in columns[1:]))
    return Sheet(words("Two months by week"), columns, lines or [nothing])


def _figures(ask: Ask, effect: Effect, look: Look) -> tuple[Cell, ...]:
    head = (look.week, look.day)
    if not look.done or look.points is None:
        empty = (None,) * 4
        return (*head, look.entries or None, look.expected, *empty, look.limit, ask.words("not counted yet"))
    points = look.points
    word = ask.words(VERDICTS[look.verdict or effect.verdict][0])
    found = (points.actual, points.low, points.high, None if look.z is None else abs(look.z))
    return (*head, look.entries, look.expected, *found, look.limit, word)
