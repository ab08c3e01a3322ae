"""What can be found in an engagement's data: the touchpoints that occur."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from data_access import schema
from data_access.facts import Facts
from data_access.scope import Scope
from data_access.statements import built_once

MOST_PLACES = 1000


def fetch_places(facts: Facts, scope: Scope) -> pd.DataFrame:
    """Touchpoints with the stage and channel where they met customers, most used first, the 1,000 most used at most.

    Returns a frame with `stage`, `channel`, `touchpoint` and `touches`.
    """
    return facts.frame(scope, places_statement(scope))


@built_once
def places_statement(scope: Scope) -> sa.Select:
    """One row for each stage, channel and touchpoint that has a name."""
    journey = schema.journey
    place = (journey.c.stage, journey.c.channel, journey.c.touchpoint)
    touches = sa.func.count().label("touches")
    return (
        sa.select(*place, touches)
        .where(
            journey.c.engagement == scope.engagement, journey.c.is_touch, journey.c.touchpoint.is_not(None)
        )
        .group_by(*place)
        .order_by(touches.desc(), *place)
        .limit(MOST_PLACES)
    )
