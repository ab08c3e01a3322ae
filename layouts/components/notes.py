"""The words of the notes below a chart over time: by letter, to read, to follow, to hide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.notes import Mark, Note, NoteKind
from layouts.components.attributes import attributes
from layouts.components.link import page_link

KEY, HIDDEN = "notes", "0"  # address key that hides the notes
_LINES = 3  # of one mark
_LOG = "/monitor"


@dataclass(frozen=True, slots=True)
class NotesView:
    """The notes of one axis.

    Attributes:
        path, address: of the page that is open.
        marks: what is drawn; empty where they are hidden.
        count: notes on this axis, drawn or not.
        may_note: the person may note a day; `may_read` may see notes at all.
    """

    words: Words
    formats: Formats
    path: str
    address: Address
    marks: tuple[Mark, ...]
    count: int
    shown: bool
    may_note: bool
    may_read: bool


def notes_below(view: NotesView) -> list[Any]:
    """What stands below the chart; nothing for who may not read notes."""
    if not view.may_read:
        return []
    words = view.words
    lines = [line for mark in view.marks for line in _lines(view, mark)]
    parts: list[Any] = []
    if lines:
        label = words("Notes on the time axis")
        parts.append(html.Ul(lines, className="notes__list", **attributes(aria_label=label)))
    return [html.Div([*parts, html.P(_links(view), className="notes__links")], className="notes")]


def note_link(text: Any, link: str) -> Any:
    """The text as a link to the place of the product that tells more, where it has one."""
    if not link:
        return text
    path, _, search = link.partition("?")
    return page_link(text, path, Address.parse(search))


def _lines(view: NotesView, mark: Mark) -> Iterator[html.Li]:
    shown, more = told(view.words, mark.notes)
    for place, note in enumerate(shown):
        sign = html.B(mark.sign, className="notes__sign" + (" notes__sign--again" if place else ""))
        rest = [html.Span(view.words("and {n} more", n=more))] if more and place == len(shown) - 1 else []
        day = html.Span(view.formats.day(note.day, year=True), className="notes__day")
        yield html.Li([sign, html.Span([day, " ", note_link(note.text, note.link), " ", *rest])])


def told(words: Words, notes: Sequence[Note]) -> tuple[list[Note], int]:
    """The notes of a mark that are written out, several imports as one line, and how many are not."""
    imports = [note for note in notes if note.kind is NoteKind.IMPORT]
    rest = [note for note in notes if note.kind is not NoteKind.IMPORT]
    if len(imports) > 1:
        last = imports[-1]
        text = words.plural("{n} import", "{n} imports", len(imports))
        imports = [Note(last.day, text, NoteKind.IMPORT, link=last.link)]
    lines = [*rest, *imports]
    return lines[:_LINES], max(0, len(lines) - _LINES)


def _links(view: NotesView) -> list[Any]:
    words, plain = view.words, view.address.for_page()
    hidden = view.count - sum(len(mark.notes) for mark in view.marks)
    links: list[Any] = []
    if view.count:
        if view.shown:
            links.append(page_link(words("Hide notes"), view.path, view.address.with_extras(**{KEY: HIDDEN})))
        else:
            text = words.plural("Show {n} note", "Show {n} notes", view.count)
            links.append(page_link(text, view.path, view.address.with_extras(**{KEY: None})))
        if view.shown and hidden:
            text = words.plural("{n} more note in the log", "{n} more notes in the log", hidden)
            links.append(page_link(text, _LOG, plain.with_extras(tab="log")))
    if view.may_note:
        links.append(page_link(words("Note a day"), _LOG, plain.with_extras(tab="log", note="new")))
    return links
