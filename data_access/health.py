"""How whole the data are: what each source gave day by day, and how much of it is doubtful."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from data_access import schema
from data_access.facts import Facts
from data_access.scope import Scope
from data_access.statements import built_once


def fetch_health(facts: Facts, scope: Scope) -> pd.DataFrame:
    """What each source gave on each day that has rows, whatever the period.

    Returns a frame with `source`, `kind` (`event`, `transaction`, `outcome`, `survey`, `cost`), `local_day`, `rows`,
    `amount` (of transactions and costs), and how many of the rows are `unmapped`, `ownerless`, `backward` (out of
    order) and `future` (set aside: after the import or the analysis date), by source, kind and day.
    """
    return facts.frame(scope, health_statement(scope))


@built_once
def health_statement(scope: Scope) -> sa.Select:
    """Every day of every source."""
    day = schema.source_day
    columns = [column for column in day.c if column.name != "engagement"]
    return (
        sa.select(*columns)
        .where(day.c.engagement == scope.engagement)
        .order_by(day.c.source, day.c.kind, day.c.local_day)
    )
