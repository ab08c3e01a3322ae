"""The line that says that nobody chose the funnel's mode, and which one the data chose."""

from __future__ import annotations

from dash import html

from dashboard.i18n.words import Words
from dashboard.journey.query import JourneyQuery
from layouts.components.icon import icon


def mode_line(words: Words, query: JourneyQuery) -> list[html.P]:
    """Nothing where somebody chose the mode, or the data keep their stage history; else what is counted instead."""
    if not query.mode_by_data:
        return []
    text = words(
        "Each customer counts up to the furthest stage reached (“Reached”): a source keeps no stage history."
    )
    return [html.P([icon("warning"), html.Span(text)], className="notice notice--warn")]
