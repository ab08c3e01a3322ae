"""The line that says which entries are shown where those of the period are too young."""

from __future__ import annotations

from dash import html

from dashboard.analytics.mature_span import MatureSpan
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from layouts.components.icon import icon


def maturity_line(words: Words, formats: Formats, span: MatureSpan | None) -> list[html.P]:
    """Nothing where at least half of the period's entries are ripe; else whose figures these are, and until when."""
    if span is None:
        return []
    text = words(
        "Entries {span}: of {asked} only {mature} of {entries} are ripe; it is ready on {day}.",
        span=formats.period(span.period),
        asked=formats.period(span.asked),
        mature=span.mature,
        entries=span.entries,
        day=formats.day(span.ready_on, year=True),
    )
    return [html.P([icon("warning"), html.Span(text)], className="notice notice--warn")]
