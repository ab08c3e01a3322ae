"""docs/demo.md says what the demo holds: its figures are counted anew from the files."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.demo.plan import FULL_SIZE, INTERVENTIONS, TOUCHPOINTS, WEAK_TOUCHPOINT, Intervention
from dashboard.demo.writer import write_demo
from tests.thorough import thorough
from tests.unit.demo import figures, stories
from tests.unit.demo.figures import STAGES, Demo

DOCUMENT = Path(__file__).parents[3] / "docs" / "demo.md"
UNTIL = date(2026, 11, 21)


@thorough
def test_every_figure_of_the_document_is_in_the_files(tmp_path: Path) -> None:
    """The full set also tells every story; it is written once for both."""
    demo = figures.load(write_demo(tmp_path, FULL_SIZE, UNTIL).parent)
    stories.check_all(demo, UNTIL)
    stories.check_shape(demo)
    assert 1_100_000 <= len(demo.events) <= 1_250_000
    table = DOCUMENT.read_text("utf-8").split("## Figures")[1]
    written = [float(value) for value in re.findall(r"^\|.*\| ([\d.]+) \|$", table, re.MULTILINE)]
    places = [1] * 5 + [0] * 2 + [1] * 4 + [2] * 2
    assert written == [round(value, digits) for value, digits in zip(counted(demo), places, strict=True)]


def counted(demo: Demo) -> list[float]:
    """The figures in the document's order."""
    before, last = (pd.Period(name, "Q") for name in ("2026Q2", "2026Q3"))
    ranks = [figures.ranking(demo, figures.attempts(demo, *span(quarter))) for quarter in (before, last)]
    stakes = [rank["recoverable"] / 1e6 for rank in ranks]
    cells, stage = (
        figures.progression(demo, STAGES[1], *span(last), ["segment", *by]).loc["Новинки"]
        for by in (["touchpoint"], [])
    )
    books = [figures.period_book(demo, quarter).loc["total"] for quarter in figures.quarters(demo)]
    callback, banner = (
        stories.rates_around(demo, item.segment, (item.from_stage, item.to_stage), item.start(UNTIL), UNTIL)
        for item in INTERVENTIONS
    )
    return [
        *(stakes[0].iloc[0], stakes[0].iloc[1], stakes[1].iloc[0]),
        *(100 * cells.loc[WEAK_TOUCHPOINT, "share"], 100 * stage["share"]),
        *(book["check"] for book in books[-2:]),
        *(100 * rate for rate in (*callback, *banner)),
        *(books[0]["per_buyer"], books[-1]["per_buyer"]),
    ]


def span(quarter: Any) -> tuple[Any, Any]:
    """First moment of a quarter and of the one after it."""
    return quarter.start_time, (quarter + 1).start_time


@pytest.mark.parametrize("item", INTERVENTIONS, ids=lambda item: item.key)
def test_interventions_stand_in_the_document(item: Intervention) -> None:
    row = next(line for line in DOCUMENT.read_text("utf-8").splitlines() if f"`{item.key}`" in line)
    for word in (item.name, item.segment, item.from_stage, item.to_stage, f"{item.days_before_end} days"):
        assert word in row


def test_the_document_counts_the_touchpoints() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert f"{len(TOUCHPOINTS)} touchpoints" in text
    assert f"{len(TOUCHPOINTS)} точек" in text
