"""The conversion of a step week by week, what it would have been without the action, and the starts of all actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor
from typing import Any

from dashboard.analytics.effect import EffectWeek
from dashboard.figures.theme import PALETTES, Figure, template
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words

HEIGHT = 380
_BEFORE = 16  # weeks before the start that are drawn: the rest is in the table
_TICKS = 6  # weeks named under the axis: a phone has room for them
_ROOM = 112  # for the words at the ends of the lines [px]
_LABEL = 18  # height of such words [px]
_DRAWN = 320  # of the height is the drawing itself [px]
_NEAR = 5  # weeks: two starts that are closer name their letters alone
_FOOT = 0.3  # of a step is left below the lowest line, so that its figure stands clear of the weeks
_STEPS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)


@dataclass(frozen=True, slots=True)
class StartMark:
    """The start of an action of the same step: its letter, its day, its name."""

    letter: str
    day: date
    title: str


def drawn(weeks: Sequence[EffectWeek]) -> list[EffectWeek]:
    """The weeks that the picture has room for: all since the start, and as many before as make the trend plain."""
    return [week for week in weeks if week.number >= -_BEFORE]


def effect_figure(
    weeks: Sequence[EffectWeek], marks: Sequence[StartMark], words: Words, formats: Formats, theme: str
) -> Figure:
    """The solid line is what happened, the dashed one what would have; the band only after the start.

    Args:
        weeks: those drawn (`drawn`).
        marks: starts of the step's actions; those outside of the weeks are left out.
    """
    texts = [_hover(week, words, formats) for week in weeks]
    low, high, ticks = _scale(weeks)
    templates = {name: _template(name, formats.language) for name in PALETTES}
    seen = [mark for mark in marks if weeks and weeks[0].since <= mark.day < weeks[-1].until]
    data = [
        _band(weeks),
        _line([week.without for week in weeks], texts),
        _line([week.rate if week.mature else None for week in weeks], texts),
        _young(weeks, low, high),
        _starts(weeks, seen, low, high),
        _names(weeks, seen, high, formats),
        *_ends(weeks, high - low, words, formats),
    ]
    return {
        "data": data,
        "layout": {
            "template": templates[theme],
            "meta": {"templates": templates},
            "margin": {"l": 4, "r": _ROOM, "t": 26, "b": 4},
            "hovermode": "closest",
            "xaxis": _weeks_axis(weeks, words),
            "yaxis": {
                "range": [low, high],
                "tickvals": ticks,
                "ticktext": [formats.share(tick, 1 if ticks[1] - ticks[0] < 0.01 else 0) for tick in ticks],
            },
        },
    }


def week_name(week: EffectWeek, words: Words) -> str:
    """`wk 34`: the calendar week on whose days it begins."""
    return words("wk {n}", n=week.since.isocalendar().week)


def _weeks_axis(weeks: Sequence[EffectWeek], words: Words) -> dict[str, Any]:
    every = ceil(len(weeks) / _TICKS) or 1
    named = list(range(0, len(weeks), every))
    return {
        "tickmode": "array",
        "tickvals": named,
        "ticktext": [
            week_name(weeks[place], words) if place == 0 else str(weeks[place].since.isocalendar().week)
            for place in named
        ],
        "range": [-0.4, len(weeks) - 0.6],
    }


def _line(values: Sequence[float | None], texts: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(range(len(values))),
        "y": list(values),
        "text": list(texts),
        "hovertemplate": "%{text}<extra></extra>",
        "connectgaps": False,
        "cliponaxis": False,
    }


def _young(weeks: Sequence[EffectWeek], low: float, high: float) -> dict[str, Any]:
    """The weeks that are not over yet: a field without a line."""
    young = [place for place, week in enumerate(weeks) if not week.mature]
    first, last = (young[0] - 0.5, len(weeks) - 0.5) if young else (0.0, 0.0)
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "x": [first, last, last, first] if young else [],
        "y": [low, low, high, high] if young else [],
        "hoverinfo": "skip",
    }


def _band(weeks: Sequence[EffectWeek]) -> dict[str, Any]:
    """Where such weeks would lie without the action: after the start alone."""
    after = [
        (place, week.low, week.high)
        for place, week in enumerate(weeks)
        if week.number > 0 and week.low is not None and week.high is not None
    ]
    places = [place for place, _, _ in after]
    return {
        "type": "scatter",
        "x": [*places, *reversed(places)],
        "y": [*(high for _, _, high in after), *(low for _, low, _ in reversed(after))],
        "fill": "toself",
        "mode": "lines",
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _starts(
    weeks: Sequence[EffectWeek], marks: Sequence[StartMark], low: float, high: float
) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for mark in marks:
        at = _place(weeks, mark.day)
        x += [at, at, None]
        y += [low, high, None]
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip"}


def _place(weeks: Sequence[EffectWeek], day: date) -> float:
    """A day on the axis of the weeks: a week's point is its middle, its first day half a step before."""
    return (day - weeks[0].since).days / 7 - 0.5


def _names(
    weeks: Sequence[EffectWeek], marks: Sequence[StartMark], high: float, formats: Formats
) -> dict[str, Any]:
    """The letters above the lines, with the day where no other start is near; the names stand below the chart."""
    places = [_place(weeks, mark.day) for mark in marks]
    alone = [sum(abs(place - other) < _NEAR for other in places) == 1 for place in places]
    texts = [
        f"<b>{mark.letter}</b> {formats.day(mark.day)}" if room else f"<b>{mark.letter}</b>"
        for mark, room in zip(marks, alone, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "x": places,
        "y": [high] * len(marks),
        "text": texts,
        "textposition": "top center",
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _ends(weeks: Sequence[EffectWeek], span: float, words: Words, formats: Formats) -> list[dict[str, Any]]:
    """Direct labels of both lines, at the height of their last counted week but never on one another."""
    counted = [week for week in weeks if week.mature and week.rate is not None]
    told = counted[-1] if counted else None
    actual = told.rate if told else None
    without = told.without if told and told.number > 0 else None
    at_actual, at_without = actual, without
    if actual is not None and without is not None:
        least = span * _LABEL / _DRAWN
        if abs(actual - without) < least:
            middle, up = (actual + without) / 2, 1 if actual >= without else -1
            at_actual, at_without = middle + up * least / 2, middle - up * least / 2
    said = (
        (at_actual, f"<b>{words('actual {share}', share=formats.share(actual, 1))}</b>"),
        (at_without, words("without it {share}", share=formats.share(without, 1))),
    )
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": [] if height is None else [len(weeks) - 0.6],
            "y": [] if height is None else [height],
            "text": [] if height is None else [text],
            "textposition": "middle right",
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
        for height, text in said
    ]


def _scale(weeks: Sequence[EffectWeek]) -> tuple[float, float, list[float]]:
    """A round scale around everything that is drawn; it need not begin at zero, lines are read by their distance."""
    values = [
        value
        for week in weeks
        for value in (week.rate, week.without, *((week.low, week.high) if week.number > 0 else ()))
        if value is not None
    ] or [0.0, 0.1]
    least, most = min(values), max(values)
    least, most = max(0.0, least), min(1.0, most)  # a share is no less and no more
    rough = max(most - least, 0.004) / 4
    step = next((size for size in _STEPS if size >= rough), 0.25)
    first, last = floor(least / step), ceil(most / step)
    last = max(last, first + 1)
    ticks = [step * place for place in range(first, last + 1)]
    return ticks[0] - step * _FOOT, ticks[-1], ticks


def _hover(week: EffectWeek, words: Words, formats: Formats) -> str:
    lines = [
        f"<b>{formats.day(week.since)} – {formats.day(week.until - timedelta(days=1))}</b>",
        words("actual {share}", share=formats.share(week.rate, 1))
        + " · "
        + words.plural("{n} entry", "{n} entries", week.reached),
    ]
    if week.without is not None:
        lines.append(words("without it {share}", share=formats.share(week.without, 1)))
    if not week.mature:
        lines.append(words("not counted yet"))
    return "<br>".join(lines)


def _template(theme: str, language: str) -> dict[str, Any]:
    """Colours by the order of the traces: a change of theme is a change of template."""
    palette = PALETTES[theme]
    red, green, blue = (int(palette.text_3[at : at + 2], 16) for at in (1, 3, 5))
    band = {"fillcolor": f"rgba({red},{green},{blue},.18)"}
    without = {"line": {"color": palette.text_3, "width": 1.6, "dash": "dash"}}
    actual = {"line": {"color": palette.actual, "width": 2.4}}
    young = {"fillcolor": f"rgba({red},{green},{blue},.08)"}
    start = {"line": {"color": palette.segments[0], "width": 1.6}}
    name = {"textfont": {"color": palette.segments[0], "size": 12.5}}
    ends = [{"textfont": {"color": color, "size": 12.5}} for color in (palette.text_1, palette.text_2)]
    whole = template(theme, language)
    looks = [band, without, actual, young, start, name, *ends]
    return {**whole, "data": {**whole["data"], "scatter": looks}}
