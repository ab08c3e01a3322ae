"""Repeat purchases: cohorts by month of the first deal, and the time from one deal to the next."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Split
from data_access import schema
from data_access.dialect import days_between, percentiles, unit_start
from data_access.facts import Facts
from data_access.filters import check_names, holds_at, in_period, of_channels, of_segments, segment_of
from data_access.scope import Scope
from data_access.statements import built_once

DEAL_NUMBERS = (1, 2, 3)
LAST_GAP = 5  # from the 5th deal to the 6th
_SHARES = (0.5, 0.75, 0.9)


def fetch_retention(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """When customers of each month made their second and third deal.

    A customer belongs to the month of the first deal of all history, where it lies in the period.

    Returns a frame with `month` (its first day), with `Split.SEGMENT` `segment` (as of the first deal),
    `deal_no` (1: the cohort itself, 2, 3), `months_since` (calendar months from the first deal to this one) and
    `customers`.

    Raises:
        JourneyError: `unknown_segment`, `unknown_channel`.
    """
    info = facts.info(scope)
    check_names(info, query)
    return facts.frame(scope, retention_statement(scope, info, query))


def fetch_gaps(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Days from the n-th deal, where it lies in the period, to the next one.

    Returns a frame with `segment` where split (as of the n-th deal), `deal_no` (n = 1..5), `customers` (with an
    n-th deal), `repeated` (with a next one), `median_days`, `p75_days`, `p90_days` (of these; None without).
    """
    frame = facts.frame(scope, gaps_statement(scope, facts.info(scope), query))
    for place, name in enumerate(("median_days", "p75_days", "p90_days")):
        frame[name] = [None if days is None else float(days[place]) for days in frame["days"]]
    return frame.drop(columns="days")


@built_once
def retention_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Customers by month of the first deal, number of the deal and months between the two."""
    first, then = schema.deal.alias("first_deal"), schema.deal.alias("then_deal")
    rows, groups, kept = _groups(first, scope, query)
    rows = rows.join(then, _same_customer(first, then))
    month = unit_start("month", first.c.local_day)
    since = _month_number(then.c.local_day) - _month_number(first.c.local_day)
    columns = [month.label("month"), *groups, then.c.deal_no, since.label("months_since")]
    return (
        sa.select(*columns, sa.func.count().label("customers"))
        .select_from(rows)
        .where(
            first.c.deal_no == 1,
            then.c.deal_no.in_(DEAL_NUMBERS),
            in_period(first.c.local_day, query.period),
            of_channels(first.c.customer_id, scope, info, query),
            *kept,
        )
        .group_by(month, *groups, then.c.deal_no, since)
    )


@built_once
def gaps_statement(scope: Scope, info: GenerationInfo, query: JourneyQuery) -> sa.Select:
    """Percentiles of the days between neighbouring deals of a customer."""
    deal, following = schema.deal.alias("from_deal"), schema.deal.alias("next_deal")
    rows, groups, kept = _groups(deal, scope, query)
    rows = rows.outerjoin(
        following, sa.and_(_same_customer(deal, following), following.c.deal_no == deal.c.deal_no + 1)
    )
    again = following.c.deal_id.is_not(None)
    return (
        sa.select(
            *groups,
            deal.c.deal_no,
            sa.func.count().label("customers"),
            sa.func.count(following.c.deal_id).label("repeated"),
            percentiles(_SHARES, days_between(deal.c, following.c), again).label("days"),
        )
        .select_from(rows)
        .where(
            deal.c.deal_no.between(1, LAST_GAP),
            in_period(deal.c.local_day, query.period),
            of_channels(deal.c.customer_id, scope, info, query),
            *kept,
        )
        .group_by(*groups, deal.c.deal_no)
    )


def _groups(deal: Any, scope: Scope, query: JourneyQuery) -> tuple[Any, list[Any], list[ColumnElement[bool]]]:
    """(rows joined to their segment where needed, expressions of the split, clauses)."""
    kept = [deal.c.engagement == scope.engagement]
    if Split.SEGMENT not in query.by and not query.segments:
        return deal, [], kept
    rows, segment = segment_of(deal, scope, lambda span: holds_at(span, deal.c.moment))
    groups = [segment.label("segment")] if Split.SEGMENT in query.by else []
    return rows, groups, [*kept, of_segments(segment, query)]


def _same_customer(one: Any, other: Any) -> ColumnElement[bool]:
    return sa.and_(
        other.c.engagement == one.c.engagement, other.c.customer_id == one.c.customer_id, other.c.deal_no >= 1
    )


def _month_number(day: Any) -> ColumnElement[int]:
    return sa.cast(sa.extract("year", day) * 12 + sa.extract("month", day), sa.Integer)
