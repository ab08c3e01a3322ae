"""What people said about each touchpoint: the sums behind NPS and the touchpoint score."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.opinion import NPS, SCALES
from dashboard.journey.query import NO_SEGMENT, JourneyQuery
from data_access import schema
from data_access.facts import Facts
from data_access.filters import check_names, holds_at_end, in_period, of_channels, segment_of
from data_access.heatmap import cell_names, cell_of, stage_key
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_opinions(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Survey answers of the period by cell and metric, the latest of each respondent, touchpoint and metric.

    Returns a frame with `stage`, `channel`, with `Split.TOUCHPOINT` also `touchpoint`, `metric` (one of
    `dashboard.journey.opinion.SCALES`), `answers` (how many), `weight` (their weights), `points` and `squares`
    (weighted sums of the scores and of their squares), of `nps` also `promoters` and `detractors` (weights of 9-10
    and of 0-6), and `rejected` (answers off the scale; of `nps` also those that are no whole number), which stand
    in no other column.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, opinions_statement(scope, info, query))


@built_once
def opinions_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Sums of the answers by cell and metric."""
    given = _given(scope, info, query)
    names = (*cell_names(query), "metric")
    counts = sa.and_(given.c.valid, given.c.latest == 1)

    def total(value: Any, *conditions: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(counts, *conditions), value))), 0.0)

    is_nps = given.c.metric == NPS
    return sa.select(
        stage_key(info, given),
        *[given.c[name] for name in names[1:]],
        sa.func.count(sa.case((counts, 1))).label("answers"),
        total(given.c.weight).label("weight"),
        total(given.c.weight * given.c.score).label("points"),
        total(given.c.weight * given.c.score * given.c.score).label("squares"),
        total(given.c.weight, is_nps, given.c.score >= 9).label("promoters"),
        total(given.c.weight, is_nps, given.c.score <= 6).label("detractors"),
        sa.func.count(sa.case((sa.not_(given.c.valid), 1))).label("rejected"),
    ).group_by(*[given.c[name] for name in names])


def _given(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.CTE:
    """Answers of the period by the chosen people; `latest` is 1 for the last of its kind."""
    answer = schema.answer
    metric = sa.func.lower(answer.c.metric)
    valid = _valid(metric, answer.c.score)
    rows, kept = _chosen(scope, info, query)
    latest = sa.func.row_number().over(
        partition_by=(
            valid,
            answer.c.respondent,
            answer.c.stage_order,
            answer.c.channel,
            answer.c.touchpoint,
            metric,
        ),
        order_by=(answer.c.moment.desc(), answer.c.answer_id.desc()),
    )
    return (
        sa.select(
            *cell_of(answer, query),
            metric.label("metric"),
            answer.c.score,
            answer.c.weight,
            valid.label("valid"),
            latest.label("latest"),
        )
        .select_from(rows)
        .where(
            answer.c.engagement == scope.engagement,
            answer.c.stage_order.is_not(None),
            answer.c.score.is_not(None),
            metric.in_(tuple(SCALES)),
            in_period(answer.c.local_day, query.period),
            of_channels(answer.c.customer_id, scope, info, query),
            kept,
        )
        .cte("given_answer")
    )


def _valid(metric: Any, score: Any) -> ColumnElement[bool]:
    """Answers on their scale; of NPS whole numbers alone."""
    on_scale = sa.or_(
        *[
            sa.and_(metric == name, score >= scale.lowest, score <= scale.highest)
            for name, scale in SCALES.items()
        ]
    )
    return sa.and_(on_scale, sa.or_(metric != NPS, score == sa.func.floor(score)))


def _chosen(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> tuple[Any, ColumnElement[bool]]:
    """The customer's segment as of the period's end; of people who are no customer, the one the file gives."""
    answer = schema.answer
    if not query.segments:
        return answer, sa.true()
    rows, segment = segment_of(answer, scope, lambda span: holds_at_end(span, query.period, info))
    own = sa.func.coalesce(answer.c.segment, NO_SEGMENT)
    return rows, sa.case((answer.c.customer_id.is_(None), own), else_=segment).in_(query.segments)
