"""The fan of a scenario's months and the line of a budget: bands around the line, round ticks, both themes."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.analytics.timing import MonthGain
from dashboard.figures.plan_budget import frontier_figure
from dashboard.figures.theme import PALETTES
from dashboard.figures.whatif_time import gain_figure
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words

WORDS, FORMATS = Words("en"), Formats("en")


def month(number: int, gain: float) -> MonthGain:
    wide, near = 0.2 * abs(gain), 0.1 * abs(gain)
    band = (gain, gain - near, gain + near, gain - wide, gain + wide)
    return MonthGain(date(2026, number, 1), 30, *band, *(part * number for part in band))


@pytest.mark.parametrize("since_start", [False, True])
def test_the_fan_holds_the_line_and_its_ticks_are_round(since_start: bool) -> None:
    months = [month(number, 260_000.0 * number) for number in range(1, 13)]
    figure = gain_figure(months, WORDS, FORMATS, "light", since_start=since_start)
    wide, likely, line = figure["data"]
    most = months[-1].total if since_start else months[-1].gain
    assert line["y"][-1] == most
    assert max(wide["y"]) == pytest.approx(1.2 * most)
    assert max(likely["y"]) == pytest.approx(1.1 * most)
    axis = figure["layout"]["yaxis"]
    assert axis["range"][0] == 0
    assert axis["range"][1] >= max(wide["y"])
    assert len(axis["tickvals"]) <= 6
    assert axis["ticktext"][-1].removeprefix("₽").removesuffix("M").replace(".", "").isdigit()
    assert figure["layout"]["meta"]["templates"].keys() == PALETTES.keys()


def test_losses_lie_below_zero() -> None:
    figure = gain_figure([month(1, -5.0), month(2, -7.0)], WORDS, FORMATS, "dark", since_start=False)
    low, high = figure["layout"]["yaxis"]["range"]
    assert (low <= -8.4, high) == (True, 0)


def test_a_budget_is_a_step_line_with_its_point() -> None:
    line = ((0.0, 0.0), (50.0, 200.0), (90.0, 260.0))
    figure = frontier_figure(line, (60.0, 200.0), WORDS, FORMATS, "light")
    steps, point = figure["data"]
    assert (steps["x"], steps["y"], steps["line"]["shape"]) == ([0, 50, 90], [0, 200, 260], "hv")
    assert (point["x"], point["y"]) == ([60], [200])
    assert len(frontier_figure(line, None, WORDS, FORMATS, "light")["data"]) == 1
    assert frontier_figure(((0.0, 0.0),), None, WORDS, FORMATS, "dark")["layout"]["xaxis"]["range"][1] > 0
