"""What every engine's worker shares: the questions' numbers, and the loop that answers one a line.

Runs in the environment of each peer, so it knows the standard library alone. A worker is started with the address of
the Parquet files and the data end; it says `{"ready": ...}` when its data are loaded, then answers each line (the
name of a question) with the seconds it took, its rows and the memory of the process.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

WINDOW_DAYS = 90
SLICE = (date(2026, 3, 1), date(2026, 6, 1))
CHANNELS = ("site", "search", "email", "social")
TOP = 30
LAST_STAGE = 6

Rows = Sequence[Sequence[Any]]


def files() -> tuple[str, str, str, datetime]:
    """Addresses of events, deals and segments, and the data end."""
    stem, end = sys.argv[1:3]
    return (
        f"{stem}-events.parquet",
        f"{stem}-deals.parquet",
        f"{stem}-segments.parquet",
        datetime.fromisoformat(end),
    )


def questions_of(engine: Any) -> dict[str, Callable[[], Rows]]:
    """What every whole engine is asked, by name."""
    return {
        "funnel": engine.funnel,
        "funnel slice": lambda: engine.funnel(sliced=True),
        "funnel filtered": lambda: engine.funnel(channels=True),
        "heatmap": engine.heatmap,
        "heatmap slice": lambda: engine.heatmap(sliced=True),
        "lcpq": lambda: engine.lcpq("month"),
        "daily": lambda: engine.lcpq("day"),
        "transitions": engine.transitions,
    }


def serve(questions: Mapping[str, Callable[[], Rows]], version: str) -> None:
    """Answer questions until nobody asks."""
    _say({"ready": version, "questions": list(questions), "mb": most_memory()})
    for line in sys.stdin:
        began, worked = time.perf_counter(), time.process_time()
        rows = questions[line.strip()]()
        seconds, work = time.perf_counter() - began, time.process_time() - worked
        _say(
            {
                "seconds": seconds,
                "work": work,
                "rows": sorted(map(_plain, rows), key=str),
                "mb": most_memory(),
            }
        )


def _plain(row: Sequence[Any]) -> list[Any]:
    """Numbers to four places; the middle of nothing is empty, whatever the engine calls it."""
    row = [None if isinstance(cell, float) and cell != cell else cell for cell in row]
    return [round(float(cell), 4) if isinstance(cell, float) else cell for cell in row]


def _say(what: Mapping[str, Any]) -> None:
    print(json.dumps(what, default=_word), flush=True)


def _word(value: Any) -> Any:
    """Numbers of an engine's own kinds, dates as text."""
    return value.item() if hasattr(value, "item") else str(value)[:10]


def most_memory() -> float:
    """Most memory that the process has had so far; what `getrusage` tells counts that of who started it, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
