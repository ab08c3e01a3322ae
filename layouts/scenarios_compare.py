"""Two to four scenarios side by side: figures and levers, the most money marked; cards on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.uncertainty import GainRange
from dashboard.analytics.whatif import WhatIf
from dashboard.i18n.formats import UNKNOWN, Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.card_tools import card_tools
from layouts.components.link import fresh_link, page_link
from layouts.components.pill import pill
from layouts.components.table import scroll_region
from layouts.scenarios import COMPARED

_PATH = "/whatif"


@dataclass(frozen=True, slots=True)
class Side:
    """One scenario of the comparison.

    Attributes:
        period: whose entries it is worked out on, in words.
        levers: each lever's name and what it does, in words.
        best: it brings the most; False for all where they stand on different cohorts.
    """

    name: str
    address: Address
    period: str
    found: WhatIf
    likely: GainRange | None
    levers: dict[str, str]
    best: bool


def comparison(
    words: Words, formats: Formats, sides: Sequence[Side], address: Address, *, same: bool
) -> html.Section:
    """The table, and the same as cards for a phone.

    Args:
        same: all scenarios stand on one cohort, so that their gains may be held against each other.
    """
    title = words("Side by side")
    rows = _rows(words, formats, sides, same=same)
    heads = [html.Th(_name(side), scope="col") for side in sides]
    body = [
        html.Tr([html.Th(label, scope="row"), *(html.Td(cell) for cell in cells)]) for label, cells in rows
    ]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(words("Figure"), scope="col"), *heads])), html.Tbody(body)],
        className="table compare__table",
    )
    cards = [
        _card(side, [(label, cells[place]) for label, cells in rows]) for place, side in enumerate(sides)
    ]
    close = page_link(words("Close"), _PATH, address.with_extras(**{COMPARED: None}), "button")
    tools = card_tools(words, "whatif-compare", address, title, picture=False)
    notes = [] if same else [html.P(_apart(words), className="compare__note")]
    return html.Section(
        [
            html.Div([html.H3(title), html.Div([close, tools])], className="compare__head"),
            *notes,
            scroll_region(title, table),
            html.Div(cards, className="compare__cards"),
        ],
        className="compare",
        **attributes(aria_label=title),
    )


def _apart(words: Words) -> str:
    return words(
        "These scenarios are of different periods or filters: hold their changes in per cent against each other, "
        "not their money."
    )


def _name(side: Side) -> html.A:
    return fresh_link(side.name, _PATH, side.address)


def _card(side: Side, lines: Sequence[tuple[str, Any]]) -> html.Div:
    told = [html.Div([html.Dt(label), html.Dd(cell)], className="compare__line") for label, cell in lines]
    return html.Div([html.H4(_name(side)), html.Dl(told)], className="compare__card")


def _rows(
    words: Words, formats: Formats, sides: Sequence[Side], *, same: bool
) -> list[tuple[str, list[Any]]]:
    after = [side.found.scenario for side in sides]
    rows: list[tuple[str, list[Any]]] = [
        (words("L · leads"), [formats.number(one.leads) for one in after]),
        (words("C · conversion"), [formats.share(one.conversion, 2) for one in after]),
        (words("P · average check"), [formats.money(one.average_check) for one in after]),
        (words("Q · frequency"), [formats.number(one.deals_per_buyer, 2) for one in after]),
        (words("Revenue"), [formats.money(one.revenue) for one in after]),
        (words("Gain"), [_gain(words, formats, side) for side in sides]),
        (words("Likely range, 80%"), [_range(words, formats, side.likely) for side in sides]),
    ]
    if not same:
        rows.insert(0, (words("Period"), [side.period for side in sides]))
    names = dict.fromkeys(name for side in sides for name in side.levers)
    rows += [(name, [side.levers.get(name, UNKNOWN) for side in sides]) for name in names]
    return rows


def _gain(words: Words, formats: Formats, side: Side) -> list[Any]:
    base, gain = side.found.baseline.revenue, side.found.gain
    money = html.B(formats.money_signed(gain), title=formats.money_full(gain))
    parts: list[Any] = [money, " ", html.Small(formats.share_change(gain / base if base else None))]
    return [*parts, " ", pill(words("▲ most money"), "good")] if side.best else parts


def _range(words: Words, formats: Formats, likely: GainRange | None) -> Any:
    if likely is None:
        return UNKNOWN
    low, high, wide_low, wide_high = (
        formats.money_signed(value) for value in (likely.low, likely.high, likely.low_95, likely.high_95)
    )
    return html.Span(
        formats.range(low, high), title=words("95 of 100: {range}", range=formats.range(wide_low, wide_high))
    )
