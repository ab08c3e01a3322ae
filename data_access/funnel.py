"""Funnels: how many customers reached each step, and how long it took them (DOMAIN section 4).

Reading order: `funnel_steps` (which rows serve which step); `funnel_chains` (ordered, strict), `funnel_windows`
(any), `funnel_reached` (the chosen attempt of each customer); `funnel_answer` and `funnel_priced` (sums).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Mode, Split
from data_access import funnel_answer, funnel_chains, funnel_priced, funnel_reached, funnel_windows
from data_access.facts import Facts
from data_access.filters import check_names
from data_access.funnel_steps import Question, steps_of
from data_access.scope import Scope

COLUMNS = ("segment", "step", "stage", "customers", "median_days", "p75_days", "p90_days", "immature")


def fetch_funnel(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Customers at each step of the funnel, for all and, split by segment, for each segment that occurs.

    Returns a frame with one row for each group and step: `segment` (None = all), `step` (1..K), `stage`,
    `customers`, `median_days`, `p75_days`, `p90_days` (from the step before; None where nobody came, and at
    the first step), `immature` (customers of the plain funnel at this step without a mature entry).

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`, `unknown_stage`.
    """
    info = facts.info(scope)
    check_names(info, query)
    frame = facts.frame(scope, funnel_statement(scope, info, query))
    keys = [step.key for step in steps_of(info, query)]
    rows = [row for wide in frame.to_dict("records") for row in _long(wide, keys)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def funnel_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Counts, time quantiles and immature customers of every step, one row for each group."""
    question = Question.of(scope, info, query)
    return funnel_answer.counts(question, attempts_of(question))


def attempts_of(question: Question) -> sa.CTE:
    """The chosen attempt of each customer by the mode of the question (columns: `funnel_chains.attempts`)."""
    match question.query.mode:
        case Mode.REACHED:
            return funnel_reached.attempts(question)
        case Mode.ANY:
            return funnel_windows.attempts(question)
    return funnel_chains.attempts(question, strict=question.query.mode is Mode.STRICT)


def fetch_priced_funnel(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Each segment's mature cohort in customers and money (DOMAIN section 6); never split otherwise.

    Returns a frame with one row for each segment that occurs: `segment`; `n1` .. `nK`, customers at each step;
    `deals` and `revenue` (Decimal, net of refunds) of the customers at the deal step, from entry to entry +
    horizon; `outside` (Decimal), what the other entrants bought in the same span; `entrants`, customers with an
    entry in the period, mature or not; `mature`, those with a mature entry: the cohort.

    Without transactions, or without the deal among the steps, `deals` and `revenue` are 0.

    Raises:
        JourneyError: `mode_not_priced` for mode `any`; `unknown_segment`, `unknown_channel`, `unknown_stage`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, priced_funnel_statement(scope, info, query))


def priced_funnel_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Counts and sums of the mature cohort, one row for each segment."""
    if query.mode is Mode.ANY:
        raise JourneyError("mode_not_priced", mode=str(query.mode))
    cohort = query.with_(mature=True, by=(Split.SEGMENT,))
    question = replace(Question.of(scope, info, cohort), ripe_days=query.money_days)
    return funnel_priced.priced(question, attempts_of(question), query.money_days)


def _long(wide: dict[Any, Any], keys: list[str]) -> list[dict[str, Any]]:
    rows = []
    for k, key in enumerate(keys, 1):
        days = wide.get(f"days_{k}")
        median, p75, p90 = (None, None, None) if days is None else days
        rows.append(
            {
                "segment": None if pd.isna(wide["segment"]) else wide["segment"],
                "step": k,
                "stage": key,
                "customers": int(wide[f"customers_{k}"]),
                "median_days": median,
                "p75_days": p75,
                "p90_days": p90,
                "immature": int(wide[f"immature_{k}"]),
            }
        )
    return rows
