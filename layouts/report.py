"""The page /report: one document for the board, made of cards from every page; paper has one message a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.button import button, icon_button
from layouts.components.card import page_header
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.states import empty_state, skeleton
from layouts.components.to_report import ARGUMENT, Part, token_of

PATH = "/report"
PARTS = "parts"  # address key: names joined by commas
NONE = "none"  # its value where everything is left out


class Ids(StrEnum):
    """Places of the page."""

    SUBTITLE = "report-subtitle"
    TOOLS = "report-tools"
    NOTHING = "report-nothing"


def slot(part: Part) -> str:
    """Id of the place of a part: each answers for itself, so that a slow one keeps nobody waiting."""
    return f"report-{part}"


PART_NAMES: Mapping[Part, str] = {
    Part.HERO: msgid("Main bottleneck of the period"),
    Part.EQUATION: msgid("Revenue = L × C × P × Q"),
    Part.FUNNEL: msgid("Steps of the funnel"),
    Part.HEATMAP: msgid("Map of touchpoints"),
    Part.BRIDGE: msgid("Why revenue changed"),
    Part.RANKING: msgid("Bottlenecks in money"),
    Part.SEGMENTS: msgid("Segments"),
    Part.MONTHS: msgid("Revenue by month"),
    Part.ACTIONS: msgid("Actions under way"),
    Part.EFFECTS: msgid("Effect of all actions in money"),
    Part.EFFECT: msgid("Effect of an action"),
}
USUAL = tuple(part for part in Part if part is not Part.EFFECT)
MOST_PARTS = 30


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(words("Report"), html.Span(id=Ids.SUBTITLE), html.Div(id=Ids.TOOLS)),
        html.Div(id=Ids.NOTHING),
        html.Div(
            [html.Div(skeleton(240), id=slot(part), className="report__slot") for part in Part],
            className="report",
        ),
    ]


def parts_of(address: Address) -> tuple[tuple[Part, str], ...]:
    """What the address asks for, each with the number of its action or ""; a whole report where it says nothing."""
    said = address.extras.get(PARTS)
    if said is None:
        return tuple((part, "") for part in USUAL)
    found: dict[tuple[Part, str], None] = {}
    for token in said.split(",")[:MOST_PARTS]:
        name, _, number = token.partition(ARGUMENT)
        part = next((one for one in Part if one == name), None)
        if part is not None and (number.isdecimal() if part is Part.EFFECT else not number):
            found[part, number] = None
    return tuple(found)


def report_bar(words: Words) -> html.Div:
    """What has been collected so far; assets/js/report.js shows it where there is something."""
    return html.Div(
        [
            icon("book"),
            html.Span(className="report-bar__text"),
            html.A(words("Open the report"), href="/report", className="link"),
            icon_button(words("Forget the collected cards"), "close", **attributes(data_report_clear="yes")),
        ],
        id="report-bar",
        className="report-bar",
        hidden=True,
        role="status",
        **attributes(data_text=words("In the report: {n}")),
    )


def tools(words: Words, address: Address) -> list[Any]:
    """Print or save, and back to the whole report."""
    parts: list[Any] = []
    if PARTS in address.extras:
        parts.append(page_link(words("Whole report"), PATH, address.with_extras(**{PARTS: None}), "button"))
    parts.append(
        button(words("Print or save as PDF"), sign="print", primary=True, **attributes(data_print="yes"))
    )
    return parts


def sheet(
    words: Words, address: Address, part: Part, number: str, content: Any, *, head: str
) -> html.Section:
    """One message of the report, with what it answers at its head and the way to leave it out.

    Args:
        number: of the action that an effect is about, else "".
        head: engagement, period and filters, printed on every sheet.
    """
    left = ",".join(token_of(*one) for one in parts_of(address) if one != (part, number))
    name = words("Leave out: {part}", part=words(PART_NAMES[part]))
    leave = page_link(
        [icon("close"), html.Span(name, className="visually-hidden")],
        PATH,
        address.with_extras(**{PARTS: left or NONE}),
        "button button--icon button--small report__leave",
        name,
    )
    return html.Section(
        [html.Div([html.Span(head, className="meta"), leave], className="report__head"), html.Div(content)],
        className="report__sheet",
        **attributes(aria_label=words(PART_NAMES[part])),
    )


def nothing(words: Words) -> Any:
    """A report without parts."""
    return html.Div(
        empty_state(words("The report is empty: choose “To the report” in the menu of a card.")),
        className="card",
    )
