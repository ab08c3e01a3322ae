"""What an effect is measured on: how many entries of each day went on, and how often the same customer comes again.

Each week counted from the start is a funnel of its own (DOMAIN section 4): a customer counts once a week, with the
deepest attempt of that week. So the rate of a week never depends on other weeks, and customers may stand in several.
How much that makes weeks alike is told by second moments instead of by people: for every customer the entries and
those that went on are added up by segment and part (all mature weeks before the start are one part, each mature week
after it is one), and over all customers the products of each two of these sums are added up. A bootstrap of whole
customers changes the totals with exactly these variances and covariances, so nothing is lost for customers with
several entries, and the size of the answer does not grow with their number.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.analytics.effect import EffectPlan
from dashboard.analytics.effect_span import WEEK, EffectSpan, effect_span
from dashboard.analytics.effect_sums import COLUMNS
from dashboard.journey.funnel_options import Filter
from dashboard.journey.funnel_steps import settled
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Mode
from data_access.facts import Facts
from data_access.filters import check_names, holds_at, of_segments, segment_of
from data_access.funnel import attempts_of
from data_access.funnel_answer import reached
from data_access.funnel_chains import entries, walk
from data_access.funnel_steps import Question, item_of, score
from data_access.scope import Scope
from data_access.statements import built_once

DAY, PAIR = "day", "pair"
PAST = -1  # part of everything before the start


def fetch_effect(facts: Facts, scope: Scope, plan: EffectPlan) -> pd.DataFrame:
    """Sums of the entries around an action's start, in one query.

    Returns a frame with rows of two kinds. `day`: of each `segment` and day (`part`, counted from the span's first day)
    `nn` customers and `yy` of them who went on. `pair`: of each two sums of a customer, that of `segment` and `part`
    and that of `other_segment` and `other_part` (PAST, or days from the start to the first day of a mature week), over
    all customers the sum of the products entries x entries (`nn`), entries x went on (`ny`), went on x entries (`yn`)
    and went on x went on (`yy`). Empty where nobody ever reached one of the stages.

    Raises:
        JourneyError: `unknown_segment`, `unknown_stage`.
    """
    info = facts.info(scope)
    span = effect_span(plan, info)
    query = effect_query(plan, span, info)
    check_names(info, query)
    if len(Question.of(scope, info, query).steps) < 2 or not span.before + span.after:
        return pd.DataFrame(columns=list(COLUMNS))
    return facts.frame(scope, effect_statement(scope, info, query, span))


def effect_query(plan: EffectPlan, span: EffectSpan, info: GenerationInfo) -> JourneyQuery:
    """The funnel's own question about the step over the whole span; one about a week differs by its period alone."""
    query = JourneyQuery(
        info.engagement,
        Period(span.since, span.until),
        segments=tuple(dict.fromkeys((plan.segment, *plan.comparison))) if plan.segment else (),
        stages=(plan.from_stage, plan.to_stage),
        window_days=plan.window_days,
        horizon_days=plan.window_days,
        step_filters=(Filter("channel", (plan.channel,), plan.from_stage),) if plan.channel else (),
    )
    return settled(query, info, mode_given=False, window_given=True)


@built_once
def effect_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery, span: EffectSpan) -> sa.Select:
    """Rows of both kinds (columns: COLUMNS)."""
    question = Question.of(scope, info, query)
    came = _by_reached(question) if query.mode is Mode.REACHED else _by_week(question, span)
    joined, segment = segment_of(came, scope, lambda held: holds_at(held, came.c.moment))
    entry = (
        sa.select(came.c.customer_id, segment.label("segment"), came.c.day, came.c.went)
        .select_from(joined)
        .where(of_segments(segment, query))
        .cte("weekly_entry")
    )
    nothing = sa.null().cast(sa.Text), sa.null().cast(sa.Integer)
    zero = sa.cast(sa.literal(0, sa.Integer), sa.BigInteger)
    days = sa.select(
        sa.literal(DAY, sa.Text).label("kind"),
        entry.c.segment.label("segment"),
        entry.c.day.label("part"),
        nothing[0].label("other_segment"),
        nothing[1].label("other_part"),
        sa.func.count().label("nn"),
        zero.label("ny"),
        zero.label("yn"),
        _total(entry.c.went).label("yy"),
    ).group_by(entry.c.segment, entry.c.day)
    every = sa.union_all(days, _pairs(entry, span)).subquery("sums")
    return sa.select(*(every.c[name] for name in COLUMNS))


def _by_week(question: Question, span: EffectSpan) -> sa.CTE:
    """The chosen attempt of each customer and week: `customer_id`, `moment`, `day`, `went` (0 or 1)."""
    begun = entries(question)
    steps = walk(question, begun, strict=False)
    scored = [
        sa.select(
            step.c.customer_id,
            _week(_day(step.c.entry_day, span)).label("week"),
            score(depth, step.c.item).label("score"),
            sa.literal(depth - 1, sa.Integer).label("went"),
        )
        for depth, step in enumerate(steps, 1)
    ]
    every = sa.union_all(*scored).subquery("scored")
    picked = (
        sa.select(item_of(sa.func.max(every.c.score)).label("item"), sa.func.max(every.c.went).label("went"))
        .group_by(every.c.customer_id, every.c.week)
        .cte("picked")
    )
    return (
        sa.select(
            begun.c.customer_id,
            begun.c.moment,
            _day(begun.c.local_day, span).label("day"),
            picked.c.went,
        )
        .join(picked, picked.c.item == begun.c.item)
        .cte("came")
    )


def _by_reached(question: Question) -> sa.CTE:
    """The same where the data keep no history of stages: a customer stands in the week of the first event alone."""
    attempt = attempts_of(question)
    went = sa.case((reached(attempt, 2), 1), else_=0)
    day = sa.cast(attempt.c.local_day - question.query.period.since, sa.Integer)
    return (
        sa.select(attempt.c.customer_id, attempt.c.moment, day.label("day"), went.label("went"))
        .where(reached(attempt, 1))
        .cte("came")
    )


def _pairs(entry: sa.CTE, span: EffectSpan) -> sa.Select:
    """Products of each two sums of one customer, over all of them; immature weeks are left out."""
    start = WEEK * span.before
    part = sa.case((entry.c.day < start, PAST), else_=_week(entry.c.day) - start)
    sums = (
        sa.select(
            entry.c.customer_id,
            entry.c.segment,
            part.label("part"),
            sa.func.count().label("n"),
            _total(entry.c.went).label("y"),
        )
        .where(entry.c.day < WEEK * span.mature)
        .group_by(entry.c.customer_id, entry.c.segment, part)
        .cte("customer_sum")
    )
    one, two = sums.alias("one"), sums.alias("two")
    products = (("nn", "n", "n"), ("ny", "n", "y"), ("yn", "y", "n"), ("yy", "y", "y"))
    return (
        sa.select(
            sa.literal(PAIR, sa.Text),
            one.c.segment,
            one.c.part,
            two.c.segment,
            two.c.part,
            *(_total(one.c[left] * two.c[right]).label(name) for name, left, right in products),
        )
        .join(two, two.c.customer_id == one.c.customer_id)
        .group_by(one.c.segment, one.c.part, two.c.segment, two.c.part)
    )


def _day(local_day: Any, span: EffectSpan) -> Any:
    """Days from the span's first day."""
    return sa.cast(local_day - span.since, sa.Integer)


def _week(day: Any) -> Any:
    """First day of a day's week, as days from the span's first day."""
    return day - sa.func.mod(day, WEEK)


def _total(value: Any) -> Any:
    return sa.cast(sa.func.sum(value), sa.BigInteger)
