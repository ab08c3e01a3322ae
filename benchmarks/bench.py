"""`make bench`: goals and figures side by side, on this machine, against peers on the same rows in the same run.

    python benchmarks/bench.py             1 M events, then what other files of this folder measure
    python benchmarks/bench.py 10000000    at another size; the growth from 1 M stands beside it
    python benchmarks/bench.py --alone     without the peers (no environments are made)

Every engine is a process that lives as long as the run; each round asks each question once of each of them in turn; the
fastest round but the first counts. Figures of a run are kept in build/bench/figures-<events>.json.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import engines as workers
from benchmarks.callbacks_asked import measured
from benchmarks.engines import FULL, OURS, Engine
from benchmarks.generate import BENCH, ENGAGEMENT, engine_of, made
from benchmarks.table import Row, at_most, written
from data_access.clock import utc_now
from data_access.generation import read_info

SMALL, LARGE = 1_000_000, 10_000_000
ROUNDS = 4
BESIDE = ("refresh", "viewers", "first_load")  # files of this folder with rows of their own
PEERS = (*FULL, "retentioneering")
RATIOS = (  # name, our question, the peers' question, at most
    ("funnel with medians, all", "funnel", "funnel", 0.12),
    ("heatmap, all", "heatmap", "heatmap", 0.3),
    ("LCPQ by segment and month", "lcpq", "lcpq", 0.15),
    ("daily series", "daily", "daily", 0.15),
    ("30 most frequent transitions", "transitions", "transitions", 0.1),
)
BESIDES = (("funnel with medians, slice", "funnel slice"), ("heatmap, slice", "heatmap slice"))


def main() -> None:
    """Measure, print, keep."""
    numbers = [int(word) for word in sys.argv[1:] if not word.startswith("-")]
    events = numbers[0] if numbers else int(os.environ.get("EVENTS", SMALL))
    alone = "--alone" in sys.argv
    figures: dict[str, Any] = {"callbacks": measured(events)}
    rows = callback_rows(figures["callbacks"], events)
    with workers.started(
        BENCH / str(events), _data_end(made(events)), () if alone else _peers(events)
    ) as engines:
        workers.rounds(engines, ROUNDS)
        rows += question_rows(engines)
        rows += [] if alone else ratio_rows(engines)
        rows += [Row(f"memory of {engine.version}", "", engine.mb, "MB", None) for engine in engines.values()]
        found = workers.differences(engines)
        figures["differences"], figures["mb"] = found, {name: engine.mb for name, engine in engines.items()}
        figures["questions"] = {
            name: {"seconds": engine.seconds, "work": engine.work} for name, engine in engines.items()
        }
    (BENCH / f"figures-{events}.json").write_text(json.dumps(figures, indent=1))
    if events == SMALL and not alone:
        print(written(rows), "\n\nNow viewers and first loads ...", file=sys.stderr, flush=True)
        rows += _beside()
    print(
        f"\n{events:,} events, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {utc_now():%Y-%m-%d}\n"
    )
    print(written(rows))
    if found:
        raise SystemExit("Answers differ: " + "; ".join(found))
    print(
        "\nEvery answer of ours, of the journeys alone and of the peers that give the whole answer is the same."
    )


def callback_rows(figures: dict[str, Any], events: int) -> list[Row]:
    """Whole callbacks in milliseconds, and how the overview grows with the data."""
    cards = sorted(figures["overview"].values())
    middle = cards[len(cards) // 2]
    rows = [
        at_most("overview, the middle one of its cards", 50, middle, "ms"),
        Row("overview, its slowest card", "", cards[-1], "ms", None),
        at_most("funnel page, all data", 250, figures["funnel"], "ms"),
        at_most("funnel page, 3 months", 50, figures["funnel slice"], "ms"),
        at_most("touchpoint map, all data", 700, figures["heatmap"], "ms"),
        at_most("touchpoint map, 3 months", 160, figures["heatmap slice"], "ms"),
        at_most("touchpoint map with kept answers: all but the query", 3, figures["overhead"], "ms"),
    ]
    before = BENCH / f"figures-{SMALL}.json"
    if events == LARGE and before.is_file():
        small = sorted(json.loads(before.read_text())["callbacks"]["overview"].values())
        rows.append(at_most("overview, growth from 1 M to 10 M", 3, middle / small[len(small) // 2], "x"))
    return rows


def question_rows(engines: dict[str, Engine]) -> list[Row]:
    """Our questions in milliseconds, from the tables that the planner picks and from the journeys alone."""
    ours = engines[OURS]
    rows = [at_most("question: LCPQ by segment and month", 50, ours.best("lcpq") * 1000, "ms")]
    for question in ours.questions:
        if not question.endswith("journeys"):
            rows += [Row(f"question: {question}", "", ours.best(question) * 1000, "ms", None)]
            slow = ours.best(f"{question} journeys") / ours.best(question)
            rows += [Row(f"question: {question}, from the journeys alone", "", slow, "x", None)]
    return rows


def ratio_rows(engines: dict[str, Engine]) -> list[Row]:
    """Ours as a part of the fastest peer that gives the whole answer."""
    ours, chdb = engines[OURS], engines["chdb"]
    rows = []
    for name, mine, theirs, limit in RATIOS:
        best = min(
            (engines[peer] for peer in FULL if peer in engines), key=lambda engine: engine.best(theirs)
        )
        rows.append(at_most(f"{name} : {best.name}", limit, ours.best(mine) / best.best(theirs), "x"))
        work = ours.least_work(mine) / best.least_work(theirs)
        rows.append(Row(f"{name} : {best.name}, work of the processors", "", work, "x", None))
    for name, question in BESIDES:
        best = min(
            (engines[peer] for peer in FULL if peer in engines), key=lambda engine: engine.best(question)
        )
        rows.append(Row(f"{name} : {best.name}", "", ours.best(question) / best.best(question), "x", None))
    filtered = ours.best("funnel filtered journeys") / chdb.best("funnel filtered")
    rows.append(at_most("funnel of filtered events, from the journeys : chdb", 0.75, filtered, "x"))
    counts = ours.best("funnel") / chdb.best("windowFunnel")
    rows.append(Row("funnel with medians : chdb windowFunnel (counts alone)", "", counts, "x", None))
    if "retentioneering" in engines:
        poorer = ours.best("funnel") / engines["retentioneering"].best("funnel")
        rows.append(Row("funnel with medians : retentioneering (no window, no times)", "", poorer, "x", None))
    return rows


def _peers(events: int) -> tuple[str, ...]:
    """Who takes part: retentioneering's copy of the log needs too much memory beyond a million events."""
    return PEERS if events <= SMALL else FULL


def _data_end(path: Path) -> str:
    engine = engine_of(path, read_only=True)
    try:
        with engine.connect() as connection:
            end = read_info(connection, ENGAGEMENT).data_end
            assert end is not None
            return end.isoformat()
    finally:
        engine.dispose()


def _beside() -> list[Row]:
    """Rows of other measurements of this folder."""
    rows: list[Row] = []
    for name in BESIDE:
        if (Path(__file__).parent / f"{name}.py").is_file():
            found = import_module(f"benchmarks.{name}").rows()
            print(written(found), file=sys.stderr, flush=True)
            rows += found
    return rows


if __name__ == "__main__":
    main()
