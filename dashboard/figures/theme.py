"""The Plotly template of both themes, as plain dicts: a figure without it takes no stand on colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.i18n.formats import NBSP

Figure = dict[str, Any]

FONT = 'Inter, "Segoe UI Variable", "Segoe UI", -apple-system, Roboto, "Helvetica Neue", Arial, system-ui, sans-serif'
FONT_SIZE = 13  # Plotly's labels read smaller than the page's text of 12.5 px


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours that charts take from `assets/css/00-tokens.css` (a test compares the two)."""

    surface: str
    line: str
    text_1: str
    text_2: str
    text_3: str
    good: str
    bad: str
    actual: str
    previous: str
    segments: tuple[str, ...]
    diverging: tuple[str, ...]
    sequential: tuple[str, ...]


PALETTES: Mapping[str, Palette] = {
    "light": Palette(
        surface="#FFFFFF",
        line="#E1E5EB",
        text_1="#141C2B",
        text_2="#465268",
        text_3="#5D687D",
        good="#0A6F65",
        bad="#B93815",
        actual="#2B3950",
        previous="#AEB8C7",
        segments=("#2450D8", "#C68225", "#6D0F48", "#A880CC", "#F05E7D", "#493608"),
        diverging=("#B8481F", "#E79A78", "#F6D6C6", "#EEF1F5", "#C6E5E0", "#7CC2B8", "#12786D"),
        sequential=("#EEF1F5", "#D3DAE6", "#AEB8C7", "#7F8AA0", "#465268", "#2B3950"),
    ),
    "dark": Palette(
        surface="#141C2A",
        line="#263245",
        text_1="#E9EDF4",
        text_2="#B4BECE",
        text_3="#94A0B5",
        good="#4CC4B2",
        bad="#FF9068",
        actual="#C9D3E3",
        previous="#55637B",
        segments=("#7C9CFF", "#F5BE35", "#B1609C", "#FCCEFF", "#FD6988", "#778300"),
        diverging=("#E8764A", "#9E4A2C", "#58301F", "#263245", "#1B4A46", "#1F766D", "#3DB8A8"),
        sequential=("#1C2636", "#2B3A52", "#43536F", "#66779A", "#94A6C8", "#C9D3E3"),
    ),
}


def template(theme: str, language: str) -> dict[str, Any]:
    """The template of one theme (`light` or `dark`) and language (`ru` or `en`).

    Traces of bars take the colours of actual, previous, better and worse in turn, so that a figure names no colour
    itself and a change of theme is a change of template.
    """
    palette = PALETTES[theme]
    bars = [
        {"marker": {"color": color}}
        for color in (palette.actual, palette.previous, palette.good, palette.bad)
    ]
    return {"layout": _layout(palette, language), "data": {"bar": bars}}


def _layout(palette: Palette, language: str) -> dict[str, Any]:
    axis = {
        "automargin": True,
        "fixedrange": True,
        "zeroline": False,
        "tickangle": 0,
        "tickfont": {"color": palette.text_3},
        "linecolor": palette.line,
        "gridcolor": palette.line,
    }
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": FONT_SIZE, "color": palette.text_2},
        "separators": "," + NBSP if language == "ru" else ".,",
        "margin": {"l": 4, "r": 8, "t": 8, "b": 4},
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, "showgrid": True},
        "showlegend": False,
        "shapedefaults": {"fillcolor": palette.surface, "line": {"color": palette.text_3}},
        "bargap": 0.35,
        "barcornerradius": 3,
        "colorway": list(palette.segments),
        "colorscale": {
            "diverging": _scale(palette.diverging),
            "sequential": _scale(palette.sequential),
        },
        "hoverlabel": {
            "bgcolor": palette.text_1,
            "bordercolor": palette.text_1,
            "font": {"color": palette.surface, "family": FONT, "size": FONT_SIZE},
        },
    }


def _scale(colors: tuple[str, ...]) -> list[list[Any]]:
    """Steps of equal width: a scale of seven colours, not a gradient."""
    n = len(colors)
    return [[edge / n, color] for place, color in enumerate(colors) for edge in (place, place + 1)]
