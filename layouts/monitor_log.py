"""The tab of the log: one line of time with decisions, notes by hand and those that the product makes by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from babel.dates import format_date
from dash import html

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.notes import Note, NoteKind
from layouts.components.address_fields import AddressField, address_fields
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.form import Field, form, post_button
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.notes import note_link
from layouts.components.pill import Tone, pill, segment_name
from layouts.components.segmented import Choice, segmented
from layouts.components.states import empty_state
from layouts.monitor import PATH
from layouts.monitor_words import VERDICTS

CARD = "monitor-log"
NOTE, NEW = "note", "new"  # address key of the open form: `new`, or the number of a note
KIND, ACTION, PERSON = "kind", "action", "who"  # keys of the filters
MOST_LINES = 300  # on the screen; the file has all

KIND_NAMES: Mapping[NoteKind, str] = {
    NoteKind.DECISION: msgid("Decisions"),
    NoteKind.NOTE: msgid("Notes"),
    NoteKind.ACTION: msgid("Go-lives"),
    NoteKind.DEFINITION: msgid("Definitions"),
    NoteKind.IMPORT: msgid("Imports"),
}
_ONE: Mapping[NoteKind, tuple[str, Tone, str]] = {  # word, tone and sign of one of them
    NoteKind.DECISION: (msgid("decision"), "good", "check"),
    NoteKind.NOTE: (msgid("note"), "neutral", "bookmark"),
    NoteKind.ACTION: (msgid("go-live"), "neutral", "plan"),
    NoteKind.DEFINITION: (msgid("definition"), "warn", "gear"),
    NoteKind.IMPORT: (msgid("import"), "neutral", "database"),
}


@dataclass(frozen=True, slots=True)
class LogView:
    """What the tab draws.

    Attributes:
        engagement: its key, for what is sent.
        notes: under the filters, the newest first; `counts` of each kind under the other filters.
        actions: id and title of those that have a line; `people` who stand in one.
        segments: of the engagement, in its order.
        edited: the note whose form is open; `asked` that the form of a new one is.
        may_note: the reader may write; `today` in the engagement's zone.
    """

    words: Words
    formats: Formats
    address: Address
    engagement: str
    notes: Sequence[Note]
    counts: Mapping[NoteKind, int]
    actions: Sequence[tuple[int, str]]
    people: Sequence[str]
    segments: Sequence[str]
    edited: Note | None
    asked: bool
    may_note: bool
    today: date


def log_cards(view: LogView) -> list[Any]:
    """The open form above the line of time."""
    words = view.words
    title = words("Decisions and notes")
    add = button_link(
        words("Note a day"), PATH, view.address.with_extras(**{NOTE: NEW}), sign="plus", primary=True
    )
    body = [_filters(view), *(_months(view) if view.notes else [_nothing(view)])]
    return [
        *_form(view),
        card(
            title,
            *body,
            subtitle=words(
                "What happened and who decided what, the newest first; the same notes stand on every chart"
            ),
            aside=add if view.may_note and not view.asked and view.edited is None else None,
            tools=card_tools(words, CARD, view.address, title, picture=False),
            class_name="card--log",
        ),
    ]


def _nothing(view: LogView) -> Any:
    words = view.words
    if sum(view.counts.values()) or any(view.address.extras.get(key) for key in (KIND, ACTION, PERSON)):
        return empty_state(words("Nothing in the log fits these filters."))
    return empty_state(
        words("Nothing has happened yet: note a day, or let an action go live."),
    )


def _form(view: LogView) -> list[Any]:
    """The form of a new note or of the opened one; nothing for who may not write."""
    if not view.may_note or not (view.asked or view.edited):
        return []
    words, one = view.words, view.edited
    close = page_link(
        [icon("close"), html.Span(words("Close"), className="visually-hidden")],
        PATH,
        view.address.with_extras(**{NOTE: None}),
        "button button--icon button--small",
        title=words("Close"),
    )
    known = [("", words("All segments")), *((key, segment_name(words, key)) for key in view.segments)]
    hint = words("One line; it stands on every chart")
    fields = [
        Field("day", words("Day"), "date", value=(one.day if one else view.today).isoformat()),
        Field("text", words("What happened"), value=one.text if one else "", hint=hint),
        Field("segment", words("Segment"), "select", known, one.segment if one else "", required=False),
    ]
    path, body = f"{PATH}/notes", {"engagement": view.engagement}
    if one is not None:
        path, body = f"{path}/{one.number}", {"version": one.version}
    made = form(path, fields, words("Save the note"), words("Noted"), primary=True, body=body)
    title = words("Change the note") if one else words("Note a day")
    return [card(title, made, aside=close, class_name="card--note")]


def _filters(view: LogView) -> html.Div:
    words, address = view.words, view.address
    chosen = address.extras.get(KIND)
    kinds = [Choice(words("Everything"), address.with_extras(**{KIND: None}), chosen not in list(NoteKind))]
    kinds += [
        Choice(
            f"{words(name)} {view.counts.get(kind, 0)}", address.with_extras(**{KIND: kind}), chosen == kind
        )
        for kind, name in KIND_NAMES.items()
        if view.counts.get(kind) or chosen == kind
    ]
    fields = []
    if view.actions:
        titles = [("", words("All actions")), *((str(number), title) for number, title in view.actions)]
        said = address.extras.get(ACTION, "")
        fields.append(AddressField(ACTION, words("Action"), "select", said, choices=titles))
    if len(view.people) > 1:
        names = [("", words("All people")), *((name, name) for name in view.people)]
        said = address.extras.get(PERSON, "")
        fields.append(AddressField(PERSON, words("Person"), "select", said, choices=names))
    parts: list[Any] = [segmented(words("Kind"), PATH, kinds)] if len(kinds) > 1 else []
    if fields:
        parts.append(address_fields(fields, words("There is no such choice")))
    return html.Div(parts, className="log__filters")


def _months(view: LogView) -> list[Any]:
    """The lines by month."""
    shown = view.notes[:MOST_LINES]
    parts: list[Any] = []
    for (year, month), group in groupby(shown, key=lambda one: (one.day.year, one.day.month)):
        name = format_date(date(year, month, 1), "LLLL y", locale=view.words.language)
        parts.append(html.H3(name[:1].upper() + name[1:], className="log__month"))
        parts.append(html.Ul([_line(view, one) for one in group], className="log"))
    if rest := len(view.notes) - len(shown):
        text = view.words.plural(
            "and {n} older line: the file has all", "and {n} older lines: the file has all", rest
        )
        parts.append(html.P(text, className="meta"))
    return parts


def _line(view: LogView, one: Note) -> html.Li:
    words = view.words
    word, tone, sign = _ONE[one.kind]
    about = [segment_name(words, one.segment)] if one.segment else []
    about += [one.who] if one.who else []
    told: list[Any] = [html.Span(note_link(one.text, one.link), className="log__text")]
    told += [html.Span(text, className="log__detail") for text in one.detail]
    told += [html.Span(" · ".join(about), className="log__who")] if about else []
    return html.Li(
        [
            html.Time(view.formats.day(one.day), className="log__day", dateTime=one.day.isoformat()),
            html.Span(pill(words(word), tone, sign), className="log__kind"),
            html.Div(told, className="log__told"),
            *_acts(view, one),
        ]
    )


def _acts(view: LogView, one: Note) -> list[Any]:
    """Change and take away, of notes by hand."""
    if one.number is None or not view.may_note:
        return []
    words = view.words
    name = words("Change the note of {day}", day=view.formats.day(one.day, year=True))
    edit = page_link(
        words("Edit"), PATH, view.address.with_extras(**{NOTE: str(one.number)}), "link", title=name
    )
    away = post_button(
        icon("close"),
        f"{PATH}/notes/{one.number}/remove",
        {"version": one.version},
        ask=words("Take this note away from every chart?"),
        name=words("Take away: {text}", text=one.text),
    )
    return [html.Div([edit, away], className="log__acts")]


def figures_then(words: Words, formats: Formats, figures: Mapping[str, Any]) -> str:
    """What the screen said when somebody decided: verdict, look, points and money with their intervals.

    Args:
        figures: as a decision keeps them; empty = it kept none.
    """
    known = next((one for one in VERDICTS if one == figures.get("verdict")), None)
    parts = [words(VERDICTS[known][0])] if known is not None else []
    if isinstance(look := figures.get("look"), int) and look:
        parts.append(words("week {n} of {weeks}", n=str(look), weeks=str(figures.get("weeks"))))
    for name, written in (("points", formats.points), ("money", formats.money_signed)):
        if isinstance(found := figures.get(name), Mapping):
            ends = formats.range(written(found["low"]), written(found["high"]))
            parts.append(f"{written(found['actual'])} ({ends})")
    return words("On the screen then: {figures}", figures="; ".join(parts)) if parts else ""
