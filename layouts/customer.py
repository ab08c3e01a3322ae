"""The page /customer: one customer's way, contact by contact and deal by deal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.query import NO_CHANNEL
from dashboard.journey.stages import StageModel
from layouts.components.attributes import attributes
from layouts.components.card import card, page_header
from layouts.components.link import page_link
from layouts.components.people_link import CUSTOMERS
from layouts.components.pill import channel_title, segment_name
from layouts.components.states import empty_state, skeleton

PATH = "/customer"
_BESIDE = {"refund": msgid("Refund"), "zero": msgid("Zero amount")}


class Ids(StrEnum):
    """Places of the page."""

    HEAD = "customer-head"
    STORY = "customer-story"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the story.

    Attributes:
        moment: on the engagement's wall clock; None where only the day is known.
        what: `touch`, `deal`, `refund` or `zero`.
    """

    day: date
    moment: datetime | None
    what: str
    stage: str | None
    channel: str
    touchpoint: str | None
    product: str | None
    manager: str | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A segment and the day since which the customer stands in it; None = from the beginning."""

    segment: str
    since: date | None


@dataclass(frozen=True, slots=True)
class CustomerView:
    """One customer on screen.

    Attributes:
        name: the own key, or a sign where the reader may not see contacts.
        keys: every own key that was merged into this customer.
        stays: segments in order, the present one last.
        told: lines of the story that are shown, of `total`.
    """

    words: Words
    formats: Formats
    address: Address
    model: StageModel
    name: str
    keys: Sequence[str]
    contacts: bool
    stays: Sequence[Stay]
    told: Sequence[Happening]
    total: int
    first_day: date
    last_day: date
    touches: int
    deals: int
    revenue: Decimal


def layout(_words: Words) -> list[Any]:
    """The page before the customer is known."""
    return [
        html.Div(skeleton(62, lines=2), id=Ids.HEAD),
        html.Div(skeleton(520), id=Ids.STORY),
    ]


def head(words: Words, address: Address, name: str, note: str | None = None) -> Any:
    """Who it is, and the way back to the list."""
    arrow = html.Span("← ", **attributes(aria_hidden="true"))
    back = page_link([arrow, words("Back to the list")], CUSTOMERS, address.with_extras(id=None), "link")
    return page_header(name, note, back)


def unknown(words: Words) -> html.Div:
    """No such customer in this engagement."""
    sentence = words("There is no such customer in these data. The link may be of another installation.")
    return html.Div(empty_state(sentence), className="card")


def story(view: CustomerView) -> list[Any]:
    """The facts in one row, then everything that happened."""
    return [_facts(view), _story_card(view)]


def masked_note(view: CustomerView) -> str | None:
    """Why the name is a sign, or which keys belong to the customer."""
    if not view.contacts:
        return view.words("Your role sees customers under signs, without their contacts")
    if len(view.keys) > 1:
        return view.words("Known as {keys}", keys=", ".join(view.keys))
    return None


def _facts(view: CustomerView) -> html.Dl:
    words, formats = view.words, view.formats
    now = view.stays[-1] if view.stays else None
    before = [segment_name(words, stay.segment) for stay in view.stays[:-1]]
    facts = [
        (
            words("Segment now"),
            segment_name(words, now.segment) if now else "—",
            words("before: {segments}", segments=" → ".join(before)) if before else None,
        ),
        (words("First seen"), formats.day(view.first_day, year=True), None),
        (
            words("Last seen"),
            formats.day(view.last_day, year=True),
            words.plural("{n} contact", "{n} contacts", view.touches),
        ),
        (words("Deals"), formats.number(view.deals), None),
        (words("Revenue"), formats.money_full(view.revenue), words("net of refunds")),
    ]
    return html.Dl(
        [
            html.Div([html.Dt(term), html.Dd([html.B(value), *([html.Small(note)] if note else [])])])
            for term, value, note in facts
        ],
        className="card customer__facts",
    )


def _story_card(view: CustomerView) -> html.Section:
    words = view.words
    subtitle = words("Contacts and deals from the first to the last, with the days between them")
    if len(view.told) < view.total:
        subtitle = words(
            "The latest {shown} of {total} contacts and deals", shown=len(view.told), total=view.total
        )
    lines: list[Any] = []
    before: Happening | None = None
    for happening in view.told:
        lines.append(_line(view, happening, before))
        before = happening
    return card(words("The way"), html.Ol(lines, className="story"), subtitle=subtitle)


def _line(view: CustomerView, happening: Happening, before: Happening | None) -> html.Li:
    words, formats = view.words, view.formats
    gap = (happening.day - before.day).days if before else 0
    when: list[Any] = [html.Span(formats.day(happening.day, year=True))]
    if happening.moment:
        when.append(html.Small(f"{happening.moment:%H:%M}"))
    between = words.plural("{n} day later", "{n} days later", gap) if gap else ""
    sale = happening.what != "touch"
    amount = formats.money_full(happening.amount) if happening.amount is not None else ""
    return html.Li(
        [
            html.Div(between, className="story__gap") if gap else None,
            html.Div(
                [
                    html.Time(when, dateTime=happening.day.isoformat(), className="story__when"),
                    html.Div(
                        [html.B(_title(view, happening)), html.Small(_place(view, happening))],
                        className="story__what",
                    ),
                    html.Span(amount, className="story__amount"),
                ],
                className=f"story__line story__line--{'sale' if sale else 'touch'}",
            ),
        ]
    )


def _title(view: CustomerView, happening: Happening) -> str:
    words = view.words
    if happening.what in _BESIDE:
        return words(_BESIDE[happening.what])
    stage = view.model.stage(happening.stage).name(words.language) if happening.stage else ""
    if happening.what == "deal":
        return " · ".join(dict.fromkeys(part for part in (words("Deal"), stage) if part))
    return stage


def _place(view: CustomerView, happening: Happening) -> str:
    channel = "" if happening.channel == NO_CHANNEL else channel_title(view.words, happening.channel)
    parts = (channel, happening.touchpoint, happening.product, happening.manager)
    return " · ".join(part for part in parts if part)
