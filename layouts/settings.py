"""The page /settings: people with their rights and engagements, for whoever manages them; targets stand beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.card import card, page_header
from layouts.components.form import Field, form, post_button
from layouts.components.pill import pill
from layouts.components.segmented import Choice, segmented
from layouts.components.states import skeleton
from layouts.components.table import table
from layouts.messages import LANGUAGE_NAMES, role_name

PATH = "/settings"
PEOPLE, ENGAGEMENTS, TARGETS, DELIVERY = "people", "engagements", "targets", "delivery"  # values of `tab`
WORKER = "worker"


class Ids(StrEnum):
    """Fixed places of the page."""

    TABS = "settings-tabs"
    LIST = "settings-list"
    ADD = "settings-add"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who may sign in, or might once more.

    Attributes:
        all_of_them: an admin sees every engagement, whatever was granted.
        engagements: keys.
        own: the reader's own account, whose role nobody but another admin changes.
    """

    id: int
    name: str
    login: str
    role: str
    engagements: tuple[str, ...]
    all_of_them: bool
    disabled: bool
    own: bool
    email: str = ""


@dataclass(frozen=True, slots=True)
class EngagementRow:
    """One client's journey in the list."""

    key: str
    name: str
    currency: str
    zone: str
    stages: int
    demo: bool


def layout(words: Words) -> list[Any]:
    """The page before its lists."""
    return [
        page_header(
            words("Settings"),
            words("People, engagements, targets and messages"),
            html.Div(id=Ids.TABS, className="page__tabs"),
        ),
        html.Div(skeleton(805, phone=1109), id=Ids.LIST),
        html.Div(skeleton(634, phone=666), id=Ids.ADD),
    ]


def tabs(words: Words, address: Address, chosen: str, *, may_manage: bool) -> html.Nav:
    """The tabs that the person may open."""
    names = {TARGETS: words("Targets"), DELIVERY: words("Delivery")}
    if may_manage:
        managed = {PEOPLE: words("People"), ENGAGEMENTS: words("Engagements")}
        names = managed | names | {WORKER: words("Worker")}
    bare, first = address.for_page(), next(iter(names))
    return segmented(
        words("Settings"),
        PATH,
        [
            Choice(name, bare.with_extras(tab=None if tab == first else tab), tab == chosen)
            for tab, name in names.items()
        ],
    )


def people_card(
    words: Words, people: Sequence[PersonRow], engagements: Sequence[EngagementRow], roles: Sequence[str]
) -> html.Section:
    """Everybody with an account, and what can be done about each."""
    names = {one.key: one.name for one in engagements}
    rows = [_person(words, person, names, roles) for person in people]
    return card(
        words("People"),
        html.Ul(rows, className="people"),
        subtitle=words("A change of rights holds from the person's next click on"),
    )


def add_person_card(words: Words, roles: Sequence[str], engagements: Sequence[EngagementRow]) -> html.Section:
    """The form that adds a person; the password is drawn by the product."""
    fields = (
        Field("name", words("Name")),
        Field("login", words("Login"), hint=words("Letters, digits and . @ + - _")),
        _email_field(words, ""),
        _role_field(words, roles, roles[0]),
        Field("language", words("Language"), "select", tuple(LANGUAGE_NAMES.items()), words.language),
        _engagements_field(words, engagements, ()),
    )
    return card(
        words("Add a person"),
        form(
            "/settings/people",
            fields,
            words("Add"),
            words("Added. Their password, shown this once:"),
            primary=True,
        ),
    )


def engagements_card(words: Words, engagements: Sequence[EngagementRow]) -> html.Section:
    """Every engagement with what its data are read by."""
    rows = [
        html.Tr(
            [
                html.Td([html.B(one.name), *([" ", pill(words("Demo"))] if one.demo else [])]),
                html.Td(html.Code(one.key)),
                html.Td(one.currency),
                html.Td(one.zone),
                html.Td(words.plural("{n} stage", "{n} stages", one.stages)),
            ]
        )
        for one in engagements
    ]
    titles = (words("Name"), words("Key"), words("Currency"), words("Time zone"), words("Stage model"))
    return card(words("Engagements"), table(words("Engagements"), titles, rows, numbers=range(0)))


def add_engagement_card(words: Words, currency: str, zone: str) -> html.Section:
    """The form that adds an engagement; it is empty until its first import."""
    fields = (
        Field("name", words("Name")),
        Field(
            "key",
            words("Key"),
            hint=words("Small Latin letters, digits, - and _: it names the folder and stands in addresses"),
        ),
        Field("currency", words("Currency"), value=currency, hint=words("Three letters, such as RUB or EUR")),
        Field("zone", words("Time zone"), value=zone, hint=words("Where days begin, such as Europe/Moscow")),
    )
    return card(
        words("Add an engagement"),
        form(
            "/settings/engagements",
            fields,
            words("Add"),
            words("Added. Grant it to people, then import its data."),
            primary=True,
        ),
    )


def _person(words: Words, person: PersonRow, names: dict[str, str], roles: Sequence[str]) -> html.Li:
    seen = (
        words("all engagements")
        if person.all_of_them
        else ", ".join(names.get(key, key) for key in person.engagements) or words("no engagement")
    )
    about = [
        html.Span([html.B(person.name), html.Span(person.login, className="people__login")]),
        html.Span([role_name(words, person.role), " · ", seen], className="people__rights"),
        *([html.Span(person.email, className="people__rights")] if person.email else []),
    ]
    marks = [pill(words("shut out"), "warn")] if person.disabled else []
    return html.Li(
        [
            html.Div(about, className="people__about"),
            html.Div(marks),
            html.Div(_acts(words, person), className="people__acts"),
            *_changes(words, person, names, roles),
        ],
        className="people__row",
    )


def _acts(words: Words, person: PersonRow) -> list[html.Button]:
    place = f"/settings/people/{person.id}"
    reset = post_button(
        words("New password"),
        f"{place}/password",
        ask=words("Give {name} a new password? Their open sessions end.", name=person.name),
    )
    if person.disabled:
        return [reset, post_button(words("Let in again"), f"{place}/enable")]
    return [
        reset,
        post_button(
            words("Shut out"),
            f"{place}/disable",
            ask=words("Shut {name} out? Their open sessions end at once.", name=person.name),
        ),
    ]


def _changes(
    words: Words, person: PersonRow, names: dict[str, str], roles: Sequence[str]
) -> list[html.Details]:
    """What opens below a person: their role, unless it is the reader's own, their engagements and their e-mail."""
    found = []
    if not person.own:
        field = _role_field(words, roles, person.role)
        found.append(_change(words, person, words("Change role"), "role", field))
    if not person.all_of_them:
        choices = [EngagementRow(key, name, "", "", 0, demo=False) for key, name in names.items()]
        field = _engagements_field(words, choices, person.engagements)
        found.append(_change(words, person, words("Change engagements"), "engagements", field))
    found.append(_change(words, person, words("Change e-mail"), "email", _email_field(words, person.email)))
    return found


def _change(words: Words, person: PersonRow, title: str, what: str, field: Field) -> html.Details:
    about = attributes(aria_label=f"{title}: {person.name}")  # "Change role" alone stands in every row
    return html.Details(
        [
            html.Summary(title, className="link people__grants", **about),
            form(f"/settings/people/{person.id}/{what}", (field,), words("Keep"), words("Saved")),
        ]
    )


def _role_field(words: Words, roles: Sequence[str], chosen: str) -> Field:
    choices = tuple((role, role_name(words, role)) for role in roles)
    return Field("role", words("Role"), "select", choices, chosen)


def _email_field(words: Words, email: str) -> Field:
    hint = words("Alerts and digests go there; empty = nowhere")
    return Field("email", words("E-mail"), value=email, hint=hint, required=False)


def _engagements_field(words: Words, engagements: Sequence[EngagementRow], chosen: Sequence[str]) -> Field:
    choices = tuple((one.key, one.name) for one in engagements)
    return Field(
        "engagements", words("Sees these engagements"), "checks", choices, list(chosen), required=False
    )
