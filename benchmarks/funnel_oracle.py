"""Does every funnel equal the slow oracle? 1,000 random logs, every mode and option, on DuckDB and on PostgreSQL.

A log is one customer's journey: `LOGS_A_LOAD` of them are loaded together, most under a segment of their own, so that
each is compared by itself. Starts its own PostgreSQL. Prints how many logs and questions agreed; ends with an error at
the first that differs, with the question in it.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1]))
LOGS = 1000
LOGS_A_LOAD = 50


def main() -> None:
    """Load, ask, compare."""
    from tests.postgres import server

    with server() as postgres:
        for address in ("duckdb:///:memory:", postgres):
            began = time.monotonic()
            engine = sa.create_engine(address)
            asked = sum(agreed(engine, number) for number in range(LOGS // LOGS_A_LOAD))
            engine.dispose()
            took = time.monotonic() - began
            print(
                f"{engine.name}: {LOGS} logs, {asked} questions agree with the oracle ({took:.0f} s)",
                flush=True,
            )


def agreed(engine: sa.Engine, number: int) -> int:
    """Questions asked of one load; each engine gets the same load and the same questions.

    Raises:
        AssertionError: an answer differs.
    """
    from tests.sql.test_funnel_random import KINDS, compare, loaded, people_of, random_log, variants

    name = list(KINDS)[number % len(KINDS)]
    kind, chance = KINDS[name], random.Random(f"{name} {number}")  # noqa: S311 - can be made again, no secret
    log = random_log(kind, chance, LOGS_A_LOAD)
    facts = loaded(engine, log, kind)
    everybody = people_of(log, facts)
    asked = 0
    for query in variants(log.first_day, chance):
        compare(facts, query, everybody)
        asked += 1
    return asked


if __name__ == "__main__":
    main()
