"""LCPQ, both books: leads, conversion, average check, deals per buyer, and what stands beside them.

Sums come back, never customer rows: one row for each group of the splits, all months in one statement.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period
from dashboard.journey.query import TIME_SPLITS, Book, JourneyQuery, Split
from data_access import schema
from data_access.facts import Facts
from data_access.filters import check_names, in_period, lead_event
from data_access.lcpq_cohort import cohort_statement, outside_statement
from data_access.lcpq_period import period_statement
from data_access.lcpq_summed import named, summed_book
from data_access.planner import Source, lcpq_source
from data_access.scope import Scope
from data_access.statements import built_once

SPLITS = (Split.SEGMENT, *TIME_SPLITS, Split.CHANNEL, Split.SALE_CHANNEL, Split.PRODUCT)


def fetch_lcpq(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Counts and sums of the query's book, one row for each group of `query.by` that occurs.

    Returns a frame with one column for each split (named like it), then `buyers` (distinct customers with a
    deal), `deals`, `revenue` (Decimal, net of refunds), `refunds`, `refunded` (money paid back, positive),
    `zero_deals`, `fully_refunded` (deals), `new_buyers`, `new_revenue` (who had no deal before); unless split by
    sale channel or product also `leads_of_period`, `lead_buyers` (buyers among them) and, in the period book,
    `earlier_leads`, `direct` (together L). The cohort book adds `mature` (a row for each value) and
    `revenue_in_period`. Without a split the period book is exactly one row.

    Raises:
        JourneyError: `unknown_split`, `two_spans`, `unknown_segment`, `unknown_channel`, `unknown_touchpoint`,
            `unknown_product`, `unknown_sale_channel`.
    """
    info = facts.info(scope)
    check_lcpq(facts, scope, info, query)
    source = lcpq_source(info, query)
    statement = lcpq_statement(scope, info, query, source)
    if statement is None:
        return pd.DataFrame(columns=[str(split) for split in query.by])
    frame = facts.frame(scope, statement)
    return named(frame, query) if source in (Source.LCPQ_CELL, Source.CUSTOMER_DAY) else frame


@built_once
def lcpq_statement(
    scope: Scope, info: GenerationInfo, query: JourneyQuery, source: Source
) -> sa.Select | None:
    """The book under the filter, by `query.by`; None where the data have no month to split by."""
    if query.book is Book.COHORT:
        return cohort_statement(scope, info, query, source)
    build = period_statement if source is Source.JOURNEY else summed_book
    return build(scope, info, query)


def fetch_outside(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """The period's money that is not in its cohort, one row for each part.

    Returns a frame with `part` (`older_leads`: first lead before the period; `direct`: no lead before its end;
    `outside_horizon`: of the cohort itself, before its first lead or after its horizon), `customers` (with any
    row), `deals`, `revenue`.
    """
    info = facts.info(scope)
    source = lcpq_source(info, query.with_(book=Book.COHORT))
    return facts.frame(scope, outside_statement(scope, info, query, source))


def fetch_nobody(facts: Facts, scope: Scope, query: JourneyQuery) -> pd.DataFrame:
    """Rows of the period without a customer: `kind` ('event' or 'transaction'), `rows`, `amount`.

    They stand outside every number, so no filter of customers touches them.
    """
    return facts.frame(scope, nobody_statement(scope, query.period))


@built_once
def nobody_statement(scope: Scope, period: Period) -> sa.Select:
    """Rows and money without a customer, by kind."""
    table = schema.nobody
    rows = sa.cast(sa.func.sum(table.c.rows), sa.BigInteger).label("rows")
    return (
        sa.select(table.c.kind, rows, sa.func.sum(table.c.amount).label("amount"))
        .where(table.c.engagement == scope.engagement, in_period(table.c.local_day, period))
        .group_by(table.c.kind)
    )


def check_lcpq(facts: Facts, scope: Scope, info: GenerationInfo, query: JourneyQuery) -> None:
    """Refuse splits, segments, channels, touchpoints, products and sale channels that there are not."""
    check_names(info, query)
    for split in query.by:
        if split not in SPLITS:
            raise JourneyError("unknown_split", name=str(split), known=", ".join(SPLITS))
    if len(set(query.by) & set(TIME_SPLITS)) > 1:
        raise JourneyError("two_spans")
    asked = (
        ("touchpoint", query.touchpoints),
        ("product", query.products),
        ("sale_channel", query.sale_channels),
    )
    for name, given in asked:
        if not given:
            continue
        known = sorted(facts.frame(scope, values_statement(scope, info, name))["value"])
        for value in given:
            if value not in known:
                told: dict[str, Any] = {name: value, "known": ", ".join(known[:20])}
                raise JourneyError(f"unknown_{name}", **told)


@built_once
def values_statement(scope: Scope, info: GenerationInfo, name: str) -> sa.Select:
    """Names that occur: `touchpoint` of lead events, `product` of lines, `sale_channel` of deals."""
    journey, line, deal = schema.journey, schema.deal_line, schema.deal
    columns: dict[str, tuple[Any, Any]] = {
        "touchpoint": (journey.c.touchpoint, lead_event(journey, scope, info)),
        "product": (line.c.product, line.c.engagement == scope.engagement),
        "sale_channel": (deal.c.sale_channel, deal.c.engagement == scope.engagement),
    }
    column, condition = columns[name]
    return sa.select(column.label("value")).where(condition, column.is_not(None)).distinct()
