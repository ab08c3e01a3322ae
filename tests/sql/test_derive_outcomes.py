"""How deals end in the derived tables, and whether a source tells the way of a deal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from data_access import schema
from data_access.facts import EngineFacts
from tests.facts import ENGAGEMENT, SCOPE, Ending, Event, Sale, load, model_of

MODEL = model_of("ABCDX", deal="D")


def _endings(engine: sa.Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        rows = connection.execute(sa.select(schema.deal_outcome)).mappings()
        return {row["deal_ref"] or f"#{row['customer_id']}": row for row in rows}


def test_domain_4_the_latest_outcome_of_a_deal_counts(engine: sa.Engine) -> None:
    load(
        engine,
        [
            Event("u", "A", 0, channel="site", deal_ref="d1", manager="Ann"),
            Event("u", "B", 1, channel="email", deal_ref="d1", manager="Bob"),
            Event("u", "C", 1, channel="ads", deal_ref="other"),
            Event("v", "A", 0),
        ],
        [Sale("u", 5, 100, ref="d1")],
        endings=[
            Ending("u", "lost", 2, reason="price", deal_ref="d1", amount=90),
            Ending("u", "won", 5, deal_ref="d1", amount="100.5"),
            Ending("v", "lost", date(2026, 1, 3), reason="silent", stage_when_lost="C"),
            Ending(None, "lost", 2),
        ],
        model=MODEL,
    )
    found = _endings(engine)
    assert len(found) == 2
    won, lost = found["d1"], found["#2"]
    assert (won["outcome"], won["reason"], won["amount"]) == ("won", None, Decimal("100.5"))
    assert (won["channel"], won["manager"], won["has_history"]) == ("site", "Bob", True)
    assert (lost["outcome"], lost["reason"], lost["lost_stage"], lost["lost_order"]) == (
        "lost",
        "silent",
        "C",
        3,
    )
    assert (lost["channel"], lost["instant"], lost["has_history"]) == ("(none)", True, True)


def test_domain_4_a_lost_deal_without_history_is_told(engine: sa.Engine) -> None:
    """A deal is known where it was lost by its lost stage, a later event, or a source that keeps histories."""
    log = [Event(f"x{n}", stage, n, label=stage, source="log") for n in range(3) for stage in "AB"]
    load(
        engine,
        [
            Event("snapshot", "A", 0, deal_ref="1", source="crm"),
            Event("second", "B", 0, deal_ref="2", source="crm2"),
            Event("second", "A", 0, deal_ref="3", source="crm2"),
            Event("log", "A", 0, deal_ref="4", source="log", label="A"),
            *log,
        ],
        endings=[
            Ending("snapshot", "lost", 3, deal_ref="1"),
            Ending("second", "lost", 3, deal_ref="2"),
            Ending("nothing", "lost", 3, deal_ref="5"),
            Ending("log", "lost", 3, deal_ref="4"),
        ],
        model=MODEL,
    )
    found = _endings(engine)
    assert {ref: found[ref]["has_history"] for ref in "1245"} == {
        "1": False,
        "2": True,
        "4": True,
        "5": False,
    }


def _history(facts: EngineFacts) -> tuple[bool, dict[str, bool]]:
    info = facts.info(SCOPE)
    assert info.engagement == ENGAGEMENT
    return info.has_history, {source.source: source.has_history for source in info.sources}


def test_domain_4_a_snapshot_has_no_stage_history(engine: sa.Engine) -> None:
    """One status a deal is a snapshot; a log, or a file whose columns are the stages, is not."""
    status = [Event(f"c{n}", stage, n, label=stage, source="crm") for n, stage in enumerate("AABBCC")]
    created = [Event(f"c{n}", "A", 0, source="crm") for n in range(6)]  # a constant beside the status
    facts = load(engine, [*status, *created], [Sale("c0", 9, 5)], model=MODEL)
    assert _history(facts) == (False, {"crm": False, "orders": True})
    log = [
        Event(f"c{n}", stage, place, label=stage) for n in range(4) for place, stage in enumerate("ABC"[:n])
    ]
    assert _history(load(engine, log, model=MODEL)) == (True, {"events": True})
    columns = [Event("a", "A", 0), Event("b", "B", 0)]
    assert _history(load(engine, columns, model=MODEL)) == (True, {"events": True})
