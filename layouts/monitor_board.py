"""The two-month board: each registered action by week, expected against actual, with the verdict of that look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import html

from dashboard.analytics.effect import Effect, Look, Verdict
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.support import SupportRecord
from layouts.components.attributes import attributes
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.link import page_link
from layouts.components.pill import Tone, pill
from layouts.components.states import empty_state
from layouts.components.table import scroll_region
from layouts.monitor import PATH
from layouts.monitor_support import FOR, NEW, OPEN
from layouts.monitor_words import DECIDED, MonitorView, title_of

CARD = "monitor-board"

VERDICTS: dict[Verdict, tuple[str, Tone, str]] = {  # short word, tone and sign for a cell
    Verdict.CONFIRMED: (msgid("confirmed"), "good", "✓"),
    Verdict.LIKELY: (msgid("likely"), "good", "≈"),
    Verdict.CANNOT_TELL: (msgid("too early"), "neutral", "…"),
    Verdict.NO_EFFECT: (msgid("no effect"), "warn", "○"),
    Verdict.HARMFUL: (msgid("harmful"), "bad", "▼"),
}


@dataclass(frozen=True, slots=True)
class BoardView:
    """What the board draws.

    Attributes:
        monitor: the effects, as the tab of the effects shows them.
        support: everything beside the actions, in order of its days.
    """

    monitor: MonitorView
    support: Sequence[SupportRecord]


def board_card(view: BoardView) -> html.Section:
    """The matrix; on a phone each action is a list of its weeks."""
    words = view.monitor.words
    title = words("Two months by week")
    if not view.monitor.effects:
        body: Any = empty_state(
            words("No action is registered for measuring yet."),
            button_link(words("To the plan"), "/plan", view.monitor.address.for_page(), sign="plan"),
        )
    else:
        body = scroll_region(title, _table(view), "weeks__scroll")
    return card(
        title,
        body,
        subtitle=words(
            "Effect found so far, below it what was expected; a week counts once its entries are ripe"
        ),
        tools=card_tools(words, CARD, view.monitor.address, title, picture=False),
        class_name="card--weeks",
    )


def present_week(effect: Effect, today: date) -> int | None:
    """Number of the week in which this day lies; None before the start and after the horizon."""
    week = (today - effect.plan.starts_on).days // 7 + 1
    return week if 1 <= week <= effect.plan.weeks else None


def next_look(effect: Effect) -> Look | None:
    """The next look that can be taken; None when all are over."""
    return next((look for look in effect.looks if not look.done), None)


def _table(view: BoardView) -> html.Table:
    words = view.monitor.words
    weeks = max(len(effect.looks) for effect in view.monitor.effects)
    titles = [html.Th(words("Action"), scope="col")]
    titles += [html.Th(words("week {n}", n=str(week)), scope="col") for week in range(1, weeks + 1)]
    head = html.Thead(html.Tr(titles))
    return html.Table(
        [head, html.Tbody([_row(view, effect, weeks) for effect in view.monitor.effects])], className="weeks"
    )


def _row(view: BoardView, effect: Effect, weeks: int) -> html.Tr:
    now = present_week(effect, view.monitor.today)
    cells = [_cell(view, look, look.week == now) for look in effect.looks]
    cells += [html.Td(className="weeks__none") for _ in range(weeks - len(effect.looks))]
    return html.Tr([html.Th(html.Div(_name(view, effect), className="weeks__name"), scope="row"), *cells])


def _name(view: BoardView, effect: Effect) -> list[Any]:
    words, plan = view.monitor.words, effect.plan
    word, tone, sign = VERDICTS[effect.verdict]
    parts: list[Any] = [
        page_link(title_of(words, plan), PATH, view.monitor.shown(plan.action_id), "weeks__title"),
        html.Span(f"{view.monitor.step_name(plan)} · {view.monitor.where(plan)}", className="weeks__about"),
        html.Span(pill([html.Span(f"{sign} ", **attributes(aria_hidden="true")), words(word)], tone)),
    ]
    decided = view.monitor.decisions.get(plan.action_id)
    if decided is not None:
        text, look = DECIDED[decided.kind]
        parts.append(pill(words(text), look))
    parts.append(html.Span(_next(view, effect), className="weeks__about"))
    return [*parts, *_beside(view, effect)]


def _next(view: BoardView, effect: Effect) -> str:
    """When the next check can be taken, or what it waits for."""
    words, look = view.monitor.words, next_look(effect)
    if look is None:
        return words("all checks are over")
    if look.day <= view.monitor.today:
        return words("check of week {n} waits for data", n=str(look.week))
    return words("next check {day}", day=view.monitor.day(look.day))


def _beside(view: BoardView, effect: Effect) -> list[Any]:
    """What is planned beside the action, and the way to add to it."""
    words, ids = view.monitor.words, effect.plan.ids
    mine = [one for one in view.support if one.action_id in ids and not one.done]
    late = sum(one.overdue(view.monitor.today) for one in mine)
    parts: list[Any] = []
    if late:
        parts.append(
            pill(words.plural("{n} appointment overdue", "{n} appointments overdue", late), "warn", "warning")
        )
    elif mine:
        day = view.monitor.formats.day(mine[0].day)
        parts.append(
            html.Span(words("{day}: {title}", day=day, title=mine[0].title), className="weeks__about")
        )
    if view.monitor.may_plan:
        target = view.monitor.address.with_extras(**{OPEN: NEW, FOR: str(effect.plan.action_id)})
        text = words("Add beside it")
        parts.append(page_link(text, PATH, target, "link weeks__add", title=f"{text}: {effect.plan.title}"))
    return parts


def _cell(view: BoardView, look: Look, now: bool) -> html.Td:
    words, formats = view.monitor.words, view.monitor.formats
    here = [html.Span(words("now"), className="weeks__now")] if now else []
    shape = "weeks__cell" + (" weeks__cell--now" if now else "")
    label = words("week {n}", n=str(look.week))
    if not look.done:
        waits = html.Span(words("not counted yet"), className="weeks__wait")
        said = [*here, waits, html.Span(words("from {day}", day=formats.day(look.day)))]
        return html.Td(said, className=f"{shape} weeks__cell--wait", **attributes(data_label=label))
    marks = attributes(data_label=label, data_tip=told_look(words, formats, look))
    return html.Td([*here, *_found(view, look)], className=shape, tabIndex="0", **marks)


def _found(view: BoardView, look: Look) -> list[Any]:
    """What a look has said: effect, expectation, verdict, and how far it is from the limit."""
    words, formats = view.monitor.words, view.monitor.formats
    word, tone, sign = VERDICTS[look.verdict or Verdict.CANNOT_TELL]
    figure = "—" if look.points is None else view.monitor.points(look.points.actual)
    parts: list[Any] = [
        html.B(figure, className="weeks__points"),
        html.Span(
            words("expected {points}", points=view.monitor.points(look.expected)), className="weeks__expected"
        ),
        html.Span(f"{sign} {words(word)}", className=f"weeks__verdict weeks__verdict--{tone}"),
    ]
    if look.z is not None:
        limit = words(
            "|z| {z} of {limit}", z=formats.number(abs(look.z), 1), limit=formats.number(look.limit, 1)
        )
        parts.append(html.Span(limit, className="weeks__limit"))
    return parts


def told_look(words: Words, formats: Formats, look: Look) -> str:
    """A look in one sentence: what was found, its interval, and the limit that it had to pass."""
    if look.points is None or look.z is None:
        return words("Check of {day}: no figure yet", day=formats.day(look.day, year=True))
    ends = formats.range(formats.points(look.points.low), formats.points(look.points.high))
    return words(
        "Check of {day}, weeks 1–{week}, n = {n}: {points} (95 %: {interval}); |z| {z} of {limit} needed",
        day=formats.day(look.day, year=True),
        week=str(look.week),
        n=formats.number(look.entries),
        points=formats.points(look.points.actual),
        interval=ends,
        z=formats.number(abs(look.z), 2),
        limit=formats.number(look.limit, 2),
    )
