"""A line of a few months inside a tile: a mask in the colour of the text, so that it follows the theme."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote

from dash import html

from layouts.components.attributes import attributes

_WIDTH, _HEIGHT, _MARGIN = 84, 26, 3


def spark(values: Sequence[float | Decimal | None], name: str) -> html.Span | None:
    """The line with a dot at its end; None where fewer than two values are known.

    Args:
        values: in order of time; None is a gap.
        name: what the line shows, for readers.
    """
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    step = (_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    runs: list[list[str]] = [[]]
    last = ""
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        rise = (float(value) - low) / (high - low) if high > low else 0.5
        last = f"{_MARGIN + place * step:.1f},{_HEIGHT - _MARGIN - rise * (_HEIGHT - 2 * _MARGIN):.1f}"
        runs[-1].append(last)
    lines = "".join(f"<polyline points='{' '.join(run)}'/>" for run in runs if len(run) > 1)
    x, y = last.split(",")
    drawing = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {_HEIGHT}' fill='none' stroke='black' "
        f"stroke-width='1.6' stroke-linejoin='round'>{lines}<circle cx='{x}' cy='{y}' r='2' fill='black'/></svg>"
    )
    style = {"--spark": f'url("data:image/svg+xml,{quote(drawing)}")'}
    return html.Span(className="spark", style=style, role="img", title=name, **attributes(aria_label=name))
