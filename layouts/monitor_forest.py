"""All effects in money as a forest: dot and line are estimate and interval, a hollow dot is not yet told from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from dash import html

from dashboard.analytics.effect import Amount, Effect
from dashboard.i18n.formats import Formats
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.link import page_link
from layouts.monitor import PATH
from layouts.monitor_words import ELLIPSIS, VERDICTS, MonitorView, sure, title_of, verdict_pill

CARD = "monitor-forest"
_PARTS = 4  # of the axis, at most six


@dataclass(frozen=True, slots=True)
class Unit:
    """The one unit of the figures of the card: `₽M`, so that they can be compared at a glance."""

    name: str
    size: float
    digits: int
    formats: Formats

    def text(self, value: float) -> str:
        """`+4.1`, without the unit."""
        return self.formats.signed(value / self.size, self.digits)

    def short(self, tick: float) -> str:
        """A figure of the axis, without digits that it does not need."""
        scaled = round(tick / self.size, 6)
        return self.formats.signed(scaled, 0 if scaled == int(scaled) else self.digits)


def unit_of(view: MonitorView) -> Unit:
    """Millions where any effect reaches one, else whole roubles."""
    ends = [abs(end) for one in view.effects if one.money for end in (one.money.low, one.money.high)]
    most = max(ends, default=0.0)
    size = next((size for size in (1e9, 1e6) if most >= size), 1.0)
    name = view.formats.money(size if size > 1 else 100, 0).replace("100", "").replace("1", "").strip()
    digits = 0 if size == 1.0 or most >= 100 * size else 1 if most >= 10 * size else 2
    return Unit(name, size, digits, view.formats)


def forest_card(view: MonitorView) -> html.Section:
    """Every effect once, the largest first; what has no figure yet stands below with its reason."""
    words = view.words
    unit = unit_of(view)
    title = words("Effect of all actions, {unit}", unit=unit.name)
    priced = sorted(
        (one for one in view.effects if one.money is not None),
        key=lambda one: -(one.money.actual if one.money else 0.0),
    )
    rest = [one for one in view.effects if one.money is None]
    body: list[Any] = []
    if priced:
        ticks = _ticks([one.money for one in priced if one.money is not None])
        rows = [_row(view, one, one.money, ticks, unit) for one in priced if one.money is not None]
        body += [html.Ul(rows, className="forest"), _axis(ticks, unit)]
    if rest:
        body.append(html.Ul([_waiting(view, one) for one in rest], className="forest forest--rest"))
    return card(
        title,
        *body,
        subtitle=words(
            "Dot: estimate, line: 95% interval; a hollow dot: not yet told from zero. Since each start"
        ),
        tools=card_tools(words, CARD, view.address, title),
        class_name="effect__forest",
    )


def _row(view: MonitorView, effect: Effect, money: Amount, ticks: Sequence[float], unit: Unit) -> html.Li:
    name = title_of(view.words, effect.plan)
    chosen = effect is view.opened
    tone = "forest__mark--" + ("hollow" if not sure(money) else "good" if money.actual > 0 else "bad")
    places = {
        "--low": _at(money.low, ticks),
        "--high": _at(money.high, ticks),
        "--dot": _at(money.actual, ticks),
        "--zero": _at(0.0, ticks),
    }
    said = view.words(
        "{money}, 95% interval {range}; {verdict}",
        money=view.formats.money_signed(money.actual),
        range=view.money_range(money),
        verdict=view.words(VERDICTS[effect.verdict][0]),
    )
    track = html.Span(
        [
            *(html.I(className="forest__grid", style={"--at": _at(tick, ticks)}) for tick in ticks),
            html.I(className="forest__zero"),
            html.I(className="forest__line"),
            html.I(className="forest__dot"),
        ],
        className=f"forest__track {tone}",
        style=places,
        role="img",
        **attributes(aria_label=said),
    )
    figure = html.Span(
        [
            html.B(unit.text(money.actual)),
            html.Small(f"({ELLIPSIS.join(unit.text(end) for end in (money.low, money.high))})"),
        ],
        className="forest__figure",
    )
    link = page_link(
        name,
        PATH,
        view.shown(effect.plan.action_id),
        "forest__name" + (" forest__name--on" if chosen else ""),
    )
    return html.Li([link, track, figure])


def _waiting(view: MonitorView, effect: Effect) -> html.Li:
    """An effect without money: its points, or the day of its first figure."""
    words = view.words
    if effect.points is not None:
        said = f"{view.points(effect.points.actual)} ({view.points_range(effect.points)})"
    else:
        said = words("first figure on {day}", day=view.day(effect.plan.look_day(1)))
    link = page_link(title_of(words, effect.plan), PATH, view.shown(effect.plan.action_id), "forest__name")
    return html.Li([link, html.Span(said, className="meta"), verdict_pill(words, effect.verdict)])


def _axis(ticks: Sequence[float], unit: Unit) -> html.Div:
    marks = [html.Span(unit.short(tick), style={"--at": _at(tick, ticks)}) for tick in ticks]
    line = html.Span(marks, className="forest__ticks")
    return html.Div(
        [html.Span(), line, html.Span()], className="forest__axis", **attributes(aria_hidden="true")
    )


def _at(value: float, ticks: Sequence[float]) -> str:
    return f"{100 * (value - ticks[0]) / (ticks[-1] - ticks[0]):.2f}%"


def _ticks(found: Sequence[Amount]) -> list[float]:
    """Round sums from the lowest to the highest end of the intervals, zero among them."""
    low = min(0.0, *(one.low for one in found), 0.0)
    high = max(0.0, *(one.high for one in found), 0.0)
    rough = (high - low) / _PARTS or 1.0
    size = 10.0 ** floor(log10(rough))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= rough)
    return [step * place for place in range(floor(low / step), ceil(high / step) + 1)]
