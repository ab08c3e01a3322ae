"""Does every funnel equal the slow oracle? 1,000 random logs, every mode and option, on DuckDB and on PostgreSQL.

Prints how many logs and questions agreed; ends with an error at the first that differs. PostgreSQL takes part where
JOURNEY_BENCH_POSTGRES holds the address of an empty database. JOURNEY_BENCH_LOGS: another number of logs.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1]))
LOGS = 1000
LOGS_A_LOAD = 50  # a customer of a load is a random log of its own


def main() -> None:
    """Load, ask, compare."""
    from dashboard.journey.query import Mode
    from tests.facts import SCOPE, load
    from tests.oracle import funnel as oracle
    from tests.sql.test_funnel_random import (
        KINDS,
        compare,
        random_log,
        random_queries,
        with_filters,
        with_options,
    )

    loads = -(-int(os.environ.get("JOURNEY_BENCH_LOGS", LOGS)) // LOGS_A_LOAD)
    addresses = ["duckdb:///:memory:", *filter(None, [os.environ.get("JOURNEY_BENCH_POSTGRES")])]
    asked = 0
    for number in range(loads):
        name = list(KINDS)[number % len(KINDS)]
        for address in addresses:
            chance = random.Random(f"{name} {number}")  # noqa: S311 - a log that can be made again, no secret
            log = random_log(KINDS[name], chance, LOGS_A_LOAD)
            engine = sa.create_engine(address)
            facts = load(
                engine, log.events, log.sales, model=log.model, segments=log.segments, zone=KINDS[name].zone
            )
            everybody = oracle.people(log.events, log.sales, facts.info(SCOPE), log.segments)
            for query in random_queries(log.first_day, chance):
                variants = [query, with_filters(query, chance)]
                variants += [with_options(query, chance)] if query.mode is not Mode.ANY else []
                for variant in variants:
                    compare(facts, variant, everybody)
                    asked += 1
            engine.dispose()
    print(f"{loads * LOGS_A_LOAD} logs on {len(addresses)} engines: {asked} questions agree with the oracle")


if __name__ == "__main__":
    main()
