"""`1–50 of 1 891`, and the ways to the neighbours."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.whom import Slice
from layouts.components.attributes import attributes
from layouts.components.link import page_link


def pager(words: Words, path: str, address: Address, part: Slice, shown: int, total: int) -> html.Nav:
    """Which part of a list is on screen.

    Args:
        shown: rows on screen.
        total: rows of the whole list.
    """
    formats, last = words.formats, part.first + shown
    said = words(
        "{range} of {total}",
        range=formats.range(formats.number(part.first + 1), formats.number(last)),
        total=formats.number(total),
    )
    ways: list[Any] = []
    if total <= part.rows:
        return html.Nav(html.Span(said, className="list__shown"), className="list__pager")
    for name, number, there in (
        (words("Previous"), part.page - 1, part.first > 0),
        (words("Next"), part.page + 1, last < total),
    ):
        there_to = address.with_extras(page=str(number) if number > 1 else None)
        ways.append(
            page_link(name, path, there_to, "button")
            if there
            else html.Span(name, className="button button--off")
        )
    return html.Nav(
        [html.Span(said, className="list__shown"), *ways],
        className="list__pager",
        **attributes(aria_label=words("Pages of the list")),
    )
