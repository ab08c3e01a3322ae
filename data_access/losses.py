"""Lost deals: reasons, stages and segments, in deals, people and money."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Split
from data_access import schema
from data_access.facts import Facts
from data_access.filters import check_names, holds_at, in_period, of_channels, of_segments, segment_of
from data_access.lcpq_sales import count
from data_access.scope import Scope
from data_access.statements import built_once

NO_REASON = "(none)"
UNKNOWN_STAGE = "(unknown)"
_LEVELS: tuple[tuple[str, ...], ...] = ((), ("reason",), ("stage",), ("reason", "stage"))


def fetch_losses(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Deals that ended in the period, at every level: all, by reason, by stage, by both; and by segment.

    Returns a frame with `segment`, `reason` ("(none)" without one), `stage` (when lost; "(unknown)"), each None
    where the row is over all of them, `lost`, `people` (distinct customers of them), `amount` (Decimal; None
    where no lost deal says one), `priced` (lost deals that say one) and `won` (None but over all reasons and
    stages).

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    splits = ((), ("segment",)) if Split.SEGMENT in query.by else ((),)
    frames = [
        facts.frame(scope, losses_statement(scope, info, query, (*split, *level)))
        for split in splits
        for level in _LEVELS
    ]
    return pd.concat([frame.astype(object) for frame in frames], ignore_index=True)


@built_once
def losses_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, level: tuple[str, ...]
) -> sa.Select:
    """Ended deals grouped by the names of `level`."""
    ended = schema.deal_outcome
    rows, segment = segment_of(ended, scope, lambda span: holds_at(span, ended.c.moment))
    columns: dict[str, Any] = {
        "segment": segment,
        "reason": sa.func.coalesce(ended.c.reason, NO_REASON),
        "stage": sa.func.coalesce(ended.c.lost_stage, UNKNOWN_STAGE),
    }
    lost = ended.c.outcome == "lost"
    groups = [columns[name] for name in level]
    whole = "reason" not in level and "stage" not in level
    return (
        sa.select(
            *[
                (column if name in level else sa.null().cast(sa.Text)).label(name)
                for name, column in columns.items()
            ],
            count(lost).label("lost"),
            sa.func.count(sa.distinct(sa.case((lost, ended.c.customer_id)))).label("people"),
            sa.func.sum(sa.case((lost, ended.c.amount))).label("amount"),
            count(lost, ended.c.amount).label("priced"),
            (count(ended.c.outcome == "won") if whole else sa.null().cast(sa.BigInteger)).label("won"),
        )
        .select_from(rows)
        .where(
            ended.c.engagement == scope.engagement,
            in_period(ended.c.local_day, query.period),
            of_channels(ended.c.customer_id, scope, info, query),
            of_segments(segment, query),
            sa.true() if whole else lost,
        )
        .group_by(*groups)
    )
