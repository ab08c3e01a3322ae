"""Events of any number for measurements: a generation file as an import leaves it, and the same rows as Parquet.

`made(1_000_000)` gives `build/bench/1000000.duckdb` (engagement `bench`), seeded: every machine gets the same rows.
About 20 events a customer over 24 months, the stages of `loop6`, 10 channels, 40 touchpoints, 8 segments, deals as
transactions, times with seconds, some of them equal. The product's own derivation makes the derived tables.

    python benchmarks/generate.py 1000000           makes what is absent, prints how long each stage took and its memory
    python benchmarks/generate.py 1000000 --derive  derives anew from the same raw rows
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.generated_rows import Rows, blocks_of, later_rows
from benchmarks.peers.loop import most_memory
from dashboard.journey.stages import preset
from data_access import schema
from data_access.ingest import derive
from data_access.ingest.engine import lent
from data_access.layout import is_current

ROOT = Path(__file__).parents[1]

BENCH = ROOT / "build" / "bench"
ENGAGEMENT = "bench"
ZONE = "Europe/Moscow"
NOW = datetime(2027, 1, 1)
MOST_FOR_PEERS = 10_000_000  # events: of more nobody reads the Parquet files
LAST_DAY = date(2026, 9, 30)

_EVENTS = """INSERT INTO event BY NAME SELECT 'bench' AS engagement, number AS event_id,
 'c' || lpad(customer::VARCHAR, 8, '0') AS customer_key, moment AS occurred_at,
 (moment + INTERVAL 3 HOUR)::DATE AS local_day, false AS date_only, stage, channel, touchpoint, deal AS deal_ref,
 cost::DECIMAL(18, 4) AS cost, sentiment, 'log' AS source, number::VARCHAR AS row_key, {batch} AS import_id
 FROM {frame}"""
_LINES = """INSERT INTO transaction_line BY NAME SELECT 'bench' AS engagement, number AS line_id,
 'c' || lpad(customer::VARCHAR, 8, '0') AS customer_key, deal AS transaction_ref, moment AS occurred_at,
 (moment + INTERVAL 3 HOUR)::DATE AS local_day, false AS date_only, amount::DECIMAL(18, 4) AS amount, product, channel,
 'till' AS source, number::VARCHAR AS row_key, {batch} AS import_id FROM {frame}"""
_SEGMENTS = """INSERT INTO segment_value BY NAME SELECT 'bench' AS engagement,
 'c' || lpad(customer::VARCHAR, 8, '0') AS customer_key, segment, customer + 1 AS value_id, 'customers' AS source,
 customer::VARCHAR AS row_key, {batch} AS import_id FROM {frame}"""
_ATTRIBUTES = """INSERT INTO attribute BY NAME SELECT 'bench' AS engagement,
 'c' || lpad(customer::VARCHAR, 8, '0') AS customer_key, 'city' AS name, city AS value, 'customers' AS source,
 customer::VARCHAR AS row_key, {batch} AS import_id FROM {frame}"""

# what peers read: the log after cleaning, so that nobody pays for it at question time
_PARQUET = {
    "events": """SELECT customer_id, item, moment, local_day, stage_order::TINYINT AS stage,
 reach_order::TINYINT AS reach, is_step, is_touch,
 deal_no, channel, touchpoint FROM journey WHERE stage_order IS NOT NULL ORDER BY customer_id, item""",
    "deals": """SELECT customer_id, moment, local_day, amount::DOUBLE AS amount, kind FROM deal
 ORDER BY customer_id, moment""",
    "segments": "SELECT customer_id, segment FROM segment_span ORDER BY customer_id",
}


def made(events: int, folder: Path = BENCH, *, say: bool = False, anew: bool = False) -> Path:
    """The generation file with that many events; made where absent, derived anew where its tables are old.

    A file appears whole, under its name: whoever reads an older one meanwhile goes on reading that.

    Args:
        anew: derive anew in any case.
    """
    path, half = folder / f"{events}.duckdb", folder / f"{events}.{os.getpid()}.half"
    if path.is_file() and _is_current(path) and not anew:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    known = path.is_file()
    if known:
        shutil.copyfile(path, half)
    engine = engine_of(half)
    # each table on its own: nobody reads the file before it has its name, and of a hundred million in one transaction
    # 41 GB stood beside the file before half of the tables were made
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA disable_progress_bar")
        if not known:
            schema.facts.create_all(connection)
            with _timed(f"raw rows of {events:,} events", say):
                for rows in blocks_of(events):
                    write_rows(connection, rows)
        derived(connection, say=say)
        if events <= MOST_FOR_PEERS:
            with _timed("Parquet", say):
                write_parquet(connection, events, folder)
    engine.dispose()
    half.replace(path)
    return path


def _is_current(path: Path) -> bool:
    engine = engine_of(path, read_only=True)
    try:
        with engine.connect() as connection:
            return is_current(connection)
    finally:
        engine.dispose()


def parquet(events: int, name: str, folder: Path = BENCH) -> Path:
    """A file of the same rows: `events`, `deals` or `segments`."""
    return folder / f"{events}-{name}.parquet"


def derived(connection: sa.Connection, *, say: bool = False) -> None:
    """Make every derived table anew, as an import does."""
    schema.facts.drop_all(connection, tables=list(schema.DERIVED))
    schema.facts.create_all(connection)
    with _timed("derived tables", say):
        derive.rebuild(
            connection,
            engagement=ENGAGEMENT,
            number=1,
            now=NOW,
            zone=ZONE,
            currency="RUB",
            model=preset("loop6"),
        )
        connection.commit()


def write_rows(connection: sa.Connection, rows: Rows, *, batch: int = 1) -> None:
    """Add raw rows as an import does; nothing is derived.

    Args:
        batch: number of the import that brings them.
    """
    texts = (
        (_EVENTS, rows.events),
        (_LINES, rows.lines),
        (_SEGMENTS, rows.customers),
        (_ATTRIBUTES, rows.customers),
    )
    for text, frame in texts:
        with lent(connection, "generated_rows", frame):
            connection.exec_driver_sql(text.format(frame="generated_rows", batch=batch))
    connection.commit()


def write_more(connection: sa.Connection, events: int, share: float = 0.01) -> int:
    """Add the raw rows of the month after, `share` of the events by as large a share of the customers, a fifth new.

    Returns how many events. Deriving them is the caller's, who measures it.
    """
    rows = later_rows(events, share)
    write_rows(connection, rows, batch=2)
    return rows.events.num_rows


def write_parquet(connection: sa.Connection, events: int, folder: Path) -> None:
    """Write what peers read beside the generation file."""
    for name, text in _PARQUET.items():
        target = parquet(events, name, folder)
        connection.exec_driver_sql(f"COPY ({text}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def engine_of(path: Path, *, read_only: bool = False) -> sa.Engine:
    """An engine on a generation file; writable for making it, read-only for asking it."""
    config: dict[str, Any] = {"memory_limit": "8GB", "threads": 2}
    return sa.create_engine(
        f"duckdb:///{path}", connect_args={"read_only": read_only, "config": config}, query_cache_size=2000
    )


@contextmanager
def _timed(stage: str, say: bool) -> Iterator[None]:
    began = time.perf_counter()
    yield
    if say:
        print(f"{stage}: {time.perf_counter() - began:.1f} s", flush=True)


def main() -> None:
    """Make the file of the number that is given."""
    numbers = [int(word) for word in sys.argv[1:] if not word.startswith("-")] or [1_000_000]
    for events in numbers:
        path = made(events, say=True, anew="--derive" in sys.argv)
        print(
            f"{path}: {path.stat().st_size / 1e6:.0f} MB; most memory of this process {most_memory():.0f} MB"
        )


if __name__ == "__main__":
    main()
