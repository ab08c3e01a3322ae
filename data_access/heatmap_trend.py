"""One touchpoint over time: whom it met in each week or month, who of them went on, and the same of its stage."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from data_access import schema
from data_access.dialect import unit_start
from data_access.facts import Facts
from data_access.filters import check_names
from data_access.heatmap import chosen_touches, is_first, outcome_code, touchpoint_name
from data_access.planner import Source, heatmap_source
from data_access.scope import Scope
from data_access.statements import built_once

_CELL = ("customers", "mature_customers", "passed", "young_passed")
_STAGE = ("stage_customers", "stage_mature", "stage_passed", "stage_young_passed")


def fetch_heatmap_trend(
    facts: Facts, scope: Scope, query: JourneyQuery, cell: tuple[str, str, str | None], unit: str
) -> pd.DataFrame:
    """Sums of one cell and of its stage by week or month of the contacts.

    Args:
        cell: stage, channel, touchpoint (None: the channel as a whole).
        unit: `week` or `month`.

    Returns a frame with `start` (first day), of the cell `touches`, `customers` (distinct in the week or month),
    `mature_customers` (their window after the first touch of it is over), `passed` (of these, who went on in it),
    `young_passed` (of the others, who went on already), `rated`, `mood` and `squares` (touches with a sentiment, its
    sum, that of its squares); of the stage `stage_customers`, `stage_mature`, `stage_passed`, `stage_young_passed`.
    Weeks in which the stage met nobody are absent. Segments are those of the query's period's end.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`, `unknown_stage`.
    """
    info = facts.info(scope)
    stage, channel, _ = cell
    check_names(info, query.with_(stages=(stage,)))
    check_names(info, query.with_(channels=(channel,)))
    return facts.frame(scope, heatmap_trend_statement(scope, info, query, cell, unit, heatmap_source()))


@built_once
def heatmap_trend_statement(
    scope: Scope,
    info: GenerationInfo,
    query: JourneyQuery,
    cell: tuple[str, str, str | None],
    unit: str,
    source: Source = Source.JOURNEY,
) -> sa.Select:
    """Each customer of the stage once a week with the outcome of the first touch, then their sums."""
    if source is Source.JOURNEY_DAY:
        return _by_first_touches(scope, info, query, cell, unit)
    touched = _touched(scope, info, query, cell, unit)
    rated = sa.and_(touched.c.inside, touched.c.sentiment.is_not(None))
    person = (
        sa.select(
            touched.c.start,
            sa.func.min(touched.c.code).label("stage_code"),
            sa.func.min(touched.c.code).filter(touched.c.inside).label("code"),
            sa.func.count().filter(touched.c.inside).label("touches"),
            sa.func.count().filter(rated).label("rated"),
            sa.func.sum(touched.c.sentiment).filter(rated).label("mood"),
            sa.func.sum(touched.c.sentiment * touched.c.sentiment).filter(rated).label("squares"),
        )
        .group_by(touched.c.start, touched.c.customer_id)
        .cte("met_customer")
    )
    return sa.select(
        person.c.start,
        sa.cast(sa.func.sum(person.c.touches), sa.BigInteger).label("touches"),
        *_outcomes(person.c.code, _CELL),
        sa.cast(sa.func.sum(person.c.rated), sa.BigInteger).label("rated"),
        sa.func.coalesce(sa.func.sum(person.c.mood), 0.0).label("mood"),
        sa.func.coalesce(sa.func.sum(person.c.squares), 0.0).label("squares"),
        *_outcomes(person.c.stage_code, _STAGE),
    ).group_by(person.c.start)


def _by_first_touches(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, cell: tuple[str, str, str | None], unit: str
) -> sa.Select:
    """The same sums in one pass: the touch before says which touch is a customer's first of the week or month."""
    stage, channel, touchpoint = cell
    touch = schema.journey_day
    rows, kept = chosen_touches(touch, scope, info, query)
    start = unit_start(unit, touch.c.local_day)
    since = start if query.period.since is None else sa.func.greatest(start, query.period.since)
    names = ("stage_order", "channel", "touchpoint")[: 2 if touchpoint is None else 3]
    inside = _inside(touch, channel, touchpoint)
    mood = sa.case((inside, touch.c.sentiment))
    touched = (
        sa.select(
            start.label("start"),
            sa.case((inside, 1)).label("inside"),
            sa.case((is_first(touch, names[:1], since), outcome_code(touch, info, query))).label(
                "stage_code"
            ),
            sa.case((sa.and_(inside, is_first(touch, names, since)), outcome_code(touch, info, query))).label(
                "code"
            ),
            mood.label("mood"),
        )
        .select_from(rows)
        .where(kept, touch.c.stage_order == info.model.order(stage))
        .cte("touched")
    )
    return sa.select(
        touched.c.start,
        sa.func.count(touched.c.inside).label("touches"),
        *_outcomes(touched.c.code, _CELL),
        sa.func.count(touched.c.mood).label("rated"),
        sa.func.coalesce(sa.func.sum(touched.c.mood), 0.0).label("mood"),
        sa.func.coalesce(sa.func.sum(touched.c.mood * touched.c.mood), 0.0).label("squares"),
        *_outcomes(touched.c.stage_code, _STAGE),
    ).group_by(touched.c.start)


def _inside(touch: Any, channel: str, touchpoint: str | None) -> sa.ColumnElement[bool]:
    """True on the touches of the channel and, where one is named, of its touchpoint."""
    of_channel = touch.c.channel == channel
    return of_channel if touchpoint is None else sa.and_(of_channel, touchpoint_name(touch) == touchpoint)


def _touched(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, cell: tuple[str, str, str | None], unit: str
) -> sa.CTE:
    """Touches of the stage, each with its week or month, its outcome and whether the cell met it."""
    stage, channel, touchpoint = cell
    touch = schema.journey
    rows, kept = chosen_touches(touch, scope, info, query)
    inside = _inside(touch, channel, touchpoint)
    return (
        sa.select(
            unit_start(unit, touch.c.local_day).label("start"),
            touch.c.customer_id,
            outcome_code(touch, info, query).label("code"),
            inside.label("inside"),
            touch.c.sentiment,
        )
        .select_from(rows)
        .where(kept, touch.c.stage_order == info.model.order(stage))
        .cte("touched")
    )


def _outcomes(code: sa.ColumnElement[int], names: tuple[str, str, str, str]) -> list[sa.ColumnElement[int]]:
    """Customers, the mature among them, those of the mature who went on, those of the others who did already."""
    came = sa.func.mod(code, 4)
    counts = (
        sa.func.count(code),
        *(sa.func.count(sa.case((rule, 1))) for rule in (came >= 2, came == 3, came == 1)),
    )
    return [count.label(name) for count, name in zip(counts, names, strict=True)]
