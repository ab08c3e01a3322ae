"""The revenue bridge as a plain dict that Plotly accepts."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.bridge import BridgeBar, bridge_figure, floor_of
from dashboard.i18n.formats import Formats

ENDS = (("Q2", 319_700_000.0), ("Q3", 313_800_000.0))
EFFECTS = (17_800_000.0, -37_600_000.0, 6_900_000.0, 7_000_000.0)


def drawn(effects: tuple[float, ...] = EFFECTS, ends: Any = ENDS, theme: str = "light") -> Any:
    bars = [BridgeBar(name, effect, name) for name, effect in zip("LCPQ", effects, strict=True)]
    return go.Figure(bridge_figure(ends, bars, Formats("en"), theme))


def columns(figure: Any) -> dict[int, tuple[float, float]]:
    """Place -> (lower end, upper end) of its bar."""
    return {
        int(place): (base, base + height)
        for trace in figure.data
        for place, base, height in zip(trace.x, trace.base, trace.y, strict=True)
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_bar_begins_where_the_last_one_ended(theme: str) -> None:
    bars = columns(drawn(theme=theme))
    assert sorted(bars) == [0, 1, 2, 3, 4, 5]
    assert bars[0][1] == 319_700_000
    assert bars[1] == (319_700_000, 337_500_000)
    assert bars[2] == (299_900_000, 337_500_000)
    assert bars[3] == (299_900_000, 306_800_000)
    assert bars[4] == (306_800_000, 313_800_000)
    assert bars[5][1] == 313_800_000


def test_signs_and_marks_say_the_direction() -> None:
    words = {
        int(place): text for trace in drawn().data for place, text in zip(trace.x, trace.text, strict=True)
    }
    assert words[1] == "▲ +₽17.8M"
    assert words[2] == "▼ \u2212₽37.6M"
    assert words[0] == "₽319.7M".replace("319.7", "320")


def test_a_broken_scale_is_marked_at_both_ends_and_a_whole_one_is_not() -> None:
    assert [shape.type for shape in drawn().layout.shapes].count("path") == 2
    low = drawn((5.0, 5.0, 5.0, 85.0), (("a", 0.0), ("b", 100.0)))
    assert [shape.type for shape in low.layout.shapes].count("path") == 0
    assert low.layout.yaxis.range[0] == 0


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=8))
def test_the_scale_holds_every_level_and_never_starts_above_zero_for_losses(levels: list[float]) -> None:
    floor = floor_of(levels)
    assert floor <= min(levels) or floor == 0
    assert floor <= max(0.0, min(levels))
