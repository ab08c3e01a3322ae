"""Pages that say one thing: no such page, no access, no engagement, no data."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from layouts.components.icon import icon

ROLES = {
    "executive": msgid("Executive"),
    "marketer": msgid("Marketer"),
    "consultant": msgid("Consultant"),
    "admin": msgid("Administrator"),
    "display": msgid("Wall display"),
}


LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}


def role_name(words: Words, role: str) -> str:
    """What a role is called."""
    return words(ROLES.get(role, role))


def not_found(words: Words) -> html.Div:
    """An unknown address, or an engagement of somebody else: nobody learns which."""
    return _message(
        "empty",
        words("There is no such page"),
        words("The address is wrong, or what it shows is not yours to see."),
        html.A(words("Open the start page"), href="/", className="button button--primary"),
    )


def no_access(words: Words) -> html.Div:
    """A page of the own engagement that the role may not open."""
    return _message(
        "people",
        words("No access"),
        words("Your role does not include this page. Ask your administrator if you need it."),
        html.A(words("Open the start page"), href="/", className="button button--primary"),
    )


def no_engagement(words: Words, way: Any = None) -> html.Div:
    """A person whom nobody has given an engagement yet.

    Args:
        way: the link to the import, for who manages engagements: the first import makes one.
    """
    if way is not None:
        sentence = words("Your first import makes one.")
        return _message("people", words("No engagement yet"), sentence, way)
    return _message(
        "people",
        words("No engagement yet"),
        words("Ask your administrator to give you one. It then opens here."),
    )


def no_data(words: Words, engagement: str, way: Any = None) -> html.Div:
    """An engagement before its first import.

    Args:
        way: the link to the import, for who may import.
    """
    command = html.Code(f"journey import {engagement}.yaml", className="message__code")
    if way is None:
        sentence = words("The first import fills this page. On the server it is one command:")
        return _message("empty", words("Nothing has been imported yet"), sentence, command)
    sentence = words("Begin with your own export here, or on the server with one command:")
    return _message("empty", words("Nothing has been imported yet"), sentence, command, way)


def failed(words: Words, sentence: str) -> html.Div:
    """The whole page cannot be shown for now."""
    return _message(
        "warning",
        words("This page cannot be shown now"),
        sentence,
        html.A(words("Open the start page"), href="/", className="button button--primary"),
    )


def _message(sign: str, title: str, sentence: str, *more: Any) -> html.Div:
    return html.Div(
        [icon(sign), html.H1(title, className="message__title", tabIndex="-1"), html.P(sentence), *more],
        className="message",
    )
