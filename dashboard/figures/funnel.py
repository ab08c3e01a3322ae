"""The funnel over time: rate and median days of one way by entry cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from babel.dates import format_date

from dashboard.analytics.funnel_time import MONTH, QUARTER, Cohort, Line
from dashboard.figures.theme import PALETTES, Figure, template
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.period import Period

RATES_HEIGHT, DAYS_HEIGHT = 300, 170
_SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
_TICKS = 5  # at most so many cohorts are named under the axis: a phone has room for them
_LONGEST = 12  # letters of a name at the end of a line
_LABEL_ROOM = 108  # for the names at the ends of the lines [px]
_LABEL = 17  # height of a name [px]
_AXIS = 48  # of a chart's height goes to the names under it [px]
_LEFT = 50  # for the figures at the axis, the same in both charts [px]


@dataclass(frozen=True, slots=True)
class Looks:
    """How the lines are told apart.

    Attributes:
        names: group -> what the screen calls it.
        places: group -> its place among the engagement's colours, from 0; None = everybody, drawn in ink.
    """

    names: Mapping[str | None, str]
    places: Mapping[str | None, int]


def rates_figure(
    lines: Sequence[Line], unit: str, looks: Looks, words: Words, formats: Formats, theme: str
) -> Figure:
    """Share that passed by cohort: ripe cohorts in a line, dotted where windows are still open, n below.

    Of everybody alone the 95 % interval is drawn as a band, and cohorts under 30 customers are hollow. Beside other
    lines such cohorts are gaps: their noise would hide what the others say.
    """
    rates = [[_shown(lines, cohort, cohort.rate) for cohort in line.cohorts] for line in lines]
    top = max((rate or 0.0 for row in rates for rate in row), default=0.0)
    if len(lines) == 1:
        top = max((cohort.high or 0.0 for cohort in lines[0].cohorts if not cohort.low_n), default=top)
    top = max(top, 0.01)
    traces: list[dict[str, Any]] = [_band(lines[0], top)] if len(lines) == 1 else []
    for line, row in zip(lines, rates, strict=True):
        texts = [_hover(line, cohort, unit, looks, words, formats) for cohort in line.cohorts]
        traces += _line(line, row, texts, looks)
    figure = _figure(traces, lines, unit, looks, formats, theme)
    step = next(
        size for size in (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25) if top / size <= 5 or size == 0.25
    )
    ticks = [step * place for place in range(ceil(top / step) + 1)]
    digits = 1 if step < 0.01 else 0
    figure["layout"]["yaxis"] = {
        "range": [0, max(ticks[-1], top)],
        "automargin": False,
        "tickvals": ticks,
        "ticktext": [formats.share(tick, digits) for tick in ticks],
    }
    figure["layout"]["annotations"] = _labels(lines, rates, ticks[-1], RATES_HEIGHT, looks)
    return figure


def days_figure(lines: Sequence[Line], unit: str, looks: Looks, formats: Formats, theme: str) -> Figure:
    """Median days by cohort, of ripe entries alone."""
    traces: list[dict[str, Any]] = [_band(Line(None, ()), 1.0)] if len(lines) == 1 else []
    values = [[_shown(lines, cohort, cohort.median_days) for cohort in line.cohorts] for line in lines]
    for line, days in zip(lines, values, strict=True):
        texts = [
            f"{looks.names[line.group]}, {cohort_name(cohort.first_day, unit, formats)}: {formats.days(day)}"
            for cohort, day in zip(line.cohorts, days, strict=True)
        ]
        traces += _line(line, days, texts, looks)
    top = max((day for row in values for day in row if day is not None), default=1.0) or 1.0
    figure = _figure(traces, lines, unit, looks, formats, theme)
    step = next((size for size in (0.25, 0.5, 1, 2, 5, 10, 20, 50) if top / size <= 4), 100)
    ticks = [step * place for place in range(ceil(top / step) + 1)]
    digits = 2 if step == 0.25 else 1 if step == 0.5 else 0
    figure["layout"]["yaxis"] = {
        "range": [0, ticks[-1] * 1.05],
        "automargin": False,
        "tickvals": ticks,
        "ticktext": [formats.number(tick, digits if tick else 0) for tick in ticks],
    }
    figure["layout"]["annotations"] = _labels(lines, values, ticks[-1] * 1.05, DAYS_HEIGHT, looks)
    return figure


def cohort_name(first_day: date, unit: str, formats: Formats) -> str:
    """What a cohort is called: its month or quarter, or the day on which its week begins."""
    if unit == MONTH:
        return formats.period(Period.of_months(first_day, 1))
    if unit == QUARTER:
        return formats.period(Period.of_months(first_day, 3))
    return formats.day(first_day, year=True)


def _shown(lines: Sequence[Line], cohort: Cohort, value: float | None) -> float | None:
    return None if len(lines) > 1 and cohort.low_n else value


def _line(
    line: Line, values: Sequence[float | None], texts: Sequence[str], looks: Looks
) -> list[dict[str, Any]]:
    """The ripe part, and behind it the part that is not ripe yet; the one starts where the other ends."""
    ripe = [cohort.ripe for cohort in line.cohorts]
    last = max(
        (place for place, is_ripe in enumerate(ripe) if is_ripe and values[place] is not None), default=-1
    )
    low = [cohort.low_n for cohort in line.cohorts]
    shape = _SHAPES[looks.places.get(line.group, 0) % len(_SHAPES)]
    shapes = [f"{shape}-open" if few else shape for few in low]
    common = {"type": "scatter", "x": list(range(len(values))), "hovertemplate": "%{text}<extra></extra>"}
    solid = [value if is_ripe else None for value, is_ripe in zip(values, ripe, strict=True)]
    young = [
        None if is_ripe and place != last else value
        for place, (value, is_ripe) in enumerate(zip(values, ripe, strict=True))
    ]
    dotted = {"mode": "lines+markers", "line": {"dash": "dot"}, "connectgaps": False}
    marks = [f"{shape}-open"] * len(values)
    return [
        {**common, "y": solid, "text": list(texts), "mode": "lines+markers", "marker": {"symbol": shapes}},
        {
            **common,
            **dotted,
            "y": young,
            "text": list(texts),
            "marker": {
                "symbol": marks,
                "opacity": [0 if place == last else 1 for place in range(len(values))],
            },
        },
    ]


def _band(line: Line, top: float) -> dict[str, Any]:
    """The interval around everybody's rate; cohorts without one cut it."""
    x: list[float | None] = []
    y: list[float | None] = []
    run: list[tuple[int, Cohort]] = []
    for place, cohort in [*enumerate(line.cohorts), (-1, None)]:
        if cohort is not None and cohort.low is not None:
            run.append((place, cohort))
            continue
        x += [*(at for at, _ in run), *(at for at, _ in reversed(run)), None]
        y += [*(min(one.high or 0.0, top) for _, one in run), *(one.low for _, one in reversed(run)), None]
        run = []
    shape = {"fill": "toself", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    return {"type": "scatter", "x": x, "y": y, **shape}


def _hover(line: Line, cohort: Cohort, unit: str, looks: Looks, words: Words, formats: Formats) -> str:
    name = f"{looks.names[line.group]}, {cohort_name(cohort.first_day, unit, formats)}"
    if cohort.rate is None or cohort.low is None or cohort.high is None:
        return name
    interval = formats.range(formats.share(cohort.low, 1), formats.share(cohort.high, 1))
    text = words(
        "{name}: {rate} of {n}<br>95 %: {interval}",
        name=name,
        rate=formats.share(cohort.rate, 1),
        n=formats.number(cohort.entered),
        interval=interval,
    )
    if cohort.young:
        text += "<br>" + words("so far: {n} not ripe yet", n=cohort.young)
    return text + ("<br>" + words("fewer than 30: sample too small") if cohort.low_n else "")


def _labels(
    lines: Sequence[Line], values: Sequence[Sequence[float | None]], top: float, height: int, looks: Looks
) -> list[dict[str, Any]]:
    """The name at the end of each line; names that would meet move apart."""
    gap = top * _LABEL / (height - _AXIS)
    if len(lines) == 1:
        return []
    ends = []
    for line, row in zip(lines, values, strict=True):
        place = max((at for at, value in enumerate(row) if value is not None), default=None)
        if place is not None:
            ends.append((row[place] or 0.0, line))
    ends.sort(key=lambda end: end[0])
    labels, lowest = [], float("-inf")
    for value, line in ends:
        at = max(value, lowest + gap)
        lowest = at
        label = {
            "x": 1,
            "xref": "paper",
            "y": at,
            "text": _short(looks.names[line.group]),
            "showarrow": False,
        }
        labels.append({**label, "xanchor": "left", "yanchor": "middle", "xshift": 8})
    return labels


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _figure(
    traces: list[dict[str, Any]],
    lines: Sequence[Line],
    unit: str,
    looks: Looks,
    formats: Formats,
    theme: str,
) -> Figure:
    days = [cohort.first_day for cohort in lines[0].cohorts]
    every = ceil(len(days) / _TICKS) or 1
    named = list(range(0, len(days), every))
    templates = {name: _template(name, lines, looks, formats.language) for name in PALETTES}
    return {
        "data": traces,
        "layout": {
            "template": templates[theme],
            "meta": {"templates": templates},
            "margin": {"l": _LEFT, "r": _LABEL_ROOM if len(lines) > 1 else 12, "t": 10, "b": 4},
            "xaxis": {
                "tickmode": "array",
                "tickvals": named,
                "ticktext": [_tick(days[place], unit, formats, first=place == 0) for place in named],
                "range": [-0.4, len(days) - 0.6],
            },
            "hovermode": "closest",
        },
    }


def _template(theme: str, lines: Sequence[Line], looks: Looks, language: str) -> dict[str, Any]:
    """Colours by the order of the traces: a change of theme is a change of template."""
    palette = PALETTES[theme]
    looked: list[dict[str, Any]] = []
    if len(lines) == 1:
        red, green, blue = (int(palette.actual[at : at + 2], 16) for at in (1, 3, 5))
        looked.append({"fillcolor": f"rgba({red},{green},{blue},.13)"})
    for line in lines:
        place = looks.places.get(line.group)
        rest = palette.text_3
        colour = (
            palette.actual
            if place is None
            else palette.segments[place]
            if place < len(palette.segments)
            else rest
        )
        drawn = {"line": {"color": colour, "width": 2}, "marker": {"color": colour, "size": 7}}
        looked += [drawn, drawn]
    whole = template(theme, language)
    return {**whole, "data": {**whole["data"], "scatter": looked}}


def _tick(day: date, unit: str, formats: Formats, *, first: bool) -> str:
    """Two lines where the year begins."""
    if unit == MONTH:
        year = f"<br>{day.year}" if first or day.month == 1 else ""
        return format_date(day, "LLL", locale=formats.language) + year
    if unit == QUARTER:
        return formats.period(Period.of_months(day, 3)).replace(" ", "<br>")
    return formats.day(day)
