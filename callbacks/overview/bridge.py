"""Why revenue changed against the comparison period."""

from __future__ import annotations

from typing import Any

from callbacks.overview.place import place_of
from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.server.sheets import Column, Sheet
from layouts.components.pill import segment_name
from layouts.overview_bridge import bridge_card, factor_names, no_bridge, step_title


def show_bridge(services: Services, ask: Ask) -> Any:
    """The bridge, or why there is none."""
    place, words = place_of(ask), ask.words
    if not ask.info.has_transactions:
        return no_bridge(place, words("Without transactions there is no revenue to explain."), offer=False)
    other = services.answers.compared(ask.scope, ask.query)
    if other is None:
        return no_bridge(
            place, words("A change needs a period to compare with."), offer=ask.query.period.bounded
        )
    try:
        found = services.answers.bridge(ask.scope, ask.query)
    except JourneyError as error:
        return no_bridge(place, words.error(error), offer=False)
    ends = (ask.formats.period(other), ask.formats.period(ask.query.period))
    return bridge_card(place, found, ends, ask.address.theme or ask.user.theme)


def bridge_sheet(services: Services, ask: Ask) -> Sheet:
    """Every factor of every segment, then of all."""
    words, place = ask.words, place_of(ask)
    found, names = services.answers.bridge(ask.scope, ask.query), factor_names(place)
    columns = (
        Column(words("Segment")),
        Column(words("Factor"), "text", "factor"),
        Column(words("before"), "decimal", "before"),
        Column(words("after"), "decimal", "after"),
        Column(words("Effect"), "money", "effect"),
    )
    rows = [
        (
            segment_name(words, row.segment),
            names.get(row.factor) or step_title(place, row.factor),
            row.before,
            row.after,
            row.effect,
        )
        for row in (*found.segments, *found.total)
    ]
    return Sheet(words("Why revenue changed"), columns, rows)
