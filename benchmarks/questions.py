"""What does a question of a screen cost, beside one scan of the journeys?

Prints the median time of each statement divided by that of a scan (count and sums over every row of `journey`), on
the full demo and on this machine: a ratio says the same on a slow machine as on a fast one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).parents[1]
DATA = ROOT / "build" / "demo-data"
UNTIL = "2026-10-01"
ROUNDS = 5


def main() -> None:
    """Build the demo where it is absent, ask, print."""
    os.environ |= {
        "JOURNEY_DATA": str(DATA),
        "JOURNEY_CACHE_MB": "0",
    }  # the cache would answer after the first
    build = [sys.executable, "-m", "app", "demo", "--build-only", "--until", UNTIL]
    subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    sys.path.insert(0, str(ROOT))
    timed = {name: measured(question) for name, question in questions().items()}
    scan = timed.pop("scan")
    print(f"{'question':<28} {'times a scan':>14}")
    for name, seconds in timed.items():
        print(f"{name:<28} {seconds / scan:>14.1f}")


def questions() -> dict[str, Callable[[], Any]]:
    """Each question of the four screens over the last twelve months, by segment where the screen does so."""
    from dashboard.journey.period import Period
    from dashboard.journey.query import Entry, JourneyQuery, Mode, Split
    from dashboard.settings import Settings
    from data_access import schema
    from data_access.funnel import fetch_funnel, fetch_priced_funnel
    from data_access.generations import GenerationFacts
    from data_access.heatmap import fetch_heatmap
    from data_access.lcpq import fetch_lcpq
    from data_access.scope import Action, authorize, operator
    from data_access.state.engine import state_engine

    settings = Settings.load()
    facts = GenerationFacts(settings, state_engine(settings))
    scope = authorize(operator(frozenset({"demo"})), "demo", Action.READ)
    end = facts.info(scope).data_end_day
    assert end is not None
    query = JourneyQuery("demo", Period(end.replace(year=end.year - 1), end), by=(Split.SEGMENT,))
    table = schema.journey
    scan = sa.select(
        sa.func.sum(table.c.customer_id), sa.func.sum(table.c.item), sa.func.count(table.c.touchpoint)
    )
    return {
        "scan": lambda: facts.frame(scope, scan),
        "lcpq": lambda: fetch_lcpq(facts, scope, query),
        "lcpq by month": lambda: fetch_lcpq(facts, scope, query.with_(by=(Split.MONTH,))),
        "funnel ordered best": lambda: fetch_funnel(facts, scope, query),
        "funnel ordered first": lambda: fetch_funnel(facts, scope, query.with_(entry=Entry.FIRST)),
        "funnel reached": lambda: fetch_funnel(facts, scope, query.with_(mode=Mode.REACHED)),
        "priced funnel": lambda: fetch_priced_funnel(facts, scope, query),
        "heatmap": lambda: fetch_heatmap(facts, scope, query),
    }


def measured(question: Callable[[], Any]) -> float:
    """Median seconds; the first round warms up and is not counted."""
    seconds = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        question()
        seconds.append(time.perf_counter() - began)
    return median(seconds[1:])


if __name__ == "__main__":
    main()
