"""The tab of the digests: who gets which letter when, the form, and the letter as it would be sent now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.letter import Rhythm
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.form import Field, form, post_button
from layouts.components.icon import icon
from layouts.components.link import export_link, page_link
from layouts.components.pill import Tone, pill
from layouts.components.segmented import Choice, segmented
from layouts.components.states import empty_state
from layouts.monitor import PATH

OPEN, NEW = "digest", "new"  # address key of the open form: `new`, or a number
LETTER = "letter"  # address key of what the letter shows: a rhythm, or the number of a digest
TONGUE = "tongue"  # address key: language of the letter, where it is not the reader's
FRAME = "monitor-letter"  # id of the frame
PDF = "/export/digest.pdf"

RHYTHMS: Mapping[Rhythm, str] = {
    Rhythm.WEEK: msgid("every Monday"),
    Rhythm.MONTH: msgid("on the first of each month"),
}
LANGUAGES: Mapping[str, str] = {"ru": msgid("in Russian"), "en": msgid("in English")}


@dataclass(frozen=True, slots=True)
class DigestRow:
    """A line of the list.

    Attributes:
        filters: chosen segments and channels in words; empty = everything.
        search: its filters as a query string.
        last: what became of the last letter; empty = none yet.
        why_not: why none can go at the moment; empty = it can.
    """

    id: int
    version: int
    name: str
    mine: bool
    every: Rhythm
    hour: int
    language: str
    filters: str
    search: str
    enabled: bool
    last: str
    why_not: str


@dataclass(frozen=True, slots=True)
class DigestsView:
    """What the tab draws.

    Attributes:
        engagement: its key, for what is sent.
        rows: the reader's own first; `edited` the one whose form is open, `asked` that the form of a new one is.
        people: who may get one, id -> name: for who may approve; else the reader alone.
        me: id of the reader.
        filters: the filters of the screen in words, `search` as a query string.
        page: the letter as it would be sent now; empty with `problem`, which says why there is none.
        subject: of the letter.
        shown: rhythm of the letter; None = that of a digest.
        language: of the letter.
        may_have: the reader may have letters: no guest.
    """

    words: Words
    address: Address
    engagement: str
    rows: Sequence[DigestRow]
    edited: DigestRow | None
    asked: bool
    people: Mapping[int, str]
    me: int
    filters: str
    search: str
    page: str
    problem: str
    subject: str
    shown: Rhythm | None
    language: str
    may_have: bool


def digests_cards(view: DigestsView) -> list[Any]:
    """The open form, the list, the letter."""
    return [*_form(view), _list(view), _letter(view)]


def _list(view: DigestsView) -> html.Section:
    words = view.words
    add = button_link(
        words("Get a letter"), PATH, view.address.with_extras(**{OPEN: NEW}), sign="plus", primary=True
    )
    nothing = words("Nobody gets a letter yet. It tells what changed and what waits, and comes by itself.")
    body = (
        html.Ul([_row(view, one) for one in view.rows], className="people")
        if view.rows
        else empty_state(nothing)
    )
    free = view.may_have and not view.asked and view.edited is None
    subtitle = words("What changed and what waits, by e-mail with a PDF, under the rights of who reads it")
    return card(words("Letters"), body, subtitle=subtitle, aside=add if free else None)


def _row(view: DigestsView, one: DigestRow) -> html.Li:
    words = view.words
    when = words("{rhythm} at {hour}", rhythm=words(RHYTHMS[one.every]), hour=f"{one.hour}:00")
    facts = [when, words(LANGUAGES[one.language])]
    facts.append(words("only {filters}", filters=one.filters) if one.filters else words("everything"))
    about: list[Any] = [html.B(words("{name} (you)", name=one.name) if one.mine else one.name)]
    about.append(html.Span(" · ".join(facts), className="people__rights"))
    if one.last:
        about.append(html.Span(one.last, className="people__rights"))
    if one.why_not:
        about.append(html.Span(one.why_not, className="delivery__problem"))
    mark, tone = _mark(words, one)
    parts = [html.Div(about, className="people__about"), html.Div(pill(mark, tone))]
    return html.Li([*parts, html.Div(_acts(view, one), className="people__acts")], className="people__row")


def _mark(words: Words, one: DigestRow) -> tuple[str, Tone]:
    if not one.enabled:
        return words("off"), "neutral"
    return (words("cannot go"), "warn") if one.why_not else (words("on"), "good")


def _acts(view: DigestsView, one: DigestRow) -> list[Any]:
    words, place = view.words, f"{PATH}/digests/{one.id}"
    turn = words("Switch off") if one.enabled else words("Switch on")
    look = view.address.with_extras(**{LETTER: str(one.id), TONGUE: None, OPEN: None})
    edit = view.address.with_extras(**{OPEN: str(one.id)})
    return [
        page_link(
            words("Show the letter"), PATH, look, "button", title=words("The letter of {name}", name=one.name)
        ),
        page_link(words("Edit"), PATH, edit, "button", title=words("Letter: {name}", name=one.name)),
        post_button(words("Send now"), f"{place}/send", {"version": one.version}),
        post_button(turn, f"{place}/switch", {"version": one.version, "enabled": not one.enabled}),
        post_button(
            words("Delete"),
            f"{place}/remove",
            {"version": one.version},
            ask=words("Delete the letter of {name}?", name=one.name),
        ),
    ]


def _form(view: DigestsView) -> list[Any]:
    """The form of a new letter or of the opened one."""
    if not view.may_have or not (view.asked or view.edited):
        return []
    words, one = view.words, view.edited
    close = page_link(
        [icon("close"), html.Span(words("Close"), className="visually-hidden")],
        PATH,
        view.address.with_extras(**{OPEN: None}),
        "button button--icon button--small",
        title=words("Close"),
    )
    people = [(str(number), name) for number, name in view.people.items()]
    hours = [(str(hour), f"{hour}:00") for hour in range(24)]
    rhythms = [(str(key), words(name)) for key, name in RHYTHMS.items()]
    tongues = [(key, words(name)) for key, name in LANGUAGES.items()]
    own = view.words.language
    fields = [
        Field("every", words("When"), "select", rhythms, str(one.every) if one else str(Rhythm.WEEK)),
        Field("hour", words("Hour"), "select", hours, str(one.hour if one else 8)),
        Field("language", words("Language"), "select", tongues, one.language if one else own),
        _filters(view),
    ]
    path, body = f"{PATH}/digests", {"engagement": view.engagement}
    if one is None:
        fields.insert(0, Field("person", words("Who"), "select", people, str(view.me)))
    else:
        path, body = f"{path}/{one.id}", {"version": one.version}
    made = form(path, fields, words("Save the letter"), words("Saved"), primary=True, body=body)
    title = words("Letter: {name}", name=one.name) if one else words("A letter that comes by itself")
    return [card(title, made, aside=close)]


def _filters(view: DigestsView) -> Field:
    """Everything, what the screen shows, or what the letter had."""
    words, one = view.words, view.edited
    choices = {"": words("Everything")}
    if one is not None and one.search:
        choices[one.search] = words("Only {filters}", filters=one.filters)
    if view.search:
        choices[view.search] = words("Only {filters}", filters=view.filters)
    hint = "" if view.search else words("Choose segments or channels above to get a letter about these alone")
    value = one.search if one else view.search
    return Field("search", words("About"), "select", list(choices.items()), value, hint=hint, required=False)


def _letter(view: DigestsView) -> html.Section:
    words, address = view.words, view.address
    rhythms = [
        Choice(name, address.with_extras(**{LETTER: str(key)}), view.shown is key)
        for key, name in (
            (Rhythm.WEEK, words("Weekly letter")),
            (Rhythm.MONTH, words("Monthly letter")),
        )
    ]
    tongues = [
        Choice(words(name), address.with_extras(**{TONGUE: key}), view.language == key)
        for key, name in LANGUAGES.items()
    ]
    switches: list[Any] = [segmented(words("Which letter"), PATH, rhythms)]
    if view.shown is not None:
        switches.append(segmented(words("Language"), PATH, tongues))
    if view.page:
        switches.append(
            export_link(
                words("Download the PDF"), "digest", "pdf", address, "button", words("Download the PDF")
            )
        )
    body: list[Any] = [html.Div(switches, className="letter__switches")]
    if view.problem:
        body.append(empty_state(view.problem))
    else:
        body.append(html.P(words("Subject: {subject}", subject=view.subject), className="letter__subject"))
        body.append(
            html.Iframe(
                id=FRAME,
                title=words("The letter as it would be sent now"),
                srcDoc=view.page,
                sandbox="allow-popups allow-popups-to-escape-sandbox",
                className="letter__page",
            )
        )
    return card(words("The letter as it would be sent now"), *body)
