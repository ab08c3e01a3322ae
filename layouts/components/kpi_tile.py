"""A figure of the equation row: letter, name, value, change, and one line of reason."""

from __future__ import annotations

from typing import Any

from dash import html


def kpi_tile(
    label: Any,
    value: str,
    *,
    letter: str | None = None,
    change: Any = None,
    note: Any = None,
    spark: Any = None,
    full: str | None = None,
    goal: Any = None,
    first: bool = False,
) -> html.Div:
    """One tile.

    Args:
        letter: L, C, P or Q.
        change: a `delta`.
        spark: a small inline picture without a Graph.
        full: the exact figure, shown on hover.
        goal: how it stands against its target.
        first: the result of the equation, larger.
    """
    name: list[Any] = [html.Span(letter, className="kpi__letter")] if letter else []
    lines: list[Any] = [
        html.Div([*name, html.Span(label)], className="kpi__label"),
        html.Div(value, className="kpi__value", title=full),
    ]
    if change is not None or spark is not None:
        lines.append(html.Div([change, spark], className="kpi__change"))
    if goal is not None:
        lines.append(goal)
    if note is not None:
        lines.append(html.Div(note, className="kpi__note"))
    return html.Div(lines, className="kpi kpi--first" if first else "kpi")


def operator(sign: str) -> html.Div:
    """`=` or `×` between two tiles."""
    return html.Div(sign, className="kpi__operator")
