"""Why revenue changed: the bridge by factor, as a chart, and as a list where a phone has no room for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.analytics.bridge import AVERAGE_CHECK, DEALS, LEADS, Bridge, BridgeRow
from dashboard.analytics.lcpq import REFUNDS_WITHOUT_SALES
from dashboard.figures.bridge import BridgeBar, bridge_figure, floor_of
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.chart import chart
from layouts.components.delta import delta
from layouts.components.link import page_link
from layouts.components.states import empty_state
from layouts.overview import Ids, Place

HEIGHT = 316


def bridge_card(place: Place, found: Bridge, ends: tuple[str, str], theme: str) -> html.Section:
    """The change of revenue by L, C, P and Q.

    Args:
        ends: titles of the period before and of this one.
        theme: `light` or `dark`.
    """
    words, formats = place.words, place.formats
    bars = _bars(place, found.total)
    figure = bridge_figure(((ends[0], found.before), (ends[1], found.after)), bars, formats, theme)
    change = found.after - found.before
    title = words("Why revenue changed")
    message = words("Revenue changed by {money}", money=formats.money_signed(change))
    subtitle = words("each factor by segment, then added up")
    if floor_of([found.before, found.after]) > 0:
        subtitle += " · " + words("broken scale")
    drawing = html.Div(
        chart(Ids.BRIDGE_GRAPH, figure, height=HEIGHT, message=message, language=words.language),
        className="bridge__chart",
    )
    return card(
        title,
        drawing,
        _list(place, found, ends, bars),
        subtitle=subtitle,
        tools=card_tools(words, "overview-bridge", place.address, title),
    )


def no_bridge(place: Place, sentence: str, *, offer: bool) -> html.Section:
    """Why there is no bridge; with `offer` a comparison is one click away."""
    words = place.words
    link = page_link(
        words("Compare with the period before"), "/overview", place.address.with_(compare="prev"), "button"
    )
    return card(words("Why revenue changed"), empty_state(sentence, link if offer else None))


def factor_names(place: Place) -> Mapping[str, str]:
    """Factor of the bridge -> what it is called."""
    words = place.words
    return {
        LEADS: words("leads"),
        "conversion": words("conversion"),
        AVERAGE_CHECK: words("average check"),
        DEALS: words("frequency"),
        REFUNDS_WITHOUT_SALES: words("refunds without sales"),
    }


def _bars(place: Place, rows: Sequence[BridgeRow]) -> list[BridgeBar]:
    """L, C, P, Q; C is the sum of the transitions up to the deal and of what was bought beside them."""
    names, effects = factor_names(place), {row.factor: row.effect for row in rows}
    steps = [row for row in rows if row.factor not in names]
    effects["conversion"] = sum(row.effect for row in steps)
    bars = []
    for letter, factor in (("L", LEADS), ("C", "conversion"), ("P", AVERAGE_CHECK), ("Q", DEALS)):
        lines = _hover(place, names[factor], effects[factor], steps if letter == "C" else ())
        bars.append(BridgeBar(f"<b>{letter}</b><br>{names[factor]}", effects[factor], lines))
    if REFUNDS_WITHOUT_SALES in effects:
        effect = effects[REFUNDS_WITHOUT_SALES]
        lines = _hover(place, names[REFUNDS_WITHOUT_SALES], effect, ())
        bars.append(BridgeBar(place.words("refunds"), effect, lines))
    return bars


def _hover(place: Place, name: str, effect: float, steps: Sequence[BridgeRow]) -> str:
    parts = (f"{step_title(place, row.factor)}: {place.formats.money_signed(row.effect)}" for row in steps)
    return "<br>".join([f"{name}: {place.formats.money_full(effect)}", *parts])


def step_title(place: Place, factor: str) -> str:
    """A transition `from>to` in words; what was bought beside the path has its own name."""
    start, arrow, end = factor.partition(">")
    if not arrow:
        return place.words("bought beside the path")
    return place.steps_name(start, end)


def _list(place: Place, found: Bridge, ends: tuple[str, str], bars: Sequence[BridgeBar]) -> html.Ul:
    formats = place.formats
    lines: list[tuple[Any, Any]] = [(ends[0], html.B(formats.money(found.before)))]
    for bar in bars:
        name = bar.name.replace("<b>", "").replace("</b>", "").replace("<br>", " · ")
        lines.append((name, delta(formats.money_signed(bar.effect), bar.effect)))
    lines.append((ends[1], html.B(formats.money(found.after))))
    return html.Ul([html.Li([html.Span(name), value]) for name, value in lines], className="bridge__list")
