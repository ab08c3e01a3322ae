"""The plan by day: bars on a line with today's mark, dependencies and lateness; on a phone a list."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from dash import html

from dashboard.analytics.gantt import Bar, Gantt, Need
from dashboard.journey.notes import Mark
from dashboard.journey.plan import ActionRecord
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.link import page_link
from layouts.components.notes import NotesView, notes_below
from layouts.components.states import empty_state
from layouts.components.table import scroll_region
from layouts.plan import PATH
from layouts.plan_words import STATUS_NAMES, PlanView, due_mark

ROW = 44  # height of a row [px]; assets/css/50-plan.css has the same
_DAY = 7  # least width of a day [px]
_LABEL_SHARE = 0.035  # a month narrower than this has no room for its name


def gantt_card(view: PlanView, found: Gantt | None, notes: NotesView | None) -> html.Section:
    """The drawing with the notes of its days, or why there is none."""
    words = view.words
    if found is None or notes is None:
        body: list[Any] = [
            empty_state(words("No action has a day yet: open one and say when it starts and is due."))
        ]
    else:
        line = html.Div(
            [_head(view, found, notes), *_rows(view, found, notes)],
            className="gantt",
            style={"--days": f"{found.days * _DAY}px"},
        )
        body = [
            scroll_region(words("Plan by day"), line, "gantt__scroll"),
            *_undated(view, found),
            _legend(view),
            *notes_below(notes),
        ]
    return card(
        words("Plan by day"),
        *body,
        subtitle=words("A bar is from start to due; an arrow leads to what waits for it"),
        class_name="card--gantt",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.4f}%"


def _head(view: PlanView, found: Gantt, notes: NotesView) -> html.Div:
    marks: list[Any] = []
    for day, left, width in found.months:
        name = format_date(day, "LLLL y" if width > 3 * _LABEL_SHARE else "LLL", locale=view.words.language)
        text = name[:1].upper() + name[1:] if width > _LABEL_SHARE else ""
        marks.append(
            html.Span(
                text, className="gantt__month", style={"left": _percent(left), "width": _percent(width)}
            )
        )
    marks += [
        html.Span(str(day.day), className="gantt__week", style={"left": _percent(left)})
        for day, left in found.weeks
    ]
    marks.append(
        html.Span(view.words("today"), className="gantt__now", style={"left": _percent(found.today)})
    )
    marks += [
        html.Span(mark.sign, className="gantt__note", style={"left": _percent(_at(mark))})
        for mark in notes.marks
    ]
    line = html.Div(marks, className="gantt__line gantt__line--head", **attributes(aria_hidden="true"))
    return html.Div([html.Div(className="gantt__name"), line], className="gantt__row gantt__row--head")


def _at(mark: Mark) -> float:
    """The share of the whole line, which is one bucket of the axis."""
    return mark.at + 0.5


def _rows(view: PlanView, found: Gantt, notes: NotesView) -> list[Any]:
    today = html.I(className="gantt__today", style={"left": _percent(found.today)})
    weeks = [html.I(className="gantt__grid", style={"left": _percent(left)}) for _, left in found.weeks]
    weeks += [html.I(className="gantt__noted", style={"left": _percent(_at(mark))}) for mark in notes.marks]
    rows = []
    for place, bar in enumerate(found.bars):
        needed = [need for need in found.needs if need.after == place]
        needs = [_need(need) for need in needed]
        line = html.Div(
            [*weeks, today, *_bar(view, bar), *needs],
            className="gantt__line",
            **attributes(aria_hidden="true"),
        )
        early = any(need.broken for need in needed)
        rows.append(html.Li([_name(view, bar.action, early), line], className="gantt__row"))
    return [html.Ul(rows)]


def _name(view: PlanView, one: ActionRecord, early: bool) -> html.Div:
    """The action with its days in words: what the bar shows, for readers and phones.

    Args:
        early: it begins before something that it waits for has ended.
    """
    words, formats = view.words, view.formats
    days = formats.range(*(formats.day(day) if day else "…" for day in (one.starts_on, one.due_on)))
    waits = [other.title for other in view.actions if other.id in one.needs]
    parts: list[Any] = [
        page_link(one.title, PATH, view.opened(one.id), "gantt__title"),
        html.Span(
            [
                html.Span(" · ".join((words(STATUS_NAMES[one.status]), one.owner or words("no owner")))),
                html.Span(days, className="gantt__days"),
                *due_mark(view, one),
            ],
            className="gantt__meta",
        ),
    ]
    if waits:
        said = words("waits for: {titles}", titles="; ".join(waits))
        if early:
            said = words("{waits}; begins before that has ended", waits=said)
        parts.append(html.Span(said, className="gantt__waits"))
    return html.Div(parts, className="gantt__name")


def _bar(view: PlanView, bar: Bar) -> list[Any]:
    look = f"gantt__bar gantt__bar--{str(bar.action.status).replace('_', '-')}"
    parts = [html.I(className=look, style={"left": _percent(bar.left), "width": _percent(bar.width)})]
    if bar.late is not None:
        left, width = bar.late
        parts.append(
            html.I(className="gantt__late", style={"left": _percent(left), "width": _percent(width)})
        )
    if bar.live is not None:
        name = (
            view.words("live since {day}", day=view.formats.day(bar.action.live_on))
            if bar.action.live_on
            else ""
        )
        parts.append(html.I(className="gantt__live", title=name, style={"left": _percent(bar.live)}))
    return parts


def _need(need: Need) -> html.I:
    """An elbow from the end of the first bar, down or up, to the beginning of this one."""
    rows = need.after - need.before
    left, width = min(need.start, need.end), abs(need.end - need.start)
    look = " ".join(
        [
            "gantt__need",
            "gantt__need--down" if rows > 0 else "gantt__need--up",
            *(["gantt__need--broken"] if need.broken else []),
        ]
    )
    place = {
        "left": _percent(left),
        "width": f"max({_percent(width)}, 2px)",
        "height": f"{abs(rows) * ROW - 8}px",
    }
    return html.I(className=look, style=place)


def _undated(view: PlanView, found: Gantt) -> list[Any]:
    if not found.undated:
        return []
    links = [html.Li(page_link(one.title, PATH, view.opened(one.id))) for one in found.undated]
    return [html.Div([html.H3(view.words("Without a day")), html.Ul(links)], className="gantt__undated")]


def _legend(view: PlanView) -> html.P:
    words = view.words
    marks = (
        ("gantt__bar gantt__bar--idea", words("idea")),
        ("gantt__bar gantt__bar--in-progress", words("in progress")),
        ("gantt__bar gantt__bar--live", words("live or measured")),
        ("gantt__late", words("overdue")),
        ("gantt__live", words("went live")),
        ("gantt__early", words("begins before what it waits for has ended")),
    )
    return html.P(
        [html.Span([html.I(className=look), text], className="gantt__key") for look, text in marks],
        className="gantt__legend meta",
    )
