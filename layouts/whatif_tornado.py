"""The card "which lever is strongest": each lever alone, by one step or over its own history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.levers import AVERAGE_CHECK, DEALS_PER_BUYER, LEADS
from dashboard.analytics.tornado import NO_HISTORY, TornadoBar
from dashboard.i18n.words import msgid
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.segmented import Choice, segmented
from layouts.whatif import WhatIfView

BASIS = "tor"  # `tor=own`: over the levers' own history
_LETTERS = {LEADS: "L", AVERAGE_CHECK: "P", DEALS_PER_BUYER: "Q"}
_REASONS = {
    "nobody_passed": msgid("nobody went on here"),
    "no_deals": msgid("no deals"),
    "no_leads": msgid("nobody was here"),
    "unknown_transition": msgid("the rate is unknown: too many deals were lost nobody knows where"),
    NO_HISTORY: msgid("no earlier period of this length with 30 customers here"),
}


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a bar: where the lever goes [%, or points], and what that is worth [money]."""

    value: float
    unit: str
    gain: float


def tornado_card(
    view: WhatIfView, bars: Sequence[TornadoBar], address: Address, *, own: bool
) -> html.Section:
    """The levers, the strongest first.

    Args:
        own: over each lever's own history instead of by the same step.
    """
    words = view.words
    ends = {bar.lever: _own_ends(bar) if own else _step_ends(bar) for bar in bars}
    order = sorted(bars, key=lambda bar: _span(ends[bar.lever]), reverse=True)
    periods = max((bar.periods for bar in bars), default=0)
    subtitle = (
        words.plural(
            "At its least and its most of {n} earlier period; a click sets the lever",
            "At its least and its most of {n} earlier periods; a click sets the lever",
            periods,
        )
        if own
        else words("+1 point of a conversion, +10% of the rest, one at a time; a click sets the lever")
    )
    switch = segmented(
        words("How far each lever moves"),
        "/whatif",
        (
            Choice(words("Same step"), address.with_extras(**{BASIS: None}), not own),
            Choice(words("Own history"), address.with_extras(**{BASIS: "own"}), own),
        ),
    )
    return card(
        words("Which lever is strongest"),
        switch,
        _bars(view, order, ends),
        subtitle=subtitle,
        tools=card_tools(words, "whatif-tornado", address, words("Which lever is strongest")),
        class_name="strongest",
    )


def _bars(view: WhatIfView, order: Sequence[TornadoBar], ends: Mapping[str, Sequence[_End]]) -> Any:
    if not any(bar.periods for bar in order) and not any(ends.values()):
        return html.P(
            view.words("There is no earlier period of this length to look back on."), className="meta"
        )
    most = max((abs(end.gain) for found in ends.values() for end in found), default=0.0) or 1.0
    return html.Ol([_row(view, bar, ends[bar.lever], most) for bar in order], className="tornado")


def _step_ends(bar: TornadoBar) -> list[_End]:
    gain, value, unit = (bar.one_point, 1.0, "pp") if ">" in bar.lever else (bar.ten_percent, 10.0, "%")
    return [] if gain is None else [_End(value, unit, gain)]


def _own_ends(bar: TornadoBar) -> list[_End]:
    if not bar.value or bar.gain_at_low is None or bar.gain_at_high is None:
        return []
    ends = ((bar.low, bar.gain_at_low), (bar.high, bar.gain_at_high))
    return [
        _End(max(-100.0, 100 * (place / bar.value - 1)), "%", gain)
        for place, gain in ends
        if place is not None
    ]


def _span(ends: Sequence[_End]) -> float:
    return max((end.gain for end in ends), default=0.0) - min(0.0, *(end.gain for end in ends), 0.0)


def _row(view: WhatIfView, bar: TornadoBar, ends: Sequence[_End], most: float) -> html.Li:
    letter = html.Span(
        _LETTERS.get(bar.lever, "C"), className="lever__letter", **attributes(aria_hidden="true")
    )
    name = html.Span([letter, html.Span(view.lever_name(bar.lever))], className="tornado__name")
    if not ends:
        fields = ("gain_at_high", "ten_percent")
        code = next((bar.reasons[field] for field in fields if field in bar.reasons), NO_HISTORY)
        return html.Li(
            [name, html.Span(view.words(_REASONS[code]), className="meta")], className="tornado__row"
        )
    parts = [_end(view, bar, end, most) for end in ends]
    return html.Li([name, html.Span(parts, className="tornado__bars")], className="tornado__row")


def _end(view: WhatIfView, bar: TornadoBar, end: _End, most: float) -> html.Button:
    """One bar: its width is its money, and a click sets the lever for everybody."""
    formats = view.formats
    sign = "▲" if end.gain > 0 else "▼" if end.gain < 0 else ""
    step = (
        formats.points(end.value / 100, 0) if end.unit == "pp" else formats.share_change(end.value / 100, 0)
    )
    money = f"{sign} {formats.money_signed(end.gain)}".strip()
    name = view.words(
        "{lever} {step}: {money}. Set this lever", lever=view.lever_name(bar.lever), step=step, money=money
    )
    levers = [{"target": bar.lever, "unit": end.unit, "value": end.value, "segment": None}]
    tone = "good" if end.gain > 0 else "bad" if end.gain < 0 else "none"
    inner: list[Any] = [
        html.Small(step, className="tornado__step"),
        html.Span(
            html.I(
                className=f"tornado__bar tornado__bar--{tone}", style={"width": f"{_share(end, most):.1f}%"}
            ),
            className="tornado__track",
        ),
        html.B(money, className=f"tornado__money {tone}"),
    ]
    marks = attributes(data_levers=json.dumps(levers), aria_label=name)
    return html.Button(
        inner, type="button", className="tornado__end", title=formats.money_full(end.gain), **marks
    )


def _share(end: _End, most: float) -> float:
    return 100 * abs(end.gain) / most
