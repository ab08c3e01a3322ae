"""How long after a step the money comes: of the priced cohort, its deals by days since each step (DOMAIN section 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.funnel_steps import required_steps
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Mode, Split
from data_access import schema
from data_access.facts import Facts
from data_access.funnel import attempts_of
from data_access.funnel_amounts import bought
from data_access.funnel_answer import moment_of, reached
from data_access.funnel_groups import grouped
from data_access.funnel_steps import Question, check_funnel
from data_access.planner import Source, funnel_source
from data_access.scope import Scope
from data_access.statements import built_once

LONGEST = 1096  # days; what comes later counts as if it came then
COLUMNS = ("segment", "step", "days", "money", "repeat_money")


def fetch_payment_lag(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Money of the priced cohort by days since its customers reached each step that must be met.

    The customers are those at the deal step with a mature entry, and their deals those of the priced funnel, from entry
    to entry + horizon. Refunds are left out: they say how much is kept, not when a deal is paid. A deal before the
    step counts on the day of the step.

    Returns a frame with one row for each segment, step and day that occurs: `segment`; `step`, its place 1..K among
    `required_steps`; `days`, whole calendar days from the step to the deal, 0..LONGEST; `money` (Decimal), of all
    deals, which adds up to the same at every step up to the deal; `repeat_money` (Decimal), of all but each
    customer's first deal of the cohort. Empty without transactions, or where nobody ever reached the deal.

    Raises:
        JourneyError: as `fetch_priced_funnel`.
    """
    info = facts.info(scope)
    check_funnel(info, query)
    statement = payment_lag_statement(scope, info, query, funnel_source(info, query))
    return pd.DataFrame(columns=list(COLUMNS)) if statement is None else facts.frame(scope, statement)


@built_once
def payment_lag_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source = Source.JOURNEY
) -> sa.Select | None:
    """Sums by segment, step and day; None where nobody ever reached the deal."""
    if query.mode is Mode.ANY:
        raise JourneyError("mode_not_priced", mode=str(query.mode))
    if info.model.deal.key in query.optional:
        raise JourneyError("deal_step_optional", step=info.model.deal.key)
    cohort = query.with_(mature=True, by=(Split.SEGMENT,))
    question = replace(Question.of(scope, info, cohort, source), ripe_days=query.money_days)
    deal = question.number(info.model.deal.key)
    if deal is None or not info.has_transactions:
        return None
    picked = grouped(question, attempts_of(question), ("segment",))
    paid = _paid(question, picked, deal, query.money_days)
    places = range(1, len(_days_of(question, picked)) + 1)
    place = (
        sa.values(sa.column("step", sa.Integer), name="place").data([(number,) for number in places]).cte()
    )
    came = sa.case(*((place.c.step == number, paid.c[f"came_{number}"]) for number in places))
    days = sa.case(
        (paid.c.local_day <= came, 0),
        (paid.c.local_day > came + LONGEST, LONGEST),
        else_=paid.c.local_day - came,
    )
    again = sa.case((paid.c.turn > 1, paid.c.amount), else_=sa.cast(0, schema.Money))
    late = sa.select(
        paid.c.segment, place.c.step, days.label("days"), paid.c.amount, again.label("again")
    ).select_from(paid.join(place, came.is_not(None)))
    rows = late.cte("late")
    return sa.select(
        rows.c.segment,
        rows.c.step,
        rows.c.days,
        sa.func.sum(rows.c.amount).label("money"),
        sa.func.sum(rows.c.again).label("repeat_money"),
    ).group_by(rows.c.segment, rows.c.step, rows.c.days)


def _paid(question: Question, picked: sa.CTE, deal_step: int, money_days: int | None) -> sa.CTE:
    """Each deal of a mature customer at the deal step: its day, amount and turn, and the day of every step."""
    deal = schema.deal
    clauses = [picked.c.ripe == 1, reached(picked, deal_step)]
    if "removed" in picked.c:
        clauses.append(picked.c.removed == 0)
    turn = sa.func.row_number().over(
        partition_by=picked.c.customer_id, order_by=(deal.c.moment, deal.c.deal_id)
    )
    return (
        sa.select(
            picked.c.segment,
            deal.c.local_day,
            deal.c.amount,
            turn.label("turn"),
            *(day.label(f"came_{number}") for number, day in enumerate(_days_of(question, picked), 1)),
        )
        .join(deal, sa.and_(bought(question, picked, money_days), deal.c.kind == "deal"))
        .where(*clauses)
        .cte("paid")
    )


def _days_of(question: Question, picked: sa.CTE) -> list[Any]:
    """The day on which each step that must be met was reached; NULL where it was not."""
    numbers = (question.number(key) for key in required_steps(question.query, question.info))
    return [
        sa.cast(sa.null(), sa.Date) if number is None else moment_of(picked, number).local_day
        for number in numbers
    ]
