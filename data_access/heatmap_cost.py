"""What each cell of the heatmap cost: cost rows, and costs of single contacts where no row covers them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import NO_CHANNEL, JourneyQuery
from data_access import schema
from data_access.facts import Facts
from data_access.filters import check_names, chosen_touch, holds_at_end, in_period, of_segments, segment_of
from data_access.heatmap import cell_names, stage_key, touchpoint_name
from data_access.planner import Source, heatmap_source
from data_access.scope import Scope
from data_access.spend import event_cost_counts
from data_access.statements import built_once


def fetch_cell_costs(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Costs of the period: `stage` (NULL: the row of the whole channel), `channel`, with `Split.TOUCHPOINT` also
    `touchpoint` (NULL: of the channel in that stage), `cost` (Decimal).

    A contact's own cost counts only where no cost row names its channel and day. A segment filter keeps cost rows of
    these segments and contacts of their customers; channel and touchpoint filters keep costs of these alone.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, cell_costs_statement(scope, info, query, heatmap_source()))


@built_once
def cell_costs_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source = Source.JOURNEY
) -> sa.Select:
    """Costs by cell."""
    names = cell_names(query)
    both = sa.union_all(_rows(scope, info, query), _contacts(scope, info, query, source)).cte("spent")
    return sa.select(
        stage_key(info, both), *[both.c[name] for name in names[1:]], sa.func.sum(both.c.amount).label("cost")
    ).group_by(*[both.c[name] for name in names])


def _rows(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    spend = schema.spend
    places = {key: place for place, key in enumerate(info.model.keys, 1)}
    channel = sa.func.coalesce(spend.c.channel, NO_CHANNEL)
    kept = [spend.c.engagement == scope.engagement, in_period(spend.c.local_day, query.period)]
    if query.segments:
        kept.append(spend.c.segment.in_(query.segments))
    if query.channels:
        kept.append(channel.in_(query.channels))
    if query.touchpoints:  # a cost row knows none
        kept.append(sa.false())
    return sa.select(
        sa.case(places, value=spend.c.stage).label("stage_order"),
        channel.label("channel"),
        sa.null().cast(sa.Text).label("touchpoint"),
        spend.c.amount,
    ).where(*kept)


def _contacts(scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source) -> sa.Select:
    contact = schema.journey_day if source is Source.JOURNEY_DAY else schema.journey
    rows: Any = contact
    kept = [
        event_cost_counts(contact, scope),
        in_period(contact.c.local_day, query.period),
        chosen_touch(contact, query),
    ]
    if query.segments:
        rows, segment = segment_of(contact, scope, lambda span: holds_at_end(span, query.period, info))
        kept.append(of_segments(segment, query))
    return (
        sa.select(contact.c.stage_order, contact.c.channel, touchpoint_name(contact), contact.c.cost)
        .select_from(rows)
        .where(*kept)
    )
