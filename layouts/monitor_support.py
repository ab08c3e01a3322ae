"""Consultations, webinars, materials and checks beside the actions: what is overdue, what comes, the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import html

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.support import SupportKind, SupportRecord
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.form import Field, form, post_button
from layouts.components.icon import icon
from layouts.components.link import outside_link, page_link
from layouts.components.pill import pill
from layouts.components.states import empty_state
from layouts.monitor import PATH

OPEN, NEW = "support", "new"  # address key of the open form: `new`, or a number
FOR = "for"  # address key: the action that a new one is for

KIND_NAMES: Mapping[SupportKind, str] = {
    SupportKind.CONSULTATION: msgid("consultation"),
    SupportKind.WEBINAR: msgid("webinar"),
    SupportKind.MATERIAL: msgid("material"),
    SupportKind.CHECK: msgid("check"),
}
_SIGNS = {
    SupportKind.CONSULTATION: "people",
    SupportKind.WEBINAR: "picture",
    SupportKind.MATERIAL: "book",
    SupportKind.CHECK: "search",
}


@dataclass(frozen=True, slots=True)
class SupportView:
    """What the card draws.

    Attributes:
        engagement: its key, for what is sent.
        records: all of them, in order of their days.
        actions: id -> title of the actions of the plan.
        people: who may be reminded, id -> name; `me` is the reader.
        edited: the one whose form is open; `asked` that the form of a new one is, `for_action` for which action.
    """

    words: Words
    formats: Formats
    address: Address
    engagement: str
    today: date
    records: Sequence[SupportRecord]
    actions: Mapping[int, str]
    people: Mapping[int, str]
    me: int
    edited: SupportRecord | None
    asked: bool
    for_action: int | None
    may_plan: bool

    def form_address(self, opened: str | None, action_id: int | None = None) -> Address:
        """With a form opened, or none."""
        chosen = None if action_id is None else str(action_id)
        return self.address.with_extras(**{OPEN: opened, FOR: chosen})


def support_cards(view: SupportView) -> list[Any]:
    """The open form, and the list."""
    words = view.words
    add = button_link(words("Add"), PATH, view.form_address(NEW), sign="plus")
    title = words("Consultations and materials")
    parts: list[Any] = []
    if not view.records:
        parts.append(
            empty_state(words("Nothing is planned: add a consultation, a webinar, a material or a check."))
        )
    for name, found in _groups(view):
        if found:
            parts += [html.H3(name), html.Ul([_line(view, one) for one in found], className="support")]
    return [
        *_form(view),
        card(
            title,
            *parts,
            subtitle=words("Who is named is reminded the day before and on the day"),
            aside=add if view.may_plan and not view.asked and view.edited is None else None,
            class_name="card--support",
        ),
    ]


def _groups(view: SupportView) -> Sequence[tuple[str, list[SupportRecord]]]:
    words, open_ = view.words, [one for one in view.records if not one.done]
    return (
        (words("Overdue"), [one for one in open_ if one.overdue(view.today)]),
        (words("Coming"), [one for one in open_ if not one.overdue(view.today)]),
        (words("Done"), [one for one in reversed(view.records) if one.done]),
    )


def state_pill(words: Words, one: SupportRecord, today: date) -> Any:
    """How it stands, as a word with a sign."""
    if one.done:
        return pill(words("ticked off"), "good", "check")
    if one.overdue(today):
        late = words.plural("{n} day overdue", "{n} days overdue", (today - one.day).days)
        return pill(late, "warn", "warning")
    if one.day == today:
        return pill(words("today"), "warn")
    return pill(words.plural("in {n} day", "in {n} days", (one.day - today).days))


def _line(view: SupportView, one: SupportRecord) -> html.Li:
    words = view.words
    about = [words(KIND_NAMES[one.kind]), view.formats.day(one.day, year=True), one.who]
    about.append(view.actions.get(one.action_id, "") if one.action_id else words("all actions"))
    title = outside_link(one.title, one.url) if one.url else one.title
    told = [
        html.Span([icon(_SIGNS[one.kind]), " ", title], className="support__title"),
        html.Span(" · ".join(part for part in about if part), className="support__about"),
    ]
    state = html.Span(state_pill(words, one, view.today), className="support__state")
    return html.Li([*_tick(view, one), html.Div(told, className="support__told"), state, *_acts(view, one)])


def _tick(view: SupportView, one: SupportRecord) -> list[Any]:
    if not view.may_plan:
        return []
    body = {"version": one.version, "done": not one.done}
    name = view.words("Done: {text}", text=one.title)
    sign = icon("check") if one.done else html.Span(className="support__box")
    return [post_button(sign, f"{PATH}/support/{one.id}/tick", body, name=name, pressed=one.done)]


def _acts(view: SupportView, one: SupportRecord) -> list[Any]:
    if not view.may_plan:
        return []
    words = view.words
    name = words("Edit: {text}", text=one.title)
    edit = page_link(words("Edit"), PATH, view.form_address(str(one.id)), "link", title=name)
    away = post_button(
        icon("close"),
        f"{PATH}/support/{one.id}/remove",
        {"version": one.version},
        ask=words("Take “{text}” away?", text=one.title),
        name=words("Take away: {text}", text=one.title),
    )
    return [html.Div([edit, away], className="log__acts")]


def _form(view: SupportView) -> list[Any]:
    if not view.may_plan or not (view.asked or view.edited):
        return []
    words, one = view.words, view.edited
    close = page_link(
        [icon("close"), html.Span(words("Close"), className="visually-hidden")],
        PATH,
        view.form_address(None),
        "button button--icon button--small",
        title=words("Close"),
    )
    action = (one.action_id if one else view.for_action) or ""
    kinds = [(str(kind), words(name)) for kind, name in KIND_NAMES.items()]
    actions = [("", words("all actions")), *((str(number), title) for number, title in view.actions.items())]
    # who no longer sees the engagement stays named until somebody chooses another one
    known = {one.user_id: one.who} | dict(view.people) if one else view.people
    people = [(str(number), name) for number, name in known.items()]
    fields = [
        Field("kind", words("Kind"), "select", kinds, str(one.kind) if one else ""),
        Field("title", words("What will be done"), value=one.title if one else ""),
        Field("day", words("Day"), "date", value=(one.day if one else view.today).isoformat()),
        Field("action", words("Action"), "select", actions, str(action), required=False),
        Field("person", words("Who is reminded"), "select", people, str(one.user_id if one else view.me)),
        Field(
            "url",
            words("Link"),
            "url",
            value=one.url if one else "",
            hint=words("To a file or a meeting; may stay empty"),
            required=False,
        ),
    ]
    path, body = f"{PATH}/support", {"engagement": view.engagement}
    if one is not None:
        path, body = f"{path}/{one.id}", {"version": one.version}
    made = form(path, fields, words("Save"), words("Saved"), primary=True, body=body)
    title = words("Edit: {text}", text=one.title) if one else words("New beside the actions")
    return [card(title, made, aside=close, class_name="card--note card--support-form")]
