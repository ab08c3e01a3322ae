"""The person's own menu, in the rail and in a phone's bar: language, theme, profile, help, sign-out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.i18n.words import Words
from layouts.components.attributes import attributes
from layouts.components.icon import icon
from layouts.messages import LANGUAGE_NAMES, role_name
from layouts.navigation import person_links
from layouts.pages import Page


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the screen: what the shell says about them.

    Attributes:
        visit: of a guest how long their link lasts; empty for people with an account.
        publishes: they may show a view to outsiders.
    """

    name: str
    role: str
    visit: str = ""
    publishes: bool = False


def person_menu(words: Words, viewer: Viewer, pages: Sequence[Page], place: str) -> html.Details:
    """The face of the person; it opens what is theirs.

    Args:
        pages: those that they may open.
        place: `person` in the rail, `phone` in the bar.
    """
    initials = "".join(part[0] for part in viewer.name.split()[:2]).upper()
    face = html.Summary(
        [
            html.Span(initials, className="person__initials", **attributes(aria_hidden="true")),
            html.Span(
                [
                    html.Span(viewer.name, className="person__name"),
                    html.Span(_standing(words, viewer), className="person__role"),
                ],
                className="person__words",
            ),
            icon("updown"),
        ],
        className="person__face",
        title=viewer.name,
        **attributes(aria_label=words("{name}: language, theme, profile, sign-out", name=viewer.name)),
    )
    menu = [
        *([_about(words, viewer)] if place == "phone" else []),
        languages(words),
        _theme(words),
        html.Div(person_links(words, pages, place), className="person__links"),
        _sign_in(words) if viewer.visit else sign_out(words),
    ]
    return html.Details(
        [face, html.Div(menu, className="menu person__menu")],
        className=f"popover person person--{place}",
        **attributes(data_popover=place),
    )


def languages(words: Words) -> html.Div:
    """Both languages; the one that is spoken is marked."""
    choices = [
        html.Button(
            name,
            type="button",
            lang=language,
            className="switch__choice" + (" switch__choice--on" if language == words.language else ""),
            **attributes(data_language=language, aria_pressed=str(language == words.language).lower()),
        )
        for language, name in LANGUAGE_NAMES.items()
    ]
    return html.Div(
        choices,
        className="switch person__languages",
        role="group",
        **attributes(aria_label=words("Language")),
    )


def sign_out(words: Words) -> html.Form:
    """The one way out: a form, since a link could be followed by accident."""
    out = html.Button(
        [icon("sign_out"), html.Span(words("Sign out"))], type="submit", className="menu__item person__out"
    )
    return html.Form(out, action="/logout", method="post", **attributes(data_csrf="yes"))


def _standing(words: Words, viewer: Viewer) -> str:
    return viewer.visit or role_name(words, viewer.role)


def _sign_in(words: Words) -> html.A:
    return html.A([icon("people"), html.Span(words("Sign in"))], href="/login", className="menu__item")


def _about(words: Words, viewer: Viewer) -> html.Div:
    return html.Div(
        [
            html.Div(viewer.name, className="person__name"),
            html.Div(_standing(words, viewer), className="person__role"),
        ],
        className="person__about",
    )


def _theme(words: Words) -> Any:
    return html.Button(
        [
            html.Span(icon("moon"), className="to-dark"),
            html.Span(icon("sun"), className="to-light"),
            html.Span(words("Light or dark")),
        ],
        type="button",
        className="menu__item",
        **attributes(data_theme_switch="yes"),
    )
