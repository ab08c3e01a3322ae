"""Cells in order, small samples, and the weakest link of a stage."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from dashboard.analytics.heatmap import Heatmap, heatmap
from dashboard.journey.query import JourneyQuery
from tests.unit.analytics.test_lcpq import INFO

STAGE = "active_evaluation"


def table(*rows: tuple[Any, ...]) -> Heatmap:
    """Rows of (level, stage, channel, touches, customers, mature customers, passed)."""
    names = ["level", "stage", "channel", "touches", "customers", "mature_customers", "passed"]
    return heatmap(pd.DataFrame(rows, columns=names), JourneyQuery("test"), INFO)


def test_the_weakest_link_loses_most_people_against_the_stage() -> None:
    found = table(
        ("stage", STAGE, "", 900, 700, 600, 126),
        ("cell", STAGE, "site", 500, 400, 400, 100),
        ("cell", STAGE, "ads", 120, 110, 100, 10),
        ("cell", STAGE, "email", 200, 190, 150, 16),
    )
    link = found.weakest[STAGE]
    # e-mail: 190 x (21 % - 10.67 %) = 19.63; ads, although weaker, lose 110 x 11 % = 12.1
    assert (link.cell.channel, link.average) == ("email", 0.21)
    assert link.loss == pytest.approx(19.6333, abs=1e-4)


def test_small_samples_are_flagged_and_never_weakest() -> None:
    found = table(
        ("stage", STAGE, "", 900, 700, 600, 126),
        ("cell", STAGE, "ads", 29, 29, 29, 0),
        ("cell", STAGE, "email", 200, 40, 29, 0),
        ("cell", STAGE, "site", 500, 400, 400, 100),
    )
    assert STAGE not in found.weakest
    flags = {cell.channel: (cell.low_n, cell.low_mature) for cell in found.cells}
    assert flags == {"site": (False, False), "ads": (True, True), "email": (False, True)}


def test_thirty_mature_customers_are_enough() -> None:
    found = table(("stage", STAGE, "", 99, 90, 90, 30), ("cell", STAGE, "ads", 30, 30, 30, 0))
    assert found.weakest[STAGE].loss == pytest.approx(10)


def test_a_stage_whose_cells_are_all_average_has_no_weakest_link() -> None:
    found = table(("stage", STAGE, "", 60, 60, 60, 30), ("cell", STAGE, "ads", 60, 60, 60, 30))
    assert found.weakest == {}


def test_cells_stand_by_stage_then_by_channel_of_the_screen() -> None:
    rows = [
        ("stage", "purchase", "", 1, 1, 0, 0),
        ("cell", "purchase", "site", 1, 1, 0, 0),
        ("cell", STAGE, "email", 0, 0, 0, 0),
        ("cell", STAGE, "site", 0, 0, 0, 0),
    ]
    found = table(*rows)
    assert [(cell.stage, cell.channel) for cell in found.cells] == [
        (STAGE, "site"),
        (STAGE, "email"),
        ("purchase", "site"),
    ]
    assert [stage.stage for stage in found.stages] == list(INFO.model.keys)
    assert found.window_days == 90


def test_unknown_figures_name_their_reason() -> None:
    rows = [("stage", "purchase", "", 1, 1, 0, 0), ("cell", "purchase", "site", 1, 1, 0, 0)]
    cell = table(*rows).cells[0]
    assert (cell.progression, cell.share, cell.reasons) == (None, 1.0, {"progression": "not_ripe"})
    empty = table(("cell", STAGE, "site", 0, 0, 0, 0)).cells[0]
    assert empty.reasons == {"progression": "no_touches", "share": "no_touches"}
