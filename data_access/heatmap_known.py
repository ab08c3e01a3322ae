"""Which kinds of figures an engagement's data hold at all: a metric without any is not offered."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.opinion import NPS, SCALES
from data_access import schema
from data_access.facts import Facts
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_heatmap_known(facts: Facts, scope: Scope) -> pd.DataFrame:
    """One row of yes and no, over all of the engagement's days and customers.

    Returns a frame with `scored` (survey answers about a stage, on a known scale), `nps` (of these, the
    recommendation question), `mood` (contacts with a sentiment), `cost` (costs of contacts or of channels).
    """
    return facts.frame(scope, heatmap_known_statement(scope))


@built_once
def heatmap_known_statement(scope: Scope) -> sa.Select:
    """Whether one such row occurs."""
    answer, touch, spend = schema.answer, schema.journey, schema.spend
    metric = sa.func.lower(answer.c.metric)
    given = (
        answer.c.engagement == scope.engagement,
        answer.c.stage_order.is_not(None),
        answer.c.score.is_not(None),
    )
    own = (touch.c.engagement == scope.engagement, touch.c.is_touch)
    of_touches = sa.exists().where(*own, touch.c.cost.is_not(None))
    return sa.select(
        sa.exists().where(*given, metric.in_(tuple(SCALES))).label("scored"),
        sa.exists().where(*given, metric == NPS).label("nps"),
        sa.exists().where(*own, touch.c.sentiment.is_not(None)).label("mood"),
        sa.or_(of_touches, sa.exists().where(spend.c.engagement == scope.engagement)).label("cost"),
    )
