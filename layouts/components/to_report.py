"""The way of a card into the report: what a report can hold, and the entry of a card's menu."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from dash import html

from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.icon import icon

ARGUMENT = "."  # between a part's name and the number of the action it is about
_NUMBER = "a"  # address key of the action whose effect is open


class Part(StrEnum):
    """What a report can hold, in the order of a whole one."""

    HERO = "hero"
    EQUATION = "equation"
    FUNNEL = "funnel"
    HEATMAP = "heatmap"
    BRIDGE = "bridge"
    RANKING = "ranking"
    SEGMENTS = "segments"
    MONTHS = "months"
    ACTIONS = "actions"
    EFFECTS = "effects"
    EFFECT = "effect"  # with the number of an action


_OF_CARDS: Mapping[str, Part] = {  # key of a card that can be put into the report -> its part
    "overview-hero": Part.HERO,
    "overview-equation": Part.EQUATION,
    "funnel-steps": Part.FUNNEL,
    "touchpoints-map": Part.HEATMAP,
    "overview-bridge": Part.BRIDGE,
    "overview-ranking": Part.RANKING,
    "overview-segments": Part.SEGMENTS,
    "overview-trend": Part.MONTHS,
    "monitor-forest": Part.EFFECTS,
    "monitor-effect": Part.EFFECT,
}


def token_of(part: Part, number: str = "") -> str:
    """A part as the address names it."""
    return f"{part}{ARGUMENT}{number}" if number else str(part)


def report_button(words: Words, part: Part, number: str = "") -> html.Button:
    """The same as a button of its own, on cards that people take along most.

    Args:
        number: of the action that an effect is about.
    """
    return html.Button(
        [icon("book"), html.Span(words("To the report"))],
        type="button",
        className="button",
        **attributes(data_report=token_of(part, number)),
    )


def to_report(words: Words, card: str, address: Address) -> html.Button | None:
    """The entry of a card's menu that puts it into the report; None for cards that a report does not hold.

    Args:
        address: of the card's view; it names the action that an effect is about.
    """
    part = _OF_CARDS.get(card)
    number = address.extras.get(_NUMBER, "") if part is Part.EFFECT else ""
    if part is None or (part is Part.EFFECT and not number):
        return None
    return html.Button(
        [icon("book"), html.Span(words("To the report"))],
        type="button",
        className="menu__item",
        **attributes(data_report=token_of(part, number)),
    )
