"""The product as one of the engines of the benchmark: its own `fetch_` functions, without a cache of answers.

"derived" is what a screen asks; "journeys" is the same question answered from the journeys and deals alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.generate import ENGAGEMENT, engine_of
from benchmarks.peers.loop import CHANNELS, SLICE, TOP, Rows, serve
from dashboard.analytics.plain_rows import plain_rows
from dashboard.journey.funnel_options import Filter
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Level, Split
from data_access.facts import EngineFacts
from data_access.funnel import fetch_funnel
from data_access.heatmap import fetch_heatmap
from data_access.lcpq import fetch_lcpq
from data_access.planner import journeys_only
from data_access.scope import Action, Scope
from data_access.transitions import fetch_transitions
from tests.facts import LoadedFacts

SCOPE = Scope(ENGAGEMENT, Action.READ, 0)


def questions(facts: EngineFacts) -> dict[str, Callable[[], Rows]]:
    """Every question, and the same from the journeys alone."""
    asked: dict[str, Callable[[], Rows]] = {}
    query = JourneyQuery(ENGAGEMENT)
    sliced = query.with_(period=Period(*SLICE))
    by_month = query.with_(by=(Split.SEGMENT, Split.MONTH))
    top = query.with_(level=Level.TOUCHPOINT, top=TOP)
    filtered = query.with_(step_filters=(Filter("channel", CHANNELS),), by=(Split.SEGMENT,))
    asked["funnel"] = lambda: _funnel(fetch_funnel(facts, SCOPE, query.with_(by=(Split.SEGMENT,))))
    asked["funnel slice"] = lambda: _funnel(fetch_funnel(facts, SCOPE, sliced.with_(by=(Split.SEGMENT,))))
    asked["funnel filtered"] = lambda: _funnel(fetch_funnel(facts, SCOPE, filtered))
    asked["heatmap"] = lambda: _heatmap(fetch_heatmap(facts, SCOPE, query))
    asked["heatmap slice"] = lambda: _heatmap(fetch_heatmap(facts, SCOPE, sliced))
    asked["lcpq"] = lambda: _lcpq(fetch_lcpq(facts, SCOPE, by_month), ["segment", "month"])
    asked["daily"] = lambda: _lcpq(fetch_lcpq(facts, SCOPE, query.with_(by=(Split.DAY,))), ["day"])
    asked["transitions"] = lambda: _transitions(fetch_transitions(facts, SCOPE, top))
    raw = {f"{name} journeys": _from_journeys(ask) for name, ask in asked.items()}
    return asked | raw


def _from_journeys(ask: Callable[[], Rows]) -> Callable[[], Rows]:
    def asked() -> Rows:
        with journeys_only():
            return ask()

    return asked


def _funnel(frame: pd.DataFrame) -> Rows:
    """Each segment's customers by step, then the middle days to each."""
    rows, split = [], frame[frame["segment"].notna()]
    steps: Any
    for segment, steps in split.groupby("segment"):
        counts = steps.sort_values("step")
        rows.append([segment, *counts["customers"], *counts["median_days"].iloc[1:]])
    return rows


def _heatmap(frame: pd.DataFrame) -> Rows:
    stages = {key: place for place, key in enumerate(dict.fromkeys(_keys()), 1)}
    columns = ["touches", "customers", "mature_customers", "passed"]
    met: Any = frame[frame["touches"] > 0]
    return [
        [stages[row["stage"]], row["channel"] or None, *(int(row[name]) for name in columns)]
        for row in met.to_dict("records")
    ]


def _keys() -> tuple[str, ...]:
    from dashboard.journey.stages import preset

    return preset("loop6").keys


def _lcpq(frame: pd.DataFrame, groups: list[str]) -> Rows:
    columns = ["leads_of_period", "earlier_leads", "direct", "buyers", "deals", "revenue", "new_buyers"]
    return [
        [*(row[name] for name in groups), *(int(row[name] or 0) for name in columns)]
        for row in plain_rows(frame)
    ]


def _transitions(frame: pd.DataFrame) -> Rows:
    shown: Any = frame[frame["place"].notna()]
    return [
        [row["start"], row["finish"], int(row["count"]), float(row["median_hours"])]
        for row in shown.to_dict("records")
    ]


def main() -> None:
    """Open the generation beside the Parquet files, answer."""
    facts = LoadedFacts(engine_of(Path(f"{sys.argv[1]}.duckdb"), read_only=True))
    serve(questions(facts), "the product, DuckDB")


if __name__ == "__main__":
    main()
