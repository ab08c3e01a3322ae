"""The choice on the what-if: all customers, new or returning ones alone (DOMAIN section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.query import JourneyQuery, Split
from layouts.components.segmented import Choice, segmented

NEW, RETURNING = "new", "returning"
_NAMES: Mapping[str | None, str] = {
    None: msgid("All customers"),
    NEW: msgid("New"),
    RETURNING: msgid("Returning"),
}
_SAID = {NEW: msgid("new customers alone"), RETURNING: msgid("returning customers alone")}


def whose(query: JourneyQuery) -> str | None:
    """`new` or `returning` where the question is about these alone."""
    told = next((rule.values for rule in query.filters if rule.field == Split.CUSTOMER_TYPE), ())
    return told[0] if len(told) == 1 and told[0] in _SAID else None


def whose_words(words: Words, query: JourneyQuery) -> str | None:
    """`new customers alone`; None where everybody counts."""
    name = whose(query)
    return words(_SAID[name]) if name else None


def whose_switch(
    words: Words, address: Address, query: JourneyQuery, first_day: date | None
) -> list[html.Div]:
    """The switch; nothing for a period without a beginning, before which nobody can have bought.

    Args:
        first_day: of the data: who bought shortly before it may pass for new.
    """
    if query.period.since is None:
        return []
    chosen = whose(query)
    choices = [Choice(words(text), _only(address, name), name == chosen) for name, text in _NAMES.items()]
    label = html.Span(words("Whose journeys"), className="whose__label")
    short = first_day is None or query.period.since < first_day + timedelta(days=query.horizon)
    said = (
        words("The data begin too shortly before: earlier deals may be missing.") if short and chosen else ""
    )
    note = [html.Span(said, className="whose__label")] if said else []
    return [
        html.Div([label, segmented(words("Whose journeys"), "/whatif", choices), *note], className="whose")
    ]


def _only(address: Address, name: str | None) -> Address:
    """The address about one kind of customers; other filters stay."""
    prefix = f"{Split.CUSTOMER_TYPE}="
    kept = tuple(text for text in address.funnel.filters if not text.startswith(prefix))
    own = (f"{prefix}{name}",) if name else ()
    return address.with_(funnel=replace(address.funnel, filters=(*kept, *own)), problems=())
