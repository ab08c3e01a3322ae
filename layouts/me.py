"""The person's own page: who they are here, their password, the links that they gave to outsiders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.card import card, page_header
from layouts.components.form import Field, form, post_button
from layouts.components.link import page_link
from layouts.components.states import empty_state, skeleton
from layouts.components.table import table


class Ids(StrEnum):
    """Fixed places of the page."""

    PROFILE = "me-profile"
    LINKS = "me-links"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A living link for outsiders, in words."""

    id: int
    engagement: str
    title: str
    path: str
    address: Address
    maker: str
    until: datetime
    opened: int


def layout(words: Words) -> list[Any]:
    """The page; the password's form needs no data."""
    password = form(
        "/me/password",
        (
            Field("current", words("Current password"), "password", autocomplete="current-password"),
            Field(
                "new",
                words("New password"),
                "password",
                autocomplete="new-password",
                hint=words("At least 10 characters; not the login"),
            ),
            Field("again", words("New password again"), "password", autocomplete="new-password"),
        ),
        words("Change the password"),
        words("The password is changed. Other devices are signed out."),
        primary=True,
    )
    return [
        page_header(words("Profile"), words("Your account and what you have shown to others")),
        html.Div(
            [html.Div(skeleton(405, phone=433), id=Ids.PROFILE), card(words("Password"), password)],
            className="me",
        ),
        html.Div(skeleton(180), id=Ids.LINKS),
    ]


def profile_card(
    words: Words, name: str, login: str, role: str, engagements: Sequence[str], email: str | None
) -> html.Section:
    """Who the person is in the product; changes are the administrator's, but for the e-mail.

    Args:
        email: where their letters go, empty = nowhere; None for who gets none.
    """
    facts = (
        (words("Name"), name),
        (words("Login"), login),
        (words("Role"), role),
        (words("Engagements"), ", ".join(engagements) or "—"),
    )
    rows = [html.Div([html.Dt(title), html.Dd(value)], className="account__row") for title, value in facts]
    own = [] if email is None else [_email_form(words, email)]
    return card(
        words("Account"),
        html.Dl(rows, className="account"),
        *own,
        subtitle=words("Name, role and engagements are set by your administrator"),
    )


def _email_form(words: Words, email: str) -> html.Div:
    hint = words("Alerts, digests and reminders go there; empty = nowhere")
    field = Field("email", words("E-mail"), value=email, autocomplete="email", hint=hint, required=False)
    return form("/me/email", (field,), words("Keep"), words("Saved"))


def links_card(words: Words, rows: Sequence[LinkRow], everybody: bool) -> html.Section:
    """Living links, each with a button that ends it.

    Args:
        everybody: the list of an admin, with the makers' names.
    """
    title = words("Links for outsiders")
    if not rows:
        return card(
            title,
            empty_state(
                words("No link is open. The bookmark button in the bar makes one for the view that is open.")
            ),
        )
    heads = [
        words("View"),
        words("Engagement"),
        *([words("Made by")] if everybody else []),
        words("Ends on"),
        words("Opened"),
        "",
    ]
    body = [html.Tr(_cells(words, row, everybody)) for row in rows]
    return card(
        title,
        table(title, heads, body, numbers=range(0)),
        subtitle=words("Whoever has such a link sees its one view, read only, until the link ends"),
    )


def _cells(words: Words, row: LinkRow, everybody: bool) -> list[html.Td]:
    end = post_button(
        words("End the link"),
        f"/shares/{row.id}/revoke",
        ask=words("End this link? Whoever looks through it is shut out at once."),
    )
    return [
        html.Td(page_link(row.title, row.path, row.address)),
        html.Td(row.engagement),
        *([html.Td(row.maker)] if everybody else []),
        html.Td(words.formats.day(row.until.date(), year=True)),
        html.Td(words.plural("{n} time", "{n} times", row.opened)),
        html.Td(end, className="number"),
    ]
