"""The one place that makes a `dcc.Graph`."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.figures.theme import PALETTES, template
from layouts.components.attributes import attributes


def chart(
    id: Any, figure: dict[str, Any], *, height: int, message: str, language: str, table: Any = None
) -> html.Figure:
    """A chart that fits its card.

    Args:
        figure: plain Plotly figure; its template comes from `dashboard.figures`, and those of every theme go
            along so that `assets/js/charts.js` re-colours it without a request. Where a trace names colours
            itself, `layout.meta.paint` holds them: theme -> attribute -> value; where it needs templates of its own,
            `layout.meta.templates` does.
        height: of the drawing [px]; without it Plotly would take 450 px and leave its card.
        message: what the chart says, for readers who do not see it.
        table: the same figures as a table, shown on demand.
    """
    templates = {theme: template(theme, language) for theme in PALETTES}
    meta = {"templates": templates, **figure["layout"].get("meta", {})}
    graph = dcc.Graph(
        id=id,
        figure={**figure, "layout": {**figure["layout"], "meta": meta}},
        responsive=True,
        style={"height": f"{height}px"},
        config={
            "displayModeBar": False,
            "showSendToCloud": False,
            "plotlyServerURL": "",
            "locale": language,
            "responsive": True,
        },
    )
    room = {"minHeight": f"{height}px"}  # before Plotly has come
    drawing = html.Div(graph, role="img", style=room, **attributes(aria_label=message))
    return html.Figure([drawing] if table is None else [drawing, table], className="chart")
