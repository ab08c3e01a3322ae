"""What a delivery of 1 % costs: its customers' derived rows alone, beside a derivation of everybody's.

Both begin with the same file and the same new raw rows, turn by turn, and end with the commit; the least of the rounds
counts. Reading the files of a delivery is measured with neither.

    python benchmarks/refresh.py            a million events; prints the table
    python benchmarks/refresh.py 200000 1   fewer events, rounds
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.generate import ENGAGEMENT, NOW, ZONE, engine_of, made, write_more
from benchmarks.table import Row, beside, written
from dashboard.journey.stages import preset
from data_access import schema
from data_access.ingest import derive
from data_access.ingest.refresh import rules, touched_by
from data_access.ingest.tables import empty_derived

EVENTS, ROUNDS = 1_000_000, 2
_FRAME: dict[str, Any] = {
    "engagement": ENGAGEMENT,
    "now": NOW,
    "zone": ZONE,
    "currency": "RUB",
    "model": preset("loop6"),
}


def rows(events: int = EVENTS, rounds: int = ROUNDS) -> list[Row]:
    """The seconds of both, and their ratio."""
    few, all_ = [], []
    for _ in range(rounds):
        few.append(_seconds(events, anew=False))
        all_.append(_seconds(events, anew=True))
    return [
        Row(f"derived tables of {events:,} events, everybody's", "", min(all_), "s", None),
        Row("derived tables after a delivery of 1 %", "", min(few), "s", None),
        beside("delivery of 1 %: derived tables by those of everybody", min(few) / min(all_)),
    ]


def _seconds(events: int, *, anew: bool) -> float:
    """Seconds for the derived tables after one more delivery of 1 % of the events."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "delivery.duckdb"
        shutil.copyfile(made(events), path)
        engine = engine_of(path)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA disable_progress_bar")
            # the file may be of a program text before this one that wrote the same
            connection.execute(sa.update(schema.generation).values(rules=rules()))
            write_more(connection, events)
            began = time.perf_counter()
            touched = None if anew else touched_by(connection, import_id=2, **_FRAME)
            if anew:
                empty_derived(connection)
            elif touched is None:
                raise SystemExit("everybody is touched: there is nothing to compare")
            derive.rebuild(connection, number=2, touched=touched, **_FRAME)
            connection.commit()
            seconds = time.perf_counter() - began
        engine.dispose()
    return seconds


def main() -> None:
    """Measure and print."""
    print(written(rows(*map(int, sys.argv[1:]))))


if __name__ == "__main__":
    main()
