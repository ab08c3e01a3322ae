"""One touchpoint over twelve weeks or months: its line with the interval, its stage dashed, what is young dotted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.analytics.funnel_time import MONTH
from dashboard.analytics.heatmap_shown import Measure
from dashboard.analytics.heatmap_trend import TrendPoint
from dashboard.figures.theme import PALETTES, Figure, Palette, template
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.period import Period

_NAMED = (0, 0.5, 1)  # weeks under the axis, as parts of the line: a narrow card has room for three


def trend_figure(
    points: Sequence[TrendPoint], unit: str, measure: Measure, words: Words, formats: Formats, theme: str
) -> Figure:
    """The line of a measure.

    Args:
        theme: `light` or `dark`; the colours of both go along in `layout.meta.paint`.

    Weeks under 30 are hollow; weeks whose windows are still open are dotted and hollow.
    """
    paint = {key: _paint(palette) for key, palette in PALETTES.items()}
    traces = [_band(points), *_lines(points, unit, measure, words, formats), _stage(points)]
    for place, trace in enumerate(traces):
        for name in ("line.color", "fillcolor", "marker.color"):
            part, _, leaf = name.partition(".")
            holder = trace.setdefault(part, {}) if leaf else trace
            holder[leaf or part] = paint[theme][name][place]
    places, texts = _ticks(points, measure, formats)
    named = sorted({round(part * (len(points) - 1)) for part in _NAMED})
    return {
        "data": traces,
        "layout": {
            "template": template(theme, formats.language),
            "margin": {"l": 4, "r": 10, "t": 8, "b": 4},
            "meta": {"paint": paint},
            "xaxis": {
                "range": [-0.9, len(points) + 0.1],
                "ticklabelstandoff": 6,
                "tickvals": named,
                "ticktext": [point_name(points[place], unit, formats) for place in named],
            },
            "yaxis": {"range": [places[0], places[-1]], "tickvals": places, "ticktext": texts},
        },
    }


def point_name(point: TrendPoint, unit: str, formats: Formats) -> str:
    """A month by its name, a week by its Monday."""
    if unit == MONTH:
        return formats.period(Period.of_months(point.first_day, 1))
    return formats.day(point.first_day)


def value_text(measure: Measure, value: float | None, formats: Formats) -> str:
    """A value in the unit of the measure."""
    if measure is Measure.MOOD:
        return formats.signed(value, 2)
    if measure in (Measure.PROGRESSION, Measure.SHARE):
        return formats.share(value, 1)
    return formats.number(value)


def _paint(palette: Palette) -> dict[str, list[str]]:
    """Colours of band, ripe line, young line and stage."""
    lines = [palette.previous, palette.actual, palette.actual, palette.text_3]
    red, green, blue = (int(palette.previous[place : place + 2], 16) for place in (1, 3, 5))
    return {
        "line.color": lines,
        "marker.color": lines,
        "fillcolor": [f"rgba({red},{green},{blue},0.32)"] * len(lines),
    }


def _band(points: Sequence[TrendPoint]) -> dict[str, Any]:
    """The interval; a week without one cuts it."""
    x: list[int | None] = []
    y: list[float | None] = []
    run: list[tuple[int, TrendPoint]] = []
    for place, point in [*enumerate(points), (-1, None)]:
        if point is not None and point.low is not None:
            run.append((place, point))
            continue
        x += [*(at for at, _ in run), *(at for at, _ in reversed(run)), None]
        y += [*(one.high for _, one in run), *(one.low for _, one in reversed(run)), None]
        run = []
    return {
        "type": "scatter", "x": x, "y": y, "fill": "toself", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip",
    }  # fmt: skip


def _lines(
    points: Sequence[TrendPoint], unit: str, measure: Measure, words: Words, formats: Formats
) -> list[dict[str, Any]]:
    """The ripe part, and from its end on the part that is young."""
    last = max(
        (place for place, point in enumerate(points) if point.ripe and point.value is not None), default=-1
    )
    texts = [_hover(point, unit, measure, words, formats) for point in points]
    common = {
        "type": "scatter", "x": list(range(len(points))), "text": texts, "hovertemplate": "%{text}<extra></extra>",
        "mode": "lines+markers", "connectgaps": False,
    }  # fmt: skip
    shapes = ["circle-open" if point.low_n or not point.ripe else "circle" for point in points]
    young = [None if point.ripe and place != last else point.value for place, point in enumerate(points)]
    hidden = [0 if place == last else 6 for place in range(len(points))]
    solid = [point.value if point.ripe else None for point in points]
    return [
        {**common, "y": solid, "line": {"width": 2}, "marker": {"symbol": shapes, "size": 6}},
        {
            **common,
            "y": young,
            "line": {"width": 2, "dash": "dot"},
            "marker": {"symbol": shapes, "size": hidden},
        },
    ]


def _stage(points: Sequence[TrendPoint]) -> dict[str, Any]:
    return {
        "type": "scatter", "x": list(range(len(points))), "y": [point.stage for point in points], "mode": "lines",
        "line": {"width": 1.5, "dash": "dash"}, "hoverinfo": "skip",
    }  # fmt: skip


def _hover(point: TrendPoint, unit: str, measure: Measure, words: Words, formats: Formats) -> str:
    text = f"{point_name(point, unit, formats)}: <b>{value_text(measure, point.value, formats)}</b>"
    if measure in (Measure.PROGRESSION, Measure.SHARE, Measure.MOOD):
        text += f" · n = {formats.number(point.n)}"
    if point.stage is not None:
        text += "<br>" + words("stage {value}", value=value_text(measure, point.stage, formats))
    return text if point.ripe else text + "<br>" + words("not ripe yet")


def _ticks(points: Sequence[TrendPoint], measure: Measure, formats: Formats) -> tuple[list[float], list[str]]:
    """Three ticks from nothing (of the mood from −1) to above the highest value."""
    if measure is Measure.MOOD:
        return [-1, 0, 1], [formats.signed(value) for value in (-1, 0, 1)]
    ends = [
        value for point in points for value in (point.value, point.stage, point.high) if value is not None
    ]
    top = max(ends, default=1.0)
    if measure in (Measure.TOUCHES, Measure.CUSTOMERS):
        step = _round(max(top, 2) / 2)
        return [0, step, 2 * step], [formats.number(value) for value in (0, step, 2 * step)]
    step = next(
        (size for size in (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5) if 2 * size >= top), 0.5
    )
    return [0, step, 2 * step], [formats.share(value) for value in (0, step, 2 * step)]


def _round(value: float) -> float:
    """The next number of one digit and zeros."""
    size = 10 ** (len(str(int(value))) - 1)
    return -(-value // size) * size
