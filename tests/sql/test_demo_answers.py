"""The demo through the ordinary import: the product's answers are those that plain pandas counts from the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Split
from dashboard.settings import Settings
from data_access.generations import GenerationFacts
from data_access.scope import Action, Scope
from data_access.state.engine import state_engine
from tests.demo_data import demo_folder
from tests.unit.demo import figures

SCOPE = Scope("demo", Action.SIMULATE, 0)
PERIODS = ("2026Q2", "2026Q3", "2025Q4")


@pytest.fixture(scope="module")
def answers(demo_settings: Settings) -> Answers:
    return Answers(GenerationFacts(demo_settings, state_engine(demo_settings)))


@pytest.fixture(scope="module")
def files(demo_settings: Settings) -> figures.Demo:
    return figures.load(demo_folder(demo_settings.data.parent))


def asked(period: str, **fields: Any) -> JourneyQuery:
    return JourneyQuery("demo", Period.parse(period), **fields)


def quarter(files: figures.Demo, period: str) -> Any:
    return next(one for one in figures.quarters(files) if str(one) == period)


@pytest.mark.parametrize("period", PERIODS)
def test_lcpq_of_every_segment(answers: Answers, files: figures.Demo, period: str) -> None:
    answer = twin("lcpq", answers, SCOPE, asked(period, by=(Split.SEGMENT,)))
    book = figures.period_book(files, quarter(files, period))
    rows = {row["segment"]: row for row in answer["rows"]} | {"total": answer["total"]}
    assert set(rows) == set(book.index)
    for name, row in rows.items():
        for mine, theirs in (("leads",) * 2, ("buyers",) * 2, ("deals",) * 2):
            assert row[mine] == book.loc[name, theirs], (name, mine)
        assert row["revenue"] == pytest.approx(book.loc[name, "revenue"], abs=0.005)


@pytest.mark.parametrize("period", PERIODS)
def test_bottlenecks_and_their_order(answers: Answers, files: figures.Demo, period: str) -> None:
    one = quarter(files, period)
    table = figures.ranking(files, figures.attempts(files, one.start_time, (one + 1).start_time))
    theirs = {(row["segment"], row["from"], row["to"]): row for _, row in table.iterrows()}
    rows = twin("bottlenecks", answers, SCOPE, asked(period))["rows"]
    assert len(rows) == len(theirs)
    for row in rows:
        other = theirs[row["segment"], row["from_stage"], row["to_stage"]]
        assert row["customers"] == other["n"]
        if pd.isna(other["benchmark"]):
            assert row["against"] in ("own_best", None), "no other segment: its own past stands in"
        elif row["recoverable"] is not None:
            assert row["benchmark"] == pytest.approx(other["benchmark"], rel=1e-9)
            assert row["recoverable"] == pytest.approx(other["recoverable"], rel=1e-9, abs=0.005)


def test_the_costliest_bottleneck_is_the_story(answers: Answers) -> None:
    """Of so few customers the costliest row is not proven; what is stands above it."""
    rows = twin("bottlenecks", answers, SCOPE, asked("2026Q2"))["rows"]
    priced = [row for row in rows if row["recoverable"] is not None and row["against"] == "best_other"]
    first, second = sorted(priced, key=lambda row: -row["recoverable"])[:2]
    assert (first["segment"], first["from_stage"]) == ("Новинки", "active_evaluation")
    assert first["recoverable"] >= 1.5 * second["recoverable"]
    assert rows[0]["proven"]


@pytest.mark.parametrize("stage", ["initial_consideration", "active_evaluation", "purchase"])
def test_progression_of_every_channel(answers: Answers, files: figures.Demo, stage: str) -> None:
    one = quarter(files, "2026Q2")
    table = figures.progression(files, stage, one.start_time, (one + 1).start_time, ["channel"])
    rows = twin("heatmap", answers, SCOPE, asked("2026Q2"))["rows"]
    mine = {row["channel"]: row["progression"] for row in rows if row["stage"] == stage and row["touches"]}
    assert set(mine) == set(table.index)
    for channel, share in mine.items():
        assert share == pytest.approx(table.loc[channel, "share"], abs=1e-12), channel


def test_nothing_of_the_files_is_lost(demo_settings: Settings, answers: Answers, files: figures.Demo) -> None:
    everything = twin("lcpq", answers, SCOPE, JourneyQuery("demo"))["total"]
    assert everything["deals"] == len(files.deals)
    paid = float(files.deals["amount"].sum() + files.refunds["amount"].sum())
    assert everything["revenue"] == pytest.approx(paid, abs=0.005)
    assert Path(demo_settings.data, "engagements", "demo").is_dir()
