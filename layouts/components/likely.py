"""How sure a bottleneck is, beside its money: the likely range, and a mark where it is not proven."""

from __future__ import annotations

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words


def likely_range(words: Words, formats: Formats, row: Bottleneck) -> str:
    """`likely range 30.1–39.5`: 80 % of the draws; empty where nothing is known."""
    if row.low is None or row.high is None:
        return ""
    return words("likely range {range}", range=formats.range(formats.money(row.low), formats.money(row.high)))


def not_proven(words: Words, row: Bottleneck) -> list[html.Span]:
    """The mark of a row that chance may explain; nothing where the row is proven."""
    if row.proven:
        return []
    why = words("The gap to the other segments may be chance: check before acting.")
    return [html.Span(words("not proven"), className="pill", title=why)]
