"""The journal of imports: who brought what and when, what became of it, and the way back and forth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.form import post_button
from layouts.components.link import page_link
from layouts.components.pill import Tone, pill
from layouts.components.states import empty_state
from layouts.data import JOURNAL, PATH, Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One import.

    Attributes:
        when: local time, in words.
        what: files, or what else was done.
        status, tone: what became of it, in words.
        rows: how many rows came in, in words.
        problem: why it failed, in words; empty where it did not.
        current: viewers see this one.
        has_report: its report can be looked at.
    """

    id: int
    when: str
    who: str
    what: str
    status: str
    tone: Tone
    rows: str
    problem: str
    current: bool
    has_report: bool


def journal_card(
    place: Place, engagement: str, entries: Sequence[Entry], undo: str, redo: str
) -> html.Section:
    """Every import, newest first.

    Args:
        undo, redo: what these would do, in words; empty where there is nothing to do.
    """
    words = place.words
    acts: list[Any] = []
    if undo:
        ask = words("Undo: {what}? Viewers see the data before it at once; you can redo it.", what=undo)
        acts.append(
            post_button(words("Undo the last import"), f"{PATH}/undo", {"engagement": engagement}, ask=ask)
        )
    if redo:
        acts.append(post_button(words("Redo: {what}", what=redo), f"{PATH}/redo", {"engagement": engagement}))
    if not entries:
        way = button_link(words("Import a file"), PATH, place.start, primary=True)
        return card(words("Journal of imports"), empty_state(words("Nothing was imported yet."), way))
    rows = [_entry(place, entry) for entry in entries]
    return card(
        words("Journal of imports"),
        html.Ul(rows, className="journal"),
        subtitle=words("Who brought what and when; a failed import changed nothing"),
        aside=html.Div(acts, className="data__acts") if acts else None,
    )


def _entry(place: Place, entry: Entry) -> html.Li:
    words = place.words
    marks: list[Any] = [pill(entry.status, entry.tone)]
    if entry.current:
        marks.insert(0, pill(words("viewers see this"), "good", "check"))
    about: list[Any] = [
        html.Div([html.B(entry.what), html.Span(f"{entry.when} · {entry.who}", className="files__size")]),
    ]
    if entry.problem:
        about.append(html.P(entry.problem, className="form__note--bad"))
    end: list[Any] = [html.Span(entry.rows, className="journal__rows")]
    if entry.has_report:
        address = place.address.with_extras(tab=JOURNAL, report=str(entry.id))
        end.append(page_link(words("Report"), PATH, address))
    return html.Li(
        [
            html.Div(about),
            html.Div(marks, className="journal__marks"),
            html.Div(end, className="journal__end"),
        ],
        className="journal__row",
    )


def report_head(place: Place, entry: Entry) -> html.Div:
    """Whose report is open, and the way back to the journal."""
    back = page_link(place.words("Journal of imports"), PATH, place.address.with_extras(report=None))
    return html.Div(
        [html.B(entry.what), html.Span(f" · {entry.when} · {entry.who} · ", className="files__size"), back],
        className="data__done",
    )
