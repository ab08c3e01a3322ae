"""The tab of the log answers: its lines, its filters, its file, and notes by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from dash import Dash

from callbacks.notes import notes_of
from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.journey.notes import Note, NoteKind
from dashboard.server.posts import post
from dashboard.server.sheets import Column, Sheet
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import actions
from data_access.state import annotations as day_notes
from layouts.components.pill import segment_name
from layouts.monitor_log import ACTION, KIND, KIND_NAMES, NEW, NOTE, PERSON, LogView, log_cards


def show_log(services: Services, ask: Ask) -> Any:
    """The line of time under the address's filters."""
    return log_cards(log_view(services, ask))


def log_view(services: Services, ask: Ask) -> LogView:
    """What the address asks of the log."""
    told = sorted(notes_of(services, ask), key=lambda one: one.day, reverse=True)
    others = [one for one in told if _fits(ask, one)]
    kind, opened = ask.extras.get(KIND), ask.extras.get(NOTE)
    kept = [one for one in others if kind not in list(NoteKind) or one.kind == kind]
    titles = {one.id: one.title for one in actions.listed(services.state(), ask.user, ask.scope.engagement)}
    mine = {one.action_id for one in told if one.action_id is not None}
    return LogView(
        ask.words,
        ask.formats,
        ask.address,
        ask.scope.engagement,
        kept,
        Counter(one.kind for one in others),
        sorted(((number, titles[number]) for number in mine if number in titles), key=lambda one: one[1]),
        sorted({one.who for one in told if one.who}),
        ask.info.segments,
        next((one for one in told if one.number is not None and str(one.number) == opened), None),
        opened == NEW,
        may_note=ask.user.may(Action.PLAN) and not ask.user.is_guest,
        today=wall_clock(services.clock(), ask.info.zone).date(),
    )


def log_sheet(services: Services, ask: Ask) -> Sheet:
    """Every line under the filters."""
    words, view = ask.words, log_view(services, ask)
    columns = (
        Column(words("Day"), "date"),
        Column(words("Kind")),
        Column(words("What happened")),
        Column(words("Segment")),
        Column(words("Who")),
        Column(words("Details")),
        Column(words("Action"), "number"),
    )
    lines = [
        (
            one.day,
            words(KIND_NAMES[one.kind]),
            one.text,
            segment_name(words, one.segment or None),
            one.who,
            "; ".join(one.detail),
            one.action_id,
        )
        for one in view.notes
    ]
    nothing = (None, None, words("Nothing in the log fits these filters."), *(None for _ in columns[3:]))
    return Sheet(words("Decisions and notes"), columns, lines or [nothing])


def register(app: Dash, services: Services) -> None:
    """Wire the notes by hand."""
    server = app.server

    @post(server, "/monitor/notes", "notes.add", engagement=str, day=str, text=str, segment=str)
    def add(wish: dict[str, str]) -> dict[str, Any]:
        ask = _ask(services, wish["engagement"])
        state, who, key = services.state(), ask.user, ask.scope.engagement
        day_notes.add(state, who, key, _wording(wish), ask.info.segments, services.clock())
        return _closed()

    @post(server, "/monitor/notes/<int:number>", "notes.change", version=int, day=str, text=str, segment=str)
    def change(wish: dict[str, Any], number: int) -> dict[str, Any]:
        state, who = services.state(), services.viewer()
        segments = _ask(services, day_notes.engagement_of(state, who, number)).info.segments
        day_notes.change(state, who, number, wish["version"], _wording(wish), segments)
        return _closed()

    @post(server, "/monitor/notes/<int:number>/remove", "notes.remove", version=int)
    def remove(wish: dict[str, int], number: int) -> dict[str, Any]:
        day_notes.remove(services.state(), services.viewer(), number, wish["version"])
        return _closed()


def _fits(ask: Ask, one: Note) -> bool:
    """Under the filters of action and person."""
    action, person = ask.extras.get(ACTION), ask.extras.get(PERSON)
    return (not action or str(one.action_id) == action) and (not person or one.who == person)


def _ask(services: Services, engagement: str) -> Ask:
    """Whose note it becomes: asked with the person's own rights."""
    return services.ask(services.visit("/monitor", f"?e={engagement}"), Action.PLAN)


def _closed() -> dict[str, Any]:
    return {"go": {NOTE: ""}}


def _wording(wish: dict[str, Any]) -> day_notes.Wording:
    return day_notes.Wording(day_of(wish["day"]), wish["text"], wish["segment"])


def day_of(text: str) -> date:
    """The day of a form.

    Raises:
        JourneyError: `bad_day`.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise JourneyError("bad_day", value=text[:40]) from error
