"""`make bench`: goals and figures side by side, on this machine, against peers on the same rows in the same run.

    python benchmarks/bench.py             1 M events, then deliveries, viewers, first loads, the what-if
    python benchmarks/bench.py 20000       the same at another size
    python benchmarks/bench.py 10000000    beyond 1 M engines and callbacks alone; the growth from 1 M stands beside it
    python benchmarks/bench.py 100000000   beyond 10 M the product alone, two rounds
    python benchmarks/bench.py --alone     without the peers (no environments are made)

Every engine is a process that lives as long as the run; each round asks each question once of each of them in turn; the
fastest round but the first counts. Figures of a run are kept in build/bench/figures-<events>.json.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import engines as workers
from benchmarks import first_load, refresh, viewers, whatif_frames
from benchmarks.callbacks_asked import measured
from benchmarks.engines import FULL, OURS, Engine
from benchmarks.generate import BENCH, ENGAGEMENT, MOST_FOR_PEERS, engine_of, made
from benchmarks.table import Row, beside, written
from data_access.clock import utc_now
from data_access.generation import read_info

SMALL, LARGE = 1_000_000, 10_000_000
ROUNDS = 4
BESIDE: dict[str, Callable[[int], list[Row]]] = {  # what other files of this folder measure
    "a delivery": refresh.rows,
    "viewers": viewers.rows,
    "first loads": first_load.rows,
    "the what-if": lambda _events: whatif_frames.rows(),
}
PEERS = (*FULL, "retentioneering")
RATIOS = (  # goal, question
    ("funnel with medians, all", "funnel"),
    ("heatmap, all", "heatmap"),
    ("LCPQ by segment and month", "lcpq"),
    ("daily series", "daily"),
    ("30 most frequent transitions", "transitions"),
)
BESIDES = (("funnel with medians, slice", "funnel slice"), ("heatmap, slice", "heatmap slice"))


def main() -> None:
    """Measure, print, keep."""
    numbers = [int(word) for word in sys.argv[1:] if not word.startswith("-")]
    events = numbers[0] if numbers else int(os.environ.get("EVENTS", SMALL))
    alone = "--alone" in sys.argv or events > MOST_FOR_PEERS
    failed: list[str] = []
    _say(f"{events:,} events: generated and derived where absent; then whole callbacks ...")
    figures: dict[str, Any] = {"callbacks": measured(events)}
    _say("Engines are loaded, then asked in turn ...")
    rows = callback_rows(figures["callbacks"], events)
    with workers.started(
        BENCH / str(events), _data_end(made(events)), () if alone else _peers(events)
    ) as engines:
        workers.rounds(engines, ROUNDS if events <= MOST_FOR_PEERS else 2)
        rows += question_rows(engines)
        rows += [] if alone else ratio_rows(engines)
        rows += [Row(f"memory of {engine.version}", "", engine.mb, "MB", None) for engine in engines.values()]
        found = workers.differences(engines)
        figures["differences"], figures["mb"] = found, {name: engine.mb for name, engine in engines.items()}
        figures["questions"] = {
            name: {"seconds": engine.seconds, "work": engine.work} for name, engine in engines.items()
        }
    (BENCH / f"figures-{events}.json").write_text(json.dumps(figures, indent=1))
    if events <= SMALL and not alone:
        rows += _beside(events, failed)
    print(
        f"\n{events:,} events, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {utc_now():%Y-%m-%d}\n"
    )
    print(written(rows))
    if found or failed:
        raise SystemExit("; ".join([*(f"answers differ: {one}" for one in found), *failed]))
    print(
        "\nEvery answer of ours, of the journeys alone and of the peers that give the whole answer is the same."
    )


def callback_rows(figures: dict[str, Any], events: int) -> list[Row]:
    """Whole callbacks in milliseconds, and how the overview grows with the data."""
    cards = sorted(figures["overview"].values())
    middle = cards[len(cards) // 2]
    rows = [
        beside("overview, the middle one of its cards", middle),
        Row("overview, its slowest card", "", cards[-1], "ms", None),
        beside("funnel page, all data", figures["funnel"]),
        beside("funnel page, 3 months", figures["funnel slice"]),
        beside("touchpoint map, all data", figures["heatmap"]),
        beside("touchpoint map, 3 months", figures["heatmap slice"]),
        beside("touchpoint map with kept answers: all but the query", figures["overhead"]),
    ]
    before = BENCH / f"figures-{SMALL}.json"
    if events == LARGE and before.is_file():
        small = sorted(json.loads(before.read_text())["callbacks"]["overview"].values())
        rows.append(beside("overview, growth from 1 M to 10 M", middle / small[len(small) // 2]))
    return rows


def question_rows(engines: dict[str, Engine]) -> list[Row]:
    """Our questions in milliseconds, from the tables that the planner picks and from the journeys alone."""
    ours = engines[OURS]
    rows = [beside("question: LCPQ by segment and month", ours.best("lcpq") * 1000)]
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
    for name, question in RATIOS:
        best = _fastest(engines, question)
        rows.append(beside(name, ours.best(question) / best.best(question), f" : {best.name}"))
        work = ours.least_work(question) / best.least_work(question)
        rows.append(Row(f"{name} : {best.name}, work of the processors", "", work, "x", None))
    for name, question in BESIDES:
        best = _fastest(engines, question)
        rows.append(Row(f"{name} : {best.name}", "", ours.best(question) / best.best(question), "x", None))
    filtered = ours.best("funnel filtered journeys") / chdb.best("funnel filtered")
    rows.append(beside("funnel of filtered events, from the journeys", filtered, " : chdb"))
    counts = ours.best("funnel") / chdb.best("windowFunnel")
    rows.append(Row("funnel with medians : chdb windowFunnel (counts alone)", "", counts, "x", None))
    if "retentioneering" in engines:
        poorer = ours.best("funnel") / engines["retentioneering"].best("funnel")
        rows.append(Row("funnel with medians : retentioneering (no window, no times)", "", poorer, "x", None))
    return rows


def _fastest(engines: dict[str, Engine], question: str) -> Engine:
    """The peer that gave the whole answer first."""
    return min((engines[peer] for peer in FULL if peer in engines), key=lambda engine: engine.best(question))


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


def _beside(events: int, failed: list[str]) -> list[Row]:
    """Rows of other measurements of this folder; one that breaks is named at the end and keeps no other from its turn.

    Args:
        failed: gets a sentence for each that broke.
    """
    rows: list[Row] = []
    for name, measure in BESIDE.items():
        _say(f"Now {name} ...")
        try:
            rows += measure(events)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is: it is named, and the run fails
            traceback.print_exc()
            failed.append(f"{name} did not run to the end: {error or type(error).__name__}".splitlines()[0])
    return rows


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
