"""Charts take the colours of the page and the template that the design asks for."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.figures.theme import FONT_SIZE, PALETTES, template

TOKENS = Path(__file__).parents[3] / "assets" / "css" / "00-tokens.css"
_PLURAL = {"segments": "segment", "diverging": "div", "sequential": "seq"}


def tokens(theme: str) -> dict[str, str]:
    """Name -> colour of one theme's block of the style sheet."""
    selector = ":root" if theme == "light" else '[data-bs-theme="dark"]'
    block = TOKENS.read_text(encoding="utf-8").split(selector + " {", 1)[1].split("\n}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", block))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_those_of_the_style_sheet(theme: str) -> None:
    known = tokens(theme)
    for name, value in asdict(PALETTES[theme]).items():
        if isinstance(value, str):
            assert value == known[name.replace("_", "-")], name
        else:
            listed = [known[f"{_PLURAL[name]}-{place}"] for place in range(1, len(value) + 1)]
            assert list(value) == listed, name


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_plotly_accepts_the_template(theme: str, language: str) -> None:
    found: Any = go.layout.Template(template(theme, language)).layout
    assert found.font.size > 12.5
    assert found.font.size == FONT_SIZE
    assert (found.margin.l, found.margin.r, found.margin.t, found.margin.b) == (4, 8, 8, 4)
    assert found.xaxis.fixedrange
    assert found.yaxis.fixedrange
    assert found.xaxis.tickangle == 0
    assert found.xaxis.showgrid is False
    assert found.paper_bgcolor == "rgba(0,0,0,0)"
    assert found.bargap == 0.35


def test_figures_are_grouped_as_in_the_language() -> None:
    assert template("light", "ru")["layout"]["separators"] == ",\u00a0"
    assert template("light", "en")["layout"]["separators"] == ".,"


def test_hovers_are_inverted() -> None:
    label = template("dark", "en")["layout"]["hoverlabel"]
    assert label["bgcolor"] == PALETTES["dark"].text_1
    assert label["font"]["color"] == PALETTES["dark"].surface


def test_scales_have_one_step_for_each_colour() -> None:
    scale = template("light", "ru")["layout"]["colorscale"]["diverging"]
    assert scale[0] == [0.0, "#B8481F"]
    assert scale[-1] == [1.0, "#12786D"]
    assert len(scale) == 14
