"""The phone's form of the heat table: stage by stage the weakest link, and on demand every contact of the stage."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.heatmap_shown import Value
from dashboard.analytics.score import Key
from layouts.components.link import page_link
from layouts.components.tone import tone_by
from layouts.touchpoint_measures import PATH, figure, look
from layouts.touchpoints import MapView


def stage_list(view: MapView) -> html.Ul:
    """One entry a stage."""
    words = view.words
    lines = []
    for stage in view.model.stages:
        keys = [key for channel in view.channels if (key := (stage.key, channel, None)) in view.shown.values]
        average = view.shown.averages.get(stage.key)
        note = [html.Small(words("average {value}", value=figure(view.formats, view.measure, average)))]
        name = html.Div([html.B(stage.name(words.language)), *(note if average is not None else [])])
        parts: list[Any] = [html.Div(name, className="heat-list__stage")]
        worst = view.shown.weakest.get(stage.key)
        if view.minus is None and worst in keys:
            parts.append(_line(view, worst, words("Weakest link")))
        elif view.minus is None:
            parts.append(html.Span(words("no weak link"), className="meta"))
        if keys:
            entries = [_line(view, key, None) for key in keys]
            every = words.plural("All {n} contact", "All {n} contacts", len(keys))
            parts.append(
                html.Details(
                    [html.Summary(every), *entries], className="heat-list__all", open=view.minus is not None
                )
            )
        lines.append(html.Li(parts))
    return html.Ul(lines, className="heat-list")


def _line(view: MapView, key: Key, mark: str | None) -> Any:
    name: list[Any] = [html.Span(view.place_name(key))]
    if mark:
        name.append(html.Small(mark))
    inner = [html.Span(name, className="heat-list__name"), _tag(view, key)]
    return page_link(inner, PATH, view.cell_address(key), "heat-list__line")


def _tag(view: MapView, key: Key) -> html.Span:
    """The figure on its colour, as the cell of the table has it."""
    words = view.words
    if view.minus is not None:
        found = view.minus.channels.cells.get(key)
        if found is None or found.low_n:
            n = min(found.n, found.other_n) if found else 0
            return html.Span(words("n = {n}", n=n), className="tag table__few")
        tone = tone_by(found.difference, (0.0, 0.05, 0.1)) if found.significant else "tone--4"
        return html.Span(view.formats.signed(100 * found.difference), className=f"tag {tone}")
    own = view.shown.of(key) or Value(None)
    if own.known is None:
        text = words("n = {n}", n=own.n) if own.n and own.low_n else words("no data")
        return html.Span(text, className="tag table__few")
    text = figure(view.formats, view.measure, own.value)
    return html.Span(text, className=f"tag {look(view.shown, key, own)}")
