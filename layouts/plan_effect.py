"""The measured effect of an action in one line: its verdict, what it is worth, the way to the whole of it."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.effect import Effect
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.link import page_link
from layouts.monitor import PATH
from layouts.monitor_words import ELLIPSIS, verdict_pill


def measured_money(formats: Formats, effect: Effect) -> str:
    """`+₽4.1M (+₽2.4M…+₽5.8M)`; points where the step has no price; empty before the first figure."""
    if effect.money is not None:
        ends = (formats.money_signed(effect.money.low), formats.money_signed(effect.money.high))
        return f"{formats.money_signed(effect.money.actual)} ({ELLIPSIS.join(ends)})"
    if effect.points is not None:
        ends = (formats.signed(effect.points.low * 100, 1), formats.signed(effect.points.high * 100, 1))
        return f"{formats.points(effect.points.actual)} ({ELLIPSIS.join(ends)})"
    return ""


def effect_line(
    words: Words, formats: Formats, address: Address, action_id: int, effect: Effect
) -> list[Any]:
    """Verdict, figure, link to /monitor.

    Args:
        address: of the screen: the filters go along.
    """
    told = measured_money(formats, effect) or words(
        "first figure on {day}", day=formats.day(effect.plan.look_day(1), year=True)
    )
    there = address.for_page().with_extras(a=str(action_id))
    parts: list[Any] = [verdict_pill(words, effect.verdict), " ", html.B(told), " "]
    if effect.plan.also and effect.points is not None:
        parts.append(words("of {n} actions together", n=len(effect.plan.ids)) + " ")
    return [*parts, page_link(words("open the effect"), PATH, there)]
