"""The stories of docs/demo.md as figures, counted by plain pandas, and what each of them must be."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from tests.unit.demo import figures
from tests.unit.demo.figures import STAGES, Demo

LARGE = 100_000  # customers from which the cells of one quarter are big enough to be judged
EVALUATE, PURCHASE = STAGES[1], STAGES[2]
WEAK = "Консультация по телефону"


def last_year(demo: Demo) -> list[Any]:
    """The last four full quarters."""
    return figures.quarters(demo)[-4:]


def mature_days(demo: Demo, quarter: Any) -> int:
    """Days of the quarter whose entries have had their whole window."""
    return (demo.end - figures.WINDOW - quarter.start_time).days


def check_bottleneck(demo: Demo) -> None:
    """Story 1: evaluation -> purchase of Новинки loses the most money in every full quarter of the year."""
    for quarter in last_year(demo):
        days = mature_days(demo, quarter)
        if days < (20 if len(demo.segments) >= LARGE else 60):
            continue  # too few people have had their 90 days
        walks = figures.attempts(demo, quarter.start_time, (quarter + 1).start_time)
        rows = figures.ranking(demo, walks).head(2)
        first = rows.iloc[0]
        assert (first["segment"], first["from"]) == ("Новинки", EVALUATE), (quarter, rows)
        assert first["recoverable"] >= 1.5 * rows.iloc[1]["recoverable"], (quarter, rows)
        assert 0.17 <= first["rate"] <= 0.24, (quarter, rows)
        assert 0.31 <= first["benchmark"] <= 0.37, (quarter, rows)


def check_weak_touchpoint(demo: Demo) -> None:
    """Story 1: of a hundred Новинки at the contact centre ten go on, of the stage twenty."""
    quarters = [q for q in last_year(demo) if mature_days(demo, q) >= 20]
    spans = [(q.start_time, (q + 1).start_time) for q in quarters]
    if len(demo.segments) < LARGE:
        spans = [(spans[0][0], spans[-1][1])]
    for since, until in spans:
        cells = figures.progression(demo, EVALUATE, since, until, ["segment", "touchpoint"]).loc["Новинки"]
        stage = figures.progression(demo, EVALUATE, since, until, ["segment"]).loc["Новинки"]
        cells = cells[cells["n"] >= 30]
        assert cells["share"].idxmin() == WEAK, (since, cells)
        assert 0.07 <= cells.loc[WEAK, "share"] <= 0.14, (since, cells)
        assert 0.18 <= stage["share"] <= 0.25, (since, stage)
        channels = figures.progression(demo, EVALUATE, since, until, ["channel"])
        channels = channels[channels["n"] >= 0.05 * channels["n"].sum()]
        assert channels["share"].idxmin() == "contact_centre", (since, channels)


def check_mix(demo: Demo) -> None:
    """Story 2: the average check falls in total and rises in three of four segments."""
    before, last = (figures.period_book(demo, quarter) for quarter in figures.quarters(demo)[-2:])
    change = last["check"] / before["check"] - 1
    assert change["total"] <= -0.03, change
    assert (change.drop("total") > 0).sum() >= 3, change
    share = [book.loc["Защита", "deals"] / book.loc["total", "deals"] for book in (before, last)]
    assert share[1] - share[0] >= 0.04, share


def check_repeats(demo: Demo) -> None:
    """Story 4: deals per buyer of a quarter grow over the two years."""
    books = [figures.period_book(demo, quarter).loc["total"] for quarter in figures.quarters(demo)]
    per_buyer = [book["per_buyer"] for book in books]
    assert 1.15 <= per_buyer[0] <= 1.30, per_buyer
    assert per_buyer[-1] - per_buyer[0] >= 0.12, per_buyer
    if len(demo.segments) >= LARGE:
        assert all(later > earlier for earlier, later in pairwise(per_buyer)), per_buyer


def rates_around(
    demo: Demo, segment: str, stages: tuple[str, str], start: date, until: date
) -> tuple[float, float]:
    """Share that moves on within 30 days of the first event of a stage: 14 weeks before a day, and since.

    The first event is the first in 90 days, so that a new round counts as one.
    """
    steps = demo.steps[demo.steps["segment"] == segment]
    first = steps[steps["stage"] == stages[0]].sort_values(["customer_id", "at"])
    gap = first.groupby("customer_id")["at"].diff()
    first = first[gap.isna() | (gap > pd.Timedelta(days=60))].sort_values("at")[["customer_id", "at"]]
    later = steps[steps["stage"] == stages[1]][["customer_id", "at"]].rename(columns={"at": "then"})
    met: Any = pd.merge_asof(
        first, later.sort_values("then"), left_on="at", right_on="then", by="customer_id", direction="forward"
    )
    met["passed"] = met["then"] <= met["at"] + pd.Timedelta(days=30)
    live = pd.Timestamp(start)
    since = live - pd.Timedelta(weeks=14)
    before: Any = met[(met["at"] >= since) & (met["at"] < live)]
    after: Any = met[(met["at"] >= live) & (met["at"] < pd.Timestamp(until) - pd.Timedelta(days=31))]
    return float(before["passed"].mean()), float(after["passed"].mean())


def check_callback(demo: Demo, until: date) -> None:
    """Story 3: calls back within five minutes lift evaluation -> purchase of Подарок, of nobody else."""
    start = until - timedelta(weeks=14)
    before, after = rates_around(demo, "Подарок", (EVALUATE, PURCHASE), start, until)
    assert 0.08 <= before <= 0.13, (before, after)
    assert 0.03 <= after - before <= 0.09, (before, after)
    if len(demo.segments) >= LARGE:
        for segment in ("Новинки", "Защита"):
            before, after = rates_around(demo, segment, (EVALUATE, PURCHASE), start, until)
            assert abs(after - before) <= 0.03, (segment, before, after)


def check_banner(demo: Demo, until: date) -> None:
    """Story 3: the pre-order banner is met by thousands and moves nothing."""
    start = until - timedelta(weeks=16)
    met = demo.events[demo.events["touchpoint"] == "Баннер предзаказа"]
    assert len(met) > 0.01 * len(demo.segments), len(met)
    assert met["at"].min() >= pd.Timestamp(start), (met["at"].min(), start)
    before, after = rates_around(demo, "Новинки", (STAGES[0], EVALUATE), start, until)
    assert abs(after - before) <= (0.025 if len(demo.segments) >= LARGE else 0.05), (before, after)


def check_shape(demo: Demo) -> None:
    """Shares of the funnel and median days near those of the design's picture."""
    quarter = last_year(demo)[-2]
    walks = figures.attempts(demo, quarter.start_time, (quarter + 1).start_time)
    reached = figures.counts(walks).sum()
    rates = (reached / reached.shift()).iloc[1:].tolist()
    assert rates == pytest.approx([0.55, 0.25, 0.90, 0.48, 0.55], abs=0.04)
    days = [(walks[to] - walks[of]).median() / figures.DAY for of, to in pairwise(STAGES)]
    assert days == pytest.approx([2, 6, 1, 13, 6], rel=0.2)


def check_all(demo: Demo, until: date) -> None:
    """Every story."""
    check_bottleneck(demo)
    check_weak_touchpoint(demo)
    check_mix(demo)
    check_callback(demo, until)
    check_banner(demo, until)
    check_repeats(demo)
