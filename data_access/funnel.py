"""Funnels: how many customers reached each step, and how long it took them (DOMAIN section 4).

Reading order: `funnel_steps` (which rows serve which step), `funnel_chains`, ... (the attempts of each mode),
`funnel_answer` (one attempt for each customer, sums for each segment and step).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from data_access import funnel_answer, funnel_chains
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
    question = Question(scope, info, query, steps_of(info, query), query.window_days, query.window_days)
    begun = funnel_chains.entries(question)
    attempt = funnel_chains.attempts(question, begun, strict=False)
    return funnel_answer.counts(question, funnel_answer.chosen(question, attempt))


def _long(wide: dict[Any, Any], keys: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "segment": None if pd.isna(wide["segment"]) else wide["segment"],
            "step": k,
            "stage": key,
            "customers": int(wide[f"customers_{k}"]),
            **{f"{name}_days": _days(wide.get(f"{name}_{k}")) for name, _ in funnel_answer.SHARES},
            "immature": int(wide[f"immature_{k}"]),
        }
        for k, key in enumerate(keys, 1)
    ]


def _days(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
