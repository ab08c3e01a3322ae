"""Funnels: how many customers reached each step, and how long it took them (DOMAIN section 4).

Reading order: `funnel_steps` (which rows serve which step); `funnel_chains` (ordered, strict), `funnel_choices` and
`funnel_paths` (the same with optional steps, step windows, exclusions), `funnel_windows` (any), `funnel_reached` (the
chosen attempt of each customer), `funnel_attempts` (the same as `funnel_chains` from walks that are kept);
`funnel_answer` and `funnel_priced` (sums).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.analytics.plain_rows import plain_rows
from dashboard.errors import JourneyError
from dashboard.journey.funnel_steps import asked_steps, levels_of
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Mode, Split
from data_access import (
    funnel_answer,
    funnel_attempts,
    funnel_chains,
    funnel_choices,
    funnel_priced,
    funnel_reached,
    funnel_windows,
)
from data_access.facts import Facts
from data_access.funnel_steps import Question, check_funnel, steps_of
from data_access.planner import Source, chosen_source, funnel_source
from data_access.scope import Scope
from data_access.statements import built_once

COLUMNS = (
    "step",
    "stage",
    "customers",
    "median_days",
    "p75_days",
    "p90_days",
    "immature",
    "removed",
    "amount",
    "hidden",
)


def fetch_funnel(
    facts: Facts, scope: Scope, query: JourneyQuery, *, with_amounts: bool = False
) -> pd.DataFrame:
    """Customers at each step of the funnel, for all and, split by segment, for each segment that occurs.

    Returns a frame with one row for each group and step that has data in the engagement: `segment` and each
    further level (None = all), `step` (its place 1..K among the asked steps), `stage`, `customers`;
    `median_days`, `p75_days`, `p90_days` from the last step before that must be met (None where nobody came, and
    at the first step); `immature`, customers of the plain funnel at this step without a mature entry; `removed`,
    customers of the group whom an exclusion has taken out; `amount` (Decimal, None without `with_amounts`), money
    of the customers at the step (see `funnel_amounts.amounts`); `hidden`, those of them who lost a deal at
    a stage that nobody knows.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`, `unknown_stage`, and those of
            `check_steps` and `check_groups`.
    """
    info = facts.info(scope)
    check_funnel(info, query)
    source = chosen_source(info, query, query.window_days)
    frame = facts.frame(scope, funnel_statement(scope, info, query, with_amounts=with_amounts, source=source))
    asked, levels = asked_steps(query, info), levels_of(query)
    places = {step.number: asked.index(step.key) + 1 for step in steps_of(info, query)}
    rows = [row for wide in plain_rows(frame) for row in _long(wide, levels, places, asked)]
    columns = dict.fromkeys(("segment", *levels, *COLUMNS))
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


@built_once
def funnel_statement(
    scope: Scope,
    info: GenerationInfo,
    query: JourneyQuery,
    *,
    with_amounts: bool = False,
    source: Source = Source.JOURNEY,
) -> sa.Select:
    """Counts, time quantiles and immature customers of every step, one row for each group."""
    question = Question.of(scope, info, query, source)
    chosen = attempts_of(question, with_times=question.value_at != "first")
    return funnel_answer.counts(question, chosen, with_amounts=with_amounts)


def attempts_of(question: Question, *, with_times: bool = True) -> sa.CTE:
    """The chosen attempt of each customer by the mode of the question (columns: `funnel_chains.attempts`).

    Args:
        with_times: False where nobody asks when a step was reached: kept walks leave it out.
    """
    if question.source in (Source.ATTEMPT, Source.CHOICE):
        return funnel_attempts.attempts(question, with_times=with_times)
    match question.query.mode:
        case Mode.REACHED:
            return funnel_reached.attempts(question)
        case Mode.ANY:
            return funnel_windows.attempts(question)
    strict = question.query.mode is Mode.STRICT
    if question.branches:
        return funnel_choices.attempts(question, strict=strict)
    return funnel_chains.attempts(question, strict=strict)


def fetch_priced_funnel(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Each segment's mature cohort in customers and money (DOMAIN section 6); never split otherwise.

    Returns a frame with one row for each segment that occurs: `segment`; `n1` .. `nK`, customers at each step
    that must be met; `h1` .. `hK`, those of them who lost a deal at a stage that nobody knows (absent where the
    data have no such deal); `deals` and `revenue` (Decimal, net of refunds) of the customers at the deal step, from
    entry to entry + horizon; `deals_2`, `revenue_2`, `deals_revenue`, sums of squares and of products of theirs;
    `outside` (Decimal), what the other entrants bought in the same span; `entrants`, customers with an entry in
    the period, mature or not; `mature`, those with a mature entry: the cohort.

    Without transactions, or without the deal among the steps, `deals` and `revenue` are 0.

    Raises:
        JourneyError: `mode_not_priced` for mode `any`; `deal_step_optional`; `unknown_segment`,
            `unknown_channel`, `unknown_stage`, and those of
            `check_steps` and `check_groups`.
    """
    info = facts.info(scope)
    check_funnel(info, query)
    source = chosen_source(info, query, query.money_days)
    return facts.frame(scope, priced_funnel_statement(scope, info, query, source))


def fetch_priced_history(facts: Facts, scope: Scope, queries: Sequence[JourneyQuery]) -> list[pd.DataFrame]:
    """What `fetch_priced_funnel` gives of each question; of kept walks with one look at the entries.

    Args:
        queries: they differ in their periods alone; each ends where the one before it in the list begins, as
            `Period.earlier` gives them.

    Raises:
        JourneyError: as `fetch_priced_funnel`.
    """
    if len(queries) < 2 or not _one_look(facts.info(scope), queries[0]):
        return [fetch_priced_funnel(facts, scope, query) for query in queries]
    info, latest = facts.info(scope), queries[0]
    check_funnel(info, latest)
    whole = latest.with_(period=Period(queries[-1].period.since, latest.period.until))
    begins = tuple(query.period.since for query in queries[:-1])
    frame = facts.frame(scope, priced_funnel_statement(scope, info, whole, Source.ATTEMPT, begins))
    parts = frame.pop("part")
    return [frame.loc[parts == number].reset_index(drop=True) for number in range(len(queries))]


def _one_look(info: GenerationInfo, query: JourneyQuery) -> bool:
    """True where kept walks answer, and nothing but the entry's day depends on the period."""
    alike = not (query.channels or query.touchpoints or query.filters)
    return alike and funnel_source(info, query) is Source.ATTEMPT


@built_once
def priced_funnel_statement(
    scope: Scope,
    info: GenerationInfo,
    query: JourneyQuery,
    source: Source = Source.JOURNEY,
    begins: tuple[date | None, ...] = (),
) -> sa.Select:
    """Counts and sums of the mature cohort, one row for each segment.

    Args:
        begins: first days of the parts that the period falls into, the latest first, without the earliest one: each
            part (`part` 0, 1, ...) counts as a period of its own; kept walks alone.
    """
    if query.mode is Mode.ANY:
        raise JourneyError("mode_not_priced", mode=str(query.mode))
    if info.model.deal.key in query.optional:
        raise JourneyError("deal_step_optional", step=info.model.deal.key)
    cohort = query.with_(mature=True, by=(Split.SEGMENT,))
    question = replace(Question.of(scope, info, cohort, source), ripe_days=query.money_days)
    with_times = question.value_at != "first"
    if begins:
        chosen = funnel_attempts.attempts(question, part=partial(_part, begins), with_times=with_times)
    else:
        chosen = attempts_of(question, with_times=with_times)
    return funnel_priced.priced(question, chosen, query.money_days)


def _part(begins: tuple[date | None, ...], day: Any) -> Any:
    later = ((day >= begin, number) for number, begin in enumerate(begins))
    return sa.case(*later, else_=len(begins))


def _long(
    wide: dict[Any, Any], levels: tuple[str, ...], places: dict[int, int], asked: tuple[str, ...]
) -> list[dict[str, Any]]:
    rows = []
    for k, place in places.items():
        days = wide.get(f"days_{k}")
        median, p75, p90 = (None, None, None) if days is None else days
        rows.append(
            {
                **{level: None if pd.isna(wide[level]) else wide[level] for level in levels},
                "step": place,
                "stage": asked[place - 1],
                "customers": int(wide[f"customers_{k}"]),
                "median_days": median,
                "p75_days": p75,
                "p90_days": p90,
                "immature": int(wide[f"immature_{k}"]),
                "removed": int(wide.get("removed", 0)),
                "amount": wide.get(f"amount_{k}"),
                "hidden": int(wide.get(f"hidden_{k}", 0)),
            }
        )
    return rows
