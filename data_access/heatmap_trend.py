"""One touchpoint over time: whom it met in each week or month, who of them went on, and the same of its stage."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery
from data_access import schema
from data_access.dialect import unit_start
from data_access.facts import Facts
from data_access.filters import check_names
from data_access.heatmap import chosen_touches, outcome_code, touchpoint_name
from data_access.scope import Scope
from data_access.statements import built_once


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
    return facts.frame(scope, heatmap_trend_statement(scope, info, query, cell, unit))


@built_once
def heatmap_trend_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, cell: tuple[str, str, str | None], unit: str
) -> sa.Select:
    """Each customer of the stage once a week with the outcome of the first touch, then their sums."""
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
        *_outcomes(person.c.code, ("customers", "mature_customers", "passed", "young_passed")),
        sa.cast(sa.func.sum(person.c.rated), sa.BigInteger).label("rated"),
        sa.func.coalesce(sa.func.sum(person.c.mood), 0.0).label("mood"),
        sa.func.coalesce(sa.func.sum(person.c.squares), 0.0).label("squares"),
        *_outcomes(
            person.c.stage_code, ("stage_customers", "stage_mature", "stage_passed", "stage_young_passed")
        ),
    ).group_by(person.c.start)


def _touched(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, cell: tuple[str, str, str | None], unit: str
) -> sa.CTE:
    """Touches of the stage, each with its week or month, its outcome and whether the cell met it."""
    stage, channel, touchpoint = cell
    touch = schema.journey
    rows, kept = chosen_touches(touch, scope, info, query)
    inside = touch.c.channel == channel
    if touchpoint is not None:
        inside = sa.and_(inside, touchpoint_name(touch) == touchpoint)
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
