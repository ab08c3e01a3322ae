"""The page /wall: the overview's cards one after another in large type, for a screen that nobody touches."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.period import Period, add_months
from layouts.components.attributes import attributes
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.segmented import Choice, segmented
from layouts.components.states import skeleton

PATH = "/wall"


class Ids(StrEnum):
    """Places of the page."""

    TITLE = "wall-title"
    SUBTITLE = "wall-subtitle"
    CONTROLS = "wall-controls"
    EQUATION = "wall-equation"
    LEAK = "wall-leak"
    SEGMENTS = "wall-segments"
    MONTHS = "wall-months"
    MONTHS_GRAPH = "wall-months-graph"


class Span(StrEnum):
    """Values of the address key `of`: the running calendar unit that the wall follows; the first is left out."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


SPAN_NAMES = {
    Span.MONTH: msgid("This month"),
    Span.QUARTER: msgid("This quarter"),
    Span.YEAR: msgid("This year"),
}
PACES = (10, 20, 40, 60)  # seconds a scene stays; values of the address key `every`
_USUAL = 20
_MONTHS_OF = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
_SCENES = (Ids.EQUATION, Ids.LEAK, Ids.SEGMENTS, Ids.MONTHS)


def layout(words: Words) -> list[Any]:
    """The page before its figures: every scene is there, one of them is seen."""
    heads = (
        html.H1(words("Wall screen"), id=Ids.TITLE, className="wall__title", tabIndex="-1"),
        html.Span(id=Ids.SUBTITLE, className="wall__subtitle"),
    )
    scenes = [
        html.Div(
            html.Div(skeleton(420, phone=420), id=name),
            className="wall__scene wall__scene--on" if not number else "wall__scene",
        )
        for number, name in enumerate(_SCENES)
    ]
    return [
        html.Header(heads, className="wall__head"),
        html.Div(scenes, className="wall__stage"),
        html.Div(html.Div(id=Ids.CONTROLS), className="wall__foot"),
    ]


def span_of(address: Address) -> Span:
    """Which running unit the wall follows."""
    said = address.extras.get("of", "")
    return next((span for span in Span if span == said), Span.MONTH)


def pace_of(address: Address) -> int:
    """How long a scene stays [s]."""
    said = address.extras.get("every", "")
    return next((pace for pace in PACES if str(pace) == said), _USUAL)


def running(span: Span, last_day: date) -> Period:
    """The calendar unit that holds the last day with data: it moves on by itself.

    Args:
        last_day: the last day that the facts reach.
    """
    months = _MONTHS_OF[span]
    first = last_day.replace(day=1)
    first = add_months(first, -((first.month - 1) % months))
    return Period.of_months(first, months)


def controls(words: Words, address: Address) -> list[Any]:
    """What a hand can change: the span, the pace, pause, full screen, the way out."""
    span, pace = span_of(address), pace_of(address)
    spans = [
        Choice(words(name), address.with_extras(of=None if one is Span.MONTH else one), one is span)
        for one, name in SPAN_NAMES.items()
    ]
    paces = [
        Choice(
            words("{n} s", n=one), address.with_extras(every=None if one == _USUAL else str(one)), one == pace
        )
        for one in PACES
    ]
    home = address.for_page()
    return [
        html.Div(
            [
                html.Button(className="wall__dot", type="button", **attributes(aria_label=label))
                for label in _scene_names(words)
            ],
            className="wall__dots",
            **attributes(data_pace=str(pace)),
        ),
        html.Div(
            [
                segmented(words("Period"), PATH, spans),
                segmented(words("Seconds for each scene"), PATH, paces),
                _button("pause", "pause", words("Stop here"), words("Go on")),
                _button("full", "full", words("Full screen")),
                page_link([icon("close"), html.Span(words("Leave"))], "/overview", home, "button"),
            ],
            className="wall__tools",
        ),
    ]


def wall_link(words: Words, address: Address) -> Any:
    """The way from the overview to the wall."""
    name = [icon("full"), html.Span(words("Wall screen"))]
    return page_link(name, PATH, address.for_page().with_(period=None), "button button--quiet")


def _scene_names(words: Words) -> tuple[str, ...]:
    return (
        words("Revenue = L × C × P × Q"),
        words("Main bottleneck of the period"),
        words("Segments"),
        words("Revenue by month"),
    )


def _button(sign: str, act: str, label: str, other: str = "") -> html.Button:
    """A tool; `other` is what it says while it is on."""
    marks = attributes(data_wall=act, data_words=label, data_other=other)
    return html.Button([icon(sign), html.Span(label)], type="button", className="button", **marks)
