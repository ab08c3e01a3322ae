"""Does every table of the planner answer as the journeys do? 200 random questions, on DuckDB and on PostgreSQL.

Each question is one random `JourneyQuery` of funnel, priced funnel, LCPQ, heatmap and transitions, asked of the table
that the planner chooses and of the journeys themselves. Starts its own PostgreSQL. Ends with an error at the first
digest that differs, with the question in it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1]))
QUESTIONS = 200


def main() -> None:
    """Load, ask, compare.

    Raises:
        SystemExit: an answer differs.
    """
    from tests.facts import load
    from tests.postgres import server
    from tests.sql.test_sources import ASKED, company, differing

    with server() as postgres:
        for address in ("duckdb:///:memory:", postgres):
            engine = sa.create_engine(address)
            for zone in ("Europe/Moscow", "Europe/Berlin"):
                facts = load(engine, **company(zone=zone))
                for number in range(QUESTIONS // 2):
                    for name, query in differing(facts, number if zone == "Europe/Moscow" else -1 - number):
                        raise SystemExit(f"{engine.name}, {name}: {query}")
            print(f"{engine.name}: {QUESTIONS} queries of {len(ASKED)} kinds, equal digests", flush=True)
            engine.dispose()


if __name__ == "__main__":
    main()
