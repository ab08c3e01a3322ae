"""How many attempts begin in a period, and how many of them are over at the data end."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Mode
from data_access import funnel_attempts, funnel_chains, funnel_reached, funnel_windows
from data_access.facts import Facts
from data_access.funnel_steps import Question, check_funnel
from data_access.planner import Source, funnel_source
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_entries(facts: Facts, scope: Scope, query: JourneyQuery, days: int | None) -> tuple[int, int]:
    """Entries of the period, and those of them that are `days` old at the data end.

    Raises:
        JourneyError: as `fetch_funnel`.
    """
    info = facts.info(scope)
    check_funnel(info, query)
    statement = entries_statement(scope, info, query, days, funnel_source(info, query))
    row = facts.frame(scope, statement).iloc[0]
    return int(row["entries"]), int(row["mature"])


@built_once
def entries_statement(
    scope: Scope,
    info: GenerationInfo,
    query: JourneyQuery,
    days: int | None,
    source: Source = Source.JOURNEY,
) -> sa.Select:
    """One row: `entries`, `mature`."""
    question = replace(Question.of(scope, info, query, source), ripe_days=days)
    match query.mode:
        case Mode.REACHED:
            begun = funnel_reached.first_rows(question)
        case Mode.ANY:
            begun = funnel_windows.starts(question)
        case _ if source is Source.ATTEMPT:
            begun = funnel_attempts.entries(question)
        case _:
            begun = funnel_chains.entries(question)
    return sa.select(
        sa.func.count().label("entries"), sa.func.count().filter(question.mature(begun.c)).label("mature")
    ).select_from(begun)
