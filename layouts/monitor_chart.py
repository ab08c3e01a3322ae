"""The card with the line of what happened beside the line of what would have happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.analytics.effect import Effect, EffectWeek
from dashboard.figures.effect import HEIGHT, StartMark, drawn, effect_figure, week_name
from dashboard.figures.notes import annotated
from dashboard.i18n.formats import DASH
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.chart import chart
from layouts.components.definition import definition
from layouts.components.link import page_link
from layouts.components.notes import NotesView, notes_below
from layouts.components.table import table
from layouts.monitor import PATH
from layouts.monitor_shown import proof
from layouts.monitor_words import MonitorView, title_of, verdict_pill

CARD = "monitor-effect"
GRAPH = "monitor-effect-graph"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def starts_of(view: MonitorView, effect: Effect) -> list[tuple[StartMark, int]]:
    """Every registered action of the effect's step, lettered in order of its start, with its number."""
    step = (effect.plan.from_stage, effect.plan.to_stage)
    same = [
        one
        for one in view.kept.values()
        if (one.promise.from_stage, one.promise.to_stage) == step
        and (one.action_id in effect.plan.ids or one.promise.segment in ("", effect.plan.segment))
    ]
    same.sort(key=lambda one: (one.promise.starts_on, one.id))
    return [
        (StartMark(letter, one.promise.starts_on, one.title), one.action_id)
        for letter, one in zip(_LETTERS, same, strict=False)
    ]


def effect_card(view: MonitorView, effect: Effect, theme: str, notes: NotesView) -> html.Section:
    """The open effect as a picture.

    Args:
        theme: `light` or `dark`.
        notes: of the weeks that are drawn, beside the starts.
    """
    words = view.words
    weeks, marks = drawn(effect.weeks), starts_of(view, effect)
    title = words("Conversion “{step}” and the forecast without the action", step=view.step_name(effect.plan))
    body: list[Any] = [
        html.P(f"{title_of(words, effect.plan)} · {view.where(effect.plan)}", className="meta")
    ]
    if weeks:
        figure = effect_figure(weeks, [mark for mark, _ in marks], words, view.formats, theme)
        body.append(
            chart(
                GRAPH,
                annotated(figure, notes.marks),
                height=HEIGHT,
                message=_message(view, effect, title),
                language=words.language,
                table=_twin(view, effect),
            )
        )
    else:
        body.append(html.P(words("There is no week to draw yet."), className="meta effect__none"))
    body.append(html.Div([_starts(view, effect, marks), *_young(view, effect)], className="effect__below"))
    body += notes_below(notes)
    body += proof(view, effect)
    return card(
        title,
        *body,
        subtitle=words("Dashed: what would have been without the action; band: 95% interval"),
        aside=verdict_pill(words, effect.verdict),
        tools=card_tools(words, CARD, view.shown(effect.plan.action_id), title),
        class_name="effect__chart",
    )


def _message(view: MonitorView, effect: Effect, title: str) -> str:
    found = effect.finding
    if found is None:
        return title
    share = view.formats.share
    return view.words(
        "{title}: {after} after the start, {without} without the action",
        title=title,
        after=share(found.after, 1),
        without=share(found.without, 1),
    )


def _starts(view: MonitorView, effect: Effect, marks: Sequence[tuple[StartMark, int]]) -> html.Ul:
    """The letters of the picture: day, action, a link to its effect."""
    rows = []
    for mark, action_id in marks:
        name: Any = mark.title
        if action_id not in effect.plan.ids:
            name = page_link(mark.title, PATH, view.shown(action_id))
        sign = html.B(mark.letter, className="effect__letter")
        rows.append(html.Li([sign, html.Span([f"{view.day(mark.day)} · ", name])]))
    return html.Ul(rows, className="effect__starts")


def _young(view: MonitorView, effect: Effect) -> list[Any]:
    """`Not counted yet: 412 entries`, since they may still go on."""
    if not effect.not_counted:
        return []
    words = view.words
    said = words.plural("Not counted yet: {n} entry", "Not counted yet: {n} entries", effect.not_counted)
    why = words.plural(
        "A customer counts {n} day after the entry: until then he may still go on.",
        "A customer counts {n} days after the entry: until then he may still go on.",
        effect.plan.window_days,
    )
    return [html.P([said, definition(said, why)], className="meta")]


def _twin(view: MonitorView, effect: Effect) -> html.Details:
    """The same figures as a table, all weeks of them."""
    words = view.words
    titles = (
        words("Week"),
        words("Begins"),
        words("Entries"),
        words("Went on"),
        words("Share"),
        words("Without the action"),
        words("95% interval"),
    )
    rows = [_row(view, week) for week in effect.weeks]
    body = table(words("Week by week"), titles, rows, numbers=range(2, len(titles)))
    return html.Details([html.Summary(words("As a table")), body], className="twin")


def _row(view: MonitorView, week: EffectWeek) -> html.Tr:
    words, formats = view.words, view.formats
    name = week_name(week, words)
    band = DASH.join(formats.share(end, 1) for end in (week.low, week.high)) if week.low is not None else "—"
    cells = [
        formats.day(week.since, year=True),
        formats.number(week.reached),
        formats.number(week.went_on),
        formats.share(week.rate, 1) if week.mature else words("not counted yet"),
        formats.share(week.without, 1),
        band,
    ]
    look = ["", *["number"] * 5]
    return html.Tr(
        [
            html.Th(name, scope="row"),
            *(html.Td(text, className=kind) for text, kind in zip(cells, look, strict=True)),
        ]
    )
