"""One way through the funnel by entry cohort: how many went from a step to a later one, and how long it took."""

from __future__ import annotations

from functools import partial

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.funnel_steps import levels_of
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Mode
from data_access import funnel_attempts, funnel_chains
from data_access.dialect import days_between, percentile, unit_start
from data_access.facts import Facts
from data_access.funnel import attempts_of
from data_access.funnel_answer import moment_of, reached
from data_access.funnel_groups import grouped
from data_access.funnel_steps import Question, check_funnel
from data_access.planner import Source, funnel_source
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_funnel_time(
    facts: Facts, scope: Scope, query: JourneyQuery, start: str, end: str, unit: str, *, apart: bool = False
) -> pd.DataFrame:
    """Customers of each entry cohort at two steps of the funnel.

    Args:
        query: with at most one breakdown; the attempts are chosen as those of `mature` rates are.
        start, end: stages of the two steps.
        unit: `week`, `month` or `quarter` of the entry.
        apart: count each cohort as if it were the period (modes `ordered` and `reached`): whoever enters in two of
            them stands in both, and a cohort that is over never changes.

    Returns a frame with one row for each cohort that occurs, of everybody (level None) and of each group: `cohort`
    (its first day), the level, `entered` and `passed` of ripe entries, `young_entered` and `young_passed` of those
    whose window is still open, `median_days` from one step to the other among the ripe who passed. Empty where one
    of the stages has no data.

    Raises:
        JourneyError: as `fetch_funnel`.
    """
    info = facts.info(scope)
    check_funnel(info, query)
    question = Question.of(scope, info, query.with_(mature=True))
    if question.number(start) is None or question.number(end) is None:
        columns = ("entered", "passed", "young_entered", "young_passed", "median_days")
        return pd.DataFrame(columns=["cohort", *levels_of(query), *columns])
    source = funnel_source(info, query)
    return facts.frame(
        scope, funnel_time_statement(scope, info, query, start, end, unit, apart=apart, source=source)
    )


@built_once
def funnel_time_statement(
    scope: Scope,
    info: GenerationInfo,
    query: JourneyQuery,
    start: str,
    end: str,
    unit: str,
    *,
    apart: bool = False,
    source: Source = Source.JOURNEY,
) -> sa.Select:
    """Sums of each cohort; both stages have data."""
    question = Question.of(scope, info, query.with_(mature=True), source)
    first, last = question.number(start) or 1, question.number(end) or 1
    # `reached` knows one attempt of a customer, whatever the period
    alone = apart and query.mode is Mode.ORDERED
    if alone and source is Source.ATTEMPT:
        tried = funnel_attempts.attempts(question, part=partial(unit_start, unit))
    else:
        tried = funnel_chains.attempts(question, strict=False, every=unit) if alone else attempts_of(question)
    picked = grouped(question, tried)
    stays = picked.c.removed == 0 if "removed" in picked.c else sa.true()
    entered = sa.and_(stays, reached(picked, first))
    passed = sa.and_(entered, reached(picked, last))
    took = days_between(moment_of(picked, first), moment_of(picked, last))
    ripe = picked.c.ripe == 1
    cohort = unit_start(unit, picked.c.local_day).label("cohort")
    rows = sa.select(
        cohort,
        *(picked.c[level] for level in levels_of(query)),
        ripe.label("ripe"),
        entered.label("entered"),
        passed.label("passed"),
        took.label("took"),
    ).cte("cohort_row")
    levels = [rows.c[level] for level in levels_of(query)]
    came, went, over = rows.c.entered, rows.c.passed, rows.c.ripe
    sums = [
        sa.func.count().filter(sa.and_(came, over)).label("entered"),
        sa.func.count().filter(sa.and_(went, over)).label("passed"),
        sa.func.count().filter(sa.and_(came, sa.not_(over))).label("young_entered"),
        sa.func.count().filter(sa.and_(went, sa.not_(over))).label("young_passed"),
        percentile(0.5, rows.c.took).filter(sa.and_(went, over)).label("median_days"),
    ]
    groups: list[sa.ColumnElement[object]] = [rows.c.cohort, *levels]
    if not levels:
        return sa.select(*groups, *sums).group_by(rows.c.cohort)
    sets = sa.func.grouping_sets(sa.tuple_(*groups), sa.tuple_(rows.c.cohort))
    return sa.select(*groups, *sums).group_by(sets)
