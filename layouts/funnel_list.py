"""The tab Steps on phones: the steps of each group under each other."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.funnel import FunnelGroup
from dashboard.i18n.formats import ARROW
from layouts.components.pill import segment_dot
from layouts.funnel import FunnelView, Rows
from layouts.funnel_pill import change_mark, step_pill


def step_list(view: FunnelView) -> html.Div:
    """The phone's form of the grid."""
    return html.Div([_group(view, group) for group in view.groups], className="funnel-list")


def _group(view: FunnelView, group: FunnelGroup) -> html.Details:
    """One row of the grid; everybody and the row of the open step are unfolded."""
    value = view.value(group)
    coloured = value is not None and view.rows is Rows.SEGMENT
    dots = [segment_dot(str(value), view.order)] if coloured else []
    worst = view.worst(value)
    money = []
    if worst is not None and value is not None:
        money = [html.Span(view.formats.money(-(worst.recoverable or 0)), className="funnel-list__money")]
    opened = view.open[0] if view.open else None
    return html.Details(
        [
            html.Summary([*dots, html.H3(view.name(value)), *money]),
            *(_line(view, group, place) for place in range(len(group.steps) - 1)),
        ],
        open=value in (None, opened),
        className="funnel-list__group",
    )


def _line(view: FunnelView, group: FunnelGroup, place: int) -> html.Div:
    start, end = group.steps[place], group.steps[place + 1]
    value = view.value(group)
    counts: list[Any] = [
        f"{view.formats.number(start.customers)} {ARROW} {view.formats.number(end.customers)}"
    ]
    moved = change_mark(view, group, place)
    if moved:
        counts += [" ", *moved]
    return html.Div(
        [
            html.Div([html.B(view.step_name(start.stage, end.stage)), html.Small(counts)]),
            step_pill(view, group, place, view.worst(value)),
            html.Span(_lost(view, value, start.stage, end.stage), className="funnel-list__money"),
        ],
        className="funnel-list__line",
    )


def _lost(view: FunnelView, value: str | None, start: str, end: str) -> str:
    """Money at stake at a step of a segment; nothing where rows have no price."""
    if value is None or not view.ranked:
        return ""
    rows = (row for row in view.ranked if (row.segment, row.from_stage, row.to_stage) == (value, start, end))
    row = next(rows, None)
    return view.formats.money(-row.recoverable) if row and row.recoverable else "—"
