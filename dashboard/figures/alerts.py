"""A control chart: a figure by period, what it is held against, where alerts begin, and which periods fired."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from dashboard.figures.lcpq import round_step
from dashboard.figures.theme import PALETTES, Figure, template
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.incidents import Signal, State

HEIGHT = 210
_TICKS = 4  # along the values, about
_NAMED = 5  # periods that are named along the axis at most
_RISE = 0.12  # room above and below the drawing, as a share of its height


def control_figure(
    signals: Sequence[Signal], said: Callable[[float | None], str], words: Words, formats: Formats, theme: str
) -> Figure:
    """The drawing.

    Args:
        signals: one period after the other; a period of which nothing is known is a gap.
        said: a value in its unit.
    """
    fired = [one if one.state is State.FIRING else None for one in signals]
    templates = {name: _template(name, formats.language) for name in PALETTES}
    return {
        "data": [
            _trace([one.limit for one in signals], [], mode="lines", hoverinfo="skip"),
            _trace([one.base for one in signals], [], mode="lines", hoverinfo="skip"),
            _trace([one.value for one in signals], [_hover(one, said, words, formats) for one in signals]),
            _trace([one.value if one else None for one in fired], [], mode="markers", hoverinfo="skip"),
        ],
        "layout": {
            "template": templates[theme],
            "meta": {"templates": templates},
            "margin": {"l": 4, "r": 12, "t": 10, "b": 4},
            "hovermode": "closest",
            "xaxis": _days(signals, formats),
            "yaxis": _values(signals, said),
        },
    }


def _trace(values: Sequence[float | None], texts: Sequence[str], **looks: Any) -> dict[str, Any]:
    more = {"text": list(texts), "hovertemplate": "%{text}<extra></extra>"} if texts else {}
    place = {"x": list(range(len(values))), "y": list(values), "cliponaxis": False}
    return {"type": "scatter", "mode": "lines+markers", **place, **more, **looks}


def _hover(one: Signal, said: Callable[[float | None], str], words: Words, formats: Formats) -> str:
    parts = [f"<b>{formats.day(one.since, year=True)}: {said(one.value)}</b>", f"n = {formats.number(one.n)}"]
    if one.base is not None:
        parts.append(words("held against {base}", base=said(one.base)))
    if one.limit is not None:
        parts.append(words("speaks from {limit}", limit=said(one.limit)))
    return "<br>".join(parts)


def _days(signals: Sequence[Signal], formats: Formats) -> dict[str, Any]:
    """The first days of some periods; the last one always."""
    last = len(signals) - 1
    step = max(-(-len(signals) // _NAMED), 1)
    named = [place for place in range(len(signals)) if (last - place) % step == 0]
    texts = [formats.day(signals[place].since) for place in named]
    return {"range": [-0.4, last + 0.4], "tickvals": named, "ticktext": texts}


def _values(signals: Sequence[Signal], said: Callable[[float | None], str]) -> dict[str, Any]:
    """From the least to the most of what is drawn, with round ticks."""
    found = [value for one in signals for value in (one.value, one.base, one.limit) if value is not None]
    low, high = min(found, default=0.0), max(found, default=1.0)
    room = (high - low) * _RISE or abs(high) * _RISE or 1.0
    step = round_step((high - low + 2 * room) / _TICKS)
    first, last = math.ceil((low - room) / step), math.floor((high + room) / step)
    ticks = [step * place for place in range(first, last + 1)]
    return {"range": [low - room, high + room], "tickvals": ticks, "ticktext": [said(tick) for tick in ticks]}


def _template(theme: str, language: str) -> dict[str, Any]:
    """Colours by the order of the traces: a change of theme is a change of template."""
    palette = PALETTES[theme]
    looks = [
        {"line": {"color": palette.bad, "width": 1.2, "dash": "dot", "shape": "hvh"}},
        {"line": {"color": palette.previous, "width": 1.6, "dash": "dash", "shape": "hvh"}},
        {"line": {"color": palette.actual, "width": 2}, "marker": {"color": palette.actual, "size": 5}},
        {"marker": {"color": palette.bad, "size": 11}},
    ]
    whole = template(theme, language)
    return {**whole, "data": {**whole["data"], "scatter": looks}}
