"""The line that says how much of a period is ripe."""

from __future__ import annotations

from dash import html

from dashboard.analytics.priced import PricedFunnel
from dashboard.i18n.words import Words
from layouts.components.icon import icon


def maturity_line(words: Words, priced: PricedFunnel) -> html.P | None:
    """A warning where under half of the period's entries are ripe; None otherwise."""
    if priced.entrants == 0 or 2 * priced.mature >= priced.entrants:
        return None
    text = words(
        "Only {mature} of {entrants} entries of this period are ripe: the others are still inside their window "
        "and not counted.",
        mature=priced.mature,
        entrants=priced.entrants,
    )
    return html.P([icon("warning"), html.Span(text)], className="notice notice--warn")
