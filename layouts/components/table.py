"""Short tables: heading, rows, and a scrolling place that the keyboard reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from layouts.components.attributes import attributes


def scroll_region(label: str, content: Any, class_name: str = "table__scroll") -> html.Div:
    """A part that may be wider than its card: it scrolls by itself, also with the arrow keys."""
    return html.Div(
        content, className=class_name, tabIndex="0", role="region", **attributes(aria_label=label)
    )


def table(label: str, titles: Sequence[str], rows: Sequence[html.Tr], *, numbers: range) -> html.Div:
    """A plain table.

    Args:
        label: what it lists, for readers.
        numbers: places of the columns that hold figures: they stand right.
    """
    head = html.Tr(
        [
            html.Th(title, scope="col", className="number" if place in numbers else "")
            for place, title in enumerate(titles)
        ]
    )
    return scroll_region(label, html.Table([html.Thead(head), html.Tbody(list(rows))], className="table"))
