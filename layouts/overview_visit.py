"""The line "since your last visit": the three changes that weigh most in money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html

from dashboard.analytics.visit import Moved
from dashboard.journey.address import Address
from layouts.components.delta import delta
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.pill import segment_name
from layouts.overview import Place


def visit_line(place: Place, since: date | None, moved: Sequence[Moved]) -> html.P | html.Div:
    """What moved since then, each with a link to where it can be seen.

    Args:
        since: day of the visit before this one; None at the first.
    """
    words, formats = place.words, place.formats
    if since is None:
        text = words("From your next visit on, the three largest changes in money stand here.")
        return html.P([icon("info"), html.Span(text)], className="visit visit--quiet")
    day = formats.day(since)
    if not moved:
        return html.P(
            [
                icon("check"),
                html.Span(words("Nothing has changed in money since your last visit on {day}.", day=day)),
            ],
            className="visit visit--quiet",
        )
    items = [
        html.Li(
            page_link(
                [_name(place, one), " ", _size(place, one)], *_target(place, one), class_name="visit__link"
            )
        )
        for one in moved
    ]
    return html.Div(
        [
            html.Span(words("Since your last visit on {day}:", day=day)),
            html.Ul(items, className="visit__list"),
        ],
        className="visit",
    )


def _name(place: Place, one: Moved) -> str:
    words = place.words
    if one.kind == "revenue":
        return (
            words("Revenue")
            if one.segment is None
            else f"{words('Revenue')}, {segment_name(words, one.segment)}"
        )
    return f"{place.steps_name(one.from_stage, one.to_stage)}, {segment_name(words, one.segment)}"


def _size(place: Place, one: Moved) -> html.Span:
    better = "up" if one.kind == "revenue" else "down"
    return delta(place.formats.money_signed(one.change), one.change, better)


def _target(place: Place, one: Moved) -> tuple[str, Address]:
    if one.kind == "revenue":
        segments = () if one.segment is None else (one.segment,)
        return "/overview", place.address.with_(segments=segments)
    return "/funnel", place.address.for_page().with_extras(seg=one.segment, step=one.from_stage)
